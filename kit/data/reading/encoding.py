"""The encoding of a text file (文字编码): marks, strict UTF-8, GB18030 that is doubted, Latin."""

import codecs
import re
import unicodedata
from collections import Counter
from pathlib import Path

from kit.errors import DataError

LONGEST = 1 << 22  # bytes of one line, and of one cell
USUAL = 0.6  # share of usual Chinese characters below which a GB18030 reading is doubted
SAMPLE = 4000  # letters beyond ASCII that are looked at
WESTERN = "cp1252"
ACCENTS = set("äöüßéèêëàâáåãæçîïíìôöóòõøúùûñýÿœšž")
LATIN_MARKS = set("€£¥–—‘’“”…®©™°·«»¿¡ºª\xa0")


def encoded(raw: bytes, path: Path) -> tuple[bytes, str]:
    """The text and its encoding: byte-order mark, then NULs (UTF-16), strict UTF-8, GB18030.

    GB18030 stays as it is: no letter of it holds the byte of a comma, a quote or a line end. Since
    it gives some letter for nearly any bytes, a reading with few usual characters is doubted, and
    taken as Western European where that gives words; else the file is refused.
    """
    marked = raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if marked or b"\0" in raw[:2000]:
        low = raw[1:2000:2].count(0) > raw[:2000:2].count(0)
        order = ["utf-16" if marked else "utf-16-le" if low else "utf-16-be"]
    else:
        raw, order = raw.removeprefix(codecs.BOM_UTF8), ["utf-8", "gb18030"]
    for encoding in order:
        if encoding.startswith("utf-16") and _valid(raw, encoding):
            return raw.decode(encoding).encode(), "utf-8"
        if _valid(raw, encoding) and not (encoding == "gb18030" and doubted(raw)):
            return raw, encoding
    if order[-1] == "gb18030" and western(raw):
        return raw.decode(WESTERN).encode(), WESTERN
    raise DataError("data.encoding", file=path.name, tried=order)


def _valid(raw: bytes, encoding: str) -> bool:
    """Whether the text is of that encoding; of GB18030 the start, each cell is checked later."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(raw) if encoding != "gb18030" else LONGEST, LONGEST):
            decoder.decode(raw[at : at + LONGEST], final=at + LONGEST >= len(raw))
    except UnicodeDecodeError:
        return False
    return True


def doubted(raw: bytes) -> bool:
    """Whether a GB18030 reading has few usual characters, or such as stand inside Latin words.

    >>> doubted("日期,计划ID,国庆①".encode("gbk")), doubted("Frühling Dach".encode("latin-1"))
    (False, True)
    >>> doubted("春のセール".encode("shift-jis")), doubted("Привет мир".encode("cp1251"))
    (True, True)
    """
    text = _decoded(raw[: 1 << 18])
    letters = _beyond_ascii(text)
    if len(letters) < SAMPLE:
        text = _decoded(raw[:LONGEST])
        letters = _beyond_ascii(text)
    if not letters:
        return False
    usual = sum(n for letter, n in Counter(letters).items() if is_usual(letter)) / len(letters)
    kana = sum("\u3040" <= c <= "\u30ff" for c in letters) / len(letters)
    inside = len(re.findall(r"[^\x00-\x7f](?=[a-z])(?<=[A-Za-z].)", text[: 4 * SAMPLE]))
    return usual < USUAL or kana > 0.3 or inside > 0.5 * len(letters)


def _decoded(raw: bytes) -> str:
    """As GB18030, up to the last whole letter."""
    return codecs.getincrementaldecoder("gb18030")("ignore").decode(raw)


def _beyond_ascii(text: str) -> str:
    """The first letters of a text that are beyond ASCII."""
    return re.sub(r"[\x00-\x7f]+", "", text)[:SAMPLE]


def is_usual(letter: str) -> bool:
    """Whether a character is one of the 3,755 usual ones of GB 2312, or a mark of it."""
    try:
        code = letter.encode("gb2312")
    except UnicodeEncodeError:
        return unicodedata.category(letter)[0] in "PSZN"
    return len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA2, 0xA3))


def western(raw: bytes) -> bool:
    """Whether the bytes read as Windows-1252 give words of Western Europe.

    >>> western("Frühling Été".encode("latin-1")), western("Привет".encode("cp1251"))
    (True, False)
    """
    try:
        text = raw.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    odd = set(re.findall(r"[^\x00-\x7f]", text))
    if not {letter.lower() for letter in odd} <= ACCENTS | LATIN_MARKS:
        return False
    words = re.findall(r"[A-Za-zÀ-ÿŒœŠšŽž]+", text)
    accented = [word for word in words if not word.isascii()]
    ascii_letters = sum(c.isascii() for word in accented for c in word)
    mixed = all(len(word) < 3 or not word.isalpha() or _has_ascii(word) for word in accented)
    return mixed and 2 * ascii_letters >= sum(map(len, accented))


def _has_ascii(word: str) -> bool:
    return any(letter.isascii() for letter in word)


def lost_letters(cell: str) -> bool:
    """Whether letters of a name were lost, or read in a wrong encoding, before it came here.

    >>> [lost_letters(c) for c in ("????", "618 ????", "æ\\x90œç´¢", "鎼滅储", "搜索", "Really??")]
    [True, True, True, True, False, False]
    """
    if "\ufffd" in cell or "锟斤拷" in cell:
        return True
    if cell.isascii():
        return re.search(r"(^|[^A-Za-z?!])\?{2,}|\?{3,}", cell) is not None
    return _misread(_western_bytes(cell)) or _misread(cell.encode("gb18030"))


def _western_bytes(cell: str) -> bytes:
    """The bytes of a cell in Windows-1252, whose five free places stand for themselves."""
    try:
        return b"".join(
            bytes([ord(letter)]) if 0x80 <= ord(letter) < 0xA0 else letter.encode(WESTERN)
            for letter in cell
        )
    except UnicodeEncodeError:
        return b""


def _misread(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 of other, Chinese letters."""
    try:
        again = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in again if not letter.isascii()]
    return bool(beyond) and any("\u4e00" <= letter <= "\u9fff" for letter in beyond)

"""Every way in which a name or an id can stand in a file (写法): escaped, encoded, in any width.

A text is searched character by character: each may stand as itself, in full or half width, as an
HTML, JSON or URL escape, doubled in CSV; blanks may be missing and invisible characters between.
"""

import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from kit.params import ROOT
from kit.words import table

NAMED_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
AMPERSAND = r"(?:&|\\+u0026|%26)(?:amp;)*"
INVISIBLE = "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]*"
BLANK = r"(?:[\s\u00a0\u3000+]|%20|%C2%A0|\\+[ntr]|\\+u(?:00a0|3000|0020)|&nbsp;|&#160;)*"
BEFORE = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[ntr])|(?<=\\u[0-9a-fA-F]{4}))"
AFTER = r"(?![A-Za-z0-9])"
ALONE = r"(?<![A-Za-z0-9.,]){}(?![A-Za-z0-9%]|[.,]\d)"  # no figure may be taken for an id of digits
RANGES = [(0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF), (0xAD, 0xAD)]
ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
HALF = re.compile("[\ud800-\udfff]")
UNSEEN = [chr(n) for ends in RANGES for n in range(ends[0], ends[1] + 1)]
LAYERS = 8  # of escapes within escapes that are undone; our own writers make two
PICTURE = re.compile(r"data:image/[^\"')\s]+")
STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
WORD = re.compile("[a-z]{2,}")


def plain(text: str) -> str:
    """A text as people compare names (比对写法): width, case, blanks, invisible marks do not count.

    >>> plain("Ｌｉｎ  Da\u200b") == plain("linda")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", re.sub(INVISIBLE, "", folded))


def readings(content: str) -> Iterator[str]:
    """A text as it reads with its escapes undone, layer by layer; styles and pictures left out."""
    text = STYLE.sub("\0", PICTURE.sub("\0", content))
    for layer in range(LAYERS):
        plainer = _undone(text)
        if layer and plainer == text:
            return
        text = plainer
        yield text
        if "+" in text:  # a blank in a form of an address
            yield text.replace("+", " ")


def squeezed(text: str) -> str:
    """A text without blanks and case, for a quick look."""
    return "".join(text.split()).casefold()


def may_hold(content: str, names: Iterable[str]) -> bool:
    """Whether a text may hold one of the names (plain forms): a quick look before the search."""
    names = list(names)
    looks = map(squeezed, readings(content))
    return any(name in look for look in looks for name in names)


def _undone(text: str) -> str:
    """A text with one layer of JSON, HTML and URL escapes undone, in half width."""
    if "\\" in text:
        text = _paired(ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\\", ""))
    if "&" in text:
        text = html.unescape(text)
    if "%" in text:
        text = urllib.parse.unquote(text, errors="replace")
    text = text.replace('""', '"').replace("（", "(").replace("）", ")")
    if any(char in text for char in UNSEEN):
        text = text.translate(dict.fromkeys(map(ord, UNSEEN)))
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text


def _paired(text: str) -> str:
    """A text with the two halves of a rare character, escaped one by one, put together."""
    if not HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def pattern(texts: Iterable[str], others: Iterable[str] = ()) -> re.Pattern[str]:
    """What finds the texts in all their forms; group `other` is somebody else's longer name.

    >>> found = pattern(["O'Neil"], ["O'Neil Jr"])
    >>> [m.lastgroup for m in found.finditer("O&#39;Neil, o%27neil Jr")]
    ['mine', 'other']
    """
    mine = {text for text in texts if text.strip()}
    known = {plain(text) for text in mine}
    longer = {o for o in others if plain(o) not in known and any(k in plain(o) for k in known)}
    parts = [(text, "mine") for text in mine] + [(text, "other") for text in longer]
    parts.sort(key=lambda part: len(part[0]), reverse=True)
    return re.compile(_grouped(parts) if parts else "(?!)")


def _grouped(parts: list[tuple[str, str]]) -> str:
    """The forms of the longest first: somebody else's name is passed over where it stands."""
    other = "|".join(_forms(text) for text, kind in parts if kind == "other")
    mine = "|".join(_forms(text) for text, kind in parts if kind == "mine")
    return f"(?P<other>{other})|(?P<mine>{mine})" if other else f"(?P<mine>{mine})"


def _forms(text: str) -> str:
    """A text in all its forms; a word that the kit itself uses is not looked for in small print."""
    if text.isdigit():
        return ALONE.format(re.escape(text))
    if text.isascii() and text.isalpha() and text.lower() in vocabulary():
        cased = {text, text.upper(), text.capitalize()}
        return "|".join(_bounded(each, fold=False) for each in sorted(cased))
    return _bounded(text, fold=True)


def _bounded(text: str, *, fold: bool) -> str:
    """A text's forms; in Latin letters it must begin and end where a word does."""
    between = INVISIBLE if text.isascii() else INVISIBLE + r"[ \u00a0\u3000]?" + INVISIBLE
    parts = [BLANK if char.isspace() else _char(char, fold) for char in _single_spaced(text)]
    inner = between.join(parts)
    first, last = text[0], text[-1]
    start = BEFORE if first.isascii() and first.isalnum() else ""
    end = AFTER if last.isascii() and last.isalnum() else ""
    return f"{start}{inner}{end}"


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


@cache
def _char(char: str, fold: bool) -> str:
    """One character in all its forms."""
    cases = {char, char.lower(), char.upper(), char.casefold()} if fold else {char}
    wide = {c for each in cases for c in _widths(each)}
    forms = {form for each in wide for form in _escapes(each)}
    return f"(?:{'|'.join(sorted(forms, key=len, reverse=True))})"


def _widths(char: str) -> set[str]:
    """A character in half and in full width, in one piece and taken apart."""
    full = {chr(ord(char) + 0xFEE0)} if len(char) == 1 and "!" <= char <= "~" else set()
    return {char, *(unicodedata.normalize(form, char) for form in ("NFKC", "NFD"))} | full


def _escapes(char: str) -> set[str]:
    """A character as itself, in HTML, JSON, URL and CSV."""
    units = char.encode("utf-16-be").hex()
    json = "".join(rf"\\+u(?i:{units[n : n + 4]})" for n in range(0, len(units), 4))
    url = "".join(f"%(?i:{byte:02x})" for byte in char.encode())
    forms = {re.escape(char), json, url}
    if len(char) == 1:
        forms |= {rf"{AMPERSAND}#0*{ord(char)};", rf"{AMPERSAND}#[xX]0*(?i:{ord(char):x});"}
    if char in NAMED_ENTITIES:
        forms.add(rf"{AMPERSAND}{NAMED_ENTITIES[char]};")
    if char in "\"'/\\":
        forms |= {rf"\\+{re.escape(char)}", re.escape(char * 2)}
    return forms


@cache
def vocabulary() -> frozenset[str]:
    """Words of the kit's own texts, styles and templates, in small letters."""
    texts = [text["en"] for text in table().values()]
    texts += [p.read_text("utf-8") for p in _own_files()]
    return frozenset(word for text in texts for word in WORD.findall(text.lower()))


def _own_files() -> list[Path]:
    folders = [ROOT / "kit" / "report" / "page", ROOT / "kit" / "show"]
    return [p for f in folders for p in sorted(f.rglob("*")) if p.suffix in (".css", ".j2", ".py")]

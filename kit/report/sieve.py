"""What may name somebody (初筛): one quick pass over every byte before the careful search.

It lets too much through, never too little. Each character of a name may stand as itself in any
case, width or composition, as part of a ligature, or as anything that begins like an escape, with
blanks, backslashes and invisible characters between. RE2, as Arrow has it, looks for all names at
once, at the speed of the memory.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.entities import html5

import pyarrow as pa
import pyarrow.compute as pc

from kit.report.forms import UNSEEN

LONGEST = 3  # characters of a name that are looked for here
DIGITS = frozenset("0123456789")
INSIDE = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyz#;&%\\")  # what an escape consists of
HANGUL = (0xAC00, 0xD7A4)
BLOCKS = (  # outside them a character stands for itself alone
    (0x80, 0x3400),
    (0xA000, 0xAC00),
    (0xD7A4, 0xD800),
    (0xF900, 0x20000),
    (0x2F800, 0x2FA20),
    (0xE0100, 0xE01F0),
)
ENDINGS = ((0x1160, 0x1200), (0xD7B0, 0xD800))  # of a Hangul syllable
FINALS = 28  # Hangul syllables that begin alike
IDEOGRAPHS = "\u2e80"  # the first of them: no entity names one
HIGH = (  # inside an escape: a number beyond ASCII, or an escape within it
    r"(?:#|num;)(?:[0-9]{3}|x0*(?:[89a-f][0-9a-f]|[1-9a-f][0-9a-f]{2}))",
    "(?:%|percnt;)[2-9a-f][0-9a-f]",
    "u[0-9a-f]{4}",
    "&#",
)
UNKNOWN = "\ufffd"  # what bytes that are no UTF-8 are read as


def likely(contents: Sequence[bytes], names: Iterable[str]) -> list[bool]:
    """Whether each text, in UTF-8, may hold one of the names (plain forms, `forms.plain`)."""
    names = set(names)
    if not names or not contents:
        return [False] * len(contents)
    parts = sorted(map(_loose, names))
    if not all(parts):
        return [True] * len(contents)
    parts += _ligatures({base for name in names for base, _ in _spelled(name)[:LONGEST]})
    texts = pa.array(contents, pa.large_binary()).view(pa.large_string())
    found: list[bool] = pc.match_substring_regex(texts, "(?i)" + "|".join(parts)).to_pylist()
    return found


@dataclass
class Letter:
    """What may stand for a base letter: alone, with marks, or as one of several letters."""

    alone: set[str] = field(default_factory=set)
    marked: set[str] = field(default_factory=set)
    among: set[str] = field(default_factory=set)


def _loose(name: str) -> str:
    """A pattern that stands wherever the name may stand; empty where none can."""
    letters = _spelled(name)[:LONGEST]
    pattern = ""
    for base, marked in reversed([] if UNKNOWN in name else letters):
        rest = f"(?:{_alternatives(base, marked)})"
        rest += f"{_gap(marked=marked)}{pattern}" if pattern else ""
        among = _letters()[base].among
        pattern = f"(?:{rest}|{_class(among)})" if among else rest
    return pattern


def _spelled(name: str) -> list[tuple[str, bool]]:
    """Base letters of a name, and whether marks, or the rest of a syllable, may follow each."""
    found: list[tuple[str, bool]] = []
    for char in name:
        bases, marked = _bases(char)
        found += [(base, marked or _is_hangul(base)) for base in bases]
        if not bases and found:
            found[-1] = (found[-1][0], True)
    return found


def _alternatives(base: str, marked: bool) -> str:
    """One letter of a name: as a character, or as an escape."""
    letter = _letters()[base]
    chars = {base} | letter.alone | (letter.marked if marked else set())
    if _is_hangul(base):
        lead = _letters()[unicodedata.normalize("NFD", base)[0]]
        unended = HANGUL[0] + (ord(base) - HANGUL[0]) // FINALS * FINALS
        chars |= {chr(unended), unicodedata.normalize("NFD", base)[0]} | lead.alone | lead.marked
    return f"{_class(chars)}|{_escape(numbered=all(map(_has_digit, chars)))}"


def _has_digit(char: str) -> bool:
    """Whether every escape of a character has a digit in it: names of entities have none."""
    units = char.encode("utf-16-be").hex()
    json = all(DIGITS & set(units[n : n + 4]) for n in range(0, len(units), 4))
    return char >= IDEOGRAPHS and json and bool(DIGITS & set(char.encode().hex()))


@cache
def _escape(*, numbered: bool) -> str:
    """What begins like an escape in HTML, JSON or an address, also in full width."""
    amp, percent, slash, u = map(_wide, "&%\\u")
    begin = f"(?:{amp}|{percent}|{slash}{_class(_between(marked=False))}*{u})"
    inside = {char for char, (bases, _) in _folded().items() if bases and set(bases) <= INSIDE}
    tail = f"{_class(INSIDE | inside | set(UNSEEN))}*"
    digits = {char for char in inside if DIGITS & set(_folded()[char][0])}
    return f"{begin}{tail}{_class(DIGITS | digits)}{tail}" if numbered else begin + tail


def _ligatures(bases: set[str]) -> list[str]:
    """Escapes that may stand for several letters at once, one of these among them.

    Escapes within escapes, in full width or interrupted, are let through whatever they say.
    """
    among = {char for base in bases for char in _letters()[base].among}
    if not among:
        return []
    units = (char.encode("utf-16-be").hex() for char in sorted(among))
    json = "|".join(re.sub("(?<=....)(?=.)", r"\\\\+u", each) for each in units)
    odd = {char for char, (letters, _) in _folded().items() if set(letters) <= INSIDE}
    odd |= {"\\", *UNSEEN}
    begin = rf"(?:[&%]|\\u002[56])[{re.escape(''.join(sorted(INSIDE)))}]*"
    inner = "|".join([*HIGH, _class(odd), *_entities(bases)])
    wide = _class({char for sign in "&%\\" for char in _letters()[sign].alone})
    return [
        f"{begin}(?:{inner})",
        "%[89a-f][0-9a-f]",
        rf"\\u(?:{json})",
        wide + _class(INSIDE | odd),
    ]


def _entities(bases: set[str]) -> list[str]:
    """Names of HTML for several letters at once, one of these among them."""
    said = {name.rstrip(";"): "".join(_bases(c)[0] for c in html5[name]) for name in html5}
    return sorted(name for name, text in said.items() if len(text) > 1 and bases & set(text))


def _wide(char: str) -> str:
    """A character in any width."""
    return _class({char} | _letters()[char].alone)


@cache
def _gap(*, marked: bool) -> str:
    """A pattern of what may stand between two letters of a name."""
    return f"(?:{_class(_between(marked=marked))}|{_escape(numbered=False)})*"


def _between(*, marked: bool) -> set[str]:
    """Characters that may stand between two letters; where marks belong to a name, those too."""
    blanks = {char for char in map(chr, range(0x3001)) if char.isspace()}
    marks = {char for char, (bases, _) in _folded().items() if not bases} if marked else set()
    return {'"', "+", "\\", *UNSEEN, *_letters()["\\"].alone, *blanks, *marks}


def _class(chars: Iterable[str]) -> str:
    """A class of characters for a pattern, in ranges."""
    spans: list[tuple[int, int]] = []
    for n in sorted(map(ord, chars)):
        if spans and n == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], n)
        else:
            spans.append((n, n))
    return "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in spans) + "]"


@cache
def _letters() -> defaultdict[str, Letter]:
    """What may stand for each base letter."""
    found: defaultdict[str, Letter] = defaultdict(Letter)
    for char, (bases, marked) in _folded().items():
        for base in bases:
            letter = found[base]
            among = letter.marked if marked else letter.alone
            (letter.among if len(bases) > 1 else among).add(char)
    return found


@cache
def _folded() -> dict[str, tuple[str, bool]]:
    """Base letters of each character that compares as other ones, and whether it bears marks."""
    every = {chr(n): _bases(chr(n)) for block in BLOCKS for n in range(*block)}
    return {char: said for char, said in every.items() if said != (char, False)}


def _bases(char: str) -> tuple[str, bool]:
    """Letters that a character comes down to (基本字符): without width, case, blanks and marks.

    It makes no difference whether a text is folded or composed first, since each character is
    taken apart by itself. A Hangul syllable stays whole; what may end one counts as a mark.
    """
    if _is_hangul(char):
        return char, False
    text = char
    while (plainer := unicodedata.normalize("NFKD", text).casefold()) != text:
        text = plainer
    seen = [c for c in text if not c.isspace() and c not in UNSEEN]
    bases = [c for c in seen if not unicodedata.category(c).startswith("M") and not _ends(c)]
    return "".join(bases), len(bases) < len(seen)


def _is_hangul(char: str) -> bool:
    return ord(char) in range(*HANGUL)


def _ends(char: str) -> bool:
    """Whether a character is the vowel or the end of a Hangul syllable."""
    return any(ord(char) in range(*block) for block in ENDINGS)

"""What may name somebody (初筛): one quick pass over every byte before the careful search.

It lets too much through, never too little: each character of a name may stand as itself in any
case and width, or as anything that begins like an escape, with blanks, backslashes and invisible
characters between. RE2, as Arrow has it, looks for all names at once, at the speed of the memory.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

ESCAPE = r"(?:[&%]|\\u)[0-9A-Za-z#;&%]*"
NUMBERED = r"(?:[&%]|\\u)[A-Za-z#;&%]*[0-9][0-9A-Za-z#;&%]*"  # no entity names such a character
BETWEEN = r'[\s\\"+\x{a0}\x{ad}\x{3000}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]'
FOLDED = ((0x80, 0x3400), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x2F800, 0x2FA20))
IDEOGRAPHS = "\u2e80"  # the first of them
LONGEST = 3  # characters of a name that are looked for here


def likely(contents: Sequence[bytes], names: Iterable[str]) -> list[bool]:
    """Whether each text, in UTF-8, may hold one of the names (plain forms, `forms.plain`)."""
    parts = sorted(map(_loose, names))
    if not parts or not contents:
        return [False] * len(contents)
    texts = pa.array(contents, pa.large_binary()).view(pa.large_string())
    found: list[bool] = pc.match_substring_regex(texts, "(?i)" + "|".join(parts)).to_pylist()
    return found


def _loose(name: str) -> str:
    """A pattern that stands wherever the name may stand."""
    gap = f"(?:{BETWEEN}|{ESCAPE})*"
    kinds = [(char, NUMBERED if char >= IDEOGRAPHS else ESCAPE) for char in name[:LONGEST]]
    return gap.join(f"(?:[{_alike(char)}]|{escape})" for char, escape in kinds)


def _alike(char: str) -> str:
    """The characters that compare as this one, for a class."""
    return "".join(rf"\x{{{ord(each):x}}}" for each in sorted({char, *_folds().get(char, ())}))


@cache
def _folds() -> dict[str, list[str]]:
    """Characters outside ASCII by the one that they compare as: full width, and the like."""
    found: dict[str, list[str]] = {}
    for first, after in FOLDED:
        for char in map(chr, range(first, after)):
            plain = unicodedata.normalize("NFKC", char).casefold()
            if len(plain) == 1 and plain != char:
                found.setdefault(plain, []).append(char)
    return found

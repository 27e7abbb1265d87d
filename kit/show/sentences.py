"""Numbers into sentences (数字成句), by templates from the word tables, the same in zh and en.

A template writes a count as `{n}` and the word that follows it as `{n:day|days}` (one|other) or
`{n:no days|day|days}` (none|one|other); Chinese mostly needs the number alone.
"""

from collections.abc import Iterable, Sequence
from numbers import Integral

from kit.words import word


class _Count(int):
    """A count in a template: itself with 千分位, or the word that agrees with it."""

    def __format__(self, forms: str) -> str:
        if "|" not in forms:
            return int.__format__(self, forms or ",").replace("-", "−")
        *none, one, other = forms.split("|")
        return none[0] if none and self == 0 else one if self == 1 else other


def say(key: str, lang: str, n: int | None = None, **facts: object) -> str:
    """The sentence `key` with its facts (造句); whole numbers agree with their words.

    facts : text already formatted by `kit.show.format`, or whole numbers
    >>> [say("show.n_rows", "en", n=n) for n in (0, 1, 1200)]
    ['0 rows', '1 row', '1,200 rows']
    """
    facts = facts if n is None else {"n": n, **facts}
    return word(key, lang, **{name: _counted(fact) for name, fact in facts.items()})


def join(items: Sequence[str], lang: str) -> str:
    """Items in a row (并列): 甲、乙和丙 / A, B and C; empty for none.

    Chinese sets a space between a Latin letter or figure and its own characters.
    >>> join(["A", "B", "C"], "en"), join(["甲", "乙", "丙"], "zh"), join(["A"], "en")
    ('A, B and C', '甲、乙和丙', 'A')
    >>> join(["甲", "乙 60 分", "100%"], "zh"), join(["ROI", "点击率"], "zh")
    ('甲、乙 60 分和 100%', 'ROI 和点击率')
    """
    items = [str(item) for item in items]
    if len(items) < 2:
        return "".join(items)
    before = word("show.comma", lang).join(items[:-1])
    last = items[-1]
    left, right = (" " if lang == "zh" and end.isascii() else "" for end in (before[-1:], last[:1]))
    return f"{before}{left}{word('show.and', lang)}{right}{last}"


def some(items: Sequence[str], lang: str, most: int = 3, *, of: str = "items") -> str:
    """The first `most` items and how many more (列举): 甲、乙、丙，另有 4 个 / A, B, C and 4 more.

    of : items, or people, who are counted by another word in Chinese
    >>> some(["A", "B", "C", "D", "E"], "en"), some(["A", "B"], "en")
    ('A, B, C and 2 more', 'A and B')
    >>> some(["甲", "乙"], "zh", 1, of="people")
    '甲，另有 1 人'
    """
    if len(items) <= most:
        return join(items, lang)
    first = word("show.comma", lang).join(str(item) for item in items[:most])
    return say(f"show.and_more_{of}", lang, first=first, rest=len(items) - most)


def prose(sentences: Iterable[str], lang: str) -> str:
    """Sentences in one paragraph (成段): Chinese ones follow each other without a space."""
    return ("" if lang == "zh" else " ").join(filter(None, sentences))


def _counted(fact: object) -> object:
    if isinstance(fact, Integral) and not isinstance(fact, bool):
        return _Count(fact)
    return fact

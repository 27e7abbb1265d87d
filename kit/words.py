"""Every word that a reader sees, in Chinese and English (词表), from the rooms' `words.csv` files.

The files together are one table `key,zh,en`: each room keeps its rows beside its code, and a key
may stand only once. `{name}` in a text is filled from the facts given by the caller.
"""

import csv
from functools import cache
from pathlib import Path

LANGS = ("zh", "en")


@cache
def table() -> dict[str, dict[str, str]]:
    """All words: key -> language -> text; ValueError when a key stands twice."""
    words: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.rglob("words.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["key"] in words:
                    raise ValueError(f"{path}: {row['key']} stands twice in the word tables")
                words[row["key"]] = {lang: row[lang] for lang in LANGS}
    return words


def word(key: str, lang: str, /, **facts: object) -> str:
    """The text of `key` in `lang` ("zh" or "en"), with its {facts} filled in; KeyError if unknown.

    >>> word("kit.yes", "en"), word("kit.yes", "zh")
    ('yes', '是')
    """
    text = table()[key][lang]
    return text.format_map(facts) if facts else text


def both(key: str, /, **facts: object) -> str:
    """The text in both languages, on one line."""
    return " / ".join(word(key, lang, **facts) for lang in LANGS)


def has(key: str) -> bool:
    """Whether the word tables hold `key`."""
    return key in table()

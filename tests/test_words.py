"""One table of words: every key used, every text in both languages, every fact in both."""

import re
import string
from pathlib import Path

from kit.words import table, word

ROOT = Path(__file__).resolve().parent.parent


def sources() -> str:
    files = [
        *ROOT.glob("kit/**/*.py"),
        *ROOT.glob("kit/**/*.yml"),
        *ROOT.glob("kit/**/*.html"),
        *ROOT.glob("kit/**/*.jinja"),
        *ROOT.glob("kit/**/*.j2"),
        *ROOT.glob("notebooks/*.ipynb"),
        *ROOT.glob("params/*.yml"),
    ]
    return "\n".join(f.read_text(encoding="utf-8") for f in files)


def test_every_word_is_filled_in_both_languages():
    empty = [key for key, texts in table().items() if not (texts["zh"] and texts["en"])]
    assert empty == []


def test_both_languages_take_the_same_facts():
    def facts(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    uneven = [k for k, t in table().items() if facts(t["zh"]) - {"s"} != facts(t["en"]) - {"s"}]
    assert uneven == []


def test_every_word_is_used():
    text = sources()
    literals = set(re.findall(r"[\"'`:\s]([a-z_]+(?:\.[A-Za-z0-9_%]+)+)", text))
    families = tuple(set(re.findall(r"f[\"']([a-z_]+\.(?:[A-Za-z0-9_.]*))\{", text)))
    unused = [
        k
        for k in table()
        if k not in literals
        and k.removesuffix(".one").removesuffix(".many") not in literals
        and not (families and k.startswith(families))
    ]
    assert unused == []


def test_a_word_is_found_in_the_language_asked_for():
    assert word("kit.yes", "zh") == "是"
    assert word("kit.yes", "en") == "yes"

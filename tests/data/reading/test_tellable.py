"""Every finding can be told in both languages, whatever its facts are called (全部问题都能说)."""

import ast
from pathlib import Path

import pytest

from kit.data.issues import Issue
from kit.errors import Fault
from kit.words import LANGS, has, table, word

DATA = Path(__file__).resolve().parents[3] / "kit" / "data"


def rules() -> set[str]:
    """Every rule that the data room can find: the first argument of `Issue`, and of `Trouble`."""
    found = set()
    for path in DATA.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Issue", "Trouble"):
                first = node.args[0] if node.args else None
                either = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                found |= {str(n.value) for n in either if isinstance(n, ast.Constant)}
    return found


def test_every_rule_has_its_sentence_in_both_languages():
    assert len(rules()) > 60
    assert {rule for rule in rules() if not has(f"data.{rule}")} == set()


@pytest.mark.parametrize("rule", sorted(rule for rule in rules() if has(f"data.{rule}")))
def test_every_rule_is_told_whatever_its_facts_are_called(rule):
    names = {"key", "lang", "facts", "self", "cls"}
    facts: dict = dict.fromkeys([*names, *_facts(f"data.{rule}")], "x")
    facts |= {"tables": ["ads"]} if "tables" in facts else {}
    issue = Issue(rule, "warn", "ads", "file.csv", 3, "spend", "1.5", 2, facts)
    for lang in LANGS:
        assert issue.fault().told(lang)
    assert word(f"data.{rule}", "zh", **{n: str(fact) for n, fact in facts.items()})
    assert Fault(f"data.{rule}", facts | {"tables": "x"}).told("en")


def _facts(key: str) -> set[str]:
    """The facts that a text names."""
    import string

    every = (f for text in table()[key].values() for f in string.Formatter().parse(text))
    return {name for _, name, _, _ in every if name}

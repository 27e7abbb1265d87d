"""The measured rates: of the methods in force, on both pages, and re-run cheaply."""

import json
from pathlib import Path

import pytest

from kit.words import LANGS
from tests.bench import trust
from tests.bench.worlds import page

HERE = Path(__file__).parent
TOLD = json.loads((HERE / "trust.json").read_text(encoding="utf-8"))
CHEAP = {"1": 20, "2": 60, "3": 40, "4": 20, "5": 10, "6": 15}
CHEAP |= {"7": 30, "8": 12, "10": 30, "11": 100, "14": 60, "15": 30}


def test_the_rates_are_those_of_the_methods_in_force():
    assert TOLD["versions"] == trust.VERSIONS
    assert {row["n"] > 0 for row in TOLD["rows"]} == {True} and TOLD["date"]


def test_the_page_says_what_was_measured_in_both_languages():
    for n, lang in enumerate(LANGS):
        text = (page.PAGES / f"trust.{lang}.html").read_text(encoding="utf-8")
        assert text == page.page(TOLD, n)


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(CHEAP, key=int))
def test_a_cheap_row_of_each_fault_keeps_its_limit(fault):
    asked = next(row for row in trust.rows() if row.fault == fault)
    row, seen = trust.found(asked, CHEAP[fault])
    assert seen.state != "missed", (row.world, row.statistic, seen)

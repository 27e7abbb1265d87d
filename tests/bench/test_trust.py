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
CHEAP |= {"7": 30, "8": 12, "10": 30, "11": 100, "14": 60, "15": 30, "16": 40}


def test_the_rates_are_those_of_the_methods_in_force():
    assert TOLD["versions"] == trust.VERSIONS
    assert {row["n"] > 0 for row in TOLD["rows"]} == {True} and TOLD["date"]


def test_the_page_says_what_was_measured_in_both_languages():
    for n, lang in enumerate(LANGS):
        text = (page.PAGES / f"trust.{lang}.html").read_text(encoding="utf-8")
        assert text == page.page(TOLD, n)


@pytest.mark.parametrize("n, worst", [(0, "最差"), (1, "worst")])
def test_a_world_is_called_the_worst_only_where_the_others_are_left_out(n, worst):
    """By trust.json: lower limits list every world, so that the column's head may not say worst."""
    powers = [row for row in TOLD["rows"] if not row["most"]]
    text = page.page(TOLD, n)
    listed = [r for r in powers if sum(r["world"] in line for line in text.split("<tr>")) > 0]
    assert len(listed) == len(powers) > 1, "every world of what must reach a limit"
    assert worst not in page.TEXTS["head"][n][2].lower() and worst in page.TEXTS["lead"][n]


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(CHEAP, key=int))
def test_a_cheap_row_of_each_fault_keeps_its_limit(fault):
    asked = next(row for row in trust.rows() if row.fault == fault)
    row, seen = trust.found(asked, CHEAP[fault])
    assert seen.state != "missed", (row.world, row.statistic, seen)

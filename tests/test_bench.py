"""Benches of trust and faults end with 1 where what they try does not hold."""

import random

import pandas as pd
import pytest

from tests.bench import (
    abtest_trust,
    anonymity,
    counted,
    exports_mutations,
    own_speed,
    scoring_trust,
    units,
)
from tests.bench import tables_mutations as tables

BAD = ["silent", "traceback", "refused without a word", "right though broken", "refused known"]
BAD += ["refused though right"]


@pytest.mark.parametrize("verdict", ["right", "refused", "not made", *BAD])
def test_a_bad_end_among_good_ones_ends_a_bench_with_1(verdict, capsys):
    turns = iter(["right", verdict, "refused"])
    code = counted.count(3, 1, lambda *_: (next(turns), "what was done"))
    assert code == int(verdict in BAD)
    assert ("what was done" in capsys.readouterr().out) == (verdict in BAD)


@pytest.mark.parametrize("bench", [exports_mutations, tables])
def test_a_reader_that_loses_a_column_of_figures_is_noticed(bench, monkeypatch, capsys):
    """A total where there should be figures: each mutation of the rest is then silent."""
    assert bench.main(15, 1) == 0
    monkeypatch.setattr(bench, "sums", lambda *_: [0.0])
    assert bench.main(15, 1) == 1 and "silent" in capsys.readouterr().out


def test_a_mutation_that_moves_columns_keeps_each_with_its_header():
    rows = [["a", "b", "c"], [1, 2, 3], [4, 5, 6]]
    found = counted.moved(random.Random(2), rows)
    assert found[0] != rows[0]
    assert [dict(zip(found[0], row, strict=True)) for row in found[1:]] == [
        {"a": 1, "b": 2, "c": 3},
        {"a": 4, "b": 5, "c": 6},
    ]


def test_an_answer_given_away_ends_the_attack_with_1(monkeypatch):
    columns = ["pools", "certain", "above", "accomplice", "off"]
    for n, code in enumerate([0, 1, 1, 0, 1]):
        found = pd.DataFrame([[9 * (k == 0) + (k == n) for k in range(5)]], columns=columns)
        monkeypatch.setattr(anonymity, "drawn", lambda _, found=found: found)
        assert anonymity.main(1) == code


def test_a_limit_that_is_passed_ends_a_bench_of_trust_with_1(monkeypatch, capsys):
    monkeypatch.setattr(abtest_trust, "rest", lambda _: iter([]))
    for share, code in ((0.05, 0), (0.9, 1)):
        lines = [abtest_trust.line("made", (share, 0.01), 0, 0.1)]
        monkeypatch.setattr(abtest_trust, "daily", lambda _, lines=lines: iter(lines))
        assert abtest_trust.main(1) == code
    assert "OVER" in capsys.readouterr().out
    assert scoring_trust.holds(0.95, 0.05) and not scoring_trust.holds(0.92, 0.05)
    assert not scoring_trust.holds(0.95, 0.06)


@pytest.mark.parametrize(("silent", "asked", "code"), [(0, 0, 0), (2, 0, 1), (0, 1, 1)])
def test_a_silent_change_of_unit_ends_its_bench_with_1(silent, asked, code, monkeypatch, capsys):
    monkeypatch.setattr(units.spoiled, "every", lambda: ["plain"])
    missed = [("a change", 9.0)] * bool(silent)
    monkeypatch.setattr(units, "moves", lambda _, changes: missed if changes == ["plain"] else [])
    monkeypatch.setattr(units, "honest", lambda: asked)
    assert units.main(1) == code
    lines = capsys.readouterr().out.splitlines()
    assert not silent or lines[0].startswith("plain: 1 silent of 1 tried of 1")


@pytest.mark.parametrize(
    ("checked", "scored", "code"), [(1.0, 3.0, 0), (2.0, 3.0, 1), (1.0, 30.0, 1)]
)
def test_a_budget_of_speed_that_is_passed_ends_its_bench_with_1(
    checked, scored, code, monkeypatch, capsys
):
    """By hand: 3 s of 70 lines beside 1 s of 12 is half a line's cost; checks 1 of 4, 2 of 4."""
    turns = iter([1.0, scored, 1.0, checked])
    monkeypatch.setattr(own_speed, "spent", lambda work: next(turns))
    monkeypatch.setattr(own_speed, "company", lambda *_: None)
    monkeypatch.setattr(own_speed, "scorecards", lambda *_: None)
    assert own_speed.main() == code
    assert "at most 0.3" in capsys.readouterr().out

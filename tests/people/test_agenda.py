"""Whom to talk to first and what is due: by hand, and how often equals are named."""

import datetime as dt
import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.data.load import load
from kit.pages.people import agenda as page
from kit.pages.people import loop, strengths
from kit.pages.people.growth import _pooled
from kit.pages.people.view import view
from kit.pages.scoring import groups, periods
from kit.pages.scoring import view as scoring_view
from kit.people.agenda import Agenda, agenda, equals, own, talk_first, this_week
from kit.people.followup import followup
from kit.people.frames import team
from kit.people.hints import Hint, _trends
from kit.people.privacy import visible
from kit.people.tasks import Task
from kit.scoring.what_if import scorecards
from kit.show.sentences import say
from tests.bench.worlds import agendas

TODAY = dt.date(2025, 7, 10)
HEADS = frozenset({"M1", "M2"})


def known(*hints, tasks=(), good=()):
    return Agenda(TODAY, HEADS, tuple(hints), tuple(tasks), tuple(good))


def names(found):
    return [entry.specialist_id for entry in found]


def test_one_hint_or_two_of_one_family_name_nobody_and_two_families_do():
    one = [Hint("S1", "total", "trend"), Hint("S1", "total", "below")]
    assert talk_first(known(*one), ["S1"]) == []
    assert names(talk_first(known(*one, Hint("S1", "stop", "stop")), ["S1"])) == ["S1"]


def test_a_grade_that_went_down_brings_nobody_in():
    hints = [Hint("S1", "total", "grade_down"), Hint("S1", "work", "low")]
    assert talk_first(known(*hints), ["S1"]) == []


def test_dates_come_first_then_families_then_money_and_three_at_most():
    hints = [
        Hint("S1", "return", "efficiency", money=900.0),
        Hint("S1", "work", "low"),
        Hint("S2", "return", "fit"),
        Hint("S2", "total", "trend"),
        Hint("S2", "stop", "stop", money=10.0),
        Hint("S3", "dated", "appeal", due=TODAY),
        Hint("S4", "return", "efficiency", money=901.0),
        Hint("S4", "work", "low"),
    ]
    assert names(talk_first(known(*hints), ["S1", "S2", "S3", "S4"])) == ["S3", "S2", "S4"]
    assert names(talk_first(known(*hints), ["S1", "S4"])) == ["S4", "S1"]


def test_good_news_takes_one_place_that_is_left():
    good = [Hint("S8", "good", "stretch"), Hint("S9", "good", "stretch")]
    bad = [Hint(f"S{n}", "dated", "appeal", due=TODAY) for n in range(4)]
    seen = [f"S{n}" for n in range(10)]
    assert names(talk_first(known(good=good), seen)) == ["S8"]
    assert names(talk_first(known(*bad[:2], good=good), seen)) == ["S0", "S1", "S8"]
    assert names(talk_first(known(*bad, good=good), seen)) == ["S0", "S1", "S2"]


def test_three_reasons_are_shown_each_family_before_the_second_of_any():
    kinds = ["trend", "trend_each", "below"]
    hints = [Hint("S1", "total", kind) for kind in kinds]
    hints += [Hint("S1", family, "low") for family in ("stop", "return", "work")]
    [entry] = talk_first(known(*hints), ["S1"])
    assert [h.family for h in entry.hints] == ["total", "stop", "return"]
    assert entry.ask == "stop"
    assert len(own(known(*hints), "S1")) == 6


def task(kind, about, owners, due=None, readers=("manager", "hr"), **more):
    return Task(kind, readers, about, owners, due, **more)


def test_nobody_gets_the_rows_of_another():
    rows = [
        task("course", ("S1",), ("M2",), TODAY),
        task("appeal", ("S1",), ("M2",), TODAY),
        task("stop", ("S1",), ("S1",), readers=("manager", "employee"), money=(5.0,)),
        task("agreed", (), ("M2",), TODAY, readers=("manager", "employee")),
    ]
    found = known(tasks=rows)
    assert [t.kind for t in this_week(found, ["S1"], "manager/M1")] == ["appeal", "stop"]
    assert [t.kind for t in this_week(found, ["S1"], "hr")] == ["course", "appeal"][::-1]
    assert [t.kind for t in this_week(found, ["S1"], "employee")] == ["stop"]
    assert this_week(found, ["S7"], "manager/M1") == []


def test_money_of_one_move_is_added_and_kinds_stay_apart():
    rows = [
        task("stop", ("S1",), ("S1",), money=(5.0,), money_kind="loss", items=("P1",)),
        task("stop", ("S2",), ("S2",), money=(7.0,), money_kind="loss", items=("P2",)),
        task("ship", ("S2",), ("S2",), money=(100.0,), money_kind="profit", items=("T1",)),
    ]
    stop, ship = this_week(known(tasks=rows), ["S1", "S2"], "manager")
    assert stop.money == (12.0,) and stop.owners == ("S1", "S2") and stop.items == ("P1", "P2")
    assert ship.money == (100.0,)


def test_what_is_late_or_near_comes_first_then_undated_then_later():
    days = {"late": -20, "near": 14, "far": 15}
    rows = [
        task("agreed", ("S1",), ("S1",), TODAY + dt.timedelta(n), items=(name,))
        for name, n in days.items()
    ]
    rows.append(task("fix", ("S1",), ("S1",), items=("none",)))
    found = this_week(known(tasks=rows), ["S1"], "manager")
    assert [t.items[0] for t in found] == ["late", "near", "none", "far"]


def past(*totals):
    months = [f"2025-{n:02d}" for n in range(1, len(totals) + 1)]
    table = {"specialist_id": "S1", "period_id": months, "total": totals, "printed": totals}
    return pd.DataFrame(table)


class Found:
    def __init__(self, table):
        self.alike = table


def test_a_falling_total_is_told_with_its_slope_and_last_step():
    y = [90.0, 88.5, 87.5, 85.8, 84.1, 82.0]
    [hint] = _trends(Found(past(*y)), 0.95)
    slope, last = hint.facts["slope"][0], hint.facts["last"][0]
    assert slope == pytest.approx(np.polyfit(range(6), y, 1)[0])
    assert last == pytest.approx(-2.1) and hint.kind == "trend_each"


def test_month_after_month_is_said_only_if_every_step_fell():
    [hint] = _trends(Found(past(90.0, 88.5, 86.0, 86.2, 84.1, 82.0)), 0.95)
    assert hint.kind == "trend"
    assert list(_trends(Found(past(90.0, 80.0, 91.0, 79.0, 92.0, 78.0)), 0.95)) == []


@pytest.mark.parametrize("level, falls", [(0.95, 0), (0.8, 1)])
def test_a_trend_is_told_at_the_level_of_the_scheme(level, falls):
    """By SciPy: 90, 86, 88, 83 have a p of 0.179: a fall at 80 %, none at 95 %."""
    totals = [90.0, 86.0, 88.0, 83.0]
    assert stats.linregress(range(4), totals).pvalue == pytest.approx(0.179, abs=0.001)
    found = list(_trends(Found(past(*totals)), level))
    assert len(found) == falls
    for hint in found:
        line = stats.linregress(range(4), totals)
        half = stats.t.ppf(0.5 + level / 2, 2) * line.stderr
        assert hint.facts["low"][0] == pytest.approx(line.slope - half)


def test_of_equals_somebody_is_named_about_as_rarely_as_the_page_says():
    """A manager of 7 of the 14 meets chance about half as often as one of all."""
    for n, share in zip((14, 7), agendas.shares(20250711, 100, (14, 7)), strict=True):
        told = 1 / equals(n)
        assert abs(share - told) < 3 * (told * (1 - told) / 100) ** 0.5, n
    assert (equals(14), equals(7)) == (8, 15)


@cache
def sample():
    tables = load("params/2025-06.yml")
    found = followup(tables)
    return tables, agenda(tables, found)


@pytest.mark.slow
def test_the_sample_names_those_whose_story_asks_for_it():
    tables, found = sample()
    entries = talk_first(found, visible(tables, "manager/M01"))
    assert names(entries) == ["S06", "S02", "S01"]
    kinds = {entry.specialist_id: {h.kind for h in entry.hints} for entry in entries}
    assert {"trend", "stop", "fit"} <= kinds["S02"]
    assert kinds["S06"] == {"appeal"} and kinds["S01"] == {"stretch"}


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["manager/M01", "hr", "employee"])
def test_what_page_and_index_draw_is_plain_data(audience):
    tables, _ = sample()
    v = view(team(tables, audience, "S02" if audience == "employee" else ""), "zh")
    [block] = page.agenda(v)
    told = json.loads(json.dumps(block.data["agenda"]))
    assert page.drawn(told, "zh") == block.html
    assert ("talk" in told) == audience.startswith("manager")
    if audience == "employee":
        assert {row["owner"] for row in told["week"]} == {v.names["S02"]}


@pytest.mark.slow
def test_a_manager_is_told_nothing_that_the_persons_own_page_does_not_say():
    tables, _ = sample()
    boss = view(team(tables, "manager/M01"), "zh")
    [block] = page.agenda(boss)
    for entry in block.data["agenda"]["talk"]:
        who = next(i for i, name in boss.names.items() if name == entry["name"])
        own_lines = page.own_facts(view(team(tables, "employee", who), "zh"))
        assert {line["text"] for line in entry["lines"]} <= set(own_lines)


class Looking:
    """What `_pooled` asks of a view."""

    lang = "en"

    def __init__(self, *people):
        self.people = people
        self.names = {f"S{n}": f"N{n}" for n in range(5)}

    def say(self, key, n=None, **facts):
        return say(key, "en", n, **facts)


def test_a_pooled_figure_names_its_pool_and_tells_of_nobody_alone():
    assert _pooled(Looking("S1"), ("S1",)) == "N1"
    assert _pooled(Looking("S1", "S2"), ("S1", "S2")) == "N1 and N2 together"
    assert _pooled(Looking("S1"), ("S1", "S2")) == ""
    assert _pooled(Looking("S1"), ("S1", "S2", "S3")) == "N1 and others, 3 people together"


def rows_of(block):
    """Tables of a block, folded ones too, as id -> first column -> its rows."""
    parts = [(block.id, block.data), *((b["id"], b["data"]) for b in block.data.get("blocks", []))]
    return {
        id: pd.DataFrame(data["rows"]).groupby(data["columns"][0]["key"])
        for id, data in parts
        if "rows" in data
    }


@pytest.mark.slow
@pytest.mark.parametrize("manager", ["M01", "M02"])
def test_every_figure_cited_by_its_address_stands_there(manager):
    tables, known_ = sample()
    audience = f"manager/{manager}"
    boss = view(team(tables, audience), "zh")
    scores = scoring_view.view(scorecards(tables), "zh", audience)
    shown = [groups.verdicts(scores), *periods.periods(scores)]
    shown += [*strengths.strengths(boss), *loop.loop(boss)]
    found = {id: rows for block in shown if block for id, rows in rows_of(block).items()}
    cited = [h for e in talk_first(known_, boss.people) for h in e.hints if h.at[1]]
    assert len(cited) >= 2
    for hint in cited:
        table, column = hint.at
        cells = found[table].get_group(boss.names[hint.specialist_id])[column].tolist()
        values = [value for value, _ in hint.facts.values()]
        assert {*cells} & {*values} or column in ("mean", "grade"), hint


@pytest.mark.slow
def test_an_owner_who_may_not_be_seen_has_no_id_on_the_page():
    tables, _ = sample()
    shared = Task("stop", ("employee",), ("S09",), ("S09", "S11"), items=("P081",), money=(5.0,))
    own_page = view(team(tables, "employee", "S09"), "en")
    assert page._owners(own_page, shared) == "苏婉清 1 and a colleague 1"
    boss = view(team(tables, "manager/M01"), "en")
    budget = Task("budget", ("manager",), (), ("M01", "M02"))
    told = page._owners(boss, budget)
    assert told == "manager M01, the other manager and the person above them"

"""Figures in another unit are refused, asked about or warned of; honest ones pass (单位与量级)."""

import re

import numpy as np
import pandas as pd
import pytest

from kit.data.load import inspect, load
from kit.data.quality.levels.asked import apart, off, power
from kit.errors import DataError
from kit.params import read_period
from kit.show.doubted import doubted
from kit.words import LANGS
from tests.data.company import FILES, folder
from tests.data.quality import nine, spoiled
from tests.data.quality.spoiled import Change

CHANGES = [  # of tests/bench `units`, which tries every one of them, a few of each kind
    Change("ads", "spend", 100.0, "all"),
    Change("ads", "revenue", 0.01, "period"),
    Change("ads", "clicks", 10.0, "period"),
    Change("ads", "orders", 10.0, "all"),
    Change("ads", "impressions", 10_000.0, "half"),
    Change("ads", "clicks", 0.0001, "all"),
    Change("ads", "orders", 0.01, "all"),
    Change("ads", "new_customers", 0.01, "all"),
    Change("budget", "budget", 100.0, "all"),
    Change("budget", "budget", 10.0, "one"),
    Change("targets", "target", 100.0, "half", "sales"),
    Change("targets", "target", 0.01, "one", "roi"),
    Change("targets", "target", 10.0, "all", "click_conversion"),
    Change("targets", "target", 1e300, "one", "cac"),
    Change("targets", "target", -1.0, "one", "sales"),
]


@pytest.fixture(scope="module")
def tables():
    return nine.company()


def found(place, tables, more=""):
    """Findings by rule, each told in both languages on the way."""
    issues = inspect(read_period(nine.written(place, tables, more))).found
    assert all(i.fault().told(lang) for i in issues for lang in LANGS)
    return {i.rule: i for i in issues}


def one(tables, table, factor, **where):
    """The tables with one row's figure times a factor."""
    rows = tables[table].reset_index(drop=True)
    hit = pd.Series(True, rows.index)
    for column, value in where.items():
        hit &= rows[column] == value
    assert hit.any()
    column = {"targets": "target", "budget": "budget"}[table]
    return {**tables, table: rows.assign(**{column: rows[column].mask(hit, rows[column] * factor)})}


def test_honest_figures_are_asked_nothing(tmp_path, tables):
    """A promotion in June multiplies clicks, spend and sales by 2.5: no ratio moves with it."""
    assert not [rule for rule in found(tmp_path, tables) if rule.startswith("level_")]


@pytest.mark.parametrize("period", ["2025", "2025-Q2"])
def test_honest_spans_of_the_sample_are_asked_nothing(period):
    """Somebody joined, left and took over plans in them, and a platform is new; 618 is in both."""
    issues = inspect(read_period(f"params/{period}.yml")).found
    told = [i.severity for i in issues if i.rule.startswith("level_")]
    assert "refuse" not in told and told.count("warn") <= 3


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: "-".join(map(str, c)))
def test_no_other_unit_passes_without_a_word(tmp_path, tables, change):
    """The same company without the change is told nothing but notes (the test above)."""
    bad = spoiled.changed(tables, change, np.random.default_rng(7))
    assert spoiled.told(tmp_path, bad)


def orders_of(tables, hit, value):
    """The company with `value` orders on some plan-days, newest day first."""
    ads = tables["ads"].reset_index(drop=True)
    orders = ads["orders"].astype(float).mask(hit(ads), value)
    return {**tables, "ads": ads.assign(orders=orders).iloc[::-1].reset_index(drop=True)}


def test_orders_that_are_mostly_parts_are_refused_at_their_row_and_may_be_confirmed(
    tmp_path, tables
):
    parts = orders_of(tables, lambda ads: ads["orders"] > 0, 0.25)
    issue = found(tmp_path, parts)["level_counts"]
    row = parts["ads"].iloc[issue.row - 2]
    assert issue.severity == "refuse" and issue.file.endswith("ads.csv")
    assert (row["date"], row["plan_id"]) == (str(issue.facts["day"]), issue.facts["plan"])
    assert (row["date"], row["orders"]) == ("2025-06-01", 0.25)
    because = 'confirmed: [{what: "ads.orders ÷10", reason: shared credit, by: M1}]'
    assert found(tmp_path, parts, because)["confirmed"].severity == "warn"


def test_shared_credit_on_few_plan_days_is_only_warned_of(tmp_path, tables):
    none = orders_of(tables, lambda ads: ads.index >= 0, 0.0)
    assert "level_counts" not in found(tmp_path, none)
    ads = none["ads"]
    some = ads.index[ads["date"] >= "2025-06-01"][:40]
    shared = {**none, "ads": ads.assign(orders=ads["orders"].mask(ads.index.isin(some), 0.25))}
    issue = found(tmp_path, shared)["level_counts"]
    assert issue.severity == "warn" and "above 0, 40 hold less" in issue.fault().told("en")


@pytest.mark.parametrize(
    ("share", "rule"),
    [(0.7, "level_days"), (0.95, "level_shift"), (0.98, "level_counts")],
)
def test_a_column_in_another_unit_is_refused_once(tmp_path, tables, share, rule):
    """Whatever other checks say: what they only warn of is no reason to let a refusal go."""
    rng = np.random.default_rng(3)
    parts = orders_of(tables, lambda ads: rng.random(len(ads)) < share, 0.25)
    told = [
        i for i in inspect(read_period(nine.written(tmp_path, parts))).found if i.column == "orders"
    ]
    assert [(i.rule, i.severity) for i in told] == [(rule, "refuse")]


def test_a_target_in_fen_is_asked_about_with_all_that_helps(tmp_path, tables):
    bad = one(tables, "targets", 100, period_id="2025-06", specialist_id="S3", indicator="sales")
    issue = found(tmp_path, bad)["level_target"]
    row = bad["targets"].query(
        "period_id == '2025-06' and specialist_id == 'S3' and indicator == 'sales'"
    )
    past = bad["targets"].query(
        "period_id < '2025-06' and specialist_id == 'S3' and indicator == 'sales'"
    )
    days = past["period_id"].map({"2025-03": 31, "2025-04": 30, "2025-05": 31})
    usual = 30 * (past["target"] / days).median()  # by hand: the median a day, times 30 days
    assert issue.severity == "refuse"
    assert (issue.table, issue.column, issue.row) == ("targets", "target", row.index[0] + 2)
    assert issue.facts["person"] == "S3" and issue.facts["guess"] == "data.guess.fen"
    assert float(issue.facts["usual"].replace(",", "")) == pytest.approx(usual, rel=1e-3)
    size = re.fullmatch(r"a factor of ([\d.]+) above", issue.facts["factor"].texts["en"])
    assert float(size[1]) == pytest.approx(row["target"].iloc[0] / usual, rel=0.01)
    assert "S3" in issue.fault().told("en") and "分当成" in issue.fault().told("zh")
    for name in ("found", "usual"):
        assert f"CNY {issue.facts[name]}" in issue.fault().told("en")
        assert f"{issue.facts[name]} 元" in issue.fault().told("zh")
    assert "2025-06" in issue.fault().told("zh"), "of which span"


def test_who_takes_over_plans_may_have_a_far_higher_target(tmp_path, tables):
    """Six times the target of before, but also six times the sales: nothing is asked."""
    past = tables["targets"]["period_id"] < "2025-06"
    mine = past & (tables["targets"]["specialist_id"] == "S3")
    mine &= tables["targets"]["indicator"] == "sales"
    target = tables["targets"]["target"].mask(mine, tables["targets"]["target"] / 6)
    issues = found(tmp_path, {**tables, "targets": tables["targets"].assign(target=target)})
    assert "level_target" not in issues


def _worse(tables, part, since, people=nine.PEOPLE):
    """The tables with sales and orders of these people's plans times `part` from a day on."""
    owned = tables["assignment"]
    mine = owned.loc[owned["specialist_id"].isin(people), "plan_id"]
    ads = tables["ads"].reset_index(drop=True)
    hit = ads["plan_id"].isin(mine) & (ads["date"] >= since)
    less = {c: ads[c].mask(hit, (ads[c] * part).round()) for c in ("orders", "revenue")}
    less["new_customers"] = np.minimum(ads["new_customers"], less["orders"])
    return {**tables, "ads": ads.assign(**less)}


@pytest.mark.parametrize("people", [["S3"], nine.PEOPLE], ids=["one", "everybody"])
@pytest.mark.parametrize("known", [True, False], ids=["past targets", "first targets"])
def test_an_honestly_bad_month_is_refused_for_no_target(tmp_path, tables, people, known):
    """A thirtieth of the sales of usual, targets as usual: the month is bad, no unit is."""
    bad = _worse(tables, 1 / 30, "2025-06-01", people)
    if not known:
        targets = bad["targets"]
        bad = {**bad, "targets": targets[targets["period_id"] == "2025-06"]}
    issues = found(tmp_path, bad)
    refused = [i.rule for i in issues.values() if i.severity == "refuse"]
    assert not [rule for rule in refused if rule.startswith("level_target")]


@pytest.mark.parametrize("left", [1, 2, 9])
def test_a_bad_first_month_of_few_people_is_refused_for_no_target(tmp_path, tables, left):
    """No day before, no target before, one person at a thirtieth of the target."""
    bad = _worse(tables, 1 / 30, "2025-06-01", ["S1"])
    targets = bad["targets"][bad["targets"]["specialist_id"].isin(nine.PEOPLE[:left])]
    first = {
        **bad,
        "ads": bad["ads"][bad["ads"]["date"] >= "2025-06-01"],
        "targets": targets[targets["period_id"] == "2025-06"],
    }
    issues = found(tmp_path, first)
    assert {i.severity for r, i in issues.items() if r.startswith("level_target")} == {"warn"}


def test_a_confirmed_figure_is_a_warning_that_names_who_and_why(tmp_path, tables):
    bad = one(tables, "budget", 100, period_id="2025-06", specialist_id="S3")
    asked = found(tmp_path, bad)["level_budget"]
    said = "confirmed:\n- {what: '%s', reason: 新品首发, by: H01}\n"
    told = found(tmp_path, bad, said % asked.facts["confirm"])["confirmed"]
    assert (told.severity, told.facts["by"], told.facts["why"]) == ("warn", "H01", "新品首发")
    assert "H01" in told.fault().told("zh") and "新品首发" in told.fault().told("en")
    load(tmp_path / "2025-06.yml")  # no longer refused
    worse = one(bad, "budget", 100, period_id="2025-06", specialist_id="S3")
    again = found(tmp_path, worse, said % asked.facts["confirm"])
    assert again["level_budget"].severity == "refuse", "another value is asked about again"
    assert again["confirmed_nothing"].severity == "warn"


def test_only_approvers_may_confirm_where_the_period_names_some(tmp_path, tables):
    bad = one(tables, "budget", 100, period_id="2025-06", specialist_id="S3")
    what = found(tmp_path, bad)["level_budget"].facts["confirm"]
    more = (
        f"confirmed:\n- {{what: '{what}', reason: 首发, by: H01}}\n"
        "approvers:\n- {id: H01, acts: [close]}\n- {id: H02}\n"
    )
    issues = found(tmp_path, bad, more)
    assert issues["confirmed_by"].facts["known"] == ["H02"]
    assert issues["level_budget"].severity == "refuse"


def test_a_page_tells_a_doubted_figure_of_somebody_else_without_the_name(tmp_path, tables):
    bad = one(tables, "targets", 3, period_id="2025-06", specialist_id="S3", indicator="sales")
    held = inspect(read_period(nine.written(tmp_path, bad)))
    own = doubted(held, "en", {"S3": "人员S3"})
    assert len(own) == 1 and "人员S3" in own[0]
    assert ".csv" not in own[0] and "[" not in own[0], "place and code stand on page 1"
    assert doubted(held, "en", {"S1": "人员S1"}) == []
    assert len(doubted(held, "zh", {f"S{n}": f"人员S{n}" for n in range(1, 10)})) == 1


@pytest.mark.parametrize("cell", ["1e13", "1e300", "-1e13"])
def test_a_figure_that_no_company_has_is_refused_at_its_cell(tmp_path, cell):
    ads = FILES["ads"].replace("10,7,1,30", f"10,{cell},1,30")
    with pytest.raises(DataError) as refusal:
        load(folder(tmp_path, ads=ads))
    [fault] = [f for f in refusal.value.faults if f.key == "data.too_large"]
    assert (fault.facts["row"], fault.facts["column"], fault.facts["count"]) == (6, "spend", 1)


def test_a_factor_is_told_either_way():
    assert [off(x) for x in (4.0, 0.25, 1.0)] == [4.0, 4.0, 1.0]
    assert [apart(x).texts["zh"] for x in (98.0, 1 / 98)] == ["98 倍", "98 倍"]
    assert [apart(x).texts["en"][-8:] for x in (98.0, 1 / 98)] == ["98 above", "98 below"]
    assert apart(0.0) == "—"
    assert [power(x) for x in (98.0, 0.012, 7.0)] == ["×100", "÷100", "×10"]

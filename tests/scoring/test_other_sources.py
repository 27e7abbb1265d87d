"""Team parts, key results, typed points, periods inside: worked examples by hand."""

import pandas as pd
import pytest

from kit.errors import KitError
from kit.pages.scoring.person import persons
from kit.pages.scoring.view import view
from kit.scoring.card import scorecards
from kit.scoring.what_if import scorecards as appraised
from tests.scoring import hand
from tests.scoring.test_own import answers, leads, measured, month, named

OKR = {
    "okr": {
        "name": named("关键结果", "key results"),
        "progress": "key_results",
        "unit": "percent",
        "duty": "plan",
        "rule": "okr",
    }
}


OKR_RULE = {"okr": {"kind": "anchors", "on": "value", "points": [[0, 0], [0.7, 100], [1, 120]]}}


def results(*rows):
    keys = ["key_result", "start", "target", "current", "weight", "on"]
    table = pd.DataFrame([dict(zip(keys, row, strict=True)) for row in rows])
    return table.assign(period_id="2025-04", specialist_id="S1", objective="O", source="周报")


def test_key_results_are_the_weighted_share_of_the_way_made(tmp_path):
    """By hand: 2.0→3.0 at 2.6: 0.6; 120→90 at 96: 0.8; weights 0.6, 0.4 → 0.68 → 97.1429."""
    rows = results(
        ("ROI", 2, 3, 2.1, 0.6, "2025-04-10"),
        ("ROI", 2, 3, 2.6, 0.6, "2025-04-28"),
        ("CAC", 120, 90, 96, 0.4, None),
        ("later", 0, 1, None, 0.5, None),
    )
    tables = month(tmp_path, OKR, {"okr": 1}, {"key_results": rows}, rules=OKR_RULE)
    row = scorecards(tables).indicators.iloc[0]
    assert row["actual"] == pytest.approx(0.68) and row["points"] == pytest.approx(
        97.1429, abs=5e-5
    )
    assert row["denominator"] == 2


def test_a_key_result_without_a_way_is_refused(tmp_path):
    rows = results(("ROI", 2, 2, 2, 1, None))
    with pytest.raises(KitError) as refused:
        month(tmp_path, OKR, {"okr": 1}, {"key_results": rows}, rules=OKR_RULE)
    assert "data.start_is_target" in {f.key for f in refused.value.faults}


TEAM = {
    "sales": {"branch": "hard", "rule": "share"},
    "team_sales": {
        "name": named("团队成交额", "team sales"),
        "of": "sales",
        "scope": "team",
        "rule": "share",
    },
    "team_roi": {"name": named("团队 ROI", "team ROI"), "of": "roi", "scope": "team",
                 "rule": "share", "target": 5},
    "team_total": {"name": named("团队均分", "team mean"), "of": "total", "scope": "team",
                   "rule": "value"},
}  # fmt: skip


SHARE = {
    "share": {"kind": "completion", "cap": 1.5},
    "value": {"kind": "anchors", "on": "value", "points": [[0, 0], [200, 200]]},
}


DAYS = hand.DAYS


REVENUE = {"S1": 200, "S2": 100, "S3": 400}  # a day; S3 is in another team


def team(folder, profile, teams=("T", "T", "U"), targets=None, postings=None, **more):
    tables = hand.tables() | ({} if postings is None else {"postings": postings})
    for name in ("feedback", "tasks", "budget"):
        tables.pop(name)
    people = list(REVENUE)
    tables["roster"] = pd.DataFrame(
        {"specialist_id": people, "name": ["甲", "乙", "丙"], "team": teams}
    )
    tables["plans"] = pd.concat(
        [tables["plans"].assign(plan_id=f"P{n}") for n in (1, 2, 3)], ignore_index=True
    )
    tables["assignment"] = pd.DataFrame(
        {"plan_id": ["P1", "P2", "P3"], "specialist_id": people, "valid_from": "2025-01-01"}
    )
    ads = [
        {"date": day, "plan_id": f"P{n}", "impressions": 1000, "clicks": 100, "orders": 10,
         "spend": 50, "revenue": sales + (7 * k % 11 - 5 if k < 22 else 0), "new_customers": 1}
        for n, sales in enumerate(REVENUE.values(), start=1)
        for k, day in enumerate(DAYS)
    ]  # fmt: skip
    tables["ads"] = pd.DataFrame(ads)
    usual = {"period_id": "2025-04", "specialist_id": people, "indicator": "sales", "target": 6000}
    tables["targets"] = pd.DataFrame(usual) if targets is None else targets

    def changed(said):
        for key in ("people", "core_floor"):
            said.pop(key, None)
        return said | {
            "indicators": TEAM, "profiles": {"month": profile}, "rules": SHARE, "coverage_floor": 0,
        }  # fmt: skip

    return hand.loaded(folder, tables, scheme=changed, **more)


def test_a_team_part_is_the_sum_of_the_members_against_the_sum_of_their_targets(tmp_path):
    """By hand: T sells 30·300 = 9,000 of 12,000; U 12,000 of 6,000 → 150; ROI 9,000/3,000 = 3."""
    cards = scorecards(team(tmp_path, {"sales": 0.6, "team_sales": 0.2, "team_roi": 0.2}))
    rows = cards.indicators.set_index(["specialist_id", "indicator"])
    odd = sum(7 * k % 11 - 5 for k in range(22))
    assert rows.loc[("S1", "team_sales"), "actual"] == 9000 + 2 * odd
    assert rows.loc[("S2", "team_sales"), "target"] == 12_000
    assert rows.loc[("S3", "team_sales"), "points"] == 150
    assert rows.loc[("S2", "team_roi"), "actual"] == pytest.approx((9000 + 2 * odd) / 3000)


def test_what_members_share_cancels_between_them(tmp_path):
    tables = team(tmp_path, {"sales": 0.5, "team_sales": 0.5})
    errors = scorecards(tables).errors
    (tmp_path / "own").mkdir()
    alone = scorecards(team(tmp_path / "own", {"sales": 1.0})).errors
    assert errors.spread[0, 1] == pytest.approx(0.5 * alone.spread[0, 1], abs=1e-9)


def test_the_teams_mean_total_is_without_this_leaf(tmp_path):
    """By hand: without it the totals are the points of sales, so the team's is their mean."""
    cards = scorecards(team(tmp_path, {"sales": 0.8, "team_total": 0.2}))
    rows = cards.indicators.set_index(["specialist_id", "indicator"])
    mean = (rows.loc[("S1", "sales"), "points"] + rows.loc[("S2", "sales"), "points"]) / 2
    assert rows.loc[("S1", "team_total"), "points"] == pytest.approx(mean)
    assert rows.loc[("S3", "team_total"), "points"] == rows.loc[("S3", "sales"), "points"]


def typed(folder, counted, *rows, actual=240):
    own = {
        "leads": leads(300)["leads"] | {"rule": "share", "raters": {"self": 0.3, "manager": 0.7}}
    }
    own["leads"] |= {"counted": True} if counted else {}
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": actual})}
    given["feedback"] = answers(*rows)
    return month(folder, own, {"leads": 1}, given, rules=SHARE)


def test_typed_points_are_counted_only_where_the_scheme_says_so(tmp_path):
    """By hand: computed 80, self 90, manager nothing → 0.3·90 + 0.7·80 = 83.0."""
    tables = typed(tmp_path, True, ("leads", "self", "S1", "90"))
    row = scorecards(tables).indicators.iloc[0]
    assert (row["points"], row["points_computed"]) == (83, 80)
    text = " ".join(str(b.html) for b in persons(view(appraised(tables), "en", "hr")))
    assert "83" in text and "stand for a measured figure" in text
    both = typed(tmp_path, True, ("leads", "self", "S1", "90"), ("有效询盘", "manager", "M1", "60"))
    assert scorecards(both).indicators.iloc[0]["points"] == pytest.approx(69)
    shown = typed(tmp_path, False, ("leads", "self", "S1", "90"))
    assert scorecards(shown).indicators.iloc[0]["points"] == 80


def out_of_ten(folder, *rows):
    """A line of ten points, 240 of 300 → 8, with typed points in the form's own."""
    said = {"rule": "ten", "raters": {"self": 0.3, "manager": 0.7}, "counted": True}
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 240})}
    given["feedback"] = answers(*rows)
    ten = {"ten": {"kind": "completion", "full": 10, "cap": 1.2, "out_of": 10}}
    return month(folder, {"leads": leads(300)["leads"] | said}, {"leads": 1}, given, rules=ten)


def test_typed_points_are_in_the_forms_own_points(tmp_path):
    """By hand: 0.3·9 + 0.7·8 = 8.3 of 10 → 83; a 90 is no figure of a line of ten (at most 12)."""
    row = scorecards(out_of_ten(tmp_path, ("leads", "self", "S1", "9"))).indicators.iloc[0]
    assert (row["points"], row["points_computed"]) == (pytest.approx(83), 80)
    with pytest.raises(KitError) as refused:
        out_of_ten(tmp_path, ("leads", "self", "S1", "90"))
    fault = refused.value.faults[0]
    assert fault.key == "data.off_scale" and fault.facts["scale"] == ["0–12"]
    assert fault.facts["value"] == "90" and fault.facts["row"]


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"of": "sale", "scope": "team"}, "params.no_such_name"),
        ({"of": "sales"}, "params.of_scope"),
        ({"of": "x", "scope": "team"}, "params.formula_circle"),
        ({"periods": "week"}, "params.no_such_name"),
        ({"progress": "key_result"}, "params.wrong_value"),
        ({"measured": "sum", "counted": True}, "params.counted"),
        ({"of": "sales", "scope": "team", "measured": "sum"}, "params.two_sources"),
    ],
)
def test_sources_that_cannot_be_computed_are_refused_with_their_line(tmp_path, own, key):
    said = {"name": named("甲", "a"), "rule": "share"} | own
    with pytest.raises(KitError) as refused:
        month(tmp_path, {"x": said, "sales": {"rule": "share", "target": 1}}, {"x": 1}, rules=SHARE)
    assert key in {f.key for f in refused.value.faults}
    assert all(f.facts["line"] > 1 for f in refused.value.faults)

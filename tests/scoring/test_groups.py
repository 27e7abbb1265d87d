"""Groups in one run: worked example and figures by hand, through the public door."""

import copy

import numpy as np
import pandas as pd
import pytest
import yaml

from kit.data.load import load
from kit.errors import KitError
from kit.pages.scoring import groups, page
from kit.pages.scoring.method import method
from kit.pages.scoring.next_step import steps
from kit.pages.scoring.person import persons
from kit.pages.scoring.sensitivity import sensitive
from kit.pages.scoring.trace import traces
from kit.pages.scoring.view import view
from kit.pages.scoring.warnings import warnings
from kit.people.appeals import official
from kit.scoring.card import scorecards
from kit.scoring.what_if import scorecards as appraised
from tests.scoring import hand
from tests.scoring.test_own import measured, named

LEADS = {"name": named("有效询盘", "valid enquiries"), "measured": "sum", "unit": "int"}
SHARE = {"kind": "completion", "cap": 1.2}
BUYER = {
    "id": "scheme-buyer",
    "version": "1",
    "rules": {"share": SHARE},
    "indicators": {
        "leads": LEADS | {"rule": "share", "duty": "ads"},
        "calls": LEADS | {"name": named("电话", "calls"), "rule": "share", "duty": "ads"},
    },
    "profiles": {"month": {"leads": 1}},
    "profile_sets": {"junior": {"month": {"leads": 0.5, "calls": 0.5}}},
    "grades": [{"grade": "A", "min": 90}, {"grade": "B", "min": 80}, {"grade": "C", "min": 0}],
    "coverage_floor": 0,
    "feedback": {"relations": {"manager": 1}},
    "bonus": {"curve": [[60, 0], [100, 1]]},
}
SELLER = BUYER | {
    "id": "scheme-seller",
    "indicators": {"deals": LEADS | {"name": named("成交", "deals"), "rule": "share"}},
    "profiles": {"month": {"deals": 1}},
    "profile_sets": {},
    "grades": [{"grade": "A", "min": 81}, {"grade": "D", "min": 0}],
}
GROUPS = [
    {"id": "away", "who": {"status": ["leave"]}, "exempt": True},
    {
        "id": "juniors",
        "scheme": "scheme-buyer.yml",
        "profiles": "junior",
        "who": {"post": ["投手"], "level": ["P1", "P2"]},
        "rank_with": "buyers",
    },
    {"id": "buyers", "scheme": "scheme-buyer.yml", "who": {"post": ["投手"]}},
    {"id": "rest", "scheme": "scheme-seller.yml", "who": "all", "name": named("其余", "the rest")},
]
PEOPLE = [
    ("S1", "甲", "投手", "P3"),
    ("S2", "乙", "投手", "P1"),
    ("S3", "丙", "", ""),
    ("S4", "丁", "", ""),
    ("S5", "戊", "", ""),
]


def days(first, last, indicator, who, actual):
    span = pd.date_range(f"2025-04-{first:02}", f"2025-04-{last:02}").strftime("%Y-%m-%d")
    return [
        {"specialist_id": who, "date": day, "indicator": indicator, "actual": actual}
        for day in span
    ]


ROWS = [
    *days(1, 30, "leads", "S1", 10),
    *days(1, 30, "leads", "S2", 9),
    *days(1, 30, "calls", "S2", 7),
    *days(1, 30, "deals", "S3", 9),
    *days(1, 12, "leads", "S4", 8.8),
    *days(13, 30, "deals", "S4", 8.05),
]
POSTINGS = [
    ("S4", "2025-04-01", "2025-04-12", "working", "投手", "P3"),
    ("S4", "2025-04-13", None, "working", "美工", None),
    ("S5", "2025-03-01", None, "leave", None, None),
]


def company(folder, groups=GROUPS, schemes=(BUYER, SELLER), postings=POSTINGS, **more):
    """Five people, three posts: a buyer, a junior, a seller, somebody who changes, one on leave."""
    tables = hand.tables()
    for name in ("feedback", "tasks", "targets", "budget"):
        tables.pop(name)
    keys = ["specialist_id", "name", "post", "level"]
    tables["roster"] = pd.DataFrame(PEOPLE, columns=keys).assign(team="T", manager_id="M1")
    tables["measured"] = measured(*ROWS)
    target = {"leads": 300, "calls": 300, "deals": 300}
    tables["targets"] = pd.DataFrame(
        [
            {"period_id": "2025-04", "specialist_id": p[0], "indicator": i, "target": t}
            for p in PEOPLE
            for i, t in target.items()
        ]
    )
    keys = ["specialist_id", "valid_from", "valid_to", "status", "post", "level"]
    tables["postings"] = pd.DataFrame(postings, columns=keys).assign(team="T", manager_id="M1")
    for name, table in (tables | more.pop("tables", {})).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    period = {
        "id": "2025-04",
        "type": "month",
        "start": "2025-04-01",
        "end": "2025-04-30",
        "compare_to": None,
        "scheme": "groups-2025.yml",
        "data": str(folder),
    } | more
    files = {f"{s['id']}": s for s in schemes}
    files |= {"groups-2025": groups if isinstance(groups, dict) else {"groups": groups}}
    for name, content in (files | {"period": period}).items():
        text = yaml.dump(content, Dumper=hand.Written, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return load(folder / "period.yml")


def test_each_group_is_scored_by_its_own_scheme_and_a_change_is_a_mean_by_days(tmp_path):
    """By hand: 12 days at 88.0, 18 days at 80.5 → (12·88 + 18·80.5)/30 = 83.5."""
    cards = scorecards(company(tmp_path))
    totals = cards.totals.set_index("specialist_id")
    assert totals["printed"].iloc[:4].tolist() == [100, 80, 90, 83.5]
    assert totals["group_id"].tolist() == ["buyers", "juniors", "rest", "rest", "away"]
    each = cards.grouped.cards.query("specialist_id == 'S4'").set_index("group_id")
    assert each["total"].to_dict() == pytest.approx({"buyers": 88, "rest": 80.5})
    assert each["days"].to_dict() == {"buyers": 12, "rest": 18}
    se = np.sqrt(((each["days"] / 30 * each["se"]) ** 2).sum())
    assert totals.loc["S4", "se"] == pytest.approx(se)


def test_the_grade_is_that_of_the_last_days_group(tmp_path):
    totals = scorecards(company(tmp_path)).totals.set_index("specialist_id")
    assert totals["grade"].tolist() == ["A", "B", "A", "A", ""]  # 83.5 is an A among sellers only


def test_who_is_exempt_is_listed_with_the_reason_and_not_scored(tmp_path):
    row = scorecards(company(tmp_path)).totals.set_index("specialist_id").loc["S5"]
    assert row["reason"] == "scoring.exempt" and np.isnan(row["total"])


def test_ranks_stay_inside_a_group_or_groups_ranked_together(tmp_path):
    totals = scorecards(company(tmp_path)).totals.set_index("specialist_id")
    assert totals["rank_high"].iloc[:4].tolist() == [2, 2, 2, 2]
    alone = [g | {"rank": False} if g["id"] == "rest" else g for g in GROUPS]
    totals = scorecards(company(tmp_path, alone)).totals.set_index("specialist_id")
    assert np.isnan(totals.loc[["S3", "S4"], "rank_low"]).all()
    assert totals.loc["S3", "standing"] == "level"


def test_the_post_of_the_last_day_decides_where_the_file_says_so(tmp_path):
    """By hand: S4 is a seller of the whole month: 18 days · 8.05 = 144.9 of 300 = 48.3."""
    cards = scorecards(company(tmp_path, {"by": "last_day", "groups": GROUPS}))
    assert cards.totals.set_index("specialist_id").loc["S4", "printed"] == 48.3
    assert len(cards.grouped.cards.query("specialist_id == 'S4'")) == 1


def test_one_group_of_all_is_the_scheme_alone(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    all_ = [{"id": "all", "scheme": "scheme-seller.yml", "who": "all"}]
    deals = measured(*(row for row in ROWS if row["indicator"] == "deals"))
    goals = pd.DataFrame(
        [{"period_id": "2025-04", "specialist_id": p[0], "indicator": "deals", "target": 300}
         for p in PEOPLE]
    )  # fmt: skip
    own = {"measured": deals, "targets": goals}
    one = scorecards(company(tmp_path / "one", all_, tables=own)).totals
    two = scorecards(company(tmp_path / "two", scheme="scheme-seller.yml", tables=own)).totals
    same = [c for c in two if c != "group"]
    pd.testing.assert_frame_equal(one[same], two[same])


def test_new_people_are_on_probation_by_days_since_the_hire(tmp_path):
    probation = {
        "id": "probation",
        "scheme": "scheme-buyer.yml",
        "who": {"status": ["probation"], "hired_within": 90},
        "rank": False,
    }
    roster = pd.DataFrame(PEOPLE, columns=["specialist_id", "name", "post", "level"])
    hired = ["2020-01-01", "2025-02-01", "2025-01-05", None, None]  # S3: day 86 is 2025-04-01
    roster = roster.assign(team="T", manager_id="M1", hire_date=hired)
    tables = company(tmp_path, [GROUPS[0], probation, *GROUPS[1:]], tables={"roster": roster})
    cards = scorecards(tables).grouped.cards
    n = {(c.specialist_id, c.group_id): c.days for c in cards.itertuples()}
    assert n["S2", "probation"] == 30  # day 59 to 88
    assert (n["S3", "probation"], n["S3", "rest"]) == (4, 26)


BAD = [
    ([GROUPS[2]], "data.no_group"),
    ([GROUPS[3], GROUPS[2]], "params.group_unreached"),
    ([GROUPS[2], GROUPS[2], GROUPS[3]], "params.group_twice"),
    ([GROUPS[1] | {"rank_with": "rest"}, *GROUPS[2:]], "params.rank_other_scheme"),
    ([GROUPS[1] | {"rank_with": "buyer"}, *GROUPS[2:]], "params.no_such_name"),
    ([GROUPS[1] | {"profiles": "juniors"}, *GROUPS[2:]], "params.no_such_name"),
    ([{"id": "x", "who": {"post": ["投手"]}}, GROUPS[3]], "params.group_scheme"),
    ([{"id": "x", "who": {}, "exempt": True}, GROUPS[3]], "params.who_empty"),
    ([GROUPS[2] | {"scheme": "scheme-none.yml"}, GROUPS[3]], "params.no_file"),
    ([GROUPS[2] | {"wo": "all"}, GROUPS[3]], "params.unknown_key"),
]


@pytest.mark.parametrize(("groups", "key"), BAD)
def test_groups_that_cannot_be_scored_are_refused(tmp_path, groups, key):
    with pytest.raises(KitError) as refused:
        company(tmp_path, copy.deepcopy(groups))
    assert key in {f.key for f in refused.value.faults}
    told = next(f.facts for f in refused.value.faults if f.key == key)
    assert told["file"]


def test_a_group_without_a_profile_for_the_period_is_refused(tmp_path):
    bare = BUYER | {"profile_sets": {"junior": {"quarter": {"leads": 1}}}}
    with pytest.raises(KitError) as refused:
        company(tmp_path, schemes=(bare, SELLER))
    [fault] = [f for f in refused.value.faults if f.key == "data.group_no_profile"]
    assert fault.facts["group"] == "juniors" and fault.facts["line"] > 1


@pytest.mark.parametrize("audience", ["hr", "employee"])
def test_pages_have_a_section_a_group_and_every_card_of_a_changer(tmp_path, audience):
    scores = appraised(company(tmp_path))
    who = "S4" if audience == "employee" else ""
    for lang, name in (("zh", "其余"), ("en", "the rest")):
        v = view(scores, lang, audience, who)
        made = [*page.first(v), groups.verdicts(v), page.heat(v), groups.totals(v), *persons(v)]
        made += [steps(v), warnings(v), method(v), *traces(v), *sensitive(v)]
        text = " ".join(str(block.html) for block in made if block)
        assert "88" in text and "83.5" in text and "80.5" in text
        assert (name in text) and ("buyers" in text)
        ids = [block.id for block in made if block and block.id]
        assert len(ids) == len(set(ids))


def test_an_appeal_is_settled_by_the_scheme_of_the_persons_own_group(tmp_path):
    plea = {
        "appeal_id": "Y1", "period_id": "2025-04", "specialist_id": "S1", "indicator": "leads",
        "before": 300, "after": 330, "reason": "r", "author": "S1", "at": "2025-05-05",
        "status": "accepted", "decided_by": "M1",
    }  # fmt: skip
    tables = company(tmp_path, tables={"appeals": pd.DataFrame([plea])})
    row = official(tables, scorecards(tables)).set_index("specialist_id").loc["S1"]
    assert (row["scored"], row["printed"]) == (100, 110)


def test_a_group_of_which_nobody_was_rated_is_scored_without_its_item(tmp_path):
    """S3 alone is rated, in another group: the buyers' item is missing, leads count in full."""
    item = {"execution": {"name": named("执行力", "execution"), "item": "hundred", "duty": "team"}}
    scales = {"hundred": {"from": 0, "to": 100}}
    month = {"month": {"leads": 0.5, "execution": 0.5}}
    rated = {"scales": scales, "coverage_floor": 0.4}
    buyer = BUYER | rated | {"indicators": BUYER["indicators"] | item, "profiles": month}
    seller = SELLER | rated | {"indicators": SELLER["indicators"] | item}
    seller["profiles"] = {"month": {"deals": 0.5, "execution": 0.5}}
    told = {"period_id": "2025-04", "specialist_id": "S3", "rater_id": "M1", "relation": "manager"}
    feedback = pd.DataFrame([told | {"item": "execution", "rating": "80"}])
    tables = company(tmp_path, schemes=(buyer, seller), tables={"feedback": feedback})
    cards = scorecards(tables).indicators.set_index(["specialist_id", "indicator"])
    assert cards.loc[("S3", "execution"), "points"] == 80
    assert np.isnan(cards.loc[("S1", "execution"), "points"])
    assert cards.loc[("S1", "leads"), "weight_used"] == 1

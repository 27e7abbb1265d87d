"""What is planted can be seen in the raw tables by plain sums.

`find` of stories.yml holds figure by figure, and the README tells the same figures.
"""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.sample.finders import (
    SUMS,
    action_failed,
    action_worked,
    easy_target,
    last_days_spike,
    market_lift,
    missing_day,
    night_waste,
    price_change,
    saturation,
    simpson,
    spend_spike,
    stock_out,
    tracking_outage,
    training_failed,
    training_worked,
    truly_better,
    truly_equal,
    under_spending,
    unowned,
)

HERE = Path(__file__).resolve().parents[2] / "kit" / "sample"


STORIES = {s["id"]: s for s in yaml.safe_load((HERE / "stories.yml").read_text("utf-8"))}


@pytest.fixture(scope="session")
def owned(raw):
    """Sums by day, person and plan, shares applied; month as text."""
    ads = raw["ads"].groupby(["date", "plan_id"], as_index=False)[SUMS].sum()
    ads = ads.merge(raw["plans"][["plan_id", "channel", "platform"]]).merge(raw["assignment"])
    live = (ads["date"] >= ads["valid_from"]) & ~(ads["date"] > ads["valid_to"])
    ads = ads[live].assign(month=ads["date"].dt.strftime("%Y-%m"))
    ads[SUMS] = ads[SUMS].mul(ads["share"], axis=0)
    return ads


def raters(raw, owned):
    f = raw["feedback"][raw["feedback"]["period_id"] == "2025-06"]
    company = yaml.safe_load((HERE / "company.yml").read_text("utf-8"))["people"]
    level = f["specialist_id"].map({who: person["soft"] for who, person in company.items()})
    bosses = f.assign(over=f["rating"] - level)[f["relation"] == "manager"].groupby("rater_id")
    boss, over = bosses["rating"].mean(), bosses["over"].mean()
    friends = f[
        ((f["specialist_id"] == "S08") & (f["rater_id"] == "S11"))
        | ((f["specialist_id"] == "S11") & (f["rater_id"] == "S08"))
    ]
    n = f.groupby(["specialist_id", "relation"])["rater_id"].nunique()
    learning = f[(f["specialist_id"] == "S05") & (f["item"] == "learning")]
    return {
        "M01": boss["M01"],
        "M02": boss["M02"],
        "M01_over": over["M01"],
        "M02_over": over["M02"],
        "D05_spread": f[f["rater_id"] == "D05"]["rating"].std(),
        "friends": friends["rating"].min(),
        "S09_peers": n["S09", "peer"],
        "S13_peers_and_cross": n["S13", "peer"] + n["S13", "cross_dept"],
        "S05_learning": len(learning),
    }


def reconciliation(raw, owned):
    ads = raw["ads"]
    orders = raw["orders"]
    tagged = orders[
        orders["plan_id"].notna()
        & (orders["paid_at"].dt.month == 6)
        & (orders["paid_at"].dt.year == 2025)
    ]
    june = ads[ads["date"] >= "2025-06-01"]
    return {"ads": june["revenue"].sum(), "orders": tagged["revenue"].sum()}


def late_target(raw, owned):
    t = raw["targets"].query("period_id == '2025-06' and set_on > '2025-06-01'")
    return {"people": t["specialist_id"].nunique(), "rows": len(t)}


def no_talk(raw, owned):
    talks = raw["interviews"]
    checks = raw["checkins"]
    may = talks[talks["period_id"] == "2025-05"]
    return {
        "S11_interviews_may": (may["specialist_id"] == "S11").sum(),
        "S11_checkins_june": (
            (checks["specialist_id"] == "S11") & (checks["period_id"] == "2025-06")
        ).sum(),
        "latest_days": (may["held_on"] - pd.Timestamp("2025-05-31")).dt.days.max(),
    }


def ab_tests(raw, owned):
    """Relative effect of the primary indicator, last arm against the first, from plain sums."""
    d = raw["experiment_days"]
    u = raw["experiment_users"]
    over = {
        "ctr": ("clicks", "impressions"),
        "cpc": ("spend", "clicks"),
        "click_conversion": ("orders", "clicks"),
    }
    start, out = raw["experiments"].set_index("test_id")["start_date"], {}
    for test, indicator in raw["experiments"].set_index("test_id")["indicator"].items():
        if indicator in over:
            s = d[(d["test_id"] == test) & (d["date"] >= start[test])]
            s = s.groupby("variant")[list(over[indicator])].sum()
            r = s.iloc[:, 0] / s.iloc[:, 1]
        else:
            r = u[u["test_id"] == test].groupby("variant")["converted"].mean()
        out[test] = r.iloc[-1] / r.iloc[0] - 1
    return out


FIND = [
    truly_better,
    truly_equal,
    simpson,
    night_waste,
    stock_out,
    under_spending,
    last_days_spike,
    training_worked,
    training_failed,
    action_worked,
    action_failed,
    market_lift,
    easy_target,
    saturation,
    tracking_outage,
    missing_day,
    spend_spike,
    price_change,
    unowned,
    raters,
    reconciliation,
    late_target,
    no_talk,
    ab_tests,
]


@pytest.mark.parametrize("find", FIND, ids=lambda f: f.__name__)
def test_a_plain_sum_finds_the_story(raw, owned, find):
    wanted = STORIES[find.__name__]["find"]
    assert find(raw, owned) == pytest.approx(wanted, rel=5e-4, abs=5e-5)


def test_every_story_is_checked_and_told_in_the_readme():
    assert {f.__name__ for f in FIND} == set(STORIES)
    for lang, name in (("en", "README.md"), ("zh", "README.zh.md")):
        told = (HERE / name).read_text("utf-8")
        assert all(story[lang].format(**story["find"]) in told for story in STORIES.values())


def test_in_simpsons_story_every_channel_rises_and_the_total_falls():
    f = STORIES["simpson"]["find"]
    assert all(f[f"{c}_june"] > f[f"{c}_may"] for c in ("search", "social", "affiliate"))
    assert f["total_june"] < f["total_may"]

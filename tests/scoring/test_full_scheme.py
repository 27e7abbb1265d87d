"""The scheme in which each dimension of the brief counts, on the sample's month off season."""

from functools import cache

import pytest

import kit
from kit.pages.scoring import view
from kit.pages.scoring.core import core_note
from kit.params import read_scheme

DIMENSIONS = {
    "sales": ["sales"],
    "traffic": ["uv", "ctr"],
    "conversion": ["click_conversion"],
    "return": ["roi"],
    "user growth": ["new_customers", "cac", "user_growth"],
    "activities": ["plan_completion", "timeliness", "budget_execution"],
    "channel operation": ["channel_operation"],
    "creative planning": ["creative_planning", "innovation"],
    "soft": ["teamwork", "problem_solving", "learning"],
}


@cache
def february():
    return kit.load("params/2025-02.yml")


def test_every_dimension_has_weight_in_every_profile_and_phase():
    scheme = read_scheme("params/scheme-2025-full.yml")
    every = [*scheme.profiles.values()]
    every += [profile for profiles in scheme.profile_sets.values() for profile in profiles.values()]
    for profile in every:
        for names in DIMENSIONS.values():
            assert all(profile[name] > 0 for name in names)
        assert sum(profile.values()) == pytest.approx(1)
    assert {i.group for i in scheme.indicators.values()} == {"core", "auxiliary"}
    by_phase = {
        name: scheme.profile_sets[said.profiles]["month"]
        for name, said in scheme.market_phases.items()
        if said.profiles
    }
    # 大促期侧重短期爆发，日常侧重长效
    usual = scheme.profiles["month"]
    assert by_phase["大促"]["sales"] > usual["sales"] > by_phase["淡季"]["sales"]
    assert by_phase["淡季"]["new_customers"] > usual["new_customers"]
    assert usual["roi"] >= max(w for name, w in usual.items() if name != "roi")


@pytest.mark.slow
def test_traffic_and_user_growth_are_scored_against_targets_of_the_sample():
    tables = february()
    rows = kit.scorecards(tables).indicators.set_index(["specialist_id", "indicator"])
    days = tables.get("traffic")
    days = days[days["date"].between("2025-02-01", "2025-02-28")]
    seen = days.merge(tables.get("assignment"), on="plan_id").query("specialist_id == 'S01'")
    live = (seen["date"] >= seen["valid_from"]) & ~(seen["date"] > seen["valid_to"])
    uv = (seen["uv"] * seen["share"].fillna(1))[live].sum()
    assert rows.loc[("S01", "uv"), "actual"] == pytest.approx(uv)
    goal = tables.get("targets").query("period_id == '2025-02' and indicator == 'uv'")
    goal = goal.set_index("specialist_id")["target"]
    assert rows.loc[("S01", "uv"), "completion"] == pytest.approx(uv / goal["S01"])
    points = rows["points"].unstack()
    assert points.drop(columns="user_growth").notna().all(axis=None)
    assert points["user_growth"].notna().sum() == 13  # S14 took over plans without customers yet


@pytest.mark.slow
def test_the_page_says_which_phase_chose_weights_and_comparison_and_marks_the_core():
    v = view.view(kit.scorecards(february()), "zh", "hr")
    said = view.basis(v)
    assert "本期是“淡季”，按这个市场阶段的权重计分；往期也按它重算。" in said
    assert "对比期是 2025-01。" in said
    assert said[-1] == "考核方案尚未批准：批准人未填。"
    [told] = core_note(v, list(v.tables.scheme.indicators))
    assert told.startswith("核心指标：销售额、投入产出比 ROI 和新客数")

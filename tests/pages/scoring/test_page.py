"""What the pages of notebook 2 say: on the month by hand, and where nobody has a total."""

import re

import pandas as pd
import pytest

import kit
from kit.pages.scoring import (
    beside,
    groups,
    method,
    next_step,
    page,
    person,
    sliders,
    trace,
    unscored,
    warnings,
)
from kit.pages.scoring import skills as skills_page
from kit.pages.scoring import view as scoring_view
from tests.scoring import hand


def scores_of(file):
    return kit.scorecards(kit.load(file))


def shown(folder, given, audience="manager", specialist="", **more):
    """A View on the month by hand, in English, from its files."""
    hand.loaded(folder, given, **more)
    return scoring_view.view(scores_of(str(folder / "period.yml")), "en", audience, specialist)


def words_of(*blocks):
    text = " ".join(re.sub(r"<[^>]+>", " ", str(b.html)) for b in blocks if b is not None)
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def without_targets(tmp_path_factory):
    given = {k: v for k, v in hand.tables().items() if k not in ("targets", "feedback")}
    return shown(tmp_path_factory.mktemp("bare"), given)


def test_where_nobody_has_a_total_the_page_says_so_and_why(without_targets):
    text = words_of(
        *page.first(without_targets),
        warnings.warnings(without_targets),
        next_step.steps(without_targets),
    )
    assert "Nobody has a total" in text and "no target was set" in text
    for claim in ("Every grade", "Every indicator", "Only 0", "0 people"):
        assert claim not in text


def test_who_has_no_total_is_told_what_is_missing(without_targets):
    lines = next_step.next_steps(without_targets)
    assert "Sales" in lines[0] and "no target was set" in lines[0]


@pytest.mark.parametrize(
    ("share", "top", "bottom", "said", "unsaid"),
    [
        (0.041, 0, 0, "Nothing", "4.1%"),
        (0.62, 0, 0, "62.0% of the differences", "third"),
        (0.041, 3, 0, "3 of the 4 people in the top third", "4.1%"),
        (0.041, 0, 3, "3 of the 4 people in the bottom third", "top third"),
    ],
)
def test_one_indicator_is_warned_of_only_for_what_it_does(share, top, bottom, said, unsaid):
    found = pd.DataFrame(
        {
            "indicator": ["ctr"],
            "variance_share": [share],
            "top_changed": [top],
            "bottom_changed": [bottom],
            "third": [4],
            "decides_top": [top > 2],
            "decides_bottom": [bottom > 2],
            "label": ["Click-through rate"],
        }
    )
    text = " ".join(warnings.dominance(found, "en")) or "Nothing"
    assert said in text and unsaid not in text


def test_a_card_of_no_people_carries_no_alarm(tmp_path):
    cards = page.first(shown(tmp_path, hand.tables()))[2].data["cards"]
    assert [c["tone"] for c in cards] == ["neutral", "neutral", "unclear"]


def test_figures_of_a_card_stand_at_the_right_and_keep_their_values(tmp_path):
    v = shown(tmp_path, hand.tables())
    table = person.card(v, "S1")[-1]
    assert {c["key"]: c["unit"] for c in table.data["columns"]}["actual"] == "mixed"
    assert table.data["rows"][0]["actual"] == 520_000 and "<td>520,000<" in table.html


def test_money_is_in_the_currency_of_the_period(tmp_path):
    v = shown(tmp_path, hand.tables(), currency="GBP")
    text = words_of(*[block for who in v.names for block in person.card(v, who)])
    assert "GBP" in text and "CNY" not in text


def test_a_card_tells_contribution_and_budget_use_beside_roi(tmp_path):
    """By hand: 520,000 × 0.4 − 130,000 = 78,000; 130,000 / 140,000 = 92.9 %."""
    known = {"retrospective": {"gross_margin": 0.4}}
    v = shown(tmp_path, hand.tables(), scheme=lambda s: s | known)
    text = words_of(beside.money(v, "S1"))
    assert "CNY 78,000" in text and "92.9%" in text and "ROI 4.00" in text


def test_without_a_margin_no_contribution_is_given(tmp_path):
    assert "no margin is known" in words_of(beside.money(shown(tmp_path, hand.tables()), "S1"))


def test_anchors_and_comments_stand_beside_soft_items(tmp_path):
    """Innovation 3.88 is nearest to 3 (5 is next); manager and self are not quoted."""
    given = hand.tables()
    said = given["feedback"]["relation"] + " wrote this"
    given["feedback"] = given["feedback"].assign(rating=5.0, comment=said)
    v = shown(tmp_path, given, scheme=hand.shown, comments_read_by="HR")
    text = words_of(*beside.behaviour(v, "S1"))
    assert "5: ideas proven by A/B test" in text and "peer wrote this" in text
    assert "manager wrote" not in text and "self wrote" not in text
    assert beside._anchors(v, "innovation", 3.88)["level"].startswith("3: proposes")


def test_an_accepted_appeal_stands_beside_what_was_scored(tmp_path):
    """By hand: 9 of 10 in time is 73.33 points, 25.33 more at .04: 85.204 + 1.013 = 86.2."""
    plea = {
        "appeal_id": "Y1",
        "period_id": "2025-04",
        "specialist_id": "S1",
        "after": 0.9,
        "indicator": "timeliness",
        "before": 0.8,
        "reason": "r",
        "author": "S1",
        "at": "2025-05-06",
        "status": "accepted",
        "decided_by": "M1",
        "due": "2025-05-13",
    }
    v = shown(tmp_path, hand.tables() | {"appeals": pd.DataFrame([plea])})
    row = groups.verdicts(v).data["rows"][0]
    assert row["total"] == 85.2
    assert "After an accepted appeal 86.2 points (grade B)" in row["verdict"]
    assert "scored 85.2, after the change 86.2 (grade B)" in words_of(*page.first(v))
    assert "After an accepted appeal 86.2" in words_of(*person.card(v, "S1"))


def test_a_weight_that_a_browser_rounds_changes_nothing_and_a_moved_one_does(tmp_path):
    """By hand: sales at .28 of 1.10: 9.2217 × .70 moves with it; nothing else was touched."""
    v = shown(tmp_path, hand.tables())
    rounded = {name: w + 0.004 for name, w in sliders.current(v).items()}
    assert sliders.tried(v, rounded)[0].data["rows"][0]["change"] == 0
    [row] = sliders.tried(v, rounded | {"sales": 0.28})[0].data["rows"]
    assert row["tried"] == pytest.approx(round((85.20407867 + 0.10 * 104) / 1.10, 1), abs=0.1)


def _with(section, name, **changes):
    return lambda s: s | {section: s[section] | {name: s[section][name] | changes}}


def _page(v):
    text = words_of(*page.first(v), *person.card(v, "S1"), method.method(v))
    return text, v.tables.digest, v.tables.scheme.digest


def test_changing_a_weight_a_rule_or_a_target_changes_the_page_and_its_digest(tmp_path):
    def made(name, given=None, **more):
        (tmp_path / name).mkdir()
        return _page(shown(tmp_path / name, given or hand.tables(), **more))

    base = made("base")
    again = made("again")
    weight = made("weight", scheme=_with("profiles", "month", sales=0.2, roi=0.13))
    rule = made("rule", scheme=_with("rules", "budget", zero_lo=0.4))
    targets = hand.tables()["targets"].assign(target=[5e5, 4.2, 0.042, 0.03, 91])
    target = made("target", hand.tables() | {"targets": targets})
    assert base[0] == again[0] and base[2] == again[2]
    assert len({text for text, _, _ in (base, weight, rule, target)}) == 4
    assert len({scheme for _, _, scheme in (base, weight, rule)}) == 3
    assert target[1] != base[1] and target[2] == base[2]


def test_an_old_period_still_runs_with_its_own_scheme(tmp_path):
    """A scheme of the next year beside the old one: May by the new, April as it was."""
    old = _page(shown(tmp_path, hand.tables()))
    text = (tmp_path / "scheme.yml").read_text(encoding="utf-8")
    text = text.replace("sales: 0.18", "sales: 0.2").replace("roi: 0.15", "roi: 0.13")
    (tmp_path / "next.yml").write_text(text, encoding="utf-8")
    period = (tmp_path / "period.yml").read_text(encoding="utf-8")
    (tmp_path / "new.yml").write_text(period.replace("scheme.yml", "next.yml"), encoding="utf-8")
    new = _page(scoring_view.view(scores_of(str(tmp_path / "new.yml")), "en", "manager", ""))
    assert (
        _page(scoring_view.view(scores_of(str(tmp_path / "period.yml")), "en", "manager", ""))
        == old
    )
    assert new[0] != old[0] and new[2] != old[2]


def test_what_a_reader_is_told_of_rules_is_in_words(tmp_path):
    v = shown(tmp_path, hand.tables())
    assert trace.rule(v, "sales") == (
        "completion: 50.0% → 0 points, 85.0% → 60 points, 100.0% → "
        "100 points and 120.0% → 120 points, straight lines between"
    )
    assert "95.0% to 102.0%: 100 points" in trace.rule(v, "budget_execution")
    assert "1.00 to 5.00" in trace.rule(v, "innovation")


def test_a_gain_that_prints_as_nothing_is_no_next_step(tmp_path):
    """Sales 0.002 % under target: a hundredth of a point; then the next best gap is named."""
    goal = [520_010, 4.0, 0.044, 0.0325, 100]
    given = hand.tables() | {"targets": hand.tables()["targets"].assign(target=goal)}
    lines = next_step.next_steps(shown(tmp_path, given))
    assert "Sales" not in lines[0] and "0.0 points" not in lines[0]


def test_incidents_and_skills_stand_beside_soft_items(tmp_path):
    """By hand: 2.5 hours; skills 2.0 and 3.0 became 3.0 and 3.5: from 2.50 to 3.25."""
    given = hand.tables() | {
        "incidents": pd.DataFrame(
            {
                "incident_id": ["N1"],
                "specialist_id": ["S1"],
                "kind": ["k"],
                "detected_at": ["2025-04-03 10:00:00"],
                "impact": [900],
                "resolved_at": ["2025-04-03 12:30:00"],
                "note": ["n"],
            }
        ),
        "skills": pd.DataFrame(
            {
                "specialist_id": "S1",
                "skill": ["a", "b", "a", "b"],
                "required": 3.5,
                "observed": [2.0, 3.0, 3.0, 3.5],
                "assessed_on": ["2025-01-01"] * 2 + ["2025-04-01"] * 2,
            }
        ),
    }
    incidents, skills = skills_page.growing(shown(tmp_path, given))
    assert incidents.data["rows"][0]["hours"] == 2.5
    row = skills.data["rows"][0]
    assert (row["previous"], row["observed"], row["change"], row["lacks"]) == (2.5, 3.25, 0.75, 1)


def test_figures_outside_the_score_are_sums_over_sums_with_their_own_denominators(tmp_path):
    v = shown(tmp_path, hand.tables(), "hr")
    rows = unscored.measured(v).set_index(["specialist_id", "indicator"])
    ads = hand.tables()["ads"].merge(hand.tables()["assignment"], on="plan_id")
    ads = ads[ads["date"].astype(str).str.startswith("2025-04")]
    assert len(ads) == 30
    sums = ads.groupby("specialist_id")[["spend", "clicks", "impressions"]].sum()
    for who, total in sums.iterrows():
        assert rows.loc[(who, "Cost per click (CNY)"), "actual"] == pytest.approx(
            total["spend"] / total["clicks"]
        )
        assert rows.loc[(who, "Impressions"), "actual"] == total["impressions"]
        assert rows.loc[(who, "Cost per click (CNY)"), "base"] == total["clicks"]
    assert not {"Sales", "CTR"} & set(rows.index.get_level_values(1))  # these are scored

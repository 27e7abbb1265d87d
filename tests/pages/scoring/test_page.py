"""What the pages of notebook 2 say: on the month by hand, and where nobody has a total."""

import re
from dataclasses import replace

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
from kit.pages.scoring import pace as pace_page
from kit.pages.scoring import skills as skills_page
from kit.pages.scoring import targets as targets_page
from kit.pages.scoring import view as scoring_view
from kit.scoring.chances import again
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
    text = words_of(*targets_page.targets(v))
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


def test_a_running_period_is_followed_by_week(tmp_path):
    """By the 15th: three weeks begun, the last of one day; no word of a final score."""
    v = shown(tmp_path, hand.tables(), as_of="2025-04-15")
    note, pace, weeks, none = pace_page.pace(v)
    assert "No stage targets were set" in words_of(none)
    assert "no final score" in words_of(note) and "50.0% of the seasonal" in words_of(pace)
    assert [c["key"] for c in weeks.data["columns"]] == [
        "name",
        "2025-04-01",
        "2025-04-08",
        "2025-04-15 (1 day)",
    ]
    assert "everybody would reach 95.0% of the sales target" in words_of(*page.first(v))


def test_who_joined_late_is_not_behind_on_the_days_before(tmp_path):
    """By hand: a plan from the 9th on, even days: by the 15th 7 of 22 days of 500,000 are due."""
    owned = hand.tables()["assignment"].assign(valid_from="2025-04-09")
    v = shown(tmp_path, hand.tables() | {"assignment": owned}, as_of="2025-04-15")
    row = v.rows.set_index("indicator").loc["sales"]
    assert row["target"] == pytest.approx(500_000 * 7 / 22)
    first, second, _third = [c["key"] for c in pace_page.pace(v)[2].data["columns"]][1:]
    week = pace_page.pace(v)[2].data["rows"][0]
    days = hand.tables()["ads"]["revenue"]
    assert week[first] is None
    assert week[second] == pytest.approx(days[8:14].sum() / (500_000 * 6 / 22))


def test_answers_that_come_in_after_as_of_do_not_count_yet(tmp_path):
    late = hand.tables()["feedback"].assign(submitted_on="2025-04-16")
    v = shown(tmp_path, hand.tables() | {"feedback": late}, as_of="2025-04-15")
    assert v.rows.set_index("indicator").loc["teamwork", "reason"] == "scoring.nobody_rated"


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


@pytest.mark.parametrize(
    ("flag", "sure", "said", "unsaid"),
    [
        ("hard", False, "(2)", "No target is clearly off"),
        ("hard", True, "on the high side", "(2)"),
        ("", False, "No target is clearly off", "(2)"),
    ],
)
def test_targets_that_are_listed_are_never_called_all_fine(
    tmp_path, monkeypatch, flag, sure, said, unsaid
):
    """Two are listed beyond the tolerance: the sentence above them says what weight that has."""
    row = {
        "specialist_id": "S1",
        "target": 5.0,
        "actual": 4.0,
        "expected": 4.0,
        "ratio": 1.25,
        "planned": float("nan"),
        "flag": flag,
        "sure": sure,
    }
    rows = pd.DataFrame([row | {"indicator": name} for name in ("roi", "ctr")])
    monkeypatch.setattr(targets_page.integrity, "target_check", lambda *_: rows)
    text = words_of(*targets_page.targets(shown(tmp_path, hand.tables())))
    assert said in text and unsaid not in text


def two(folder, lang="en", audience="hr", specialist=""):
    """The month by hand with a twin of S1 beside: two people with a total, equal in all."""
    given = hand.tables()
    twin = {"specialist_id": "S2", "name": "乙", "plan_id": "P2"}
    for name, rows in given.items():
        copy = rows.assign(**{k: x for k, x in twin.items() if k in rows})
        copy = copy.assign(task_id="B" + copy["task_id"]) if name == "tasks" else copy
        given[name] = pd.concat([rows, copy], ignore_index=True)
    hand.loaded(folder, given)
    return scoring_view.view(scores_of(str(folder / "period.yml")), lang, audience, specialist)


def test_an_answer_names_with_whom_it_compares_and_claims_nothing_of_one_alone(tmp_path):
    """Two equals: neither is told from the other one; who is alone is compared with nobody."""
    alone = tmp_path / "alone"
    pair = tmp_path / "pair"
    alone.mkdir(), pair.mkdir()
    text = words_of(*page.first(shown(alone, hand.tables())))
    assert "nobody to compare with" in text and "can be told" not in text
    text = words_of(*page.first(two(pair)))
    assert "All 2 people here are near the average and should not be ranked" in text


def test_an_own_page_asks_and_answers_of_oneself(tmp_path):
    v = two(tmp_path, audience="employee", specialist="S1")
    head, cards, answer, next_ = page.first(v)
    assert "each person" not in words_of(head)
    assert "says neither better nor worse" in words_of(answer)
    assert "95% interval" in words_of(cards) and "of the other 1" in words_of(cards)
    assert "If you disagree, appeal by 2" in words_of(next_), "and until when one may object"


def test_names_cut_short_are_a_list_of_its_own(tmp_path):
    """No “H and others”: from ten names on, eight with commas and how many in all."""
    v = shown(tmp_path, hand.tables())
    names = list("ABCDEFGHIJ")
    assert v.people(names) == "A, B, C, D, E, F, G, H and others (10 in all)"


def test_the_heat_map_is_titled_by_what_can_be_compared(tmp_path):
    """Soft items are ratings turned into points: the lowest of all is no weakness of the team."""
    block = page.heat(shown(tmp_path, hand.tables()))
    told = "Timeliness is the lowest quantitative indicator: 1 person under 60"
    assert block.data["title"] == told
    assert "not indicators across" in words_of(block)


def test_a_rank_figure_names_the_least_total_of_the_grades_in_sight(tmp_path, monkeypatch):
    """By hand: 85.2 with its interval lies about B's 85; A's 95 and C's 70 are out of sight."""
    seen = {}
    dots = groups.figures.dots
    monkeypatch.setattr(groups.figures, "dots", lambda *a, **k: seen.update(k) or dots(*a, **k))
    v = shown(tmp_path, hand.tables())
    low, high = v.totals.loc[0, ["ci_low", "ci_high"]]
    block = groups.totals(v)
    assert low < 85 < high and seen["reference"]["B"] == 85
    assert all(low <= x <= high for x in seen["reference"].values())
    assert "B 85" in block.data["subtitle"]


def test_money_of_a_card_names_its_currency_and_its_title_counts_the_targets_met(tmp_path):
    """By hand: sales 104 % met, ROI 4.0 of 4.2 not, CTR 3.25 % of 3 % met; see TARGETS."""
    v = two(tmp_path, audience="employee", specialist="S1")
    figure, table = person.card(v, "S1")
    assert table.data["rows"][0]["indicator"] == "Sales (CNY) (core)"
    rows = v.rows[v.rows["target"].notna()]
    met = sum(rows["actual"].ge(rows["target"]) ^ rows["indicator"].eq("cac"))
    assert figure.data["title"].endswith(f"{met} of {len(rows)} targets met")


def test_next_steps_of_a_team_are_a_table_and_claim_no_more_than_they_compare(tmp_path):
    """By hand: timeliness 48 points of .04 would add 2.1; the lowest soft item stands beside."""
    v = two(tmp_path)
    table = next_step.steps(v)
    best = max(
        (100 - r["points"]) * r["weight_used"]
        for r in v.rows.to_dict("records")
        if r["branch"] == "hard" and r["target"] > 0 and r["points"] < 100
    )
    assert [row["gain"] for row in table.data["rows"]] == [pytest.approx(best)] * 2
    own = next_step.next_steps(
        scoring_view.view(scores_of(str(tmp_path / "period.yml")), "en", "employee", "S1")
    )
    assert own[0].startswith("Of the quantitative targets,")


def test_next_steps_stand_in_one_table_for_who_has_a_gap_and_who_has_none(tmp_path, monkeypatch):
    aim = next_step.aim
    monkeypatch.setattr(next_step, "aim", lambda v, who: aim(v, who) if who == "S1" else {})
    first, second = next_step.steps(two(tmp_path)).data["rows"]
    assert first["aim"] and first["gain"] > 0 and second["aim"] is second["lowest"] is None


def test_next_steps_say_why_a_cell_is_empty(tmp_path):
    goal = [500_000, 4.0, 0.044, 0.0325, 100]
    given = hand.tables() | {"targets": hand.tables()["targets"].assign(target=goal)}
    given["tasks"] = given["tasks"].assign(done_on="2025-04-10", status="done")
    table = next_step.steps(shown(tmp_path, given))
    assert table.data["rows"][0]["gain"] is None and table.data["rows"][0]["points"] > 0
    assert "Every quantitative target is met" in words_of(table)


def test_a_target_ratio_that_is_turned_round_says_so(tmp_path, monkeypatch):
    """Cost 47 against 56 expected is a demanding target: 56 ÷ 47, not the 84 % of the header."""
    row = {
        "specialist_id": "S1",
        "target": 47.0,
        "actual": 42.0,
        "expected": 56.0,
        "ratio": 56 / 47,
        "planned": float("nan"),
        "flag": "hard",
        "sure": False,
    }
    v = shown(tmp_path, hand.tables())
    for name, told in (("cac", True), ("roi", False)):
        rows = pd.DataFrame([row | {"indicator": name}])
        monkeypatch.setattr(targets_page.integrity, "target_check", lambda *_, rows=rows: rows)
        assert ("expected ÷ target" in words_of(*targets_page.targets(replace(v)))) == told


def test_targets_are_checked_once_for_all_sections_of_a_page(tmp_path, monkeypatch):
    v = shown(tmp_path, hand.tables(), audience="hr")
    whole, asked = targets_page.integrity.target_check(v.tables, v.cards), []
    check = targets_page.integrity.target_check

    def counted(*given):
        asked.append(given)
        return check(*given)

    monkeypatch.setattr(targets_page.integrity, "target_check", counted)
    sections = [targets_page.targets(v), warnings.warnings(v), targets_page.targets(v)]
    assert len(asked) == 1 and all(sections) and len(v.targets_checked) == len(whole)


def test_an_own_page_says_nothing_of_others_at_a_stage(tmp_path):
    """“Nobody is behind” on a page of one would be read as a word on all."""
    late = {
        "period_id": "2025-04",
        "indicator": "sales",
        "stage": "W1",
        "target": 1e9,
        "stage_end": "2025-04-10",
    }
    for target, said in ((1e9, "Behind at the latest stage."), (20_000, "Not behind")):
        rows = [late | {"specialist_id": "S1", "target": target}]
        given = hand.tables()
        given["targets"] = pd.concat([given["targets"], pd.DataFrame(rows)])
        folder = tmp_path / str(target)
        folder.mkdir()
        line, table = pace_page.pace(shown(folder, given, "employee", "S1"))
        assert words_of(line).strip().startswith(said) and "W1 (to 04-10)" in words_of(table)


def test_the_dictionary_of_indicators_needs_no_second_table(tmp_path):
    table = method.method(shown(tmp_path, hand.tables()))
    text = words_of(table)
    assert len(table.data["columns"]) <= 7
    assert "clicks ÷ impressions (denominator at least 1,000)" in text
    assert "lower is better; completion" in text


def test_two_people_are_compared_in_a_fold_and_nobody_is_ranked(tmp_path):
    """Two equals, day by day: their difference is 0, without an error that it could have."""
    v = two(tmp_path)
    [pair] = groups.pairs(v).data["blocks"][0]["data"]["rows"]
    assert pair["gap"] == 0 and pair["gap_low"] is None and pair["verdict"] == "unclear"
    text = words_of(*page.first(v), groups.verdicts(v), groups.totals(v))
    assert "rank " not in text and "Near the average" in text


def test_a_total_is_told_its_distance_to_both_lines(tmp_path):
    """By hand: 85.2 is .2 over B's 85 and 9.8 under A's 95."""
    v = shown(tmp_path, hand.tables(), "employee", "S1")
    text = words_of(*page.first(v))
    assert "A ≥ 95 · B ≥ 85 · C ≥ 70" in text
    assert "0.2 points over the line of B, 9.8 points under the line of A" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "真实水平属于 {}"), ("en", "true level is in {}")]
)
def test_the_chance_beside_an_own_grade_is_called_what_it_is(lang, said):
    """It is that of the true level; the same grade once more is another figure."""
    scores = kit.scorecards(kit.load("params/2025-06.yml"))
    totals = scores.totals.assign(again=again(scores.tables.scheme, scores.totals))
    totals = totals.assign(chance=[row[f"p_{row['grade']}"] for _, row in totals.iterrows()])
    apart = (totals["chance"] - totals["again"]).abs()
    row = totals.loc[apart.idxmax()]
    assert apart.max() > 0.1, "the two figures can be told apart on this person"
    v = scoring_view.view(scores, lang, "employee", row["specialist_id"])
    text = words_of(*page.first(v))
    found = re.findall(f"{said.format(row['grade'])}[^.。%]*?([0-9]+)%", words_of(page.first(v)[2]))
    assert [int(x) for x in found] == [round(100 * row["chance"])], "the printed percentage"
    assert not re.search("重来|稳定性|again|stability|repeated", text)


@pytest.mark.slow
def test_three_warnings_stand_open_the_gravest_first_and_none_is_lost():
    """A grade that a core indicator caps comes before what only weights would change."""
    v = scoring_view.view(kit.scorecards(kit.load("params/2025-06.yml")), "en", "hr")
    opened, folded = str(warnings.warnings(v).html).split("<details>")
    folded, after = folded.split("</details>")
    assert opened.count("<p>") == 3 and "core indicator is under 60" in opened
    rest = [*re.findall("<p>(.*?)</p>", folded)]
    assert any("±25%" in line for line in rest) and any("rater" in line for line in [*rest, opened])
    assert f">{len(rest)} more<" in folded
    assert "no single indicator" in after.lower() and "box note" in after


@pytest.mark.slow
def test_what_changes_a_grade_comes_before_what_does_not_and_what_stays_the_same_last(monkeypatch):
    v = scoring_view.view(kit.scorecards(kit.load("params/2025-06.yml")), "en", "hr")
    monkeypatch.setattr(warnings, "_fair", lambda _: (["stays A"], ["would be C"]))
    lines = re.findall("<p>(.*?)</p>", str(warnings.warnings(v).html))
    marks = ["core indicator is under 60", "would be C", "is not scored", "rated each other"]
    marks += ["±25%", "stays A"]
    found = [next(n for n, line in enumerate(lines) if mark in line) for mark in marks]
    assert found == sorted(found) and "stays A" in lines[-2], "the last but the calm line"

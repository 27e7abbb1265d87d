"""Notebook 3's page on the sample: the planted tests come out right, in both languages."""

import re

import pandas as pd
import pytest

import kit
from kit.abtest import portfolio
from kit.pages.abtest import detail, page, practice, schedule, trust, verdicts
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest import view as view_page
from kit.people.privacy import visible
from kit.words import LANGS
from tests.abtest.cases import days, period, plan
from tests.abtest.test_bad_input import BAD

PERIOD = "params/2025-06.yml"
# What the sample plants (stories.yml, `ab_tests`), and what a good reader would do next.
PLANTED = {
    "T01": ("treatment_better", "roll_out_part"),  # a winner's money is drawn toward the usual
    "T02": ("invalid_srm", "fix_split"),
    "T03": ("no_clear_difference", "longer"),
    "T05": ("treatment_better", "confirm"),
    "T06": ("treatment_better", "roll_out"),  # refunds: one-sided at alpha
    "T08": ("non_inferior", "may_switch"),
    "T09": ("inferior", "keep_control"),
    "T10": ("no_clear_difference", "longer"),
    "T11": ("equivalent", "either"),
    "T12": ("keep_running", "wait"),
}


def opened(file, lang, audience):
    """The page's view of a period file."""
    tables = kit.load(file)
    return view_page.view(tables, kit.experiments(tables), lang, audience)


@pytest.fixture(scope="module", params=LANGS)
def view(request):
    return opened(PERIOD, request.param, "hr")


def test_planted_tests_come_out_right(view):
    found = view.table.set_index("test_id")
    got = {test: tuple(found.loc[test, ["decision", "next_step"]]) for test in PLANTED}
    assert got == PLANTED
    won = found.loc[["T04", "T07"]]
    assert set(won["decision"]) == {"treatment_better"} and won.loc["T07", "variant"] == "C"
    assert found.loc["T06", "declared_ok"]


def test_green_is_only_what_goes_live_and_a_slight_win_is_said_to_be_overstated(view):
    """T01, T04 and T07 won on the indicator, yet may not pay; T06 won with power 0.33."""
    found = view.table.set_index("test_id")
    assert set(found.loc[found["tone"] == "better"].index) == {"T06"}
    told = view.say("overstated")
    assert {t for t, why in found["why"].items() if why.endswith(told)} == {"T01", "T06"}


def test_the_undeclared_test_of_may_is_among_the_earlier_ones(view):
    may = view.past.set_index("test_id").loc["T13"]
    assert not may["declared_before"] and not may["declared_ok"]


def test_every_test_has_its_reason_and_next_step_in_words(view):
    for text in ("word", "why", "next"):
        assert view.table[text].str.len().gt(2).all()
        assert not view.table[text].str.contains(r"abtest\.|[{}_]", regex=True).any()


def test_blocks_speak_words_and_numbers_only(view):
    made = [
        make(view)
        for make in (
            page.header,
            page.cards,
            page.answer,
            verdicts.todo,
            verdicts.numbers,
            practice.practice,
            practice.alarms,
            schedule.schedule,
            trust.trust,
            page.doubts,
            verdicts.forest,
        )
    ]
    for block in made:
        text = re.sub(r"<[^>]*>", " ", str(block.html))
        assert not re.search(r"\b(nan|NaN|inf|None|abtest\.\w+)\b|[{}]", text), text[:400]


def test_an_invalid_test_shows_no_effect_and_no_money(view):
    where = view.table.index[view.table["test_id"] == "T02"][0]
    row = list(view.table.itertuples())[where]
    parts = detail._test(view, view.found[where], row)
    assert "figure" not in {part.kind for part in parts}
    assert view.table.loc[where, ["money", "money_low"]].isna().all()


def test_better_is_said_of_a_proven_winner_only(view):
    found = view.table.set_index("test_id")
    assert found.loc["T05", "tone"] == "unclear" and found.loc["T06", "tone"] == "better"
    assert found.loc["T05", "word"] != found.loc["T06", "word"]
    assert re.search(r"\b7\b", verdicts.forest(view).data["title"]), "12 tests, 7 of them settled"


def test_levels_of_an_invalid_or_running_test_are_not_shown(view):
    rows = {row["test_id"]: row for row in verdicts.numbers(view).data["rows"]}
    assert {rows[t][side] for t in ("T02", "T12") for side in ("control", "treatment")} == {"—"}
    assert "%" in rows["T01"]["control"]


def test_the_profit_says_of_how_many_tests_that_it_is_expected_and_over_whom(view):
    """No interval of a sum: its tests are drawn toward one prior, so that their errors hang."""
    card = page.cards(view).data["cards"][-1]
    words = {"zh": ("1 个", "预计", "申报受众"), "en": ("1 test ", "Expected", "declared audience")}
    assert all(word in card["label"] for word in words[view.lang])
    assert not re.search(r"\d", card["interval"])


def test_details_show_effect_days_and_what_was_not_done(view):
    where = view.table.index[view.table["test_id"] == "T05"][0]
    parts = detail._test(view, view.found[where], list(view.table.itertuples())[where])
    kinds = [part.kind for part in parts]
    assert kinds.count("figure") == 1 and "box" in kinds
    told = str(parts[-1].html)
    assert ("不同日子" in told or "ifferent days" in told) and ("没有" in told or "No " in told)


def test_what_was_declared_stands_beside_what_was_run(view):
    where = view.table.index[view.table["test_id"] == "T06"][0]
    parts = detail._test(view, view.found[where], list(view.table.itertuples())[where])
    rows = next(p for p in parts if p.id == "declared-T06").data["rows"]
    assert rows[3]["plan"] == rows[3]["run"] == "4"  # looks
    assert "4.0" in rows[6]["plan"] and len(rows) == 7  # the guardrail's margin


def test_the_question_of_a_test_finds_its_earlier_answer(view):
    told = practice.alarms(view).data["sentences"]
    assert any("T10" in line and "T14" in line for line in told)


def test_one_vague_test_does_not_squeeze_the_forest():
    shown = pd.DataFrame(
        {
            "label": ["clear", "vague"],
            "value": [0.1, -0.2],
            "low": [0.05, -1.0],
            "high": [0.15, 2.0],
            "tone": "neutral",
            "word": "x",
        }
    )
    fig, cut = abtest_figure.forest(shown, "en")
    low, high = fig.axes[0].get_xlim()
    assert cut == ["vague"] and low > -0.5 and high < 0.5


def test_each_open_question_gets_its_days(view):
    rows = schedule.schedule(view).data["rows"]
    days = {row["label"]: row["days_0.1"] for row in rows}
    search = next(
        d
        for label, d in days.items()
        if label.startswith(("支付转化率 · 搜索", "Pay conversion · search"))
    )
    assert search in (7, 14, 21, 28) and len(days) == len(rows)


def test_a_manager_sees_the_own_team_only():
    mine = opened(PERIOD, "zh", "manager/M01")
    assert set(mine.table["specialist_id"]) <= set(visible(mine.tables, "manager/M01"))
    assert 0 < len(mine.table) < 12


def test_a_table_too_large_for_memory_gives_the_same_verdicts(view, monkeypatch):
    monkeypatch.setattr(portfolio, "IN_MEMORY", 1000)
    order = {v.test_id: v for v in portfolio.evaluated(view.tables)}
    found = tuple(order[v.test_id] for v in view.found)
    columns = ["test_id", "decision", "next_step", "n_control"]
    folded = portfolio.frame(found)
    assert folded[columns].to_dict() == view.table[columns].to_dict()
    assert folded["p_value"].tolist() == pytest.approx(view.table["p_value"].tolist(), abs=1e-12)
    for ours, whole in zip(found, view.found, strict=True):  # looks, segments: from the cells too
        one = ours.case
        two = whole.case
        assert (one.looks.z if one.looks else ()) == pytest.approx(two.looks.z if two.looks else ())
        assert [(s.stratum, s.test.p_value) for s in one.beside.segments] == [
            (s.stratum, pytest.approx(s.test.p_value)) for s in two.beside.segments
        ]
    assert any(v.case.looks for v in found) and any(v.case.beside.segments for v in found)


def test_the_form_plans_a_test_by_channel(view):
    plan_ = schedule.form(view)
    for indicator in ("ctr", "pay_conversion"):
        made = plan_(indicator, 0.1)
        assert made.kind == "figure" and re.search(r" \d+ (天|days)", made.data["title"])


@pytest.mark.parametrize("lang", LANGS)
def test_every_bad_input_is_told_on_the_page_and_the_others_go_on(tmp_path, lang):
    rows = [plan(test_id="good"), plan(test_id="one_day", end_date=pd.Timestamp("2025-06-01"))]
    rows += [row | {"test_id": key} for key, (row, _, _) in BAD.items()]
    parts = {"good": days(1.2), "one_day": days(n=1)} | {k: d for k, (_, d, _) in BAD.items()}
    period(
        tmp_path,
        rows,
        experiment_days=pd.concat([d.assign(test_id=key) for key, d in parts.items()]),
    )
    v = opened(str(tmp_path / "june.yml"), lang, "hr")
    said = dict(zip(v.table["test_id"], v.table["decision"], strict=True))
    assert said.pop("good") == "treatment_better" and said.pop("one_day") == "not_enough_data"
    assert set(said) == set(BAD) - {"bad_terms"} and set(said.values()) == {"invalid_input"}
    blocks_ = [
        page.cards(v),
        page.answer(v),
        verdicts.todo(v),
        verdicts.forest(v),
        verdicts.numbers(v),
        *detail.tests(v),
        practice.practice(v),
        practice.alarms(v),
        schedule.schedule(v),
        trust.trust(v),
        page.doubts(v),
    ]
    assert v.table["label"].str.contains(" ").all()  # what was asked stands there, valid or not
    text = re.sub(r"<[^>]+>", " ", " ".join(str(block.html) for block in blocks_))
    assert not re.search(r"abtest\.|[{}]|nan\b|None", text)

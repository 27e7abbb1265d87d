"""The questions on fairness and motivation: means by hand; too few answers tell nothing."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from kit.data.load import load
from kit.data.reading.filled import sheet_name
from kit.pages.people.pulse import pulse as page
from kit.pages.people.view import View
from kit.people.pulse import QUESTIONS, pulse
from tests.people.tiny import june, rows
from tests.start import made


def answers(question: str, *counts: int, period: str = "2025-06") -> list[dict]:
    """How many answered 1, 2, 3, 4 and 5."""
    return [
        {"period_id": period, "question": question, "answer": n, "answers": count}
        for n, count in enumerate(counts, 1)
        if count
    ]


def asked(*given: list[dict]):
    return june({"pulse": rows("pulse", *(row for part in given for row in part))})


def test_a_mean_is_given_in_halves_from_five_answers_on():
    tables = asked(
        answers("fair", 0, 2, 4, 6, 0),  # (4 + 12 + 24) / 12 = 3.33 → 3.5
        answers("heard", 0, 5, 6, 1, 0),  # (10 + 18 + 4) / 12 = 2.67 → 2.5
        answers("growth", 0, 0, 0, 4, 0),  # four people: not told
        answers("clear", 0, 0, 0, 5, 0),
    )
    table = pulse(tables).set_index("question")
    assert list(table.index) == list(QUESTIONS)
    assert table.loc[["fair", "heard", "clear"], "mean"].tolist() == [3.5, 2.5, 4.0]
    assert pd.isna(table.loc["growth", "mean"]) and table.loc["growth", "asked"]
    assert not table.loc["motivated", "asked"]
    assert table.index[table["low"]].tolist() == ["heard"]


def mean(*counts: int) -> float:
    table = pulse(asked(answers("fair", *counts))).set_index("question")
    return table.loc["fair", "mean"]


def test_one_answer_more_moves_a_mean_by_a_half_or_not_at_all():
    """Five fours and n threes, by hand: 4, 3.83, then 3.71 to 3.42, all nearest to 3.5."""
    assert [mean(0, 0, n, 5, 0) for n in range(8)] == [4.0, 4.0, *[3.5] * 6]


def test_a_mean_between_two_halves_goes_up():
    """(6 × 3 + 2 × 4) / 8 = 3.25 → 3.5 and (2 × 2 + 6 × 3) / 8 = 2.75 → 3; under it down."""
    assert [mean(0, 0, 6, 2, 0), mean(0, 2, 6, 0, 0)] == [3.5, 3.0]
    assert mean(0, 0, 31, 10, 0) == 3.0  # 133 / 41 = 3.244


@pytest.mark.parametrize("audience", ["manager", "employee"])
def test_nobody_but_hr_reads_the_answers(audience):
    assert page(looked(asked(answers("fair", 0, 0, 0, 9, 0)), audience)) == []


def looked(tables, audience: str, lang: str = "zh") -> View:
    return View(tables, lang, audience, (), "", None, {})


def test_without_answers_the_page_gives_the_questions_to_ask():
    [block] = page(looked(asked(), "hr"))
    text = str(block.html)
    assert "本期没有问卷结果" in text and "我的考核结果公平" in text


def test_the_page_names_low_questions_and_says_why_a_mean_is_missing():
    given = asked(answers("heard", 0, 5, 6, 1, 0), answers("growth", 0, 0, 0, 4, 0))
    [block] = page(looked(given, "hr"))
    text = str(block.html)
    assert "均值低于 3 的题：面谈时我的意见被听取。先问原因，再改规则。" in text
    assert "2.50" in text and "作答人数太少，不显示" in text and "4.00" not in text


@pytest.mark.parametrize(
    "lang, fine, hidden",
    [("zh", "没有一题", "1 题作答人数太少"), ("en", "none has", "1 question has")],
)
def test_nothing_is_said_of_hidden_questions_and_a_rounded_mean_is_called_rounded(
    lang, fine, hidden
):
    """Of five 2 + 3 + 3 + 3 + 3 = 14: a mean of 2.8 is shown as 3."""
    few = answers("growth", 4, 0, 0, 0, 0)
    [rounded] = page(looked(asked(answers("fair", 0, 1, 4, 0, 0), few), "hr", lang))
    assert fine in rounded.html and "2.75" in rounded.html and hidden in rounded.html
    [alone] = page(looked(asked(few), "hr", lang))
    assert fine not in alone.html and hidden in alone.html
    assert {"zh": "本期没有问", "en": "Not asked in this period"}[lang] in alone.html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_asks_the_questions_and_takes_the_counts(tmp_path, monkeypatch, lang):
    """Of five questions nothing is typed; of one 2 × 3 and 4 × 5 = 26 / 6 = 4.33 → 4.5."""
    from kit.data.store import cache

    monkeypatch.setattr(cache, "HOME", tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    made.alimama(tmp_path / "june.csv", "2025-06")
    made.roster(tmp_path / "roster.xlsx")
    code, told = made.printed("june.csv", "roster.xlsx", "--lang", lang)
    assert code == 0, told
    [book] = (tmp_path / "company").glob("*.xlsx")
    lines = made.rows(book, "pulse", lang)
    counts = iter(lines[0])
    question, answer, people = counts
    assert [line[answer] for line in lines] == [1, 2, 3, 4, 5] * 6
    opened = load_workbook(book)
    sheet = opened[sheet_name("pulse", lang)]
    sheet["C4"], sheet["C6"] = 2, 4  # "fair": two people answered 3, four answered 5
    opened.save(book)
    period = tmp_path / "company/params/2025-06.yml"
    made.fill(book, dict.fromkeys(made.PLANS, "001"), {}, lang)
    means = pulse(load(period)).set_index("question")
    assert means.loc["fair", "mean"] == 4.5
    assert not means["asked"].drop("fair").any()
    assert made.printed("company")[0] == 0
    assert made.rows(book, "pulse", lang)[2] == {question: lines[2][question], answer: 3, people: 2}

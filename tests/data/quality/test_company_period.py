"""The period file and the scheme against the company's own data: whom, when, by what."""

import datetime as dt

import pytest

from kit.params import read_period
from kit.scheme.text import is_impossible_day
from kit.stats import workdays
from tests.data.company import SCHEME, folder
from tests.data.quality.test_company import found, issues, said


# ── B10, B12, B14 the period ─────────────────────────────────────────────────────────────────────
def test_a_team_that_nobody_belongs_to_is_refused_with_the_teams_there_are(tmp_path):
    file = folder(tmp_path)
    file.write_text(file.read_text() + "team: [三组]\n", encoding="utf-8")
    issue = issues(file)["no_such_team"]
    assert issue.severity == "refuse" and issue.facts["known"] == ["一组"]
    assert issue.facts["line"] == 8


@pytest.mark.parametrize("hired", ["2025-08-01", "2030-01-01"])
def test_nobody_to_appraise_is_refused(tmp_path, hired):
    roster = f"specialist_id,name,team,hire_date\nS1,张三,一组,{hired}\nS2,李四,一组,{hired}\n"
    assert found(tmp_path, roster=roster)["nobody_there"].severity == "refuse"


def test_spend_that_nobody_who_is_appraised_owns_is_told(tmp_path):
    assignment = "plan_id,specialist_id,valid_from\nP9,S1,2025-05-01\n"
    assert found(tmp_path, assignment=assignment)["all_unowned"].severity == "warn"


def test_owners_that_nobody_has_typed_yet_refuse_nothing(tmp_path):
    """A new company's first pages come before its owners are known."""
    raised = found(tmp_path, assignment="plan_id,specialist_id,valid_from\n")
    assert {raised[rule].severity for rule in ("all_unowned", "unassigned")} == {"warn"}


@pytest.mark.parametrize(
    ("lines", "rule", "severity"),
    [
        ((("id: tiny", "id: 2025-05"),), "id_other_days", "refuse"),
        (
            (("id: tiny", "id: 2025-06"), ("06-01", "05-26"), ("06-30", "06-25")),
            "id_other_days",
            "warn",
        ),
        (
            (("id: tiny", "id: 2025-06"), ("type: month", "type: quarter")),
            "type_other_days",
            "warn",
        ),
        ((("start: 2025-06-01", "start: 2025-03-01"),), "type_other_days", "warn"),
        ((("compare_to: 2025-05", "compare_to: 2025-06"),), "compare_not_before", "refuse"),
        ((("compare_to: 2025-05", "compare_to: 2025-07"),), "compare_not_before", "refuse"),
    ],
)
def test_id_type_dates_and_comparison_must_agree(tmp_path, lines, rule, severity):
    file = folder(tmp_path)
    for old, new in lines:
        said(file, old, new)
    issue = issues(file)[rule]
    assert issue.severity == severity and issue.facts["line"] >= 1


@pytest.mark.parametrize(("type_", "told"), [("half_year", False), ("month", True)])
def test_a_half_year_is_no_month_whatever_its_id_looks_like(tmp_path, type_, told):
    """2025-H1 has as many letters as 2025-06: its days, not its letters, say what it is."""
    file = folder(tmp_path)
    lines = [("id: tiny", "id: 2025-H1"), ("type: month", f"type: {type_}")]
    lines += [("start: 2025-06-01", "start: 2025-01-01"), ("compare_to: 2025-05", "")]
    for old, new in lines:
        said(file, old, new)
    assert ("type_other_days" in issues(file)) is told


@pytest.mark.parametrize("day", ["2025-06-31", "2025-02-29", "2025-13-01"])
def test_a_day_that_no_calendar_has_is_told_with_its_line(tmp_path, day):
    fault = issues(said(folder(tmp_path), "end: 2025-06-30", f"end: {day}"))["no_such_day"]
    assert (fault.facts["found"], fault.facts["line"], fault.facts["place"]) == (day, 4, "end")
    assert is_impossible_day(day) and not is_impossible_day("2024-02-29")


def test_numbers_are_what_stands_in_the_file(tmp_path):
    """YAML alone reads 010 as 8, 18:00 as 1080 and 2025.10 as 2025.1."""
    file = folder(tmp_path)
    file.write_text(file.read_text() + "seed: 010\nteam: [007, 一组]\n", encoding="utf-8")
    period = read_period(file)
    assert (period.seed, period.team) == (10, ("007", "一组"))


@pytest.mark.parametrize("value", ["18:00", "0x1F", "1e3"])
def test_what_is_no_whole_number_is_told_with_its_line(tmp_path, value):
    file = folder(tmp_path)
    file.write_text(file.read_text() + f"seed: {value}\n", encoding="utf-8")
    fault = issues(file)["wrong_value"]
    assert (fault.facts["found"], fault.facts["line"]) == (value, 8)


def test_fixed_holidays_are_off_in_years_that_nobody_announced():
    assert not workdays.is_workday(dt.date(2027, 1, 1))  # a Friday
    for month, day in ((1, 1), (5, 1), (10, 1), (10, 2)):
        assert not workdays.is_workday(dt.date(2031, month, day))
    assert workdays.is_workday(dt.date(2031, 3, 3))


# ── D1–D4 a new company's scheme ─────────────────────────────────────────────────────────────────
def scheme(place, *changes, **said_of):
    text = SCHEME.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = place / "scheme.yml"
    file.write_text(text, encoding="utf-8")
    return said(folder(place, **said_of), f"scheme: {SCHEME}", f"scheme: {file}")


def test_a_profile_that_lacks_is_told_with_those_there_are(tmp_path):
    lines = [line for line in SCHEME.read_text().splitlines() if line.startswith("  month: {")]
    issue = issues(scheme(tmp_path, (lines[0] + "\n", "")))["no_profile"]
    assert issue.facts["known"] == ["quarter", "year", "campaign"] and issue.facts["line"] > 1


def test_relations_that_do_not_sum_to_one_are_told_with_line_and_sum(tmp_path):
    issue = issues(scheme(tmp_path, ("manager: 0.40", "manager: 0.90")))["relations_sum"]
    assert issue.facts["sum"] == "1.5"


def test_an_indicator_of_the_market_that_nobody_knows_is_told(tmp_path):
    file = scheme(tmp_path, ("indicators: [sales, uv,", "indicators: [saels, uv,"))
    issue = issues(file)["no_such_indicator"]
    assert issue.facts["value"] == "saels" and "sales" in issue.facts["near"]


def test_a_rated_item_as_a_hard_indicator_is_refused(tmp_path):
    file = scheme(tmp_path, ("innovation: {branch: soft", "innovation: {branch: hard"))
    assert issues(file)["rated_as_hard"].facts["value"] == "innovation"

"""Figures over the periods on an index: only like with like is joined, the rest is named."""

from typing import Any

from kit.report import followed

DAYS = {
    "2025-Q1": ("2025-01-01", "2025-03-31"),
    "2025-Q2": ("2025-04-01", "2025-06-30"),
    "2025-H1": ("2025-01-01", "2025-06-30"),
    "2024-H2": ("2024-07-01", "2024-12-31"),
    "2025-B1": ("2025-01-01", "2025-02-28"),
    "2024": ("2024-01-01", "2024-12-31"),
    "618-2025": ("2025-06-01", "2025-06-18"),
}


def entry(id: str, value: float, *, version: str = "2025.1", code: str = "c1", **more: Any) -> dict:
    record = {"scheme_version": f"scheme-2025 {version}", "scheme": version, "code": code}
    month = (f"{id}-01", f"{id}-{30 if id[-1] in '46' else 31}")
    start, end = DAYS.get(id, month)
    told = {"period": id, "start": start, "end": end, "provenance": {"2_kpi_scoring": record}}
    card = {"label": "总分", "raw": value, "value": f"{value:.1f}"}
    return {"id": id, "figures": [card], **followed.facts(told | more)}


def joined(entries: list[dict]) -> list[str]:
    return [p["period"] for line in followed.trend(entries) for p in line["points"]]


def test_a_quarter_and_a_promotion_are_not_joined_to_a_month():
    entries = [entry("2025-06", 90), entry("618-2025", 99), entry("2025-05", 85)]
    entries.append(entry("2025-Q1", 95))
    assert joined(entries) == ["2025-05", "2025-06"]
    [said] = followed.notes(entries, "en")
    assert said == "Another kind of period, not joined to this one: 618-2025 and 2025-Q1."


def test_a_period_of_another_scheme_is_named_with_it_and_not_joined():
    entries = [entry("2025-06", 90), entry("2025-05", 85, version="2024.2"), entry("2025-04", 80)]
    assert joined(entries) == ["2025-04", "2025-06"]
    [said] = followed.notes(entries, "zh")
    assert said.startswith("计分所用的考核方案与本期不完全相同（任何一个键的值不同都算），")
    assert said.endswith("不与本期连成走势：2025-05 (scheme-2025 2024.2)。")


def test_a_period_that_another_version_of_the_kit_made_is_joined_and_marked():
    entries = [entry("2025-06", 90), entry("2025-05", 85, code="c0")]
    assert joined(entries) == ["2025-05", "2025-06"]
    [said] = followed.notes(entries, "en")
    assert said.startswith("Made by another version of the kit: 2025-05.")


def test_the_kind_that_a_run_names_itself_counts_before_its_id():
    entries = [entry("2025-06", 90, type="month"), entry("2025-05", 85, type="sprint")]
    assert joined(entries) == []
    assert len(followed.notes(entries, "zh")) == 1


def test_periods_measured_alike_need_no_words():
    assert followed.notes([entry("2025-06", 90), entry("2025-05", 85)], "zh") == []


def test_kinds_come_from_the_days_and_not_from_the_spelling_of_an_id():
    """A half-year and a month, whose ids have as many letters, are two kinds of period."""
    entries = [entry("2025-06", 90), entry("2025-H1", 95), entry("2025-05", 85)]
    assert joined(entries) == ["2025-05", "2025-06"]
    halves = [entry("2025-H1", 95), entry("2025-B1", 90), entry("2024-H2", 93), entry("2024", 91)]
    assert joined(halves) == ["2024-H2", "2025-H1"]
    named = [entry("2025-06", 90), entry("spring", 80, start="2025-04-01", end="2025-04-30")]
    assert joined(named) == ["spring", "2025-06"]  # a month under a name of the company's own

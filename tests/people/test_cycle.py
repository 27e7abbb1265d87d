"""The calendar of a cycle: days by hand, and a file that another program's rules accept."""

import pandas as pd

from kit.people.cycle import cycle, ics
from tests.people.tiny import june


def test_days_of_the_cycle_come_from_the_period_and_the_scheme():
    found = cycle(june({})).set_index("step")
    days = {step: str(day.date()) for step, day in found["due"].items()}
    # Monday 30 June + 15 days; ten working days; five more
    assert days == {
        "targets": "2025-06-01",
        "pace": "2025-06-30",
        "data": "2025-07-15",
        "score": "2025-07-15",
        "talk": "2025-07-14",
        "appeal": "2025-07-21",
        "next_targets": "2025-07-01",
    }
    assert found["who"].to_dict()["appeal"] == "specialist"


def test_the_calendar_file_keeps_rfc_5545():
    name = "面谈、提出异议；" * 12 + "a,b;c\\d"
    table = pd.DataFrame(
        {"step": ["talk"], "due": [pd.Timestamp("2025-07-14")], "start": [pd.NaT], "who": ["hr"]}
    )
    text = ics(table, [name], "2025-06")
    lines = text.split("\r\n")
    assert lines[-1] == "" and "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "").split("\r\n")
    said = next(line for line in whole if line.startswith("SUMMARY:"))
    assert said == "SUMMARY:" + "面谈、提出异议；" * 12 + r"a\,b\;c\\d"
    assert "DTSTART;VALUE=DATE:20250714" in whole and "DTEND;VALUE=DATE:20250715" in whole
    assert "@" not in text.replace("@kit", "")  # no address of anybody

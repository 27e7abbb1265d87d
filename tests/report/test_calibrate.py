"""The calibration round trip: sheet out, meeting, sheet in; both figures stay, the last decides."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from kit.__main__ import main
from kit.data.load import load
from kit.errors import KitError
from kit.pages.people.calibrated import calibrated
from kit.pages.people.view import view
from kit.people.appeals import official
from kit.people.frames import team
from kit.report import audit, calibrate
from kit.report.check import check
from kit.scoring.card import scorecards
from tests.people.company import write

SCORES = {"S1": 96, "S2": 94, "S3": 88, "S4": 84.5}
QUOTA = {"people": {"quota": {"A": 0.2, "B": 0.4, "C": 0.3, "D": 0.1}}}


@pytest.fixture
def company(tmp_path):
    place = tmp_path / "company"
    place.mkdir()
    figures = {who: {"score": score} for who, score in SCORES.items()}
    return write(place, figures, {}, **QUOTA)


def filled(sheet: Path, **changes: tuple) -> Path:
    """The exported CSV with the last three columns filled in: person → total, grade, reason."""
    rows = list(csv.reader(sheet.read_text(encoding="utf-8-sig").splitlines()))
    done = [[*row[:-3], *changes[row[0]]] if row and row[0] in changes else row for row in rows]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(done)
    return sheet


def out(company: Path, kind: str = "csv") -> Path:
    sheet = company.parent.parent / f"sheet.{kind}"
    calibrate.written(str(company), str(sheet), out=sheet.parent)
    return sheet


def take(company: Path, sheet: Path) -> None:
    calibrate.taken(str(company), str(sheet), by="M9", out=sheet.parent)


def grades(company: Path) -> dict[str, tuple]:
    tables = load(company)
    rows = official(tables, scorecards(tables)).to_dict("records")
    return {r["specialist_id"]: (r["printed"], r["grade"], r["calibrated"]) for r in rows}


def test_the_sheet_holds_everybody_and_the_distribution_below(company):
    rows = list(csv.reader(out(company).read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:5]] == ["S1", "S2", "S3", "S4"]
    assert rows[5] == []
    below = {row[0]: row for row in rows[8:]}
    assert [below[g][1] for g in "ABCD"] == ["1", "2", "1", "0"]
    assert [below[g][4] for g in "ABCD"] == ["1", "2", "1", "0"]  # largest remainders


def test_a_grade_set_by_the_meeting_counts_and_leaves_the_total(company):
    sheet = filled(out(company), S4=("", "B", "带新人，任务难度高"))
    take(company, sheet)
    assert grades(company) == {
        "S1": (96, "A", True),
        "S2": (94, "B", True),
        "S3": (88, "B", True),
        "S4": (84.5, "B", True),
    }
    rows = load(company).get("calibration").set_index("specialist_id")
    assert rows.loc["S4", ["before_grade", "after_grade", "by"]].tolist() == ["C", "B", "M9"]
    assert rows["after_grade"].notna().tolist() == [False, False, False, True]  # others confirmed


def test_a_total_set_by_the_meeting_is_graded_again(company):
    take(company, filled(out(company), S2=("95.2", "", "漏记一单")))
    assert grades(company)["S2"] == (95.2, "A", True)


def test_rows_at_fault_are_named_one_by_one_and_nothing_is_recorded(company):
    sheet = filled(out(company), S1=("", "Z", "x"), S2=("", "A", ""), S3=("many", "", "x"))
    with pytest.raises(KitError) as refused:
        take(company, sheet)
    found = {(f.key, f.facts["row"], f.facts["name"]) for f in refused.value.faults}
    assert found == {
        ("people.calibrate_grade", 2, "S1"),
        ("people.calibrate_reason", 3, "S2"),
        ("people.calibrate_number", 4, "S3"),
    }
    assert not load(company).has("calibration")


def test_a_sheet_older_than_the_data_is_refused_with_both_figures(company):
    sheet = filled(out(company), S4=("", "B", "x"))
    rows = (company.parent / "measured.csv").read_text(encoding="utf-8")
    (company.parent / "measured.csv").write_text(rows.replace("84.5", "80.5"), encoding="utf-8")
    with pytest.raises(KitError) as refused:
        take(company, sheet)
    (fault,) = refused.value.faults
    assert (fault.key, fault.facts["before"], fault.facts["now"]) == (
        "data.calibration_stale",
        "84.5 C",
        "80.5 C",
    )


def test_a_second_round_and_a_workbook_go_the_same_way(company):
    take(company, filled(out(company), S4=("", "B", "first")))
    book = out(company, "xlsx")
    cells = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert [cells[4][0], cells[4][3], cells[4][6]] == ["S4", 84.5, "B"]
    take(company, filled(out(company), S4=("", "C", "second")))
    assert grades(company)["S4"] == (84.5, "C", True)
    rounds = load(company).get("calibration")["round"].value_counts().to_dict()
    assert rounds == {1: 4, 2: 4}
    assert len(calibrate.read(book)) == 4


def test_an_appeal_accepted_after_the_meeting_stands(company):
    take(company, filled(out(company), S4=("", "B", "x")))
    held = pd.read_csv(company.parent / "calibration.csv").assign(at="2025-07-05 10:00:00")
    held.to_csv(company.parent / "calibration.csv", index=False)
    row = {"appeal_id": "A1", "period_id": "2025-06", "specialist_id": "S4", "before": 84.5}
    row |= {"after": 96, "reason": "y", "author": "S4", "at": "2025-07-08", "status": "accepted"}
    with (company.parent / "appeals.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, [*row])
        lines.writeheader()
        lines.writerow(row)
    assert grades(company)["S4"] == (96, "A", False)


def test_under_judged_there_is_no_grade_before_the_meeting(tmp_path):
    figures = {who: {"score": score} for who, score in SCORES.items()}
    company = write(tmp_path, figures, {}, grading="judged")
    assert [grade for _, grade, _ in grades(company).values()] == ["", "", "", ""]
    sheet = tmp_path.parent / "judged.csv"
    calibrate.written(str(company), str(sheet), out=tmp_path.parent)
    calibrate.taken(
        str(company), str(filled(sheet, S4=("", "B", "x"))), by="M9", out=tmp_path.parent
    )
    assert [grade for _, grade, _ in grades(company).values()] == ["A", "B", "B", "B"]


@pytest.mark.parametrize(
    ("audience", "who"), [("hr", "S4"), ("manager/M1", ""), ("employee", "S4")]
)
def test_hr_manager_and_the_person_read_both_figures_by_whom_and_why(company, audience, who):
    take(company, filled(out(company), S4=("", "B", "带新人")))
    blocks = calibrated(view(team(load(company), audience, who), "zh"))
    html = str(blocks[0].html)
    assert all(text in html for text in ("84.5", ">C<", ">B<", "带新人", "M9"))


def test_the_audit_log_names_the_act_and_no_score(company, capsys):
    take(company, filled(out(company), S4=("", "B", "x")))
    capsys.readouterr()
    assert audit.show(company.parent.parent / "seals.log", "2025-06", "zh") == 0
    said = capsys.readouterr().out
    assert "校准" in said
    assert "changed 1" in said
    assert "84.5" not in said


def test_the_command_takes_one_of_both_and_a_name(company):
    assert main(["calibrate", str(company)]) == 2
    assert main(["calibrate", str(company), "--import", "x.csv"]) == 2


def test_the_check_names_a_decision_that_the_data_have_left_behind(company):
    take(company, filled(out(company), S4=("", "B", "x")))
    rows = (company.parent / "measured.csv").read_text(encoding="utf-8")
    (company.parent / "measured.csv").write_text(rows.replace("84.5", "80.5"), encoding="utf-8")
    found = check(str(company))
    (row,) = found[found["rule"] == "people.how.stale"].to_dict("records")
    assert "84.5 C" in row["en"] and "80.5 C" in row["en"]


def test_a_workbook_saved_by_another_program_is_taken_as_filled_in(company):
    """Openpyxl writes every cell anew; C becomes B in the meeting, a total 96 becomes 95.5."""
    book = out(company, "xlsx")
    opened = load_workbook(book)
    sheet = opened.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == "S4":
            row[-2].value, row[-1].value = "B", "会上说明：断货 / stock-out"
        if row[0].value == "S1":
            row[-3].value, row[-1].value = 95.5, "recount"
    opened.save(book)
    take(company, book)
    found = grades(company)
    assert found["S4"] == (84.5, "B", True) and found["S1"][0] == 95.5
    kept = load(company).get("calibration").set_index("specialist_id")
    assert kept.loc["S4", ["before_grade", "after_grade"]].tolist() == ["C", "B"]
    assert kept.loc["S4", "reason"] == "会上说明：断货 / stock-out"
    assert len(kept) == 4  # the unchanged ones are confirmed

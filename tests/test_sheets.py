"""Published schemes as whole files, each against a sheet that was computed by hand."""

from pathlib import Path

import pytest
import yaml

from tests import sheets

CASES = Path(__file__).resolve().parent / "cases" / "schemes"
NAMES = sorted(path.stem.removeprefix("sheet-") for path in CASES.glob("sheet-*.yml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_published_scheme_gives_the_points_and_fen_of_its_sheet(name, tmp_path):
    found = sheets.compare(CASES / f"sheet-{name}.yml", tmp_path)
    assert int(found[0]) >= 10 and found[1:] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_says_that_nothing_was_left_out(name):
    head = (CASES / f"scheme-{name}.yml").read_text("utf-8").splitlines()[0]
    assert "Left out or replaced: nothing" in head


def test_a_wrong_figure_of_a_sheet_is_noticed(tmp_path):
    """A line, a subtotal, a total, a grade and an amount, each off by one step."""
    said = yaml.safe_load((CASES / "sheet-c07.yml").read_text("utf-8"))
    one = said["by_hand"]["S1"]
    one["lines"]["leads"] += 0.01
    one["dimensions"]["results"] += 0.01
    one["total"] += 1e-6
    one["grade"] = "良"
    one["pay"]["per_lead"] += 0.01
    for path in CASES.glob("*-c07.yml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    text = yaml.safe_dump(said, allow_unicode=True)
    (tmp_path / "sheet-c07.yml").write_text(text, encoding="utf-8")
    (tmp_path / "data").mkdir()
    wrong = sheets.compare(tmp_path / "sheet-c07.yml", tmp_path / "data")[1:]
    assert len(wrong) == 5

"""Closed means closed: later runs stand beside it and say what moved, and why."""

import datetime as dt

import pytest

from kit.errors import KitError
from kit.report import close, export, run
from kit.scheme.sections import Feedback
from tests.report.conftest import SHOW, notebook, period
from tests.report.test_run import change, pages, states


def test_a_closed_period_is_never_written_again_and_later_runs_say_what_moved(house):
    file = period(house, "2025-06", 30)
    run.run([file])
    assert close.close(file, by="张三") == 0
    home = house / "reports" / "2025-06"
    seal = export.read(home / "closed.json")
    assert seal["by"] == "张三" and seal["files"]["manager/M02/zh/5_people.html"]
    assert {"data", "scheme", "code"} <= set(seal["provenance"]["5_people"])
    closed = {name: (home / name).read_bytes() for name in seal["files"]}
    change(house)
    assert run.run([file], force=True) == 0
    assert {name: (home / name).read_bytes() for name in seal["files"]} == closed
    later = pages(house)["later/manager/M02/zh/index.html"]
    assert "与定稿相比" in later and "发放以定稿为准" in later and "尚未定稿" not in later
    assert seal["scheme"]["bonus"]["curve"]  # what was paid on can be worked out again from it
    assert "（数据变动），例如：P2 · =name 枕头 → 靠枕" in later
    assert "封存后被改动的文件：0" in pages(house)["later/index.html"]
    (home / "manager/M02/zh/5_people.html").unlink()
    run.run([file], force=True)
    assert "封存后被改动的文件：1" in pages(house)["later/index.html"]
    with pytest.raises(KitError) as refused:
        close.close(file, by="李四")
    assert refused.value.faults[0].key == "report.closed_already"


def test_a_period_with_a_failing_page_is_not_closed_and_nothing_is_lost(house):
    file = period(house, "2025-06", 30)
    run.run([file])
    good = pages(house)
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, "1 / 0")
    assert close.close(file, by="张三") == 1
    assert pages(house) == good and set(states(house).values()) == {"ok"}
    assert not (house / "reports" / "2025-06" / "closed.json").exists()


def test_a_period_is_not_closed_while_answers_are_collected(house, monkeypatch):
    """Due ten working days after June: 2025-07-14 (1–4, 7–11, 14)."""
    file = period(house, "2025-06", 30)
    columns = "period_id,specialist_id,rater_id,relation,item,rating"
    rows = "".join(f"2025-06,S03,r{n},peer,innovation,4\n" for n in range(3))
    (house / "data" / "feedback.csv").write_text(f"{columns}\n{rows}", encoding="utf-8")
    for day in (dt.date(2025, 7, 14), dt.date(2025, 7, 1)):
        monkeypatch.setattr(Feedback, "gathering", lambda *_, day=day: day)
        with pytest.raises(KitError) as refused:
            close.close(file, by="张三")
        [fault] = refused.value.faults
        assert (fault.key, fault.facts["until"]) == ("report.close_collecting", "2025-07-14")
    monkeypatch.setattr(Feedback, "gathering", lambda *_: dt.date(2025, 7, 15))
    assert close.close(file, by="张三") == 0


def test_answers_about_other_periods_keep_no_period_open(house, monkeypatch):
    """June's collection ended on 2025-07-14; that of July, in the same file, runs until August."""
    file = period(house, "2025-06", 30)
    columns = "period_id,specialist_id,rater_id,relation,item,rating"
    rows = "".join(
        f"{month},S03,r{n},peer,innovation,4\n"
        for n in range(3)
        for month in ("2025-06", "2025-07")
    )
    (house / "data" / "feedback.csv").write_text(f"{columns}\n{rows}", encoding="utf-8")
    monkeypatch.setattr(Feedback, "gathering", lambda *_: dt.date(2025, 7, 15))
    assert close.close(file, by="张三") == 0

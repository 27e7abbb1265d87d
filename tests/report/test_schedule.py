"""The README's lines for schedulers, taken from it and run as they stand, in a copy of the kit."""

import datetime as dt
import re
import shlex

import pytest

from kit.__main__ import parser
from kit.params import ROOT
from tests.report.conftest import period

README = (ROOT / "README.md").read_text(encoding="utf-8")  # the Chinese one has the same lines
CRON = re.search(r"^0 7 3 \* \* (.+)$", README, re.M)
XARGS = re.search(r"^.+ xargs .+$", README, re.M)
WINDOWS = re.search(r"^schtasks .+$", README, re.M)


def ended(process):
    """Exit code and standard output of a finished process."""
    told, wrong = process.communicate(timeout=300)
    return process.returncode, told if process.returncode == 0 else told + wrong


@pytest.mark.slow
def test_the_cron_line_makes_last_months_pages_and_its_last_line_tells(copy):
    house, shell = copy
    last = dt.date.today().replace(day=1) - dt.timedelta(days=1)
    period(house, f"{last:%Y-%m}", last.day)
    for table in (house / "data").glob("*.csv"):  # the company's June becomes last month
        text = table.read_text(encoding="utf-8").replace("2025-06", f"{last:%Y-%m}")
        table.write_text(text, encoding="utf-8")
    line = CRON[1].replace("/opt/appraisal", str(house))
    assert "%" not in CRON[1], "cron ends a line at a bare %"
    code, told = ended(shell(line))
    assert code == 0, told
    *_, summary = told.splitlines()
    assert f"{last:%Y-%m}：3 页，生成 3，未变 0，失败 0" in summary and len(summary) < 200
    assert (house / "reports" / f"{last:%Y-%m}" / "index.html").exists()
    code, told = ended(shell(line))
    assert code == 0 and "生成 0，未变 3" in told
    (house / "params" / f"{last:%Y-%m}.yml").unlink()
    assert ended(shell(line))[0] == 2


@pytest.mark.slow
def test_the_xargs_line_makes_every_page_and_collects_them(copy):
    house, shell = copy
    period(house, "2025-06", 30)
    code, told = ended(shell(XARGS[0]))
    assert code == 0, told
    assert (house / "reports/2025-06/index.html").exists()
    assert len([*(house / "reports/2025-06/manager/M02/zh").glob("[25]_*.html")]) == 3


def test_the_windows_line_is_one_task_of_one_command():
    """By the rules of Windows: a double-quoted argument is one, && inside it is not cmd's own."""
    parts = shlex.split(WINDOWS[0], posix=False)
    options = dict(zip(parts[2::2], parts[3::2], strict=True))
    assert parts[:2] == ["schtasks", "/Create"]
    assert list(options) == ["/TN", "/SC", "/D", "/ST", "/TR"]
    task = options["/TR"]
    assert task.startswith('"') and task.endswith('"') and task.count('"') == 2 and len(task) < 261
    where, command = task.strip('"').removeprefix("cmd /c ").split(" && ")
    assert where == r"cd /d C:\appraisal"
    assert command.startswith(r".venv\Scripts\python -m kit ")
    assert parser().parse_args(command.split("-m kit ")[1].split()).periods == ["last-month"]

"""A company of three people on one screen, notebooks of three cells, and a house of their own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kit.data.store import cache
from kit.params import ROOT
from kit.report import forget, plan

TABLES = {
    "roster": "specialist_id,name,team,manager_id\nS01,王堃,甲,M01\nS02,李倩,甲,M01\n"
    "S03,赵淼,乙,M02\n",
    "plans": "plan_id,plan_name,platform,channel\nP1,夏凉被,淘宝,search\nP2,枕头,抖音,social\n",
    "assignment": "plan_id,specialist_id,valid_from\nP1,S01,2025-01-01\nP2,S03,2025-01-01\n",
    "ads": "date,plan_id,impressions,clicks,spend,orders,revenue\n"
    "2025-05-01,P1,1000,50,100,5,400\n2025-06-01,P1,1200,60,110,6,480\n"
    "2025-06-02,P2,900,40,90,3,200\n",
}
PERIOD = """id: {id}
type: month
start: {id}-01
end: {id}-{last}
scheme: scheme.yml
data: {data}
languages: [{languages}]
audiences: [{audiences}]
team: {team}
"""
PARAMETERS = 'params_file = ""\nlang = "zh"\naudience = "manager"'
SHOW = """from IPython.display import display
from kit.data.load import load
import pandas as pd
from kit.show.blocks import Card, Column, answer, cards, header, table
tables = load(params_file)"""
HEAD = 'display(header(tables, lang, title="{name}", question="?"))'
CARDS = 'display(cards([Card("总分", "85.2")]), answer(["1 + 1 = 2"]))'
OWN = """rows = tables.get("roster")
rows = rows[rows["specialist_id"] == specialist] if specialist else rows
rows = rows[rows["manager_id"] == audience[8:]] if audience.startswith("manager/") else rows
display(table(rows, [Column("name", "姓名"), Column("team", "=team")], id="who", caption="人",
              lang=lang))"""
PLANS = """columns = [Column("plan_id", "计划"), Column("plan_name", "=name")]
display(table(tables.get("plans"), columns, id="plans", caption="计划", lang=lang))"""


def notebook(path: Path, *sources: str, specialist: bool = False) -> Path:
    """A notebook of code cells, the first one tagged `parameters`."""
    first = PARAMETERS + ('\nspecialist = ""' if specialist else "")
    cells = [nbformat.v4.new_code_cell(source) for source in (first, *sources)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Folders of its own for notebooks, parameters, data, cache and reports."""
    monkeypatch.setattr(plan, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(plan, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(forget, "ROOT", tmp_path)
    monkeypatch.setattr(cache, "HOME", tmp_path / "cache")  # forgetting empties it
    monkeypatch.setenv("KIT_OPAQUE_KEY", "a key for tests")
    plan._key.cache_clear()
    for name in ("notebooks", "params", "data"):
        (tmp_path / name).mkdir()
    for name, text in TABLES.items():
        (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "params" / "scheme-2025.yml", tmp_path / "params" / "scheme.yml")
    notebook(tmp_path / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="得分"), CARDS)
    notebook(
        tmp_path / "notebooks" / "5_people.ipynb",
        SHOW,
        HEAD.format(name="人员"),
        OWN,
        PLANS,
        specialist=True,
    )
    yield tmp_path
    plan._key.cache_clear()


def listening():
    """In a new process: a Ctrl-C counts, even where tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def copy(house):
    """The house with a kit and an interpreter of its own, and how to start a shell line there."""
    shutil.copytree(ROOT / "kit", house / "kit", ignore=shutil.ignore_patterns("__pycache__"))
    python = house / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    bare = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def shell(line):
        return subprocess.Popen(
            ["/bin/sh", "-c", line],
            cwd=house,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=bare | {"KIT_OPAQUE_KEY": "a key for tests"},
            start_new_session=True,
            preexec_fn=listening,
        )

    return house, shell


def period(
    house: Path, id: str, last: int, *, languages="zh", audiences="manager", team="[乙]"
) -> str:
    """A period file of the house; as it is, for one manager of one person: three pages."""
    file = house / "params" / f"{id}.yml"
    text = PERIOD.format(
        id=id, last=last, data=house / "data", languages=languages, audiences=audiences, team=team
    )
    file.write_text(text, encoding="utf-8")
    return str(file)

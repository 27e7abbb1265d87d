"""A team's month of the sample, made once by the call behind `kit run`, for all tests here.

Every page in Chinese, and in English those that somebody looks at here; all of them in both
languages for `make test-all` (KIT_ALL).
"""

import os
import re
from pathlib import Path

import pytest

from kit.data.store import cache
from kit.params import ROOT
from kit.report import plan, run
from kit.report.plan import opaque

TEAM = "流量一组"
MANAGER = "M01"
PERSON = "S01"
KINDS = [
    ("manager", "1_data_load"),
    ("manager", "2_kpi_scoring"),
    ("manager", "3_ab_testing"),
    ("manager", "4_retrospective"),
    ("manager", "5_people"),
    ("person", "5_people"),
    ("hr", "2_kpi_scoring"),
    ("hr", "5_people"),
    ("employee", "2_kpi_scoring"),
    ("employee", "5_people"),
]


@pytest.fixture(scope="session")
def month(tmp_path_factory):
    """Folder of the pages of the month: made by the first worker that asks, the other waits."""
    beside = tmp_path_factory.getbasetemp()
    beside = beside.parent if "PYTEST_XDIST_WORKER" in os.environ else beside
    folder = beside / "end_to_end"
    with cache.alone(beside / "end_to_end.lock"):
        if not (folder / "made").exists():
            _make(folder)
            (folder / "made").touch()
    return folder / "reports" / "2025-06"


def _make(folder):
    """The month of one team: every kind of reader, both languages."""
    folder.mkdir(exist_ok=True)
    text = (ROOT / "params" / "2025-06.yml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^team: all.*$", f"team: [{TEAM}]", text)
    text = text.replace("scheme: ", f"scheme: {ROOT / 'params'}/")
    file = folder / "2025-06.yml"
    file.write_text(text, encoding="utf-8")
    every = plan.jobs
    pairs = {kind for kind in KINDS if kind[0] != "person"}

    def some(*given):
        return [
            job
            for job in every(*given)
            if job.lang == "zh"
            or os.environ.get("KIT_ALL")
            or (job.specialist == PERSON and job.folder != "hr")
            or (
                (job.folder.split("/")[0], job.notebook) in pairs
                and not job.specialist
                and job.folder in ("hr", f"manager/{MANAGER}")
            )
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "jobs", some)
        assert run.run([str(file)], out=folder / "reports") == 0


def path_of(month: Path, reader: str, notebook: str, lang: str) -> Path:
    """The page that a reader of brief.yml opens."""
    person = opaque(PERSON)
    folder = {"hr": "hr", "employee": f"employee/{person}"}.get(reader, f"manager/{MANAGER}")
    name = f"{notebook}-{person}" if reader == "person" else notebook
    return month / folder / lang / f"{name}.html"

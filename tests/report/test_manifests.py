"""What another period or version left behind keeps no page from being made: skipped, and named."""

import datetime as dt
import json

import pytest

from kit.report import standing
from kit.report.manifest import manifests
from kit.report.person import _listed

JOB = dict.fromkeys(
    ("page", "folder", "lang", "notebook", "audience", "person", "status", "made_at", "failed"), ""
)
WHOLE = {"period": "2025-05", "stage": "closed", "start": "2025-05-01", "end": "2025-05-31"}
WHOLE |= {"retention_months": 1, "jobs": [JOB]}
DAMAGED = [
    "",
    "{",
    "[]",
    "null",
    json.dumps(WHOLE | {"end": "2025-05-32"}),
    json.dumps(WHOLE | {"end": None}),
    json.dumps(WHOLE | {"retention_months": "36"}),
    json.dumps(WHOLE | {"jobs": {"page": "x"}}),
    json.dumps(WHOLE | {"jobs": [JOB | {"page": ""}, {"page": "x"}]}),
    json.dumps({k: v for k, v in WHOLE.items() if k != "stage"}),
]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_manifest_of_another_period_is_left_aside_and_named(tmp_path, text, capsys):
    for name, said in (("2025-05", json.dumps(WHOLE)), ("2025-04", text)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(said, encoding="utf-8")
    (tmp_path / "2025-03").mkdir()
    (tmp_path / "2025-03" / "manifest.json").write_bytes(b"\xff\xfe\x00")
    whole, lost = manifests(tmp_path)
    assert [home.name for _, home in whole] == ["2025-05"]
    assert [file.parent.name for file in lost] == ["2025-03", "2025-04"]
    assert standing.expired(tmp_path, dt.date(2025, 7, 2)) == [tmp_path / "2025-05"]
    standing.remind(tmp_path, "zh", dt.date(2025, 7, 2))
    assert "2025-04/manifest.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "cells", [b"", b"id,name\nS1,A\n", b"\xff\xfe\x80", b'specialist_id,name\n"S1']
)
def test_a_damaged_list_of_people_is_left_aside_and_named(tmp_path, cells, capsys):
    for folder, content in (("a", cells), ("b", "specialist_id,name\nS2,乙\n".encode())):
        (tmp_path / folder / "hr").mkdir(parents=True)
        (tmp_path / folder / "hr" / "people.csv").write_bytes(content)
    assert _listed(tmp_path) == {("S2", "乙")}
    assert ("a/hr/people.csv" in capsys.readouterr().out) is bool(cells)

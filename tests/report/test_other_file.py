"""Two period files with one id: told before a page is written over (同一编号的两个周期文件)."""

import json
from types import SimpleNamespace

import pytest

from kit.errors import KitError
from kit.report.run import others


def batch(place, name):
    (place / name).write_text("id: 2025-06\n", encoding="utf-8")
    period = SimpleNamespace(id="2025-06", path=place / name)
    return SimpleNamespace(period=period, folder=place / "reports")


def test_pages_of_another_file_with_the_same_id_are_not_written_over(tmp_path):
    first, second = batch(tmp_path, "june.yml"), batch(tmp_path, "june-leads.yml")
    (tmp_path / "reports").mkdir()
    said = json.dumps({"file": "june.yml"})
    (tmp_path / "reports" / "manifest.json").write_text(said, encoding="utf-8")
    others([first], force=False)  # its own pages
    with pytest.raises(KitError) as caught:
        others([second], force=False)
    assert caught.value.faults[0].facts["other"] == "june.yml"
    assert all("june-leads.yml" in line for line in caught.value.told("zh"))
    others([second], force=True)
    (tmp_path / "june.yml").write_text("id: 2025-05\n", encoding="utf-8")
    others([second], force=False)  # the other one is about another period now

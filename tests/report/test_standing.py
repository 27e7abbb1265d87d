"""A run that would change nothing ends early, and only then."""

import subprocess
import sys

import pytest

from kit.report import plan, run, standing
from tests.report.conftest import CARDS, HEAD, SHOW, notebook, period
from tests.report.test_run import change


@pytest.fixture
def done(house):
    """A finished period, and what asks whether it stands."""
    file = period(house, "2025-06", 30)
    assert run.run([file]) == 0
    return lambda: standing.standing([file], house / "reports")


def test_a_finished_period_stands_until_data_scheme_notebook_page_or_readers_change(
    house, done, monkeypatch, capsys
):
    assert done() and "生成 0，未变 3" in capsys.readouterr().out
    page = next((house / "reports").rglob("5_people.html"))
    text = page.read_bytes()
    page.write_bytes(text + b" ")
    assert not done()
    page.unlink()
    assert not done()
    page.write_bytes(text)
    assert done()
    period(house, "2025-06", 30, audiences="manager, hr")
    assert not done()
    period(house, "2025-06", 30)
    assert done()
    scheme = house / "params" / "scheme.yml"
    scheme.write_text(scheme.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    change(house)
    assert not done()


def test_a_new_data_file_a_changed_notebook_and_another_key_are_seen(house, done, monkeypatch):
    more = house / "data" / "targets.csv"
    more.write_text("specialist_id,indicator,target\n", encoding="utf-8")
    assert not done()
    more.unlink()
    assert done()
    monkeypatch.setenv("KIT_OPAQUE_KEY", "another key")
    plan._key.cache_clear()
    assert not done()
    monkeypatch.setenv("KIT_OPAQUE_KEY", "a key for tests")
    plan._key.cache_clear()
    assert done()
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="新"), CARDS)
    assert not done()


def test_a_period_with_a_failed_page_does_not_stand(house):
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, "1 / 0")
    file = period(house, "2025-06", 30)
    assert run.run([file]) == 1 and not standing.standing([file], house / "reports")


def test_the_sample_is_not_made_to_see_that_no_page_is_there(house, monkeypatch):
    monkeypatch.setattr(standing, "sources", lambda data: pytest.fail("data were asked for"))
    assert not standing.standing([period(house, "2025-06", 30)], house / "reports")


def test_nothing_heavy_is_imported_to_know_it():
    code = """import sys
import kit.__main__, kit.report.standing, kit.report.plan, kit.report.warm
print([m for m in ("pandas", "matplotlib", "duckdb", "papermill", "scipy") if m in sys.modules])"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"

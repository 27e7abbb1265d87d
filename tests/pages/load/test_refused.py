"""Notebook 1 of data that refuse to be scored: the page says so first, and stands whole."""

from dataclasses import replace

import pytest

import kit
from kit.data.schema import contract
from kit.errors import KitError
from kit.pages.load import gates, page
from kit.pages.load import view as view_page
from kit.report import run
from tests.data.company import FILES, folder
from tests.pages.load.test_privacy import BLOCKS

HEADS = {name: text.splitlines()[0] + "\n" for name, text in FILES.items()}


@pytest.mark.parametrize(
    "changed",
    [
        {"ads": None},
        HEADS,
        {"assignment": HEADS["assignment"]},
        {"roster": None},
        dict.fromkeys(FILES),
    ],
    ids=["no ads", "blank sheets", "no owner", "no roster", "nothing"],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refused_data_are_told_on_the_page_with_the_remedy(tmp_path, lang, changed):
    view = view_page.view(kit.load(folder(tmp_path, **changed), refuse=False), lang, "hr")
    made = [block(view).html for block in BLOCKS]
    said = {"zh": "不能评分", "en": "Cannot be scored"}[lang]
    assert said in made[1], "the light is the first block after the title"
    names = [t.name for t in contract().values() if t.needed and changed.get(t.name, "") is None]
    assert all(f"{name}.csv" in made[1] for name in names)


@pytest.mark.parametrize(
    ("lang", "promised", "columns"),
    [
        ("zh", ["发现了什么", "几处"], ["级别", "发现", "处"]),
        ("en", ["what was found", "how many places"], ["Level", "Finding", "Places"]),
    ],
)
def test_the_table_of_findings_promises_what_it_shows(tmp_path, lang, promised, columns):
    """Who corrects a finding stands in no column, and not every finding has a row."""
    found = view_page.view(kit.load(folder(tmp_path, ads=None), refuse=False), lang, "hr")
    table = gates.gates(found).data
    assert [column["label"] for column in table["columns"]] == columns
    assert all(text in table["caption"] for text in promised)
    assert not any(text in table["caption"] for text in ("谁", "who", "行", "row"))


def test_a_run_of_this_page_alone_is_planned_although_nothing_can_be_scored(tmp_path):
    period = str(folder(tmp_path, ads=None))
    with pytest.raises(KitError):
        run.prepare([period], tmp_path / "out")
    [batch] = run.prepare([period], tmp_path / "out", read=run.inspected)
    assert "1_data_load" in {job.notebook for job in batch.jobs}


@pytest.mark.parametrize("warned", [False, True])
def test_the_sentence_that_an_index_cites_says_that_nothing_can_be_scored(
    tmp_path, monkeypatch, warned
):
    """Without ads nobody is scored, whether or not the files also bear a warning."""
    found = view_page.view(kit.load(folder(tmp_path, ads=None), refuse=False), "en", "hr")
    if not warned:
        issues = [i for i in found.tables.found if i.severity != "warn"]
        monkeypatch.setitem(vars(found.tables), "found", issues)
    assert found.trust.verdict == "no"
    said = page.answer(found).data["sentences"]
    assert said[0].startswith("The period cannot be scored yet: ")
    assert not any(text.startswith("No warnings") or "do not block" in text for text in said)


def test_an_index_says_of_data_with_gaps_whom_they_are_enough_for(tmp_path, monkeypatch):
    found = view_page.view(kit.load(folder(tmp_path), refuse=False), "en", "hr")
    issue = found.tables.found[0]
    monkeypatch.setitem(vars(found.tables), "found", ())
    n = {"whole": 1, "part": 2, "none": 0}
    trust = replace(found.trust, verdict="partly", people=n)
    [said] = page.answer(replace(found, trust=trust)).data["sentences"]
    assert said.startswith("Can be scored, with gaps: of 3 people 1 is measured in full, 2 in part")
    monkeypatch.setitem(vars(found.tables), "found", (replace(issue, severity="warn"),))
    both = page.answer(replace(found, trust=trust)).data["sentences"]
    assert len(both) == 2 and both[0] == said, "the index cites the first sentence"

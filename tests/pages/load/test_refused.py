"""Notebook 1 of data that refuse to be scored: the page says so first, and stands whole."""

import pytest

import kit
from kit.data.schema import contract
from kit.errors import KitError
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


def test_a_run_of_this_page_alone_is_planned_although_nothing_can_be_scored(tmp_path):
    period = str(folder(tmp_path, ads=None))
    with pytest.raises(KitError):
        run.prepare([period], tmp_path / "out")
    [batch] = run.prepare([period], tmp_path / "out", read=run.inspected)
    assert "1_data_load" in {job.notebook for job in batch.jobs}

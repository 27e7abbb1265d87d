"""Pages of a made month, as somebody decides from them: answers in time, figures that agree.

One page of each kind in both languages, and the figures of every Chinese page; the English ones
and every length for `make test-all` (KIT_ALL).
"""

import pytest

from kit.words import LANGS
from tests.browser import decisions
from tests.browser.decisions import DESKTOP, PHONE
from tests.browser.test_pages import Visit, browser  # noqa: F401 - a fixture
from tests.end_to_end.conftest import KINDS, month, path_of  # noqa: F401 - a fixture

pytestmark = [pytest.mark.slow, pytest.mark.browser]
INDEXES = [(reader, decisions.INDEX) for reader in ("manager", "hr", "employee")]
PAGES = [(*kind, lang) for kind in [*KINDS, *INDEXES] for lang in LANGS]


@pytest.mark.parametrize(("reader", "notebook", "lang"), PAGES)
def test_a_page_answers_in_time_and_fits_its_length(
    browser,  # noqa: F811
    month,  # noqa: F811
    reader,
    notebook,
    lang,
):
    assert late(browser, path_of(month, reader, notebook, lang)) == []


@pytest.mark.parametrize(("reader", "notebook"), KINDS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_page_prints_the_figures_of_its_data_in_one_way(
    browser,  # noqa: F811
    month,  # noqa: F811
    reader,
    notebook,
    lang,
):
    assert untrue(browser, path_of(month, reader, notebook, lang), lang) == []


def test_every_chinese_page_prints_the_figures_of_its_data(browser, month):  # noqa: F811
    pages = sorted(month.rglob("zh/[1-5]_*.html"))
    assert len(pages) > 30
    assert [fault for page in pages for fault in untrue(browser, page, "zh")] == []


@pytest.mark.matrix
def test_every_chinese_page_fits_its_length(browser, month):  # noqa: F811
    pages = sorted(month.rglob("zh/[1-5]_*.html"))
    assert [fault for page in pages for fault in late(browser, page)] == []


@pytest.mark.matrix
def test_every_english_page_prints_the_figures_of_its_data(browser, month):  # noqa: F811
    pages = sorted(month.rglob("en/[1-5]_*.html"))
    assert [fault for page in pages for fault in untrue(browser, page, "en")] == []


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_agenda_cites_stands_in_its_cell_and_is_the_same_on_the_index(month, lang):  # noqa: F811
    page = path_of(month, "manager", "5_people", lang)
    said = decisions.lines(page)
    assert said, "the sample plants somebody to talk to"
    assert decisions.cited(page) == []
    for other in ("5_people", "index"):
        text = decisions.text(page.with_name(f"{other}.html"))
        assert [line for line in said if line not in text] == [], other


def late(browser, page):  # noqa: F811
    """Answers that come late and lengths, on a phone and on a desktop."""
    with Visit(browser, page) as visit:
        found = [(size, decisions.measured(visit, page, size)) for size in (PHONE, DESKTOP)]
    return [f"{named(page)} {size[0]}: {fault}" for size, faults in found for fault in faults]


def untrue(browser, page, lang):  # noqa: F811
    """Figures that are not those of the data, that leave their interval, or are written oddly."""
    with Visit(browser, page) as visit:
        found = [*decisions.misspelt(visit, lang), *decisions.unequal(visit, page, lang)]
    return [f"{named(page)}: {fault}" for fault in found + decisions.left_out(page)]


def named(page):
    """A page by its folder and name."""
    return "/".join(page.parts[-3:])

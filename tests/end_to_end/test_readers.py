"""A real month in Chromium, offline: quiet, readable at any width, in dark and on paper."""

import re

import pytest

from kit.words import LANGS
from tests.browser.test_pages import SHOTS, Visit, browser  # noqa: F401 - a fixture
from tests.end_to_end.conftest import KINDS, path_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGES = [(*kind, lang) for kind in KINDS for lang in LANGS]


@pytest.mark.parametrize(("reader", "notebook", "lang"), PAGES)
def test_a_page_is_quiet_fits_every_width_and_serves_every_reader(
    browser,  # noqa: F811
    month,
    reader,
    notebook,
    lang,
):
    """Axe looks at each page once: at the Chinese one in the dark, at the English one in light."""
    path = path_of(month, reader, notebook, lang)
    with Visit(browser, path, bypass_csp=True) as visit:
        for width, scheme in ((1440, "light"), (768, "dark"), (320, "light")):
            assert visit.at(width, scheme) <= width, (width, scheme)
            if width != 768:
                visit.shot(f"{reader}.{notebook}.{lang}.{width}.{scheme}")
            if width == (768 if lang == "zh" else 320):
                assert visit.faults("serious", "critical") == []
        outside = [url for url in visit.asked if not url.startswith("data:")]
        assert (outside, visit.said) == ([path.as_uri()], [])


@pytest.mark.parametrize("lang", LANGS)
def test_the_interview_sheet_prints_on_two_pages(browser, month, lang):  # noqa: F811
    with Visit(browser, path_of(month, "person", "5_people", lang)) as visit:
        sheet = visit.page.pdf(path=SHOTS / f"sheet.{lang}.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 2


def test_every_chinese_page_is_quiet_and_fits_a_desktop(browser, month):  # noqa: F811
    pages = sorted(month.rglob("zh/*.html"))
    assert len(pages) > 30
    assert [fault for page in pages for fault in faults(browser, page, [(1440, "light")])] == []


@pytest.mark.matrix
def test_every_page_is_quiet_fits_and_serves_in_every_form(browser, month):  # noqa: F811
    """Each page, language, width and mode, and on paper; `make test-all` alone runs it."""
    forms = [(width, mode) for width in (1440, 768, 375, 320) for mode in ("light", "dark")]
    pages = sorted(p for lang in LANGS for p in month.rglob(f"{lang}/*.html"))
    found = [fault for page in pages for fault in faults(browser, page, forms, axe=True)]
    assert found == []


def faults(browser, path, forms, axe=False):  # noqa: F811
    """What is wrong with a page in these forms: widths overrun, requests, messages, axe."""
    name = "/".join(path.parts[-3:])
    found = []
    with Visit(browser, path, bypass_csp=axe) as visit:
        for width, mode in forms:
            if visit.at(width, mode) > width:
                found.append((name, width, mode, "wider than the screen"))
            serious = visit.faults("serious", "critical") if axe else []
            found += [(name, width, mode, fault) for fault in serious]
        outside = [url for url in visit.asked if not url.startswith("data:")]
        found += [(name, "asks for", url) for url in outside if url != path.as_uri()]
        found += [(name, "says", text) for text in visit.said]
        visit.page.emulate_media(media="print")
        if axe and not visit.page.pdf(format="A4").startswith(b"%PDF"):
            found.append((name, "print", "no PDF"))
    return found

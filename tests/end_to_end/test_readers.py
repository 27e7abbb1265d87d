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

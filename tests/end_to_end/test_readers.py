"""A real month in Chromium, offline: quiet, readable at any width, in dark and on paper."""

import re

import pytest

from kit.words import LANGS
from tests.browser.test_pages import SHOTS, Visit, browser  # noqa: F401 - a fixture
from tests.end_to_end.conftest import KINDS, path_of

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("end_to_end")]
PAGES = [(*kind, lang) for kind in KINDS for lang in LANGS]


@pytest.mark.parametrize(("reader", "notebook", "lang"), PAGES)
def test_a_page_is_quiet_fits_every_width_and_serves_every_reader(
    browser, month, reader, notebook, lang  # noqa: F811
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the dev extra")
    path = path_of(month, reader, notebook, lang)
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, scheme in ((1440, "light"), (768, "dark"), (320, "light")):
        with Visit(browser, path, width, color_scheme=scheme, bypass_csp=True) as visit:
            shot = SHOTS / f"{reader}.{notebook}.{lang}.{width}.{scheme}.png"
            visit.page.screenshot(path=shot, full_page=True)
            outside = [url for url in visit.asked if not url.startswith("data:")]
            assert (outside, visit.said) == ([path.as_uri()], [])
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
            if width == 768:
                found = axe.Axe().run(visit.page).response["violations"]
                bad = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found
                       if v["impact"] in {"serious", "critical"}]  # fmt: skip
                assert bad == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_interview_sheet_prints_on_two_pages(browser, month, lang):  # noqa: F811
    with Visit(browser, path_of(month, "person", "5_people", lang)) as visit:
        sheet = visit.page.pdf(path=SHOTS / f"sheet.{lang}.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 2

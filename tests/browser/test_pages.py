# ruff: noqa: E501
"""Pages in Debian's Chromium, offline: no request, no console message, readable at any width.

Screenshots and the printed PDF are kept in .cache/screenshots as build artefacts, to be looked at.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.show import gallery, gallery_names

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
SHOTS = Path(__file__).resolve().parents[2] / ".cache" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 768, 1440)


@pytest.fixture(scope="module")
def browser():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for lang in ("zh", "en"):
        (folder / f"gallery.{lang}.html").write_text(gallery.page(lang), encoding="utf-8")
        (folder / f"index.{lang}.html").write_text(gallery.index(lang), encoding="utf-8")
    SHOTS.mkdir(parents=True, exist_ok=True)
    return folder


class Visit:
    """A page opened offline, with all that it asked for and said."""

    def __init__(self, browser, path, width=1440, **more):
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, offline=True, reduced_motion="reduce", **more
        )
        self.page = self.context.new_page()
        self.asked = []
        self.said = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def at(self, width, scheme):
        """The page at another width, light or dark; its full width then."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        return self.page.evaluate("document.documentElement.scrollWidth")

    def shot(self, name):
        """Keep how it looks now."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def faults(self, *impacts):
        """What axe finds of these impacts: rule and places."""
        axe = pytest.importorskip(
            "axe_playwright_python.sync_playwright", reason="needs the dev extra"
        )
        found = axe.Axe().run(self.page).response["violations"]
        return [
            (v["id"], [n["html"][:120] for n in v["nodes"][:3]])
            for v in found
            if v["impact"] in impacts
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


PAGES = [f"{kind}.{lang}.html" for kind in ("gallery", "index") for lang in ("zh", "en")]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_says_nothing_and_never_scrolls_sideways(browser, site, name):
    with Visit(browser, site / name) as visit:
        for width, scheme in (*((w, "light") for w in WIDTHS), (320, "dark")):
            assert visit.at(width, scheme) <= width, (width, scheme)
            visit.shot(f"{name.removesuffix('.html')}.{width}.{scheme}")
        outside = [url for url in visit.asked if not url.startswith("data:")]
        assert outside == [(site / name).as_uri()] and visit.said == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser, site, name):
    with Visit(browser, site / name, 768, bypass_csp=True) as visit:
        for scheme in ("light", "dark"):
            visit.at(768, scheme)
            assert visit.faults("serious", "critical", "moderate") == [], scheme


def test_a_phone_gets_figures_drawn_for_it_and_wide_ones_scroll_by_themselves(browser, site):
    with Visit(browser, site / "gallery.zh.html", 320) as visit:
        widths = visit.page.evaluate("""[...document.querySelectorAll('.plot img')].map(i =>
            [i.naturalWidth, i.getBoundingClientRect().width, innerWidth])""")
        assert widths and all(shown <= inner for _, shown, inner in widths)
        assert {natural for natural, *_ in widths[:1]} == {800}  # 4 inches at twice 100 px
        scrolls = visit.page.evaluate("""[...document.querySelectorAll('.scroll.wide')].map(s =>
            s.scrollWidth > s.clientWidth)""")
        assert scrolls and all(scrolls)


def test_the_first_column_stays_while_a_table_scrolls_on_a_phone(browser, site):
    with Visit(browser, site / "gallery.zh.html", 320) as visit:
        frame = visit.page.locator("#scores .scroll").first
        before = frame.locator("tbody th").first.bounding_box()["x"]
        frame.evaluate("node => node.scrollLeft = 150")
        assert abs(frame.locator("tbody th").first.bounding_box()["x"] - before) < 1
        assert frame.evaluate("node => node.scrollLeft") == 150


def test_the_answer_is_on_a_phones_first_two_screens(browser, site):
    with Visit(browser, site / "gallery.zh.html", 375) as visit:
        assert visit.page.locator(".answer p").first.bounding_box()["y"] < 1200
        assert visit.page.locator(".cards").first.bounding_box()["y"] < 500


def test_long_chinese_names_wrap_inside_their_cell(browser, site):
    with Visit(browser, site / "index.zh.html", 320) as visit:
        box = visit.page.get_by_text(gallery_names.LONG["zh"]).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320


def test_dark_mode_is_dark_and_figures_keep_a_light_ground(browser, site):
    with Visit(browser, site / "gallery.en.html", color_scheme="dark") as visit:
        ground, plot = visit.page.evaluate("""[getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector('.plot')).backgroundColor]""")
        assert ground == "rgb(21, 25, 30)" and plot == "rgb(255, 255, 255)"


def test_the_keyboard_reaches_every_link_fold_and_scrolling_frame(browser, site):
    with Visit(browser, site / "gallery.en.html", 375) as visit:
        wanted = visit.page.evaluate("""[...document.querySelectorAll(
            "a[href], summary, [tabindex='0']")].filter(e => e.checkVisibility()).length""")
        reached = set()
        for _ in range(wanted + 3):
            visit.page.keyboard.press("Tab")
            reached.add(
                visit.page.evaluate(
                    "[...document.body.querySelectorAll('*')].indexOf(document.activeElement)"
                )
            )
        assert len(reached - {-1}) == wanted
        visit.page.reload()
        visit.page.keyboard.press("Tab")
        focused = "document.activeElement.className + getComputedStyle(document.activeElement).outlineStyle"
        assert visit.page.evaluate(focused) == "skipsolid"


def test_a_fold_opens_by_keyboard_without_a_script(browser, site):
    with Visit(browser, site / "gallery.en.html") as visit:
        fold = visit.page.locator("main details").first
        assert fold.get_attribute("open") is None
        fold.locator("summary").focus()
        visit.page.keyboard.press("Enter")
        assert fold.get_attribute("open") is not None


def test_the_contents_stand_beside_the_text_where_there_is_room(browser, site):
    with Visit(browser, site / "gallery.zh.html", 1440) as visit:
        first = visit.page.locator(".contents li").first
        assert (
            first.is_visible()
            and first.bounding_box()["x"] < visit.page.locator("main").bounding_box()["x"]
        )
    with Visit(browser, site / "gallery.zh.html", 320) as visit:
        assert not visit.page.locator(".contents li").first.is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_prints_on_a4_without_what_is_folded_and_no_figure_cut(browser, site, lang):
    with Visit(browser, site / f"gallery.{lang}.html") as visit:
        pdf = SHOTS / f"gallery.{lang}.pdf"
        visit.page.pdf(path=pdf, prefer_css_page_size=True)
        visit.page.emulate_media(media="print")
        cut = visit.page.evaluate("""[...document.querySelectorAll('figure')].filter(f =>
            getComputedStyle(f).breakInside !== 'avoid').length""")
    assert cut == 0 and pdf.read_bytes().startswith(b"%PDF")
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext (Debian: apt install poppler-utils) to read the print")
    said = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout
    sizes = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert (
        "A4" in sizes
        and gallery_names.pick(lang, "什么会让结论出错", "What could make this wrong") in said
    )
    assert (
        gallery_names.pick(lang, "先求和再相除", "Sum first, then divide") not in said
    )  # it is folded
    assert gallery_names.pick(lang, "折叠的部分没有打印", "Folded parts are not printed") in said
    assert gallery_names.pick(lang, "目录", "Index") not in said  # navigation stays off the paper

"""Pages read by the standard library's parser: runs everywhere, without a browser."""

import re
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest

from kit.errors import KitError
from kit.report.page.render import blocks_of, render, render_index
from kit.show import blocks
from tests.show import gallery

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
VOID = {"meta", "link", "img", "source", "br", "hr", "polyline", "circle"}
IMPLIED = {
    "td",
    "th",
    "tr",
    "thead",
    "tbody",
    "li",
    "dt",
    "dd",
}  # ends that HTML lets one leave out


class Page(HTMLParser):
    """Tags with attributes, text by tag, and whether every tag is closed in order."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.open = []
        self.wrong = []
        self.text = {}
        self.feed(html)
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID | IMPLIED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID | IMPLIED and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data):
        here = self.open[-1] if self.open else ""
        self.text[here] = self.text.get(here, "") + data

    def all(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


def cell(source="", *, tags=(), outputs=(), kind="code"):
    if kind == "markdown":
        made = nbformat.v4.new_markdown_cell(source)
    else:
        made = nbformat.v4.new_code_cell(source, outputs=list(outputs))
    made.metadata["tags"] = list(tags)
    return made


def shown(block):
    return nbformat.v4.new_output("display_data", block._repr_mimebundle_())


def rendered(*cells, lang="en", **meta):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    return render(notebook, lang=lang, meta={"title": "t", **meta})


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request):
    html = gallery.page(request.param)
    return request.param, html, Page(html)


def test_every_tag_is_closed_and_every_id_stands_once(page):
    _, _, read = page
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert read.wrong == [] and len(ids) == len(set(ids))


def test_nothing_is_loaded_from_anywhere_and_nothing_runs(page):
    _, _html, read = page
    found = {tag for tag, _ in read.tags}
    assert not found & {"script", "iframe", "object", "embed", "form", "base", "video", "audio"}
    loads = [a.get("src") or a.get("srcset") for a in read.all("img", "source")]
    assert loads and all(load.startswith("data:image/webp;base64,") for load in loads)
    assert [a["href"] for a in read.all("link")] == ["data:,"]
    assert not re.search(r"url\(|@import|https?://", read.text["style"])
    assert not [n for _, attrs in read.tags for n in attrs if n.startswith("on")]
    policy = next(a for a in read.all("meta") if a.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_language_title_twin_and_index_are_there(page):
    lang, _, read = page
    twin = "en" if lang == "zh" else "zh"
    assert read.all("html")[0]["lang"].startswith(lang)
    links = {a.get("href"): a for a in read.all("a")}
    assert links[f"gallery.{twin}.html"]["hreflang"].startswith(twin) and "index.html" in links
    assert len(read.all("h1")) == 1 and read.text["title"] == read.text["h1"]


def test_the_contents_list_leads_to_every_second_heading(page):
    _, _, read = page
    ids = [a.get("id") for a in read.all("h2") if a.get("id")]
    links = [a["href"] for a in read.all("a") if a.get("href", "").startswith("#")]
    assert [f"#{i}" for i in ids] == [link for link in links if link != "#main"]
    assert len(ids) == 6 and {"doubts", "sources"} <= set(ids)


def test_tables_have_captions_and_scopes_and_pictures_have_alt(page):
    _, _, read = page
    assert len(read.all("caption")) == len(read.all("table")) > 0
    assert all(a.get("scope") in {"row", "col"} for a in read.all("th"))
    assert all(a.get("alt", "").strip() for a in read.all("img"))


def test_a_page_with_four_figures_is_small(page):
    _, html, read = page
    figures = len(read.all("img"))
    pictures = sum(len(a.get("src") or a.get("srcset")) for a in read.all("img", "source"))
    assert (len(html) - pictures) + 4 * pictures / figures < 250_000


def test_a_figure_in_a_table_costs_four_bytes_of_markup_and_a_row_thirty():
    frame = pd.DataFrame([[f"{n}", *range(10, 16)] for n in range(20)], columns=list("abcdefg"))
    table = blocks.table(
        frame,
        [blocks.Column(c, c, "text" if c == "a" else "int") for c in frame],
        id="t",
        caption="c",
        lang="en",
    )
    one, none = (len(rendered(*cells)) for cells in ([cell(outputs=[shown(table)])], []))
    text = 20 * 6 * 2 + sum(map(len, frame["a"]))
    assert one - none - text <= 20 * (30 + 6 * 4) + 600


@pytest.mark.parametrize("where", ["title", "other", "index", "status_text", "label", "provenance"])
def test_markup_in_what_the_runner_passes_stays_text(where):
    meta = {"title": EVIL} if where == "title" else {}
    meta |= {"other": EVIL} if where == "other" else {"index": EVIL} if where == "index" else {}
    meta |= {"downloads": [{"label": EVIL, "href": EVIL}]} if where == "label" else {}
    meta |= {"provenance": [(EVIL, EVIL)]} if where == "provenance" else {}
    read = Page(rendered(cell(outputs=[shown(blocks.text(EVIL))]), **meta))
    assert read.all("script", "img") == [] and read.wrong == []


def test_narrative_is_markdown_with_its_html_escaped():
    html = rendered(cell(f"## One\n\n**bold** {EVIL} [x](javascript:alert(1))", kind="markdown"))
    read = Page(html)
    assert read.all("script", "img") == [] and read.all("strong")
    assert not [a for a in read.all("a") if "javascript" in a.get("href", "")]


def test_only_blocks_of_the_kit_are_taken_and_code_never_shows():
    new = nbformat.v4.new_output
    others = [
        new("stream", text="stream-text"),
        new("display_data", {"text/html": "<b>raw-html</b>"}),
        new("display_data", {"application/javascript": "alert('js')"}),
        new("display_data", {"text/plain": "plain-text", "image/png": "AAAA"}),
        new("display_data", {"application/vnd.jupyter.widget-view+json": {}, "text/html": "wid"}),
        new("error", ename="E", evalue="failure", traceback=["trace-back"]),
    ]
    html = rendered(cell("secret_code = 1", outputs=[*others, shown(blocks.text("kept"))]))
    assert "<p>kept</p>" in html
    for lost in ("secret_code", "stream-text", "raw-html", "alert(", "plain-text", "trace-back"):
        assert lost not in html


def test_cells_of_the_other_language_of_analysts_and_of_parameters_stay_out():
    cells = [
        cell("zh-text", tags=["zh"], kind="markdown"),
        cell("en-text", tags=["en"], kind="markdown"),
        cell("both", kind="markdown"),
    ]
    cells += [
        cell(tags=[tag], outputs=[shown(blocks.text(f"{tag}-block"))])
        for tag in ("analyst", "parameters", "injected-parameters", "zh", "en")
    ]
    html = rendered(*cells, lang="en")
    assert all(kept in html for kept in ("en-text", "both", "en-block"))
    assert not any(lost in html for lost in ("zh-text", "analyst-", "parameters-", "zh-block"))


@pytest.mark.parametrize("alt", ["", 'alt=""', 'alt=" "'])
def test_a_picture_without_alt_fails_the_run(alt):
    picture = blocks.Block("figure", blocks.Markup(f'<figure><img {alt} src="data:,"></figure>'))
    with pytest.raises(KitError):
        rendered(cell(outputs=[shown(picture)]))


def test_blocks_for_the_sidecar_come_in_order_with_those_that_are_folded():
    inner = blocks.text("inner")
    cells = [cell(outputs=[shown(blocks.text("first")), shown(blocks.details("more", [inner]))])]
    found = blocks_of(nbformat.v4.new_notebook(cells=cells))
    assert [block["kind"] for block in found] == ["text", "details", "text"]
    assert found[2]["data"]["sentences"] == ["inner"]


def test_the_same_notebook_gives_the_same_bytes():
    assert gallery.page.__wrapped__("zh") == gallery.page("zh")


def test_an_index_shows_what_failed_what_is_stale_and_links_only_to_what_is_there():
    html = gallery.index("en")
    read = Page(html)
    links = {a.get("href") for a in read.all("a")}
    assert read.wrong == [] and "2_kpi_scoring.html" in links and "3_ab_testing.html" not in links
    assert "▼ failed" in html and "◌ stale" in html and "2025-05 · final" in html
    assert "moved: 3 (data changed)" in html


def test_a_trend_is_drawn_from_zero_with_its_figures_in_words():
    trend = {
        "label": "Sales",
        "unit": "int",
        "points": [{"period": p, "value": v} for p, v in (("1", 10), ("2", 30), ("3", 20))],
    }
    html = render_index(lang="en", meta={"title": "t", "trend": [trend]}, periods=[])
    assert 'points="5.0,35.3 130.0,6.0 255.0,20.7"' in html
    assert 'aria-label="Sales: 1 10, 2 30, 3 20"' in html
    slight = {**trend, "points": [{"period": p, "value": v} for p, v in (("1", 2.0), ("2", 2.1))]}
    html = render_index(lang="en", meta={"title": "t", "trend": [slight]}, periods=[])
    assert 'points="5.0,8.1 255.0,6.0"' in html, "a change of 5% is no climb from floor to roof"


def test_an_index_of_one_period_or_of_equal_figures_has_no_broken_trend():
    one = {"label": "a", "unit": "int", "points": [{"period": "1", "value": 1}]}
    same = {"label": "b", "unit": "int", "points": [{"period": p, "value": 5} for p in "12"]}
    html = render_index(lang="zh", meta={"title": "t", "trend": [one, same]}, periods=[])
    assert "nan" not in html and html.count("<polyline") == 1


def test_a_section_with_nothing_to_show_is_left_out():
    said = [
        cell("## Ranks", kind="markdown"),
        cell(),
        cell("## Cards", kind="markdown"),
        cell(),
        cell(outputs=[shown(blocks.text("here"))]),
        cell("## Last", kind="markdown"),
        cell(),
    ]
    html = rendered(*said)
    assert "Ranks" not in html and "Last" not in html
    assert "Cards" in html
    assert "Words alone" in rendered(cell("## Words alone", kind="markdown"))


def test_a_section_marked_as_evidence_folds_under_its_heading_up_to_the_next_one():
    cells = [
        cell("## Proof\n\nHow to read it.", tags=["en", "fold"], kind="markdown"),
        cell(outputs=[shown(blocks.text("inside"))]),
        cell("## Decide", tags=["en", "answers-loss"], kind="markdown"),
        cell(outputs=[shown(blocks.text("open"))]),
        cell("## Team", tags=["en", "fold-team"], kind="markdown"),
        cell(outputs=[shown(blocks.text("cards"))]),
    ]
    html = rendered(*cells)
    first, rest = html.partition("<main")[2].split("</details>", 1)
    assert '<details class="chapter"><summary><h2' in first and "inside" in first
    assert "Decide" in rest and 'data-answers="loss"' in rest
    assert html.count('class="chapter"') == 2 and Page(html).wrong == []
    assert rendered(*cells, own=True).count('class="chapter"') == 1, "open on a person's own page"


def test_doubts_beyond_the_second_fold_and_the_state_of_the_data_stands_at_the_foot():
    told = blocks.doubts(["a1", "b2", "c3", "d4", "e5"], "en")
    before, fold = told.html.split("<details>")
    assert "b2" in before and "c3" in fold and "3 more" in fold
    head = blocks.Block("header", blocks.Markup("<h1>t</h1>"), {"title": "t", "status": ["9 rows"]})
    html = rendered(cell(outputs=[shown(head)]), provenance=[("a", "b")])
    assert html.index("9 rows") > html.index('<details class="downloads">')


def test_a_date_in_the_footer_of_a_sheet_never_wraps():
    html = rendered(confidential="For M1", period="2025-06", as_of="2025-07-10")
    assert "2025\u201107\u201110" in html and "data as of 2025-07-10" not in html


def test_a_figure_in_a_sentence_stays_on_the_line_of_its_unit():
    """What stands in one span is not parted; words and attributes stay as they were."""
    said = "少赚5.69万元（1,067 元），每天 30 分钟，ROI 1.36"
    block = blocks.text(said)
    html = rendered(cell(outputs=[shown(block)]), lang="zh", title="5 天")
    main = html.split("<main", 1)[1]
    whole = re.findall('<span class="whole">(.*?)</span>', main)
    assert whole == ["5.69万元", "1,067 元", "30 分钟"]
    assert said in re.sub(r"</?span[^>]*>", "", main) and "<title>5 天" in html

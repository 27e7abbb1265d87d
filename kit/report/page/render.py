"""Executed notebook → one offline HTML file (页面), and the index of all pages (目录).

Only blocks of `kit.show.blocks` go in as HTML, and narrative cells with raw HTML escaped; every
other output is dropped, as are code, cells of the other language and cells for analysts. The
plain dicts that the runner passes are described at `render` and `render_index`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import mistune
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from kit.errors import KitError
from kit.report.page.chapters import chapters
from kit.show import blocks, theme
from kit.show.format import short
from kit.show.sentences import say
from kit.words import LANGS, word

HERE = Path(__file__).parent
NEVER = {"analyst", "parameters", "injected-parameters"}
KEY = ("better", "worse", "unclear", "missing", "provisional")
ANSWERS = "answers-"  # a section's tag: the question of a reader that it answers
OPTIONAL = re.compile(r"</(?:td|th|tr|thead|tbody|li|dt|dd)>")  # ends that HTML lets one leave out
QUOTED = re.compile(r'<(t[dh]) (class|scope)="(\w+)">')  # and quotes that it does not need
TEXT = re.compile(">[^<>]+<")
FIGURE = re.compile(r"[+−]?(?<![\d.,])\d[\d,.]*(?:[万亿]元?|个百分点| (?:元|分钟|分|天|小时))")
SPACE = re.compile(r"/\*.*?\*/|(?<=[{};,\n])\s+|\s+(?=[{}])", re.DOTALL)
UNDESCRIBED = re.compile(r'<img(?![^>]*\balt="\s*[^"\s])[^>]*>')


def render(notebook: Any, *, lang: str, meta: Mapping[str, Any]) -> str:
    """The page of an executed notebook; KitError when a picture has no alt text.

    meta : title, other (href of the twin), index (href), pages [{title, href, here}], downloads
           [{label, href}], provenance (pairs or dict), status (preliminary, closed, stale, "")
           own (a person's own page: sections tagged fold-team stand open)
    """
    body, contents = _numbered(_told(notebook.cells, lang, bool(meta.get("own"))))
    body = chapters(body)
    heads = [block for block in blocks_of(notebook) if block["kind"] == "header"]
    found = heads[0]["data"]["title"] if heads else word("page.untitled", lang)
    title = meta.get("title") or found
    if bare := [part for part in body if UNDESCRIBED.search(part)]:
        raise KitError("page.no_alt", title=title, n=len(bare))
    told = ("provisional", "as_of", "status")
    known = {key: heads[0]["data"].get(key, "") for key in told} if heads else {}
    known["stands"] = known.pop("status", [])
    return _filled(
        "page.html.j2", lang, {**known, **meta}, title=title, body=body, contents=contents
    )


def render_index(
    *, lang: str, meta: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]
) -> str:
    """The index of one reader: the newest period in full, trends, the periods before.

    meta : as in `render`, and audience, intro [sentence], trend [{label, unit, points: [{period,
           value, text}]}], trend_notes [sentence];  periods, newest first: {id, label, status,
           pages: [{notebook, title, href, question, status, detail, people}], cards, changes}
    """
    trends = [_trend(trend, lang) for trend in meta.get("trend", []) if len(trend["points"]) > 1]
    shown = [{"changes": [], "cards": [], **period} for period in periods]
    return _filled(
        "index.html.j2",
        lang,
        meta,
        title=meta["title"],
        contents=[],
        trends=trends,
        trend_notes=list(meta.get("trend_notes", ())),
        periods=shown,
        cards=_cards,
    )


def slip(title: str, body: str, *, lang: str, stage: str, banners: Sequence[str]) -> str:
    """A pay slip as one offline page (薪酬单); body: HTML of the kit's own, in every language."""
    inside = {"title": title, "body": Markup(body), "banners": banners, "stage": stage}
    return _environment().get_template("slip.html.j2").render(lang=lang, style=_style(), **inside)


def blocks_of(notebook: Any) -> list[dict[str, Any]]:
    """Blocks of a notebook as {kind, id, data}, in order; folded ones after their fold (积木)."""
    found = [output["data"][blocks.MIME] for cell in notebook.cells for output in _ours(cell)]
    return [each for block in found for each in (block, *block["data"].get("blocks", []))]


def _told(cells: Iterable[Any], lang: str, own: bool) -> list[Markup]:
    """Parts of the page; narrative whose cells have nothing to show this reader is left out."""
    shown: list[Markup] = []
    held: list[Markup] = []
    blank = False
    for cell in cells:
        parts = _parts(cell, lang, own)
        if cell["cell_type"] == "markdown" and parts:
            held = ([] if blank else held) + parts
            blank = False
        elif parts:
            shown = [*shown, *held, *parts]
            held = []
            blank = False
        else:
            blank |= bool(held) and cell["cell_type"] == "code"
    return shown + ([] if blank else held)


def _parts(cell: Any, lang: str, own: bool) -> list[Markup]:
    tags = set(cell.get("metadata", {}).get("tags", []))
    if tags & (NEVER | (set(LANGS) - {lang})):
        return []
    if cell["cell_type"] == "markdown":
        marks = [tag.removeprefix(ANSWERS) for tag in sorted(tags) if tag.startswith(ANSWERS)]
        answers = Markup(' data-answers="{}"').format(" ".join(marks)) if marks else ""
        folds = "fold" in tags or ("fold-team" in tags and not own)
        fold = " fold" if folds else ""
        frame = Markup('<div class="section{}"{}>{}</div>')
        return [frame.format(fold, answers, _prose(cell["source"]))]
    return [Markup(output["data"]["text/html"].split("</style>")[-1]) for output in _ours(cell)]


def _ours(cell: Any) -> list[Any]:
    return [
        output
        for output in cell.get("outputs", [])
        if {blocks.MIME, "text/html"} <= set(output.get("data", {}))
    ]


def _prose(source: str) -> Markup:
    html = str(_markdown()(source))
    return Markup(re.sub(r"<(/?)h1\b", r"<\1h2", html))


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(escape=True, plugins=["table"])


def _numbered(parts: Iterable[Markup]) -> tuple[list[Markup], list[tuple[str, str]]]:
    """The parts with an id on every second heading, and the contents list they make."""
    contents: list[tuple[str, str]] = []

    def marked(match: re.Match[str]) -> str:
        given, inner = match.groups()
        contents.append((given or f"s{len(contents) + 1}", Markup(inner).striptags()))
        return f'<h2 id="{escape(contents[-1][0])}">{inner}</h2>'

    heading = re.compile(r'<h2(?: id="([^"]*)")?>(.*?)</h2>', re.DOTALL)
    return [Markup(heading.sub(marked, part)) for part in parts], contents


def _filled(template: str, lang: str, meta: Mapping[str, Any], **more: Any) -> str:
    given = meta.get("provenance") or []
    pairs = given.items() if isinstance(given, Mapping) else given
    key = [(theme.SIGN[tone], word(f"page.key.{tone}", lang)) for tone in KEY]
    twin = word("page.twin", "en" if lang == "zh" else "zh")
    whole = (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            meta=meta,
            provenance=list(pairs),
            key=key,
            twin=twin,
            style=_style(),
            say=lambda key: word(key, lang),
            state=lambda name: word(f"page.state.{name}", lang),
            stage=lambda name: word(f"page.stage.{name}", lang),
            status=lambda name: status_line(name, meta, lang),
            paper=_paper(meta, lang),
            **more,
        )
    )
    head, main, rest = whole.partition("<main")
    return QUOTED.sub(r"<\1 \2=\3>", OPTIONAL.sub("", head + main + unbroken(rest)))


def unbroken(html: str) -> str:
    """Figures kept on the line of their units (数字不与单位分行): Chinese may break anywhere.

    >>> unbroken("<p>花费 1,067 元</p>")
    '<p>花费 <span class="whole">1,067 元</span></p>'
    """
    return TEXT.sub(lambda text: FIGURE.sub(r'<span class="whole">\g<0></span>', text[0]), html)


def status_line(name: str, meta: Mapping[str, Any], lang: str) -> str:
    """How far a page is from being final (状态): preliminary only while days may still change."""
    n = int(meta.get("provisional") or 0)
    key = name
    if name == "preliminary" and not n:
        key = "waiting" if meta.get("as_of") else "unknown"
    return say(f"page.status.{key}", lang, n=n, as_of=meta.get("as_of") or "—")


def _paper(meta: Mapping[str, Any], lang: str) -> Markup:
    """What stands at the foot of each sheet (页脚): reader and scope, period, as-of."""
    if not meta.get("confidential"):
        return Markup("")
    facts = {"reader": meta["confidential"], "period": meta.get("period", "")}
    text = word("page.print", lang, as_of=meta.get("as_of") or "—", **facts)
    safe = re.sub(r'[\\"<>\n]', "", text)
    safe = re.sub(r"(?<=\d)-(?=\d)", "\u2011", safe)  # a date stays on one line
    return Markup(
        '@page {{ @bottom-left {{ content: "{}"; font-size: 8pt; color: #555 }} }}'
    ).format(Markup(safe))


@cache
def _style() -> Markup:
    return Markup(SPACE.sub("", theme.style() + (HERE / "page.css").read_text(encoding="utf-8")))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def _cards(cards: Iterable[Mapping[str, Any]]) -> Markup:
    return blocks.cards(blocks.Card(**card) for card in cards).html


def _trend(trend: Mapping[str, Any], lang: str) -> dict[str, Any]:
    values = [float(point["value"]) for point in trend["points"]]
    low, high = min(0.0, *values), max(0.0, *values)  # from zero: no small change looks large
    across = [round(5 + 250 * n / (len(values) - 1), 1) for n in range(len(values))]
    *down, zero = [round(50 - 44 * (v - low) / (high - low or 1), 1) for v in [*values, 0.0]]
    said = [(point["period"], _said(point, trend["unit"], lang)) for point in trend["points"]]
    told = ", ".join(map(" ".join, said))
    return {
        "label": trend["label"],
        "alt": f"{trend['label']}: {told}",
        "zero": zero,
        "dots": list(zip(across, down, strict=True)),
        "ends": [said[0], said[-1]],
        "line": " ".join(f"{x},{y}" for x, y in zip(across, down, strict=True)),
    }


def _said(point: Mapping[str, Any], unit: str, lang: str) -> str:
    large = unit == "ratio" and abs(point["value"]) >= 1000
    return str(point.get("text") or short(point["value"], "int" if large else unit, lang))

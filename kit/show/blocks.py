"""What a page is made of (页面积木): header, cards, answer, table, figure, box, doubts, sources.

Each call returns a `Block`: HTML in which every text from data is escaped, and its data as
records in `application/vnd.kit+json`, from which the report room writes CSV, Excel and JSON.
A page takes HTML from blocks only. Tones (theme.MEANING): better, worse, unclear, missing,
provisional, neutral; boxes also: note, warn, refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from kit import words
from kit.errors import KitError
from kit.show import theme
from kit.show.html import each, folded, paragraph, t
from kit.show.html import notes as footnotes
from kit.show.picture import picture
from kit.show.proof import tucked
from kit.show.sentences import say
from kit.show.status import as_of, standing, status_line
from kit.show.tables import Column, drawn, plain, records
from kit.words import word

if TYPE_CHECKING:
    from kit.data.tables import Tables

MIME = "application/vnd.kit+json"


DOUBTS = 2  # that stand open
TRUST = "trust.html"  # beside each index: the measured rate of each claim


@dataclass(frozen=True)
class Block:
    """A finished piece of a page: its kind, escaped HTML, and its data as JSON-ready records."""

    kind: str
    html: Markup
    data: dict[str, Any] = field(default_factory=dict)
    id: str = ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        style = f"<style>{theme.style()}</style>" if self.kind == "header" else ""
        return {
            "text/html": f'{style}<div class="kit">{self.html}</div>',
            MIME: {"kind": self.kind, "id": self.id, "data": self.data},
        }


@dataclass(frozen=True)
class Card:
    """A headline figure: all texts ready to print; `change` starts with + or − where it can.

    raw : the figure itself, where the index is to follow it over the periods
    """

    label: str
    value: str
    change: str = ""
    interval: str = ""
    tone: str = "neutral"
    raw: float | None = None


def header(tables: "Tables", lang: str, *, title: str, question: str, team: str = "") -> Block:
    """Head of a page (页首): title, question, period, team; how the data stand is at its foot."""
    period = tables.period
    span = say("show.span", lang, id=period.id, start=str(period.start), end=str(period.end))
    status = status_line(tables, lang)
    above = " · ".join(filter(None, [span, period.market_phase, team]))
    html = t(
        '<header class="head"><p class="eyebrow">{}</p><h1>{}</h1><p class="question">{}</p>'
        "</header>",
        above,
        title,
        question,
    )
    told = standing(tables)
    data: dict[str, Any] = {"title": title, "question": question, "period": period.id, "team": team}
    data |= {"provisional": told["provisional"], "as_of": str(as_of(tables))}
    return Block("header", html, {**data, "status": status})


def cards(items: Iterable[Card]) -> Block:
    """Headline figures in a row (要点卡片), three to five."""
    items = list(items)
    return Block(
        "cards",
        t('<ul class="cards">{}</ul>', each(_card, items)),
        {"cards": [asdict(item) | {"raw": plain(item.raw)} for item in items]},
    )


def answer(sentences: Iterable[str]) -> Block:
    """The answer of the page (结论): three to five sentences, the first the most important."""
    lines = list(sentences)
    return Block(
        "answer", t('<div class="answer">{}</div>', each(paragraph, lines)), {"sentences": lines}
    )


def text(sentence: str) -> Block:
    """One paragraph made from figures (段落)."""
    return Block("text", paragraph(sentence), {"sentences": [sentence]})


def box(tone: str, sentences: Iterable[str]) -> Block:
    """Something to notice (提示框): note, warn or refuse, or a tone."""
    lines = list(sentences)
    html = t(
        '<div class="box {}"><span class="mark" aria-hidden="true">{}</span><div>{}</div></div>',
        tone,
        theme.SIGN.get(tone, ""),
        each(paragraph, lines),
    )
    return Block("box", html, {"tone": tone, "sentences": lines})


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    id: str,
    caption: str,
    lang: str,
    notes: Iterable[str] = (),
    total: Mapping[str, object] | None = None,
    deciding: bool = False,
) -> Block:
    """Table with caption (表格): units in headers, figures right, — with its reason in a note.

    frame : one row a line, in the order shown; total: a last row, only where it is a sum
    deciding : read on a phone too, where each row becomes a card
    More than 7 columns fold, more than 25 rows scroll; the data carries all of them.
    """
    rows: list[Any] = frame.to_dict("records")
    rows += [{**total, "_total": True}] if total else []
    html = tucked(id, caption, drawn(rows, columns, id, caption, lang, notes, deciding))
    return Block("table", html, {"id": id, "caption": caption, **records(frame, columns, lang)}, id)


def figure(
    fig: Figure,
    *,
    id: str,
    title: str,
    subtitle: str,
    alt: str,
    lang: str,
    notes: Iterable[str] = (),
) -> Block:
    """Figure with its finding as title (图): `subtitle` says what, unit, window and n.

    alt : what the picture shows, for those who cannot see it; an empty one is refused
    """
    if not alt.strip():
        raise KitError("show.no_alt", id=id)
    lines = list(notes)
    html = t(
        '<figure id="{}"><figcaption><p class="finding">{}</p><p class="what">{}</p>'
        "</figcaption>{}{}</figure>",
        id,
        title,
        subtitle,
        picture(fig, alt, word("show.figure", lang, title=title)),
        footnotes(lines),
    )
    data = {"title": title, "subtitle": subtitle, "alt": alt, "notes": lines}
    return Block("figure", tucked(id, title, html), data, id)


def doubts(sentences: Iterable[str], lang: str) -> Block:
    """What could make this wrong (存疑之处): one line a doubt; those after the second fold."""
    lines = list(sentences)
    first, rest = (
        t("<ul>{}</ul>", each(lambda line: t("<li>{}</li>", line), part))
        for part in (lines[:DOUBTS], lines[DOUBTS:])
    )
    more = word("show.more_doubts", lang, n=len(lines) - DOUBTS)
    html = t(
        '<section class="doubts"><h2 id="doubts">{}</h2>{}{}<p><a href="{}">{}</a></p></section>',
        word("show.doubts", lang),
        first,
        folded(more, rest) if len(lines) > DOUBTS else "",
        TRUST,
        word("show.trust", lang),
    )
    return Block("doubts", html, {"sentences": lines}, "doubts")


def sources(tables: "Tables", lang: str) -> Block:
    """Data sources (数据来源): each table of the contract, its rows or absence, the digests."""
    caption = word("show.sources_caption", lang)
    columns = [
        Column("table", word("show.table", lang)),
        Column("name", word("show.name", lang)),
        Column("rows", word("show.rows", lang), "int"),
    ]
    inner = table(
        _rows_given(tables, lang), columns, id="sources-table", caption=caption, lang=lang
    )
    digests = {"data": tables.digest, "scheme": tables.scheme.digest}
    line = say(
        "show.digests",
        lang,
        version=str(tables.scheme.version),
        data=tables.digest[:12],
        scheme=tables.scheme.digest[:12],
    )
    html = t(
        '<section class="sources fold"><h2 id="sources">{}</h2>{}{}</section>',
        word("show.sources", lang),
        paragraph(line),
        folded(caption, inner.html),
    )
    return Block("sources", html, {**inner.data, "digests": digests}, "sources")


def _rows_given(tables: "Tables", lang: str) -> pd.DataFrame:
    """Every table of the contract and its rows, the longest first; none where it is not given."""
    names = [key.removeprefix("table.") for key in words.table() if key.startswith("table.")]
    given = {name: tables.counts.get(name) or None for name in sorted(names)}
    frame = pd.DataFrame(
        {
            "table": [word(f"table.{name}", lang) for name in given],
            "name": list(given),
            "rows": list(given.values()),
            "reason": "show.not_given",
        }
    )
    return frame.sort_values("rows", ascending=False, kind="stable")


def answers(question: str, block: Block) -> Block:
    """`block` marked as the place where a reader's question is answered (回答的问题)."""
    return replace(block, html=t('<div data-answers="{}">{}</div>', question, block.html))


def named(block: Block, id: str, name: str, label: str) -> Block:
    """`block` with whose tables it holds (谁的表): the workbook joins all of a kind.

    id : of the person or indicator, with which the tables' ids end; label : head of its column
    """

    def told(data: dict[str, Any]) -> dict[str, Any]:
        kind = str(data.get("id", "")).removesuffix(f"-{id}")
        return data | {"of": {"kind": kind, "id": id, "name": name, "label": label}}

    inner = [{**b, "data": told(b["data"])} for b in block.data.get("blocks", ())]
    return replace(block, data=block.data | {"blocks": inner} if inner else told(block.data))


def details(summary: str, blocks: Iterable[Block]) -> Block:
    """Blocks folded under one line (展开查看); on paper as on the screen."""
    inner = list(blocks)
    data = [{"kind": block.kind, "id": block.id, "data": block.data} for block in inner]
    return Block(
        "details",
        folded(summary, each(lambda block: block.html, inner)),
        {"summary": summary, "blocks": data},
    )


def _card(card: Card) -> Markup:
    arrow = {"+": "↑ ", "−": "↓ "}.get(card.change[:1], "")
    lines = [("change", arrow + card.change), ("interval", card.interval)]
    extra = each(lambda line: t('<p class="{}">{}</p>', *line), [x for x in lines if x[1]])
    return t(
        '<li class="card {}"><p class="label">{}</p><p class="value">{}</p>{}'
        '<span class="mark" aria-hidden="true">{}</span></li>',
        card.tone,
        card.label,
        card.value,
        extra,
        theme.SIGN.get(card.tone, ""),
    )

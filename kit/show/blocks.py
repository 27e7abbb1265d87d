"""What a page is made of (页面积木): header, cards, answer, table, figure, box, doubts, sources.

Each call returns a `Block`: HTML in which every text from data is escaped, and its data as
records in `application/vnd.kit+json`, from which the report room writes CSV, Excel and JSON.
A page takes HTML from blocks only. Tones (theme.MEANING): better, worse, unclear, missing,
provisional, neutral; boxes also: note, warn, refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from kit import words
from kit.errors import KitError
from kit.show import theme
from kit.show.format import interval, missing, number, unit_word
from kit.show.picture import picture
from kit.show.sentences import say
from kit.words import word

if TYPE_CHECKING:
    from kit.data.load import Tables

MIME = "application/vnd.kit+json"
COLUMNS_BEFORE_FOLD, ROWS_BEFORE_SCROLL = 7, 25
NAMES = ("text", "date")


@dataclass(frozen=True)
class Block:
    """A finished piece of a page: its kind, escaped HTML, and its data as JSON-ready records."""

    kind: str
    html: Markup
    data: dict[str, Any] = field(default_factory=dict)
    id: str = ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        style = Markup("<style>{}</style>").format(Markup(theme.style()))
        html = (style if self.kind == "header" else "") + f'<div class="kit">{self.html}</div>'
        return {"text/html": html, MIME: {"kind": self.kind, "id": self.id, "data": self.data}}


@dataclass(frozen=True)
class Card:
    """A headline figure: all texts ready to print; `change` starts with + or − where it can."""

    label: str
    value: str
    change: str = ""
    interval: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Column:
    """A column of a table: key in the frame, label of the header, unit (see kit.show.format).

    interval:<unit> reads <key>_low and <key>_high; pm:<unit> reads <key> and <key>_pm (half
    width). <key>_reason (else `reason`) says why a value is missing, a word key or a text;
    <key>_tone colours and marks a cell.
    """

    key: str
    label: str
    unit: str = "text"


def header(tables: "Tables", lang: str, *, title: str, question: str, team: str = "") -> Block:
    """Head of a page (页首): title, question, period and team, and the status line of the data."""
    period = tables.period
    span = say("show.span", lang, id=period.id, start=str(period.start), end=str(period.end))
    status = _status(tables, lang)
    html = _t('<header class="head"><p class="eyebrow">{}</p><h1>{}</h1><p class="question">{}</p>'
              '<p class="status">{}</p></header>', " · ".join(filter(None, [span, team])), title,
              question, Markup(" · ").join(_t("<span>{}</span>", part) for part in status))
    data = {"title": title, "question": question, "period": period.id, "team": team,
            "status": status}
    return Block("header", html, data)


def cards(items: Iterable[Card]) -> Block:
    """Headline figures in a row (要点卡片), three to five."""
    items = list(items)
    return Block("cards", _t('<ul class="cards">{}</ul>', _each(_card, items)),
                 {"cards": [asdict(item) for item in items]})


def answer(sentences: Iterable[str]) -> Block:
    """The answer of the page (结论): three to five sentences, the first the most important."""
    lines = list(sentences)
    return Block("answer", _t('<div class="answer">{}</div>', _each(_paragraph, lines)),
                 {"sentences": lines})


def text(sentence: str) -> Block:
    """One paragraph made from figures (段落)."""
    return Block("text", _paragraph(sentence), {"sentences": [sentence]})


def box(tone: str, sentences: Iterable[str]) -> Block:
    """Something to notice (提示框): note, warn or refuse, or a tone."""
    lines = list(sentences)
    html = _t('<div class="box {}"><span class="mark" aria-hidden="true">{}</span><div>{}</div>'
              "</div>", tone, theme.SIGN.get(tone, ""), _each(_paragraph, lines))
    return Block("box", html, {"tone": tone, "sentences": lines})


def table(frame: pd.DataFrame, columns: Sequence[Column], *, id: str, caption: str, lang: str,
          notes: Iterable[str] = (), total: Mapping[str, object] | None = None) -> Block:
    """Table with caption (表格): units in headers, numbers right, — with its reason in a note.

    frame : one row a line, in the order shown; total: a last row, only where it is a sum
    More than 7 columns fold, more than 25 rows scroll; the data carries all of them.
    """
    reasons: dict[str, int] = {}
    rows: list[Any] = frame.to_dict("records")
    rows += [{**total, "_total": True}] if total else []
    groups = [columns[:COLUMNS_BEFORE_FOLD]]
    if len(columns) > COLUMNS_BEFORE_FOLD:
        groups.append([columns[0], *columns[COLUMNS_BEFORE_FOLD:]])
    parts = [_grid(rows, group, reasons, lang) for group in groups]
    first = _t('<caption><span>{}</span></caption>{}', caption, parts[0])
    long = " long" if len(rows) > ROWS_BEFORE_SCROLL else ""
    html = _scroll(first, caption, long)
    for more in parts[1:]:
        html += _folded(word("show.more_columns", lang), _scroll(more, caption, long))
    footnotes = [_t("<sup>{}</sup> {}", mark, why) for why, mark in reasons.items()]
    html = _t('<div class="table" id="{}">{}{}</div>', id, html, _notes([*footnotes, *notes]))
    return Block("table", html, _records(frame, columns, id, caption), id)


def figure(fig: Figure, *, id: str, title: str, subtitle: str, alt: str, lang: str,
           notes: Iterable[str] = ()) -> Block:
    """Figure with its finding as title (图): `subtitle` says what, unit, window and n.

    alt : what the picture shows, for those who cannot see it; an empty one is refused
    """
    if not alt.strip():
        raise KitError("show.no_alt", id=id)
    html = _t('<figure id="{}"><figcaption><p class="finding">{}</p><p class="what">{}</p>'
              '</figcaption><div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>'
              "{}</figure>", id, title, subtitle, word("show.figure", lang) + title,
              picture(fig, alt), _notes(notes))
    data = {"title": title, "subtitle": subtitle, "alt": alt, "notes": list(notes)}
    return Block("figure", html, data, id)


def doubts(sentences: Iterable[str], lang: str) -> Block:
    """What could make this wrong (存疑之处): one line a doubt, each with its figure."""
    lines = list(sentences)
    html = _t('<section class="doubts"><h2 id="doubts">{}</h2><ul>{}</ul></section>',
              word("show.doubts", lang), _each(lambda line: _t("<li>{}</li>", line), lines))
    return Block("doubts", html, {"sentences": lines}, "doubts")


def sources(tables: "Tables", lang: str) -> Block:
    """Data sources (数据来源): each table of the contract, its rows or absence, the digests."""
    given = [(name, tables.has(name)) for name in _contract()]
    frame = pd.DataFrame({
        "table": [word(f"table.{name}", lang) for name, _ in given],
        "name": [name for name, _ in given],
        "rows": [len(tables.get(name)) if has else None for name, has in given],
        "reason": "show.not_given"})
    columns = [Column("table", word("show.table", lang)), Column("name", word("show.name", lang)),
               Column("rows", word("show.rows", lang), "int")]
    inner = table(frame.sort_values("rows", ascending=False), columns, id="sources-table",
                  caption=word("show.sources_caption", lang), lang=lang)
    digests = {"data": tables.digest, "scheme": tables.scheme.digest}
    line = say("show.digests", lang, data=digests["data"][:12], scheme=digests["scheme"][:12],
               version=str(tables.scheme.version))
    html = _t('<section class="sources"><h2 id="sources">{}</h2>{}{}</section>',
              word("show.sources", lang), _paragraph(line), _folded(
                  word("show.sources_caption", lang), inner.html))
    return Block("sources", html, {**inner.data, "digests": digests}, "sources")


def details(summary: str, blocks: Iterable[Block]) -> Block:
    """Blocks folded under one line (展开查看); on paper they are open."""
    inner = list(blocks)
    data = [{"kind": block.kind, "id": block.id, "data": block.data} for block in inner]
    return Block("details", _folded(summary, _each(lambda block: block.html, inner)),
                 {"summary": summary, "blocks": data})


def _status(tables: "Tables", lang: str) -> list[str]:
    start, end = (pd.Timestamp(day) for day in (tables.period.start, tables.period.end))
    days = tables.plan_days
    days = days[days["date"].between(start, end)]
    warned = int((tables.issues["severity"] == "warn").sum())
    parts = [say("show.status_rows", lang, n=len(days)),
             say("show.status_days", lang, n=int(days["date"].nunique()),
                 all=(end - start).days + 1)]
    late = _provisional(tables, start, end)
    parts += [say("show.status_provisional", lang, n=late)] if late else []
    parts += [say("show.status_warn", lang, n=warned)]
    return parts


def _provisional(tables: "Tables", start: pd.Timestamp, end: pd.Timestamp) -> int:
    ads = tables.get("ads")
    if ads.empty or not {"snapshot_date", "window_days"} <= set(ads):
        return 0
    ads = ads[ads["date"].between(start, end) & ads["snapshot_date"].notna()]
    window = pd.to_timedelta(ads["window_days"], unit="D")
    return int(ads.loc[ads["date"] > ads["snapshot_date"] - window, "date"].nunique())


def _grid(rows: list[dict], columns: Sequence[Column], reasons: dict[str, int],
          lang: str) -> Markup:
    head = _each(lambda column: _head(column, lang), columns)
    lines = _each(lambda row: _line(row, columns, reasons, lang), rows)
    return _t("<thead><tr>{}</tr></thead><tbody>{}</tbody>", head, lines)


def _head(column: Column, lang: str) -> Markup:
    unit = unit_word(column.unit, lang)
    named = _t(' <span class="unit">{}</span>', unit) if unit else ""
    return _t('<th scope="col"{}>{}{}</th>', _numeric(column), column.label, named)


def _line(row: dict, columns: Sequence[Column], reasons: dict[str, int], lang: str) -> Markup:
    first, *rest = columns
    cells = _t('<th scope="row"{}>{}</th>', _numeric(first), _cell(row, first, reasons, lang))
    for column in rest:
        cells += _t("<td{}>{}</td>", _numeric(column), _cell(row, column, reasons, lang))
    return _t("<tr{}>{}</tr>", Markup(' class="total"') if "_total" in row else "", cells)


def _cell(row: dict, column: Column, reasons: dict[str, int], lang: str) -> Markup | str:
    shown = _shown(row, column, lang)
    if shown == "—" and "_total" in row:
        return ""
    why = row.get(f"{column.key}_reason", row.get("reason"))
    if shown == "—" and not missing(why) and why:
        why = word(str(why), lang) if words.has(str(why)) else str(why)
        mark = reasons.setdefault(why, len(reasons) + 1)
        return _t('<span class="missing">—<sup>{}</sup></span>', mark)
    tone = row.get(f"{column.key}_tone")
    if missing(tone):
        return shown
    return _t('<span class="tone {}"><span aria-hidden="true">{}</span> {}</span>', tone,
              theme.SIGN.get(str(tone), ""), shown)


def _shown(row: dict, column: Column, lang: str) -> str:
    kind, _, unit = column.unit.partition(":")
    if kind == "interval":
        return interval(row.get(f"{column.key}_low"), row.get(f"{column.key}_high"), unit, lang,
                        bare=True)
    value = row.get(column.key)
    if kind == "pm":
        half = row.get(f"{column.key}_pm")
        around = "" if missing(half) else f" ± {number(half, unit, lang, bare=True)}"
        return number(value, unit, lang, bare=True) + around
    return number(value, column.unit, lang, bare=True)


def _records(frame: pd.DataFrame, columns: Sequence[Column], id: str, caption: str) -> dict:
    keys: dict[str, dict[str, str]] = {}
    for column in columns:
        kind, _, unit = column.unit.partition(":")
        ends = {"interval": ("_low", "_high"), "pm": ("", "_pm")}.get(kind, ("",))
        for end in ends:
            keys[column.key + end] = {"key": column.key + end, "label": column.label + end,
                                      "unit": unit if kind in {"interval", "pm"} else column.unit}
    rows = frame.reindex(columns=list(keys)).to_dict("records")
    return {"id": id, "caption": caption, "columns": list(keys.values()),
            "rows": [{key: _plain(value) for key, value in row.items()} for row in rows]}


def _plain(value: Any) -> Any:
    if missing(value):
        return None
    if isinstance(value, date):
        return str(value)[:10]
    value = value.item() if hasattr(value, "item") else value
    finite = not isinstance(value, float) or abs(value) != float("inf")
    return value if isinstance(value, (str, int, float, bool)) and finite else str(value)


def _card(card: Card) -> Markup:
    arrow = {"+": "↑ ", "−": "↓ "}.get(card.change[:1], "")
    lines = [("change", arrow + card.change), ("interval", card.interval)]
    extra = _each(lambda line: _t('<p class="{}">{}</p>', *line), [x for x in lines if x[1]])
    return _t('<li class="card {}"><p class="label">{}</p><p class="value">{}</p>{}'
              '<span class="mark" aria-hidden="true">{}</span></li>', card.tone, card.label,
              card.value, extra, theme.SIGN.get(card.tone, ""))


def _contract() -> list[str]:
    names = [key.removeprefix("table.") for key in words.table() if key.startswith("table.")]
    return [name for name in names if "." not in name]


def _folded(summary: str, inner: Markup) -> Markup:
    return _t("<details><summary>{}</summary>{}</details>", summary, inner)


def _scroll(inner: Markup, label: str, long: str) -> Markup:
    return _t('<div class="scroll{}" tabindex="0" role="region" aria-label="{}"><table>{}</table>'
              "</div>", long, label, inner)


def _notes(notes: Iterable[str]) -> Markup | str:
    lines = _each(lambda note: _t("<li>{}</li>", note), notes)
    return _t('<ul class="notes">{}</ul>', lines) if lines else ""


def _numeric(column: Column) -> Markup | str:
    return "" if column.unit in NAMES else Markup(' class="num"')


def _paragraph(sentence: str) -> Markup:
    return _t("<p>{}</p>", sentence)


def _each(make: Any, items: Iterable[Any]) -> Markup:
    return Markup("").join(make(item) for item in items)


def _t(template: str, *values: object) -> Markup:
    return Markup(template).format(*values)

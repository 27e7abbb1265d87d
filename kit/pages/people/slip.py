"""The slip that HR hands out (薪酬单): one page a person, to recompute the pay by hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from markupsafe import Markup

from kit.data.store.opaque import opaque
from kit.pages.people.steps import GIVEN, lacking, line_name, name_of, steps, yuan
from kit.pages.people.view import View
from kit.people.figures import exactly
from kit.people.sheet import Sheet
from kit.scoring.trace import source_rows
from kit.show.html import each, t
from kit.show.sentences import join

ROWS = 8  # source rows named one by one on a slip


def slips(v: View, found: Sheet) -> list[dict[str, str]]:
    """A slip for everybody with a line (薪酬单): opaque id, title, HTML in every language."""
    people = [who for who in v.people if (found.lines["specialist_id"] == who).any()]
    langs = v.tables.period.languages
    return [
        {
            "id": opaque(who),
            "title": f"{v.names[who]} {v.tables.period.id}",
            "html": "".join(_of(replace(v, lang=lang), found, who) for lang in langs),
        }
        for who in people
    ]


def _of(v: View, found: Sheet, who: str) -> Markup:
    """One person's slip in one language: head, lines with their steps and rows, sum, how to ask."""
    mine = found.lines[found.lines["specialist_id"] == who]
    total = found.sums[found.sums["specialist_id"] == who].iloc[0]
    title = v.say("people.slip.title", who=v.names[who], period=v.tables.period.id)
    kind = "sum" if total["complete"] else "sum_open"
    end = v.say(f"people.slip.{kind}", paid=yuan(exactly(total["paid"])))
    parts = each(lambda row: _line(v, found, row), mine.to_dict("records"))
    return t(
        '<section lang="{}"><h1>{}</h1><p>{}</p><p class="sum">{}</p>{}'
        '<p class="notes">{}</p></section>',
        "zh-CN" if v.lang == "zh" else "en",
        title,
        _about(v, found.schemes.get(who, v.tables.scheme)),
        end,
        parts,
        v.say("people.slip.ask"),
    )


def _about(v: View, scheme: Any) -> str:
    """Days, currency, scheme and data that a slip rests on."""
    period = v.tables.period
    return v.say(
        "people.slip.about",
        start=str(period.start),
        end=str(period.last_day),
        currency=period.currency,
        scheme=f"{scheme.id} {scheme.version}",
        data=v.tables.digest[:12],
    )


def _line(v: View, found: Sheet, row: Mapping[Any, Any]) -> Markup:
    scheme = found.schemes.get(row["specialist_id"], v.tables.scheme)
    lines = _steps(v, found, row, scheme)
    money = "—" if pd.isna(row["amount"]) else yuan(exactly(row["amount"]))
    name = line_name(scheme, row["line"], v.lang)
    head = v.say(
        "people.amounts.line",
        line=name,
        kind=v.words("kind", [row["kind"]])[0],
        period=row["for_period"],
        money=money,
    )
    rows = _rows(v, scheme, row) if row["kind"] == "component" else []
    return t(
        "<h2>{}</h2><ol>{}</ol>{}",
        head,
        each(lambda s: t("<li>{}</li>", s), lines),
        each(lambda s: t('<p class="rows">{}</p>', s), rows),
    )


def _steps(v: View, found: Sheet, row: Mapping[Any, Any], scheme: Any) -> list[str]:
    """How a line was worked out, or why it could not be."""
    done = found.worked.get((row["specialist_id"], row["line"], row["for_period"]))
    if done:
        lines = steps(scheme, done, v.lang)
    elif row["reason"]:
        lines = [lacking(scheme, row["reason"], row["lacking"], v.lang)]
    else:
        lines = [v.say(f"people.slip.{row['kind']}")]
    if row["kind"] == "correction":
        lines.append(v.say("people.slip.correction", period=row["for_period"]))
    return lines


def _rows(v: View, scheme: Any, row: Mapping[Any, Any]) -> list[str]:
    """File and rows behind each figure of a line (源数据行)."""
    part = scheme.pay.components[row["line"]]
    names = [name for name in part.uses if name not in GIVEN]
    return [_places(v, row["specialist_id"], name) for name in names]


def _places(v: View, who: str, name: str) -> str:
    found = source_rows(v.tables, who, name).to_dict("records")
    told = [_place(v, row) for row in found[:ROWS]]
    if len(found) > ROWS:
        told.append(v.say("people.slip.more", n=len(found) - ROWS))
    label = name_of(v.tables.scheme, name, v.lang)
    return v.say("people.slip.rows", name=label, places=join(told, v.lang) or "—")


def _place(v: View, row: Mapping[Any, Any]) -> str:
    """File and rows in words; one row is named as itself."""
    first, last = int(row["first_row"]), int(row["last_row"])
    facts = {"file": row["file"], "first": str(first), "last": str(last)}
    if first == last:
        return v.say("people.slip.row", **facts)
    return v.say("people.slip.place", n=int(row["rows"]), **facts)

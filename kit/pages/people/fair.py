"""Notebook 5 for HR alone (公平): calibration, four fifths, explanations, raters."""

from typing import Any

import numpy as np
import pandas as pd

from kit.pages.people.pulse import pulse
from kit.pages.people.reward import SHOWN
from kit.pages.people.view import View, grid, heading
from kit.people import by_group, fairness
from kit.scoring.feedback import flags, marked
from kit.show import blocks, stacks
from kit.show.blocks import Block
from kit.show.format import interval
from kit.show.sentences import join
from kit.words import has, word


def fair(v: View) -> list[Block]:
    """Raters, calibration, four fifths, explanations; a named human decides (公平)."""
    if v.audience not in SHOWN or v.who:
        return []
    sets = by_group.compared(v.tables, v.found.official)
    named = [(_label(v, names), tables.scheme, totals) for names, tables, totals in sets]
    across = fairness.screen_of_groups(named)
    return [
        *heading(v, "fair", v.say("people.how.fair"), fold=True),
        blocks.box("note", [v.say("people.doubt.human")]),
        _scored_by(v, named),
        *([_screened(v, across, "screen_of_groups")] if len(across) else []),
        *(each for n, part in enumerate(sets) for each in _of_set(v, part, n, len(sets) > 1)),
        *_raters(v),
        *pulse(v),
    ]


def _scored_by(v: View, sets: list[tuple[str, Any, pd.DataFrame]]) -> Block:
    """Which scheme scored whom (谁由哪份方案计分): a sentence, or with groups a row a group."""
    rows = [_by(v, *each) for each in _by_scheme(v, sets)]
    has = v.found.official["printed"].notna()
    n = int((~has).sum())
    without = [v.say("people.scored_without", n)] if n else []
    if v.tables.period.groups is None:
        told = v.say("people.scored_by_one", int(has.sum()), **rows[0])
        return blocks.text(v.run([told, *without]))
    spec = "group scheme version approved scored/people_scored"
    return grid(v, pd.DataFrame(rows), spec, "scored_by", *without)


def _by_scheme(v: View, sets: list[tuple[str, Any, pd.DataFrame]]) -> Any:
    """Each group with its scheme and the cards it scored; without groups all at once (各组)."""
    groups = v.tables.period.groups
    if groups is None:
        return sets
    grouped: Any = v.found.cards.grouped
    cards = grouped.cards[grouped.cards["total"].notna()]
    of = {name: cards[cards["group_id"] == name] for name in groups.scored}
    return [(groups.label(n, v.lang), groups.scheme_of(n), mine) for n, mine in of.items()]


def _by(v: View, group: str, scheme: Any, totals: pd.DataFrame) -> dict[str, str]:
    by = scheme.approved_by
    approved = v.say("people.approved_by", by=by) if by else v.say("people.approved_none")
    who = join([v.names[i] for i in totals["specialist_id"] if i in v.names], v.lang) or "—"
    named = {"group": group, "scheme": str(scheme.id), "version": str(scheme.version)}
    return named | {"approved": approved, "scored": who}


def _of_set(
    v: View, part: tuple[list[str], Any, pd.DataFrame], n: int, several: bool
) -> list[Block]:
    """Calibration, four fifths and explanations of people whom one scheme scores (同一方案)."""
    names, tables, totals = part
    made = [
        *_quota(v, tables.scheme, totals),
        *_screens(v, tables, totals),
        *_explained(v, tables, totals),
    ]
    if not several:
        return made
    head = v.say("people.compared_set", groups=_label(v, names), n=len(totals))
    return [stacks.heading(head), *(stacks.renamed(block, names[0]) for block in made)]


def _label(v: View, names: list[str]) -> str:
    groups = v.tables.period.groups
    return join([groups.label(name, v.lang) for name in names], v.lang)


def _quota(v: View, scheme: Any, totals: pd.DataFrame) -> list[Block]:
    """The quota's suggestion beside the grades given (校准)."""
    cuts = fairness.calibration(totals, scheme.people.quota, scheme.uncertainty.level)
    tied = [join([v.names[i] for i in ids], v.lang) or "—" for ids in cuts["tied"]]
    firm = v.words("cut", ["yes" if ok else "no" for ok in cuts["supported"][:-1]])
    firm += ["—"] * (len(cuts) - len(firm))  # under the last grade there is no cut
    spec = "grade share/part:percent suggested:int given:int supported tied"
    rows = cuts.assign(tied=tied, supported=firm)
    how = v.say("people.how.calibration")
    return [grid(v, rows, spec, "calibration", how)] if len(cuts) else []


def _screens(v: View, tables: Any, totals: pd.DataFrame) -> list[Block]:
    rows = fairness.screens(tables, totals)
    none = blocks.text(v.say("people.no_groups"))
    return [none if rows.empty else _screened(v, rows, "screens")]


def _screened(v: View, rows: pd.DataFrame, id: str) -> Block:
    """Four-fifths screens as a table (五分之四筛查)."""
    marks = [rows["flag"] & (rows["fisher_p"] < 0.05), rows["flag"]]
    ends = {
        end: [
            f"{g} {k}/{n}"
            for g, (k, n) in zip(v.channels(rows[end]), rows[f"{end}_n"], strict=True)
        ]
        for end in ("low", "high")
    }
    rows = rows.assign(
        **ends,
        dimension=[
            word(key, v.lang) if has(key := f"people.dimension.{d}") else d
            for d in rows["dimension"]
        ],
        flag=v.words("screen", np.select(marks, ["flag", "chance"], "pass").tolist()),
        reason="people.no_rate",
    )
    spec = "dimension low/low_group high/high_group ratio:ratio fisher_p:p flag"
    return grid(v, rows, spec, id, v.say(f"people.how.{id}"))


def _explained(v: View, tables: Any, totals: pd.DataFrame) -> list[Block]:
    line = fairness.by_tenure(tables, totals)
    if line["slope"] is None:
        said = v.say("people.tenure_none", n=line["n"])
    else:
        kind = "unclear" if line["low"] <= 0 <= line["high"] else "seen"
        said = v.say(
            f"people.tenure_{kind}",
            n=line["n"],
            slope=v.number(line["slope"], "+points"),
            span=interval(line["low"], line["high"], "+points", v.lang),
            r2=v.number(line["r2"], "percent"),
        )
    rows = fairness.by_channel(totals, v.found.load)
    rows = rows.assign(
        channel=v.channels(rows["channel"]),
        mean_low=rows["low"],
        mean_high=rows["high"],
        reason="people.under_three",
    )
    spec = "channel/main n/people:int mean/average:points mean/interval:interval:points"
    return [grid(v, rows, spec, "by_channel", said)]


def _raters(v: View) -> list[Block]:
    rows = fairness.raters(v.tables)
    if rows.empty:
        return [blocks.text(v.say("people.no_feedback"))]
    odd = flags(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    named = marked(odd)
    marks = [
        [*(named.get(r, []) if relation != "self" else []), *([] if k else ["unknown"])]
        for r, relation, k in zip(rows["rater_id"], rows["relation"], rows["known"], strict=True)
    ]
    rows = rows.assign(
        rater=v.called(rows["rater_id"]),
        relation=v.words("relation", rows["relation"]),
        unmarked=[not m for m in marks],
        mark=[join(v.words("mark", m), v.lang) for m in marks],
    )
    spec = "rater relation mark mean/rating:ratio spread n/answers:int people:int"
    rows = rows.sort_values(["unmarked", "mean"])
    return [grid(v, rows, spec, "raters", v.say("people.how.raters"))]

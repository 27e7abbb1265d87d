"""Notebook 5 for HR alone (公平): calibration, four fifths, explanations, raters."""

import numpy as np
import pandas as pd

from kit.pages.people.reward import SHOWN
from kit.pages.people.view import View, grid, heading
from kit.people import fairness
from kit.scoring.feedback import flags, marked
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval
from kit.show.sentences import join
from kit.words import has, word


def fair(v: View) -> list[Block]:
    """Raters, calibration, four fifths, explanations; a named human decides (公平)."""
    if v.audience not in SHOWN or v.who:
        return []
    totals = v.found.official
    level = v.tables.scheme.uncertainty.level
    cuts = fairness.calibration(totals, v.tables.scheme.people.quota, level)
    tied = [join([v.names[i] for i in ids], v.lang) or "—" for ids in cuts["tied"]]
    firm = v.words("cut", ["yes" if ok else "no" for ok in cuts["supported"][:-1]])
    firm += ["—"] * (len(cuts) - len(firm))  # under the last grade there is no cut
    spec = "grade share/part:percent suggested:int given:int supported tied"
    table = grid(
        v,
        cuts.assign(tied=tied, supported=firm),
        spec,
        "calibration",
        v.say("people.how.calibration"),
    )
    return [
        *heading(v, "fair", v.say("people.how.fair")),
        blocks.box("note", [v.say("people.doubt.human")]),
        *([table] if len(cuts) else []),
        *_screens(v),
        *_explained(v),
        *_raters(v),
    ]


def _screens(v: View) -> list[Block]:
    rows = fairness.screens(v.tables, v.found.official)
    if rows.empty:
        return [blocks.text(v.say("people.no_groups"))]
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
    return [grid(v, rows, spec, "screens", v.say("people.how.screens"))]


def _explained(v: View) -> list[Block]:
    totals = v.found.official
    line = fairness.by_tenure(v.tables, totals)
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

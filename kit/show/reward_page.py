"""Notebook 5 for HR alone (激励与公平): pay, cliffs, readiness, what-if, calibration, screens."""

import numpy as np
import pandas as pd

from kit.people import fairness, payroll
from kit.scoring.feedback import flags
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval
from kit.show.people_view import View, grid, heading
from kit.show.sentences import join

SHOWN = ("hr",)  # audiences that may read amounts


def hidden(v: View) -> bool:
    """Whether this reader sees none of it: everybody but HR, and every person's own page."""
    return v.audience not in SHOWN or bool(v.who)


def pay(v: View) -> list[Block]:
    """What to pay on, coefficients and amounts, totals near a line, what-if (奖金)."""
    if hidden(v):
        return []
    totals, scheme = v.found.cards.totals, v.tables.scheme
    basis = payroll.pay_basis(totals, v.tables.period.type, scheme.bonus)
    said = v.say("people.pay.basis" if basis["pays"] else "people.pay.wait",
                 reliability=v.number(basis["reliability"], "ratio"), n=basis["n"],
                 line=v.number(scheme.bonus.monthly_pay_reliability, "ratio"),
                 basis=v.words("basis", [basis["basis"]])[0])
    rows = v.of(payroll.payroll(v.tables, totals))
    spec = ("name printed/total:points coef:coef base:ratio share/part:percent due/amount:ratio "
            "paid:ratio scored:points dept_coef:coef")
    paid = [grid(v, rows, spec, "payroll", *_pool(v, rows))] if len(rows) else [
        blocks.text(v.say("people.pay.none"))]
    near = v.of(payroll.cliffs(totals, scheme))
    spec = "name printed/total:points line threshold:points risk:chance"
    cliffs = [grid(v, near, spec, "cliffs", v.say("people.how.cliffs"))] if len(near) else []
    return [*heading(v, "pay", said), *paid, *cliffs, *_ready(v), *_what_if(v)]


def _pool(v: View, rows: pd.DataFrame) -> list[str]:
    scale, total = rows["scale"].min(), v.number(rows["paid"].sum(), "ratio")
    kind = "zero" if scale == 0 else "scaled" if scale < 1 else "free"
    unit_of = v.say("people.pay.unit", currency=v.tables.period.currency)
    return [v.say(f"people.pay.{kind}", scale=v.number(scale, "coef"), total=total), unit_of]


def _ready(v: View) -> list[Block]:
    rows = v.of(v.found.ready)
    rows = rows.assign(verdict=v.words("ready", rows["verdict"]))
    lines = v.tables.scheme.people
    line = v.number(lines.ready_line, "points")
    how = v.say("people.how.ready", n=lines.ready_periods, line=line)
    spec = "name verdict n/periods:int held:int gaps:int late:int"
    return [grid(v, rows.sort_values("held", ascending=False), spec, "ready", how)]


def _what_if(v: View) -> list[Block]:
    rows = payroll.what_if(v.found.points, v.tables.scheme.bonus.curve)
    rows = rows.assign(indicator=v.indicators(rows["indicator"]),
                       gainer=rows["gainer"].map(v.names), loser=rows["loser"].map(v.names))
    spec = "indicator gain/up:int lose/down:int most:+coef gainer least:+coef loser"
    return [grid(v, rows, spec, "what_if", v.say("people.how.what_if"))]


def fair(v: View) -> list[Block]:
    """Raters, calibration, four fifths, explanations; a named human decides (公平)."""
    if hidden(v):
        return []
    totals, level = v.found.cards.totals, v.tables.scheme.uncertainty.level
    cuts = fairness.calibration(totals, v.tables.scheme.people.quota, level)
    tied = [join([v.names[i] for i in ids], v.lang) or "—" for ids in cuts["tied"]]
    firm = v.words("cut", ["yes" if ok else "no" for ok in cuts["supported"][:-1]])
    firm += ["—"] * (len(cuts) - len(firm))  # under the last grade there is no cut
    spec = "grade share/part:percent suggested:int given:int supported tied"
    table = grid(v, cuts.assign(tied=tied, supported=firm), spec, "calibration",
                 v.say("people.how.calibration"))  # fmt: skip
    return [*heading(v, "fair", v.say("people.how.fair")),
            blocks.box("note", [v.say("people.doubt.human")]), *([table] if len(cuts) else []),
            *_screens(v), *_explained(v), *_raters(v)]  # fmt: skip


def _screens(v: View) -> list[Block]:
    rows = fairness.screens(v.tables, v.found.cards.totals)
    if rows.empty:
        return [blocks.text(v.say("people.no_groups"))]
    marks = [rows["flag"] & (rows["fisher_p"] < 0.05), rows["flag"]]
    rows = rows.assign(
        low=[f"{g} {k}/{n}" for g, (k, n) in zip(rows["low"], rows["low_n"], strict=True)],
        high=[f"{g} {k}/{n}" for g, (k, n) in zip(rows["high"], rows["high_n"], strict=True)],
        flag=v.words("screen", np.select(marks, ["flag", "chance"], "pass").tolist()),
        reason="people.no_rate")
    spec = "dimension low/low_group high/high_group ratio:ratio fisher_p:p flag"
    return [grid(v, rows, spec, "screens", v.say("people.how.screens"))]


def _explained(v: View) -> list[Block]:
    totals = v.found.cards.totals
    line = fairness.by_tenure(v.tables, totals)
    span = interval(line["low"], line["high"], "points", v.lang)
    said = v.say("people.tenure_none", n=line["n"]) if line["slope"] is None else v.say(
        "people.tenure", n=line["n"], slope=v.number(line["slope"], "+points"), span=span,
        r2=v.number(line["r2"], "percent"))
    rows = fairness.by_channel(totals, v.found.load)
    rows = rows.assign(channel=v.channels(rows["channel"]), mean_low=rows["low"],
                       mean_high=rows["high"], reason="people.under_three")
    spec = "channel/main n/people:int mean/average:points mean/interval:interval:points"
    return [grid(v, rows, spec, "by_channel", said)]


def _raters(v: View) -> list[Block]:
    rows = fairness.raters(v.tables)
    if rows.empty:
        return [blocks.text(v.say("people.no_feedback"))]
    odd = flags(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    named = odd.groupby("rater_id")["rule"].agg(list) if len(odd) else pd.Series(dtype=object)
    marks = [[*named.get(r, []), *([] if k else ["unknown"])] for r, k in zip(
        rows["rater_id"], rows["known"], strict=True)]
    rows = rows.assign(relation=v.words("relation", rows["relation"]),
                       sd_reason="people.one_answer",
                       mark=[join(v.words("mark", m), v.lang) for m in marks])
    spec = "rater_id/rater relation people:int n/answers:int mean/rating:ratio sd:ratio mark"
    return [grid(v, rows.sort_values("mean"), spec, "raters", v.say("people.how.raters"))]

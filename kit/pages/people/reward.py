"""Notebook 5 for HR alone (激励): what to pay on, amounts, cliffs, readiness, what-if."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from kit.pages.people.hr_first import bases, graded, near_lines, paid_sets
from kit.pages.people.post_days import days_of, left_of
from kit.pages.people.view import View, grid, heading, summed
from kit.people import by_group, payroll
from kit.people.incentive import around, interpolate
from kit.scoring.chances import SETTLED
from kit.show import blocks
from kit.show.ahead import against_line, why_open
from kit.show.alike import alike
from kit.show.blocks import Block
from kit.show.html import each, t
from kit.show.sentences import join

SHOWN = ("hr",)  # audiences that may read amounts


def pay(v: View) -> list[Block]:
    """What to pay on, coefficients and amounts, totals near a line, what-if (奖金), for HR."""
    if v.audience not in SHOWN:
        return []
    totals = v.found.official
    sets = paid_sets(v)
    found = bases(v, sets)
    said, pays = [told for told, _ in found], all(pays for _, pays in found)
    rows = payroll.payroll(v.tables, totals)
    if v.who:
        return [*heading(v, "trace", *said), *_trace(v, v.mine(rows), pays)]
    paid = _folded(v, "payroll", _paid(v, rows, totals, pays))
    ready = _folded(v, "ready", _ready(v))
    return [*heading(v, "pay", *said), *_graded(v), *paid, *_cliffs(v, sets), *ready, *_what_if(v)]


def _folded(v: View, id: str, found: list[Block]) -> list[Block]:
    return [blocks.details(v.say(f"people.t.{id}"), found)]


def _graded(v: View) -> list[Block]:
    """Every grade as pages print it, with its chance (等级与把握), the least sure first."""
    rows = graded(v)
    if rows.empty:
        return []
    told = rows["chance"].map(lambda p: against_line(p, v.lang)[0])
    rows = rows.assign(chance=told.where(rows["chance"] < SETTLED, rows["chance"]))
    spec = "name printed/total:points grade chance/in_grade:chance"
    return _folded(v, "graded", [grid(v, rows, spec, "graded", why_open(v.lang))])


def _cliffs(v: View, sets: list[by_group.Views]) -> list[Block]:
    """Totals near a grade or a step of the bonus curve (临界名单); nothing if none is near."""
    near = near_lines(v, sets)
    if near.empty:
        return []
    step = near["line"] == payroll.STEP_LINE
    near = near.assign(line=near["line"].mask(step, v.say("people.line_step")))
    spec = "name printed/total:points line threshold:points risk:chance"
    return [grid(v, near, spec, "cliffs", v.say("people.how.cliffs"))]


def _paid(v: View, rows: pd.DataFrame, totals: pd.DataFrame, pays: bool) -> list[Block]:
    """Coefficients and amounts, and who is scored but has no pay base (奖金核算)."""
    there = totals["specialist_id"].isin(rows["specialist_id"])
    without = v.of(totals[totals["printed"].notna() & ~there])["name"].tolist()
    told = {row["specialist_id"]: v.grade(row) for row in totals.to_dict("records")}
    rows = v.of(rows).assign(reason="people.no_base", grade=rows["specialist_id"].map(told))
    if rows.empty:
        return [blocks.text(v.run([v.say("people.pay.none"), *left_of(v, rows, totals)]))]
    pairs = zip(rows["scored_total"], rows["scored"], strict=True)
    rows = rows.assign(exact=[summed(*pair) for pair in pairs])
    amount = "paid" if pays else "paid/trial"
    short = (rows["part"] != 1).any()
    rows = rows.assign(in_post=[days_of(v, row) for row in rows.to_dict("records")])
    spec = (  # the amount beside the grade, which says where it is not settled
        f"name printed/total:points grade coef:coef {amount}:ratio base:ratio "
        f"share/pay_part:percent {'in_post ' if short else ''}exact:mixed due/amount:ratio "
        "scored:points dept_coef:coef"
    )
    notes = [why_open(v.lang)] if (graded(v)["chance"] < SETTLED).any() else []
    notes += [v.say("people.pay.without", who=join(without, v.lang))] if without else []
    notes += [v.say("people.pay.by_days")] if short else []
    notes += left_of(v, rows, totals)
    notes += _own_shares(v, rows, totals)
    return [grid(v, rows, spec, "payroll", *_pool(v, rows), *notes)]


def _own_shares(v: View, rows: pd.DataFrame, totals: pd.DataFrame) -> list[str]:
    """For how many people the table `pay` gives a share other than their scheme's."""
    schemes = by_group.schemes(v.tables, totals)
    usual = {who: scheme.bonus.share for who, scheme in schemes.items()}
    n = int((rows["share"] != rows["specialist_id"].map(usual).fillna(rows["share"])).sum())
    known = list(dict.fromkeys(v.number(share, "percent") for share in usual.values()))
    return [v.say("people.pay.own_share", n=n, share=join(known, v.lang))] if n else []


def _trace(v: View, rows: pd.DataFrame, pays: bool) -> list[Block]:
    """From the sum of contributions to the fen, a step a line (从总分到实发), for HR to explain."""
    of = dict(v.mine(v.found.official).iloc[0])
    scheme = by_group.schemes(v.tables, v.found.official).get(v.who, v.tables.scheme)
    if pd.isna(of["printed"]):
        return [blocks.text(v.say("people.pay.unscored"))]
    (x0, y0), (x1, y1) = around(of["printed"], scheme.bonus.curve)
    told = of["grade"] or of["scored_grade"]
    line = next(g.min for g in scheme.grades if g.grade == told)
    facts = {
        "total": summed(of["scored_total"], of["scored"]),
        "printed": v.number(of["printed"], "points"),
        "grade": told,
        "scored": v.number(of["scored"], "points"),
        "line": v.number(line, "points"),
        "x0": f"{x0:g}",
        "y0": f"{y0:g}",
        "x1": f"{x1:g}",
        "y1": f"{y1:g}",
        "coef": v.number(interpolate(of["printed"], scheme.bonus.curve), "coef"),
    }
    names = ["sum", *["changed"] * bool(of["changed"]), "grade", "coef" if x0 != x1 else "flat"]
    lines = [v.say(f"people.trace.{name}", **facts) for name in names]
    kind = "pay" if pays else "trial"
    lines += [_amount(v, row, kind, facts["coef"]) for row in rows.to_dict("records")]
    steps = t("<ol>{}</ol>", each(lambda s: t("<li>{}</li>", s), lines))
    return [Block("text", steps, {"sentences": lines}, "trace")]


def _amount(v: View, row: dict[Hashable, Any], kind: str, coef: str) -> str:
    """The last step: base × share × coefficients = amount."""
    return v.say(
        f"people.trace.{kind}",
        coef=coef,
        base=v.number(row["base"], "ratio"),
        due=v.number(row["due"], "ratio"),
        paid=v.number(row["paid"], "ratio"),
        days="" if row["part"] == 1 else v.say("people.trace.days", part=days_of(v, row)),
        share=v.number(row["share"], "percent"),
        dept=v.number(row["dept_coef"], "coef"),
        scale=v.number(row["scale"], "coef"),
        currency=v.tables.period.currency,
    )


def _pool(v: View, rows: pd.DataFrame) -> list[str]:
    scale = rows["scale"].min()
    total = v.number(rows["paid"].sum(), "ratio")
    pay = v.tables.get("pay")
    capped = pay.loc[pay["period_id"] == v.tables.period.id, "pool"].notna().any()
    kind = "zero" if scale == 0 else "scaled" if scale < 1 else "free" if capped else "open"
    unit_of = v.say("people.pay.unit", currency=v.tables.period.currency)
    return [v.say(f"people.pay.{kind}", scale=v.number(scale, "coef"), total=total), unit_of]


def _ready(v: View) -> list[Block]:
    rows = v.of(v.found.ready)
    rows = rows.assign(verdict=v.words("ready", rows["verdict"]))
    lines = v.tables.scheme.people
    line = v.number(lines.ready_line, "points")
    how = v.say(
        "people.how.ready",
        n=lines.ready_periods,
        line=line,
        skills=join(lines.ready_skills, v.lang) or v.say("people.all_skills"),
    )
    spec = "name verdict n/periods:int held:int gaps:int late:int"
    notes = alike(v, v.of(v.found.lined), "_line")
    return [grid(v, rows.sort_values("held", ascending=False), spec, "ready", how, *notes)]


def _what_if(v: View) -> list[Block]:
    """What a draft scheme would have paid (方案推演); without a draft, what each weight moves."""
    draft = v.tables.period.what_if
    if draft is None:
        return [_shifts(v)]
    rows = v.of(payroll.what_if(v.tables, v.found.lined))
    rows["amount"] = rows["change"] * rows["specialist_id"].map(_stakes(v))
    up, down = (int((sign * rows["change"] > 5e-4).sum()) for sign in (1, -1))
    said = v.say(
        "people.how.what_if",
        draft=draft.version,
        n=int(rows["n"].max()),
        up=up,
        down=down,
        money=v.number(rows["amount"].sum(), "+ratio"),
    )
    spec = (
        "name n/periods:int before/total:ratio after/total_new:ratio coef_before/coef:coef "
        "coef_after/coef_new:coef change/coef_change:+coef amount/each:+ratio"
    )
    return [grid(v, rows, spec, "what_if", said, *alike(v, v.of(v.found.lined), "_line"))]


def _shifts(v: View) -> Block:
    """What more weight of each indicator would move, and for whom most."""
    rows = v.found.points[v.found.points["specialist_id"].isin(v.people)]
    rows = payroll.shifts(rows, v.tables.scheme.bonus.curve)
    rows = rows.assign(
        indicator=v.indicators(rows["indicator"]),
        gainer=rows["gainer"].map(v.names),
        loser=rows["loser"].map(v.names),
    )
    spec = "indicator gain/up:int lose/down:int most:+coef gainer least:+coef loser"
    return grid(v, rows, spec, "shifts", v.say("people.how.shifts"))


def _stakes(v: View) -> pd.Series:
    """What one unit of coefficient pays each person of the period, before the pool."""
    rows = payroll.payroll(v.tables, v.found.official).set_index("specialist_id")
    return rows["base"] * rows["share"] * rows["dept_coef"] * rows["part"].astype(float)

"""The pay sheet of a period (薪酬表), for HR alone: components, bonus, pools, corrections, sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from kit.people import by_group, pool_parts, resettle
from kit.people.components import Step, Worked, worked
from kit.people.figures import Figure, Person, exactly, on_curve
from kit.people.jumps import jumps
from kit.people.payroll import pay_basis, payroll
from kit.scoring.grid import completions, points, values
from kit.scoring.panel import Panel, panel
from kit.scoring.targets import targets

BONUS = "performance_pay"
CAP = "pay_cap"
CARRIED = "carried"
COLUMNS = ["specialist_id", "line", "kind", "for_period", "amount", "reason", "lacking"]
FINE = {"money", "int", "days"}  # sums of figures with cents: noise beyond six decimals


@dataclass(frozen=True)
class Sheet:
    """Who is paid what, line by line.

    lines  : a row a person and line: kind component | bonus | pool | correction | cap | carried,
             for_period, amount in yuan (whole fen; NaN with a reason and what is lacking)
    sums   : a row a person: paid (sum of the known lines), complete, lacking (what is missing)
    jumps  : lines of money within reach of chance: x, line, risk, at stake
    pools  : a row a pool (and team): amount, shared, kept
    worked : (person, line, period) → the steps of the amount
    schemes : person → the scheme by which this person is paid
    """

    lines: pd.DataFrame
    sums: pd.DataFrame
    jumps: pd.DataFrame
    pools: pd.DataFrame
    worked: Mapping[tuple[str, str, str], Worked]
    schemes: Mapping[str, Any]


def sheet(tables: Any, totals: pd.DataFrame) -> Sheet:
    """The pay sheet of the period (薪酬表); empty where no scheme has components and pools.

    totals : from `appeals.official`: amounts rest on the official total and grade; with groups
             everybody is paid by the scheme of the group of the last day (`kit.people.by_group`)
    """
    rows = payroll(tables, totals)
    parts = [_of_set(views, rows) for views in by_group.paid_together(tables, totals)]
    late, again = resettle.corrections(tables, everybody)
    lines = pd.concat([*(part.lines for part in parts), pd.DataFrame(late, columns=COLUMNS)])
    said = by_group.schemes(tables, totals)
    table = _ended(tables, lines.astype({"amount": float}).reset_index(drop=True), said)
    near, purses = (
        pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("jumps", "pools")
    )
    done = {key: found for part in parts for key, found in part.worked.items()}
    return Sheet(table, sums(table), near, purses, done | again, said)


def _of_set(views: by_group.Views, rows: pd.DataFrame) -> Sheet:
    """Lines of people who share pools, before corrections and caps; rows : from `payroll`."""
    tables = views[0].tables
    totals = pd.concat([seen.totals for seen in views])
    pay = tables.scheme.pay
    found = [one for seen in views for one in persons(seen).items()]
    people = dict(found if len(views) == 1 else sorted(found, key=lambda one: one[0]))
    done = {
        (who, name, tables.period.id): worked(part, person)
        for who, person in people.items()
        for name, part in pay.components.items()
    }
    lines = [_row(key, "component", found) for key, found in done.items()]
    shares, purses, split = pool_parts.parts(tables, people, done)
    bonus, curve = _bonus(tables, totals, rows)
    table = pd.DataFrame([*bonus, *lines, *shares], columns=COLUMNS)
    near = jumps(pay.components, people, tables.scheme.people.cliff_risk)
    return Sheet(table, sums(table), near, purses, done | split | curve, {})


def everybody(tables: Any, totals: pd.DataFrame) -> dict[str, Person]:
    """What everybody's amounts rest on (全员计薪依据), each by the scheme that pays them."""
    sets = by_group.paid_together(tables, totals)
    return {who: one for views in sets for seen in views for who, one in persons(seen).items()}


def _row(key: tuple[str, str, str], kind: str, found: Worked) -> dict[str, Any]:
    who, name, period = key
    amount = np.nan if found.fen is None else found.fen / 100
    return dict(
        zip(COLUMNS, (who, name, kind, period, amount, found.reason, found.lacking), strict=True)
    )


def persons(seen: by_group.Seen) -> dict[str, Person]:
    """What everybody's amounts rest on: indicators, pay base, official total and grade."""
    scheme = seen.tables.scheme
    names = [name for name in scheme.pay.uses if name in scheme.library]
    shared = [name for name in names if scheme.library[name].scope == "group"]
    found = _measured(seen.tables, names)
    if shared and seen.group is not seen.tables:
        found |= _measured(seen.group, shared)
    own = _own(seen.tables, seen.totals)
    official = seen.totals.set_index("specialist_id")["grade"].to_dict()
    return {
        who: Person(
            {name: of[who] for name, of in found.items()} | own.get(who, {}),
            str(official.get(who) or ""),
            seen.group.group,
        )
        for who in _panel(seen.tables).people
        if who in official
    }


def _measured(tables: Any, names: list[str]) -> dict[str, dict[str, Figure]]:
    """Indicator → person → the figure that amounts rest on, exact."""
    data = _panel(tables)
    found = values(tables, data, names)
    goals = targets(tables, data, names).target
    return {
        name: dict(zip(data.people, _figures(tables.scheme, name, value, goals[:, i]), strict=True))
        for i, (name, value) in enumerate(zip(names, found, strict=True))
    }


def _panel(tables: Any) -> Panel:
    return panel(tables, tables.period.start, tables.period.last_day)


def _figures(scheme: Any, name: str, value: Any, goal: np.ndarray) -> list[Figure]:
    """One indicator of everybody, exact."""
    spec = scheme.library[name]
    lower = spec.better == "down"
    digits = 6 if spec.unit in FINE and not spec.under else 12
    done = completions(scheme, [name], value.actual[:, None], goal[:, None])[:, 0]
    ruled = name in scheme.indicators and (scheme.indicators[name].rule or scheme.is_item(name))
    score = points(scheme, name, done, value.actual, goal) if ruled else np.full(len(goal), np.nan)
    return [
        Figure(
            actual=_exact(a, digits),
            target=_exact(g, digits),
            under=_exact(u, 6),
            points=_exact(p, 9),
            se=None if np.isnan(se) else float(se),
            lower=lower,
            ratio=bool(spec.under),
            reason=str(why),
        )
        for a, g, u, p, se, why in zip(
            value.actual, goal, value.denominator, score, value.se, value.reason, strict=True
        )
    ]


def _exact(number: float, digits: int) -> Fraction | None:
    return None if np.isnan(number) else exactly(number, digits)


def _own(tables: Any, totals: pd.DataFrame) -> dict[str, dict[str, Figure]]:
    """Pay base, department factor and printed total of each person (基数、部门系数、总分)."""
    pay = tables.get("pay")
    pay = pay[pay["period_id"] == tables.period.id].set_index("specialist_id")
    found: dict[str, dict[str, Figure]] = {}
    for row in totals.to_dict("records"):
        who = row["specialist_id"]
        total = _exact(row["printed"], 6)
        se = None if pd.isna(row["se"]) else float(row["se"])
        base = _exact(pay["base"].get(who, np.nan), 6)
        dept = (
            exactly(1)
            if pd.isna(pay["dept_coef"].get(who, np.nan))
            else exactly(pay["dept_coef"][who])
        )
        found[who] = {
            "total": Figure(total, points=total, se=se, reason="people.not_scored"),
            "base": Figure(base, reason="people.no_base"),
            "dept_coef": Figure(dept),
        }
    return found


def _bonus(
    tables: Any, totals: pd.DataFrame, rows: pd.DataFrame
) -> tuple[list[dict[str, Any]], dict[Any, Worked]]:
    """The bonus as the line `performance_pay` (绩效奖金), where the period pays one; its steps."""
    scheme = tables.scheme
    if not pay_basis(totals, tables.period.type, scheme.bonus)["pays"]:
        return [], {}
    rows = rows[(rows["share"] > 0) & rows["specialist_id"].isin(totals["specialist_id"])]
    period = tables.period.id
    lines = []
    steps = {}
    for r in rows.to_dict("records"):
        who = r["specialist_id"]
        lacking = "total" if r["reason"] else ""
        told = (who, BONUS, "bonus", period, r["paid"], r["reason"], lacking)
        lines.append(dict(zip(COLUMNS, told, strict=True)))
        if not r["reason"] and not np.isnan(r["paid"]):
            steps[(who, BONUS, period)] = _curve(scheme.bonus.curve, r)
    return lines, steps


def _curve(curve: Any, row: Mapping[Any, Any]) -> Worked:
    """The bonus by steps (绩效奖金的算法): coefficient on the curve, then base × factors."""
    place = exactly(row["printed"])
    found = on_curve(place, curve)
    kind = "factor_curve" if found["x0"] != found["x1"] else "factor_flat"
    factor = Step(kind, {"name": "total", "place": place} | found)
    names = ("base", "share", "dept_coef", "coef", "scale")
    facts = {name: exactly(row[name]) for name in names} | {"money": exactly(row["paid"])}
    kind = "bonus" if row["part"] == 1 else "bonus_days"
    days = {} if row["part"] == 1 else {name: exactly(row[name]) for name in ("days", "of")}
    return Worked(exactly(row["paid"]), (factor, Step(kind, facts | days)))


def _ended(tables: Any, lines: pd.DataFrame, said: Mapping[str, Any]) -> pd.DataFrame:
    """The lines with what the cap takes off, and what is carried on or was (封顶、结转)."""
    owed = resettle.owed(tables)
    more = []
    for who, amounts in ((str(w), a) for w, a in lines.groupby("specialist_id")["amount"]):
        fen = round(float(amounts.fillna(0).sum()) * 100)
        cap = said.get(who, tables.scheme).pay.cap
        over = max(0, fen - round(cap * 100)) if cap is not None else 0
        balance = fen - over - owed.get(who, 0)
        if over:
            more.append(_end(who, CAP, "cap", tables.period.id, -over))
        moved = max(0, -balance) - owed.get(who, 0)
        if moved:
            more.append(_end(who, CARRIED, "carried", tables.period.id, moved))
    return (
        pd.concat([lines, pd.DataFrame(more, columns=COLUMNS)], ignore_index=True)
        if more
        else lines
    )


def _end(who: Any, line: str, kind: str, period: str, fen: int) -> dict[str, Any]:
    return dict(zip(COLUMNS, (who, line, kind, period, fen / 100, "", ""), strict=True))


def sums(lines: pd.DataFrame) -> pd.DataFrame:
    """A person's pay (合计): the sum of printed amounts, and whether any line is missing."""
    found = []
    for who, mine in lines.groupby("specialist_id"):
        gone = mine[mine["amount"].isna()]
        fen = round(float(mine["amount"].fillna(0).sum()) * 100)
        found.append(
            {
                "specialist_id": who,
                "paid": fen / 100,
                "complete": gone.empty,
                "lacking": tuple(dict.fromkeys(gone["lacking"])),
            }
        )
    return pd.DataFrame(found, columns=["specialist_id", "paid", "complete", "lacking"])

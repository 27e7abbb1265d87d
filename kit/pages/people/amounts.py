"""Pay by components (薪酬项) on HR's pages: lines, sums, jumps, pools, a person's sum by steps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.data.schema import contract
from kit.pages.people.slip import slips
from kit.pages.people.steps import lacking, line_name, name_of, steps, yuan
from kit.pages.people.view import View, grid, heading
from kit.people import by_group
from kit.people.figures import exactly
from kit.people.payroll import paid_twice
from kit.people.sheet import Sheet, sheet
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.html import each, t
from kit.show.sentences import join
from kit.show.tables import Column

SHOWN = ("hr",)  # audiences that may read amounts


def amounts(v: View) -> list[Block]:
    """Every line of pay with its sum (薪酬表), for HR; nothing where a scheme has no components."""
    paid = any(said.pay.components or said.pay.pools for said in by_group.every(v.tables))
    if v.audience not in SHOWN or not paid:
        return []
    found = sheet(v.tables, v.found.official)
    if v.who:
        return [*heading(v, "amounts"), *person(v, found)]
    how = [v.say("people.how.amounts", currency=v.tables.period.currency), *_trial(v)]
    return [
        *heading(v, "amounts", *how),
        *_incomplete(v, found),
        *_tables(v, found),
        *_slips(v, found),
    ]


def _trial(v: View) -> list[str]:
    """Until the period is closed every amount is a dry run (试算)."""
    twice = any(paid_twice(said) for said in by_group.every(v.tables))
    return [v.say("people.amounts.trial"), *([v.say("people.amounts.twice")] if twice else [])]


def _incomplete(v: View, found: Sheet) -> list[Block]:
    rows = v.of(found.sums)
    gone = [
        v.say(
            "people.incomplete",
            who=row["name"],
            what=join([named(v, found, row["specialist_id"], n) for n in row["lacking"]], v.lang),
        )
        for row in rows[~rows["complete"]].to_dict("records")
    ]
    return [blocks.box("warn", gone)] if gone else []


def named(v: View, found: Sheet, who: str, name: str) -> str:
    """Name of what is lacking: a quantity, or a line of pay."""
    scheme = found.schemes.get(who, v.tables.scheme)
    lines = {*scheme.pay.components, *scheme.pay.pools}
    if name in lines and name not in scheme.library:
        return line_name(scheme, name, v.lang)
    known = name in scheme.library or name in ("base", "total", "grade", "dept_coef")
    return name_of(scheme, name, v.lang) if known else v.say("people.amounts.part")


def _tables(v: View, found: Sheet) -> list[Block]:
    sums = v.of(found.sums)
    sums["complete"] = v.words("complete", ["yes" if ok else "no" for ok in sums["complete"]])
    near = v.of(found.jumps)
    pairs = zip(near["specialist_id"], near["quantity"], strict=True)
    near["quantity"] = [name_of(_scheme(v, found, who), name, v.lang) for who, name in pairs]
    near = near.assign(line=_lines(v, found, near), kind=v.words("jump", near["kind"]))
    lines = v.of(found.lines)
    told = zip(lines["specialist_id"], lines["reason"], lines["lacking"], strict=True)
    lines["reason"] = [
        lacking(_scheme(v, found, who), why, name, v.lang) if why else "" for who, why, name in told
    ]
    lines = lines.assign(line=_lines(v, found, lines), kind=v.words("kind", lines["kind"]))
    risk = "name line/pay_line quantity kind at:ratio edge:ratio risk:chance stake:ratio"
    shown = "name line/pay_line kind for_period amount/money:ratio reason/lacks"
    return [
        grid(v, sums, "name paid/sum:ratio complete", "sums"),
        *_pools(v, found),
        *([grid(v, near, risk, "jumps", v.say("people.how.jumps"))] if len(near) else []),
        grid(v, lines, shown, "amounts"),
        _settled(v, found),
    ]


def _pools(v: View, found: Sheet) -> list[Block]:
    """What each pool held, shared and kept (奖金池)."""
    teams = [team or v.say("people.amounts.all") for team in found.pools["team"]]
    holds = {n: said for said in by_group.every(v.tables) for n in said.pay.pools}
    names = [line_name(holds[name], name, v.lang) for name in found.pools["line"]]
    rows = found.pools.assign(line=names, team=teams)
    shown = "line/pay_line team amount/money:ratio shared:ratio kept/unshared:ratio"
    return [grid(v, rows, shown, "pools", v.say("people.how.pools"))] if len(rows) else []


def _scheme(v: View, found: Sheet, who: str) -> Any:
    """The scheme by which somebody is paid (发薪方案)."""
    return found.schemes.get(who, v.tables.scheme)


def _lines(v: View, found: Sheet, rows: pd.DataFrame) -> list[str]:
    pairs = zip(rows["specialist_id"], rows["line"], strict=True)
    return [line_name(_scheme(v, found, who), name, v.lang) for who, name in pairs]


def _settled(v: View, found: Sheet) -> Block:
    """The lines as rows of the table `settlements` (发放记录), to be kept once they are paid."""
    rows = v.of(found.lines).rename(columns={"for_period": "period_id"})
    rows = rows[rows["amount"].notna()].assign(settled_in=v.tables.period.id)
    names = list(contract()["settlements"].columns)
    columns = [Column(name, name, "ratio" if name == "amount" else "text") for name in names]
    how = [v.say("people.how.settle")]
    caption = v.say("people.amounts.settle")
    made = blocks.table(rows, columns, id="settle", caption=caption, lang=v.lang, notes=how)
    named = replace(made, data=made.data | {"file": "settlements"})
    return blocks.details(caption, [named])


def person(v: View, found: Sheet) -> list[Block]:
    """One person's lines, each with every step of its sum (逐项算式)."""
    parts: list[Block] = []
    for row in v.mine(found.lines).to_dict("records"):
        parts += _line(v, found, row)
    mine = v.mine(found.sums)
    total = [v.say("people.amounts.sum", paid=yuan(exactly(x))) for x in mine["paid"]]
    return [*parts, *[blocks.text(line) for line in total], *_incomplete_mine(v, found, mine)]


def _incomplete_mine(v: View, found: Sheet, mine: pd.DataFrame) -> list[Block]:
    rows = mine[~mine["complete"]].to_dict("records")
    said = [
        v.say(
            "people.incomplete",
            who=v.names.get(v.who, v.who),
            what=join([named(v, found, v.who, n) for n in row["lacking"]], v.lang),
        )
        for row in rows
    ]
    return [blocks.box("warn", said)] if said else []


def _line(v: View, found: Sheet, row: Mapping[Any, Any]) -> list[Block]:
    scheme = _scheme(v, found, row["specialist_id"])
    done = found.worked.get((row["specialist_id"], row["line"], row["for_period"]))
    title = line_name(scheme, row["line"], v.lang)
    money = "—" if pd.isna(row["amount"]) else yuan(exactly(row["amount"]))
    kind = v.words("kind", [row["kind"]])[0]
    head = v.say(
        "people.amounts.line", line=title, kind=kind, period=row["for_period"], money=money
    )
    lines = steps(scheme, done, v.lang) if done else []
    if not done and row["reason"]:
        lines = [lacking(scheme, row["reason"], row["lacking"], v.lang)]
    html = t(
        "<p><strong>{}</strong></p><ol>{}</ol>", head, each(lambda s: t("<li>{}</li>", s), lines)
    )
    return [Block("text", html, {"sentences": [head, *lines]})]


def _slips(v: View, found: Sheet) -> list[Block]:
    """The slips that HR hands out (工资条), written beside this page in the first language."""
    if v.lang != v.tables.period.languages[0]:
        return []
    made = slips(v, found)
    said = v.say("people.amounts.slips", n=len(made))
    return [Block("text", t("<p>{}</p>", said), {"sentences": [said], "slips": made}, "slips")]

"""Pay by components (薪酬项) on HR's pages: lines, sums, jumps, pools, a person's sum by steps."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.data.schema import contract
from kit.pages.people.slip import slips
from kit.pages.people.steps import lacking, line_name, name_of, steps, yuan
from kit.pages.people.view import View, grid, heading
from kit.people.figures import exactly
from kit.people.sheet import Sheet, sheet
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.html import each, t
from kit.show.sentences import join
from kit.show.tables import Column

SHOWN = ("hr",)  # audiences that may read amounts


def amounts(v: View) -> list[Block]:
    """Every line of pay with its sum (薪酬表), for HR; nothing where a scheme has no components."""
    pay = v.tables.scheme.pay
    if v.audience not in SHOWN or not (pay.components or pay.pools):
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
    base = v.tables.scheme.bonus.share > 0
    twice = base and any(c.on == "base" for c in v.tables.scheme.pay.components.values())
    return [v.say("people.amounts.trial"), *([v.say("people.amounts.twice")] if twice else [])]


def _incomplete(v: View, found: Sheet) -> list[Block]:
    rows = v.of(found.sums)
    gone = [
        v.say(
            "people.incomplete",
            who=row["name"],
            what=join([named(v, n) for n in row["lacking"]], v.lang),
        )
        for row in rows[~rows["complete"]].to_dict("records")
    ]
    return [blocks.box("warn", gone)] if gone else []


def named(v: View, name: str) -> str:
    """Name of what is lacking: a quantity, or a line of pay."""
    scheme = v.tables.scheme
    lines = {*scheme.pay.components, *scheme.pay.pools}
    if name in lines and name not in scheme.library:
        return line_name(scheme, name, v.lang)
    known = name in scheme.library or name in ("base", "total", "grade", "dept_coef")
    return name_of(scheme, name, v.lang) if known else v.say("people.amounts.part")


def _tables(v: View, found: Sheet) -> list[Block]:
    scheme = v.tables.scheme
    sums = v.of(found.sums)
    sums["complete"] = v.words("complete", ["yes" if ok else "no" for ok in sums["complete"]])
    near = v.of(found.jumps.assign(quantity=_names(v, found.jumps["quantity"])))
    near = near.assign(line=_lines(v, near["line"]), kind=v.words("jump", near["kind"]))
    teams = [team or v.say("people.amounts.all") for team in found.pools["team"]]
    pools = found.pools.assign(line=_lines(v, found.pools["line"]), team=teams)
    lines = v.of(found.lines)
    lines = lines.assign(line=_lines(v, lines["line"]), kind=v.words("kind", lines["kind"]))
    lines["reason"] = [lacking(scheme, *pair, v.lang) if pair[0] else "" for pair in _why(lines)]
    shown = "line/pay_line team amount/money:ratio shared:ratio kept/unshared:ratio"
    risk = "name line/pay_line quantity kind at:ratio edge:ratio risk:chance stake:ratio"
    return [
        grid(v, sums, "name paid/sum:ratio complete", "sums"),
        *([grid(v, pools, shown, "pools", v.say("people.how.pools"))] if len(pools) else []),
        *([grid(v, near, risk, "jumps", v.say("people.how.jumps"))] if len(near) else []),
        grid(
            v,
            lines,
            "name line/pay_line kind for_period amount/money:ratio reason/lacks",
            "amounts",
        ),
        _settled(v, found),
    ]


def _why(lines: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(lines["reason"], lines["lacking"], strict=True))


def _lines(v: View, names: Iterable[str]) -> list[str]:
    return [line_name(v.tables.scheme, name, v.lang) for name in names]


def _names(v: View, names: Iterable[str]) -> list[str]:
    return [name_of(v.tables.scheme, name, v.lang) for name in names]


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
    return [*parts, *[blocks.text(line) for line in total], *_incomplete_mine(v, mine)]


def _incomplete_mine(v: View, mine: pd.DataFrame) -> list[Block]:
    rows = mine[~mine["complete"]].to_dict("records")
    said = [
        v.say(
            "people.incomplete",
            who=v.names.get(v.who, v.who),
            what=join([named(v, n) for n in row["lacking"]], v.lang),
        )
        for row in rows
    ]
    return [blocks.box("warn", said)] if said else []


def _line(v: View, found: Sheet, row: Mapping[Any, Any]) -> list[Block]:
    scheme = v.tables.scheme
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

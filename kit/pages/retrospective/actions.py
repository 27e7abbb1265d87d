"""Notebook 4, what was agreed (复盘行动): last period's actions, targets for the next one."""

from dataclasses import replace

import pandas as pd
from markupsafe import Markup

from kit.pages.retrospective.findings import RATE
from kit.pages.retrospective.view import View, named, titled
from kit.show import blocks, stacks
from kit.show.blocks import Block
from kit.show.format import quantity
from kit.show.proved import proved
from kit.show.sentences import join
from kit.show.tables import Column
from kit.words import word

TARGETS = [
    "period_id",
    "stage",
    "stage_end",
    "specialist_id",
    "indicator",
    "target",
    "basis",
    "assumed_market_growth",
    "prorate",
    "set_on",
    "set_by",
]  # columns of the table


def ledger(v: View) -> Block:
    """Last period's actions by the figures (改进措施台账); those not judged yet in a fold."""
    rows = v.found.ledger
    if rows.empty:
        return blocks.text(v.say("no_actions"))
    units = [RATE.get(i, v.unit("money")) for i in rows["indicator"]]
    rows = _judged(v, rows).rename(columns={"start": "then"})
    least = v.tables.scheme.reconciliation.tolerance
    off = (rows["baseline"] - rows["then"]).abs() > least * rows["then"].abs()
    for column in ("baseline", "then", "goal", "actual"):
        rows[column] = [quantity(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    rows["reached"] = [
        "—" if isinstance(a, str) and {a, b} == {"—"} else f"{a} / {b}"
        for a, b in zip(rows["goal"], rows["actual"], strict=True)
    ]
    wrong = [
        v.say("off_entry", **facts)
        for facts in rows.loc[off, ["action", "baseline", "then"]].to_dict("records")
    ]
    more = [v.say("baseline_off", items=join(wrong, v.lang))] if wrong else []
    names = {name: v.say(f"c_{name}") for name in ("over", "effect")}
    notes = [*more, v.say("note_ledger", None, **names)]
    columns = _columns(v, grown=bool(rows["grown"].notna().any()))
    judged = rows["status"].isin(["reached", "missed"])
    if judged.all() or not judged.any():
        return titled(v, rows, columns, "ledger", notes)
    rest = titled(v, rows[~judged], columns, "ledger_rest")
    folded = blocks.details(v.say("ledger_rest", int((~judged).sum())), [rest])
    return stacks.stack([titled(v, rows[judged], columns, "ledger", notes), folded])


def _judged(v: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Actions with what was judged, over which rows, and the effect with its tone (结论)."""
    tones = {"reached": "done", "missed": "worse", "not_due": "neutral", "no_data": "missing"}
    acts = rows.to_dict("records")
    return rows.assign(
        over=[_over(v, *cells) for cells in zip(rows["specialist_id"], rows["over"], strict=True)],
        indicator=[
            v.label("indicator", i) if isinstance(i, str) else "—" for i in rows["indicator"]
        ],
        effect__low=rows["effect_low"],
        effect__high=rows["effect_high"],
        effect__tone=_way(rows),
        **dict.fromkeys(("effect_reason", "effect__reason"), "retrospective.no_effect"),
        verdict=[proved(row, _verdict(v, row["status"], row["reason"]), v.lang) for row in acts],
        grown_reason="retrospective.no_index",
        verdict_tone=rows["status"].map(tones),
    )


def _columns(v: View, *, grown: bool) -> list[Column]:
    """Columns of the ledger, growth of the market where it is known (台账的列)."""
    return v.columns(
        action="text",
        verdict="text",
        over="text",
        indicator="text",
        reached="text",
        effect="+percent",
        effect_="interval:+percent",
        **({"grown": "+percent"} if grown else {}),
        baseline="mixed",
        then="mixed",
        due="date",
    )


def _verdict(v: View, status: str, reason: str) -> str:
    """What became of an action, and why nothing can be said where that is so (结论与原因)."""
    said = v.say(f"status_{status}")
    return v.say("status_why", status=said, why=word(reason, v.lang)) if reason else said


def _way(rows: pd.DataFrame) -> pd.Series:
    """Tone of an effect whose interval leaves out zero (效果的方向): losses as well as gains."""
    return rows["sure"].map({True: "better"}).mask(rows["harm"].astype(bool), "worse")


def _over(v: View, person: object, value: str) -> str:
    """Which plans an action was judged on (评估范围): whose, and of which channel or the like."""
    who = v.label("specialist_id", person) if isinstance(person, str) else v.say("team")
    return " · ".join([who, *([v.label(*value.split(":", 1))] if value else [])])


def proposals(v: View) -> list[Block]:
    """Targets proposed for the next period, also as rows of the targets table (目标建议)."""
    rows = v.found.proposals
    sales = rows[rows["indicator"] == "sales"]
    without = _without(v, sales)
    sales = named(v, sales, "specialist_id").assign(
        basis=[v.say(f"basis_{b}") for b in sales["basis"]],
        target__low=sales["low"],
        target__high=sales["high"],
    )
    columns = v.columns(
        specialist_id="text",
        period_id="text",
        target="money",
        target_="interval:money",
        basis="text",
    )
    told = titled(v, sales, columns, "proposals", [*without, v.say("note_proposals")])
    copied = [Column(c, c, "coef" if c == "target" else "text") for c in rows if c in TARGETS]
    file = blocks.table(rows, copied, id="targets", caption=v.say("targets_file"), lang=v.lang)
    file.data["file"] = "targets"  # the note names it
    return [told, *([replace(file, html=Markup(""))] if len(rows) else [])]  # a download alone


def _without(v: View, sales: pd.DataFrame) -> list[str]:
    """Who has a target now and none proposed (没有建议的人), so that nobody is missing unsaid."""
    left = set(v.found.targets["specialist_id"]) - set(sales["specialist_id"])
    names = [name for who, name in v.names.items() if who in left]
    return [v.say("no_proposal", names=join(names, v.lang))] if names else []

"""One person's card in the shape of HR's form (表格式评分卡): lines, subtotals, full marks."""

from typing import Any

import pandas as pd

from kit.pages.scoring.view import View
from kit.scoring.items import shown
from kit.scoring.totals import Path, shape
from kit.scoring.typed import columns
from kit.show.blocks import Block
from kit.show.rule import rule

FORM = "line full:ratio rule actual:mixed target:mixed points:coef self_typed manager_typed"
BARE = 1 / 3  # of the weight: above it the total has no interval (kit.scoring.card)


def is_form(v: View) -> bool:
    """Whether the period's profile has dimensions, so that the card is laid out as a form."""
    names = list(v.tables.scheme.weights(v.tables.period.type))
    form = shape(v.tables.scheme, names, v.tables.period.type)
    return any(path not in (("hard",), ("soft",)) for path in form.paths)


def form(v: View, who: str, rows: pd.DataFrame, notes: list[str]) -> Block:
    """Every line in the file's order with its full mark, then each dimension's subtotal (小计)."""
    scheme = v.tables.scheme
    names = rows["indicator"].tolist()
    paths = shape(scheme, names, v.tables.period.type).paths
    typed = _typed(v, who)
    out: list[dict[str, Any]] = []
    open_: Path = ()
    for row, path in zip(rows.to_dict("records"), paths, strict=True):
        out += _closed(v, who, rows, open_, path)
        out.append(_line(v, row, typed.get(row["indicator"], {})))
        open_ = path
    out += _closed(v, who, rows, open_, ())
    return v.table(pd.DataFrame(out), "form", FORM, id=f"indicators-{who}", notes=notes)


def bare(v: View, share: float) -> list[str]:
    """What an interval does not speak of (无误差填报): figures entered without an error."""
    if not share > 0:
        return []
    key = "scoring.note_bare_most" if share > BARE else "scoring.note_bare"
    return [v.say(key, share=v.number(share, "percent"))]


def _line(v: View, row: dict[Any, Any], typed: dict[str, str]) -> dict[str, Any]:
    unit = v.unit(v.tables.scheme.library[row["indicator"]].unit)
    return {
        "line": v.measured(row["indicator"]),
        "full": 100 * row["weight_used"] if row["weight_used"] else 100 * row["weight"],
        "rule": rule(v, row["indicator"]),
        "actual": row["actual"],
        "actual_unit": unit,
        "target": row["target"],
        "target_unit": unit,
        "points": row["contribution"],
        "self_typed": typed.get("self", ""),
        "manager_typed": typed.get("manager", ""),
        "reason": row["reason"],
    }


def _closed(v: View, who: str, rows: pd.DataFrame, open_: Path, path: Path) -> list[dict[str, Any]]:
    """Subtotals of the dimensions that end between two lines, the innermost first."""
    kept = 0
    while kept < min(len(open_), len(path)) and open_[kept] == path[kept]:
        kept += 1
    return [_subtotal(v, who, rows, open_[:n]) for n in range(len(open_), kept, -1)]


def _subtotal(v: View, who: str, rows: pd.DataFrame, path: Path) -> dict[str, Any]:
    """One subtotal, none where a line of it may not be shown: the rest would tell it."""
    scheme = v.tables.scheme
    nodes = v.cards.dimensions
    nodes = nodes[nodes["specialist_id"] == who]
    mine = nodes[[p == path for p in nodes["path"]]].iloc[0]
    form = shape(scheme, rows["indicator"].tolist(), v.tables.period.type)
    inside = [p[: len(path)] == path for p in form.paths]
    shut = rows.loc[inside, "reason"].eq("scoring.closed").any()
    label = getattr(scheme.dimensions[path[-1]], v.lang) if path[-1] in scheme.dimensions else ""
    return {
        "line": v.say("scoring.subtotal", dimension=label or v.say(f"scoring.c_{path[-1]}")),
        "full": 100 * mine["weight_used"],
        "points": None if shut else mine["contribution"],
        "reason": "scoring.closed" if shut else "",
        "line_tone": "neutral",
        "rule": "",
        "self_typed": "",
        "manager_typed": "",
        **dict.fromkeys(("actual", "target"), ""),
        **dict.fromkeys(("actual_unit", "target_unit"), "text"),
    }


def _typed(v: View, who: str) -> dict[str, dict[str, str]]:
    """What the person and the manager typed for each line (自评、上级评), as far as it is shown."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    means = shown(v.tables, days)
    found: dict[str, dict[str, str]] = {}
    for row in means[means["specialist_id"] == who].to_dict("records"):
        if row["relation"] in ("self", "manager"):
            said = found.setdefault(row["item"], {})
            said[row["relation"]] = v.number(row["figure"], "ratio")
    lines = columns(v.tables, days)
    for row in lines[lines["specialist_id"] == who].to_dict("records"):
        if row["relation"] in ("self", "manager"):
            said = found.setdefault(row["item"], {})
            said[row["relation"]] = v.number(row["points"], "ratio")
    return found


def replaced(v: View, who: str) -> list[str]:
    """Where typed points replaced a measured figure, and by how much (填写分数的影响)."""
    known = v.tables.scheme.indicators
    rows = v.rows[v.rows["specialist_id"] == who]
    typed_ = columns(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    told = set(typed_.loc[typed_["specialist_id"] == who, "item"])
    return [
        v.say(
            "scoring.note_typed" if known[row["indicator"]].counted else "scoring.note_typed_not",
            line=v.label(row["indicator"]),
            computed=v.number(row["points_computed"], "ratio"),
            points=v.number(row["points"], "ratio"),
        )
        for row in rows.to_dict("records")
        if row["indicator"] in told
    ]

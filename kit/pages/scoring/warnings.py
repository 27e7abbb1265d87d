"""What to know before acting on a rank (警示)."""

import pandas as pd

from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View
from kit.scoring import feedback, sensitivity
from kit.scoring.fair import at_expected
from kit.show import blocks, stacks
from kit.show.blocks import Block
from kit.show.format import number, quantity
from kit.show.sentences import join, say

NEAR = 0.9  # of the line: a share that is as good as there calms nobody
OPEN = 3  # warnings that are read without unfolding


def few_orders(v: View) -> list[str]:
    """Who has too few orders for an interval or a name against the team (单量太少)."""
    few = v.totals["few"].astype(bool)
    least = v.tables.scheme.uncertainty.min_orders
    return [v.say("scoring.say_few", who=v.who(few), n=least)] if few.any() else []


@by_group
def warnings(v: View) -> Block:
    """What a manager must not overlook (警示), the gravest first; from the fourth on folded."""
    found = sensitivity.sensitivity(v.cards, v.tables.period.seed)
    labels = [v.label(name) for name in found.indicators["indicator"]]
    told = dominance(found.indicators.assign(label=labels), v.lang)
    calm, near = ([], []) if told or v.own else _calm(v, found.indicators)
    lines = _by_gravity(v, [*told, *near], found)
    if not lines:
        return blocks.box("note", [v.say("scoring.warn_none"), *calm])
    rest = lines[OPEN:]
    fold = [blocks.box("warn", rest)] if rest else []
    folded = v.say("show.more_doubts", n=len(rest))
    more = [blocks.details(folded, fold)] if rest else []
    return stacks.stack([blocks.box("warn", lines[:OPEN]), *more])


def _by_gravity(v: View, told: list[str], found: sensitivity.Sensitivity) -> list[str]:
    """Warnings in order (按轻重): what changes a grade, then points, then only who is before whom.

    What was recalculated and stays the same grade comes last.
    """
    same, other = _fair(v)
    return [
        *_under_floor(v),
        *other,
        *_gaps(v),
        *_flags(v),
        *told,
        *_moved(v, found.people.sort_values("rank")),
        *_twins(v, found.twins),
        *same,
    ]


def _moved(v: View, rows: pd.DataFrame) -> list[str]:
    """Who changes places with other weights or another mean (先后会变的人); too few to say so.

    An own page knows no order of people.
    """
    lines: list[str] = []
    if v.own:
        return lines
    for key, moved in {
        "scoring.warn_sweep": rows["rank_low"] < rows["rank_high"],
        "scoring.warn_geometric": rows["rank"] != rows["rank_geometric"],
    }.items():
        who = [v.names[p] for p in rows.loc[moved, "specialist_id"] if p in v.names]
        lines += [v.say(key, n=len(who), who=v.people(who))] if who else []
    few = 0 < v.n_scored < sensitivity.FEW
    return lines + ([v.say("scoring.warn_few", n=v.n_scored)] if few else [])


def _twins(v: View, twins: pd.DataFrame) -> list[str]:
    """Indicators that say nearly the same (近乎重复的指标)."""
    return [
        v.say(
            "scoring.warn_twins",
            first=v.label(r["first"]),
            second=v.label(r["second"]),
            r=v.number(r["correlation"], "ratio"),
        )
        for r in twins.to_dict("records")
    ]


def _calm(v: View, found: pd.DataFrame) -> tuple[list[str], list[str]]:
    """That no indicator alone makes most of the differences (没有单一指标主导), and the largest.

    Returns : what calms, only among no warnings; what warns, since it is near the line
    """
    known = found.dropna(subset=["variance_share"])
    if known.empty:
        return [], []
    most = known.sort_values("variance_share").iloc[-1]
    share, line = (v.number(x, "percent") for x in (most["variance_share"], sensitivity.DOMINANT))
    name = v.label(most["indicator"])
    facts = {"indicator": name, "share": share, "line": line}
    if most["variance_share"] >= NEAR * sensitivity.DOMINANT:
        return [], [v.say("scoring.warn_near", **facts)]
    return [v.say("scoring.warn_calm", **facts)], []


def dominance(found: pd.DataFrame, lang: str) -> list[str]:
    """Indicators that make most of the differences, or who is first or last (单一指标主导)."""
    lines = []
    for r in found.to_dict("records"):
        label = r["label"]
        if r["variance_share"] > sensitivity.DOMINANT:
            share = number(r["variance_share"], "percent", lang)
            lines.append(say("scoring.warn_dominant", lang, indicator=label, share=share))
        lines += [
            say(
                f"scoring.warn_decides_{end}",
                lang,
                n=int(r[f"{end}_changed"]),
                third=int(r["third"]),
                indicator=label,
            )
            for end in ("top", "bottom")
            if r[f"decides_{end}"]
        ]
    return lines


def _gaps(v: View) -> list[str]:
    """Figures that could not be scored (缺项), one sentence a reason."""
    rows = v.rows
    gone = rows[rows["points"].isna() & (rows["reason"] != "scoring.closed")]
    of = (
        v.reasoned(gone)
        .groupby(["indicator", "why"], sort=False)["name"]
        .agg(lambda x: v.people(list(x)))
    )
    alike = of.reset_index().groupby(["why", "name"], sort=False)["indicator"]
    return [
        v.say(
            "scoring.warn_missing",
            who=who,
            why=str(why),
            indicator=join([v.label(i) for i in items], v.lang),
        )
        for (why, who), items in alike
    ]


def _under_floor(v: View) -> list[str]:
    """Who has a total and core indicators below the floor, and what that does to the grade."""
    rows = v.rows
    floor = v.tables.scheme.core_floor
    graded = rows["specialist_id"].isin(v.totals.loc[v.totals["total"].notna(), "specialist_id"])
    core = rows[graded & (rows["group"] == "core")]
    low = core[core["points"] < floor.points] if floor else rows[:0]
    who = join(
        [
            v.say("scoring.who_what", who=name, what=join(list(labels), v.lang))
            for name, labels in low.groupby("name", sort=False)["label"]
        ],
        v.lang,
    )
    cap = {"points": v.number(floor.points, "int"), "cap": floor.cap} if floor else {}
    return [v.say("scoring.warn_floor", who=who, **cap)] if who else []


def _fair(v: View) -> tuple[list[str], list[str]]:
    """The best and the last grades at the expected targets (按合理目标重算): same, then other."""
    check = v.targets_checked
    lines: dict[str, list[str]] = {"same": [], "other": []}
    for row in at_expected(v.tables, v.cards, check).to_dict("records"):
        key = "same" if row["grade"] == row["now"] else "other"
        facts = {"total": v.number(row["total"], "points"), "grade": row["grade"] or "—"}
        facts |= {"what": join([_expected(v, check, row, i) for i in row["indicator"]], v.lang)}
        name = v.names[row["specialist_id"]]
        lines[key].append(v.say(f"scoring.recalc_{key}", name=name, now=row["now"], **facts))
    return lines["same"], lines["other"]


def _expected(v: View, check: pd.DataFrame, row: dict, indicator: str) -> str:
    of = check[check["specialist_id"].eq(row["specialist_id"]) & check["indicator"].eq(indicator)]
    unit = v.unit(v.tables.scheme.library[indicator].unit)
    expected = quantity(of["expected"].iloc[0], unit, v.lang)
    key = f"scoring.recalc_{of['flag'].iloc[0]}"
    return v.say(key, indicator=v.label(indicator), expected=expected)


def _flags(v: View) -> list[str]:
    if v.audience != "hr":  # what raters answered is HR's to look at
        return []
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    counts = feedback.flags(v.tables, days)["rule"].value_counts()
    return [v.say(f"scoring.warn_{rule}", n=int(n)) for rule, n in counts.items()]

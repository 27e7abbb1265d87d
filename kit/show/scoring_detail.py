"""The proof behind notebook 2 (评分明细): market, method, warnings, doubts."""

import pandas as pd

from kit.scoring import feedback, sensitivity
from kit.scoring.card import ROUGH_DAYS
from kit.scoring.kpi import indicators
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.scoring_page import View, market_line
from kit.show.scoring_person import formula, next_steps
from kit.show.sentences import join, say, some
from kit.words import word


def market(v: View) -> Block:
    """Raw and adjusted totals in adjacent columns (大盘调整)."""
    frame = v.totals.assign(total=v.totals["printed"], adjusted=v.totals["printed_adjusted"])
    growth = v.rows.groupby("specialist_id")["market_growth"].max()
    frame["growth"] = frame["specialist_id"].map(growth)
    columns = v.columns(
        name="text",
        total="points",
        adjusted="points",
        grade="text",
        grade_adjusted="text",
        growth="+percent",
    )
    notes = [market_line(v)]
    return blocks.table(
        frame,
        columns,
        id="market",
        caption=v.say("scoring.caption_market"),
        lang=v.lang,
        notes=notes,
    )


def method(v: View) -> Block:
    """The dictionary (指标词典): duty, formula, direction, rule, weight, pitfall."""
    known, scheme = indicators(), v.tables.scheme
    weights = v.rows.drop_duplicates("indicator").set_index("indicator")["weight"]
    frame = pd.DataFrame(
        [
            {
                "indicator": v.label(i),
                "weight": w,
                "duty": v.say(f"duty.{known[i].duty}"),
                "formula": formula(v, known[i]),
                "direction": v.say(f"scoring.better_{known[i].better}"),
                "rule": scheme.indicators[i].rule,
                "min": known[i].min or None,
                "pitfall": v.say(f"pitfall.{i}"),
            }
            for i, w in zip(map(str, weights.index), weights, strict=True)
        ]
    )
    columns = v.columns(
        indicator="text",
        weight="percent",
        duty="text",
        formula="text",
        direction="text",
        rule="text",
        min="int",
        pitfall="text",
    )
    return blocks.table(
        frame, columns, id="method", caption=v.say("scoring.caption_method"), lang=v.lang
    )


def warnings(v: View) -> Block:
    """What a manager must not overlook (警示)."""
    found = sensitivity.sensitivity(v.cards, v.tables.period.seed)
    lines = dominance(found.indicators, v.lang)
    lines += [
        v.say(
            "scoring.warn_twins",
            first=v.label(r["first"]),
            second=v.label(r["second"]),
            r=number(r["correlation"], "ratio", v.lang),
        )
        for r in found.twins.to_dict("records")
    ]
    moved = found.people[found.people["rank_low"] < found.people["rank_high"]]["specialist_id"]
    named = [v.names[p] for p in moved if p in v.names]
    lines += (
        [v.say("scoring.warn_sweep", n=len(named), who=some(named, v.lang, 4))] if named else []
    )
    turned = found.people[found.people["rank"] != found.people["rank_geometric"]]["specialist_id"]
    other = [v.names[p] for p in turned if p in v.names]
    lines += (
        [v.say("scoring.warn_geometric", n=len(other), who=some(other, v.lang, 4))] if other else []
    )
    n = int(v.cards.totals["total"].notna().sum())
    lines += [v.say("scoring.warn_few", n=n)] if 0 < n < sensitivity.FEW else []
    return blocks.box(
        "warn" if lines else "note", [*lines, *_gaps(v), *_flags(v)] or [v.say("scoring.warn_none")]
    )


def dominance(found: pd.DataFrame, lang: str) -> list[str]:
    """Indicators that make most of the differences, or who is first or last (单一指标主导)."""
    lines = []
    for r in found.to_dict("records"):
        label = word(f"indicator.{r['indicator']}", lang)
        if r["variance_share"] > sensitivity.DOMINANT:
            share = number(r["variance_share"], "percent", lang)
            lines.append(say("scoring.warn_dominant", lang, indicator=label, share=share))
        lines += [say(f"scoring.warn_decides_{end}", lang, n=int(r[f"{end}_changed"]),
                      third=int(r["third"]), indicator=label)
                  for end in ("top", "bottom") if r[f"decides_{end}"]]  # fmt: skip
    return lines


def _gaps(v: View) -> list[str]:
    """Core floors and figures that could not be scored."""
    rows, floor = v.rows, v.tables.scheme.core_floor
    graded = rows["specialist_id"].isin(v.totals.loc[v.totals["total"].notna(), "specialist_id"])
    core = rows[graded & (rows["group"] == "core")]
    low = core[core["points"] < floor.points] if floor else rows[:0]
    who = join(list(dict.fromkeys(low["name"])), v.lang)
    lines = (
        [
            v.say(
                "scoring.warn_floor",
                who=who,
                points=number(floor.points, "int", v.lang),
                cap=floor.cap,
            )
        ]
        if who
        else []
    )
    gone = rows[rows["points"].isna() & (rows["reason"] != "scoring.closed")]
    return lines + [
        v.say(
            "scoring.warn_missing",
            who=some(part["name"].tolist(), v.lang),
            indicator=v.label(i),
            why=v.say(str(reason)),
        )
        for (i, reason), part in gone.groupby(["indicator", "reason"], sort=False)
    ]


def _flags(v: View) -> list[str]:
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    counts = feedback.flags(v.tables, days)["rule"].value_counts()
    return (
        [v.say(f"scoring.warn_{rule}", n=int(n)) for rule, n in counts.items()] if not v.own else []
    )


def rough(v: View) -> list[str]:
    """Doubt about short periods."""
    days = (v.tables.period.last_day - v.tables.period.start).days + 1
    return [v.say("scoring.say_rough", n=days)] if days < ROUGH_DAYS else []


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    days = [
        v.say("scoring.doubt_days_of", n=n, profile=v.say(f"scoring.profile_{p}"))
        for p, n in v.cards.blend.items()
    ]
    ads = v.tables.get("ads")[["date", "snapshot_date", "window_days"]].dropna().drop_duplicates()
    last = ads["snapshot_date"] - pd.to_timedelta(ads["window_days"], unit="D")
    inside = ads["date"].between(str(v.tables.period.start), str(v.tables.period.end))
    late = int(ads.loc[inside & (ads["date"] > last), "date"].nunique())
    lines = [
        v.say("scoring.doubt_days"),
        v.say("scoring.doubt_attribution", provisional=late),
        v.say("scoring.doubt_roi"),
        v.say("scoring.doubt_profile", days=join(days, v.lang)),
    ]
    lines += [v.say("scoring.doubt_calendar")] if len(v.cards.blend) > 1 else []
    return blocks.doubts([*rough(v), *lines], v.lang)


def checked(v: View) -> None:
    """The figures a notebook test compares (核对用文字)."""
    for row in v.totals.head(3).to_dict("records"):
        print(
            row["specialist_id"],
            number(row["printed"], "points", v.lang),
            row["grade"],
            number(row["printed_adjusted"], "points", v.lang),
            row["grade_adjusted"],
        )
    print(len(next_steps(v)), dict(v.cards.blend))

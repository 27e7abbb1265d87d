"""The proof behind notebook 2 (评分明细): market, method, warnings, doubts."""

import itertools

import pandas as pd

from kit.pages.scoring.person import next_steps, rule
from kit.pages.scoring.unscored import formula
from kit.pages.scoring.view import View
from kit.scoring import feedback, sensitivity
from kit.scoring.card import Scorecards
from kit.scoring.kpi import Indicator, indicators
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join, say
from kit.words import word


def market(v: View) -> Block:
    """Raw and adjusted totals in adjacent columns (大盘调整)."""
    frame = v.totals.assign(total=v.totals["printed"], adjusted=v.totals["printed_adjusted"])
    growth = v.rows.groupby("specialist_id")["market_growth"].max()
    frame["growth"] = frame["specialist_id"].map(growth)
    spec = "name total:points adjusted:points grade grade_adjusted growth:+percent"
    share = v.number(v.tables.scheme.market.pass_through, "percent")
    return v.table(frame, "market", spec, notes=[v.say("scoring.note_market", share=share)])


def method(v: View) -> Block:
    """The dictionary (指标词典): duty, formula, direction, rule, weight, pitfall."""
    known = indicators()
    weights = v.rows.drop_duplicates("indicator").set_index("indicator")["weight"]
    frame = pd.DataFrame(
        [
            {
                "indicator": v.label(i),
                "weight": w,
                "duty": v.say(f"duty.{known[i].duty}"),
                "formula": _formula(v, known[i]),
                "pitfall": v.say(f"pitfall.{i}"),
                "rule": v.say(
                    "scoring.rule_toward",
                    rule=rule(v, i),
                    better=v.say(f"scoring.better_{known[i].better}"),
                ),
            }
            for i, w in zip(map(str, weights.index), weights, strict=True)
        ]
    )
    return v.table(frame, "method", "indicator weight:percent formula rule duty pitfall")


def _formula(v: View, of: Indicator) -> str:
    told = formula(v, of)
    return v.say("scoring.formula_min", formula=told, min=int(of.min)) if of.min else told


def sensitive(v: View) -> list[Block]:
    """What the order hangs on (敏感性): other weights, flip weights, single indicators."""
    found = sensitivity.sensitivity(v.cards, v.tables.period.seed)
    if v.own or len(found.people) < 2:
        return []
    total = v.totals.set_index("specialist_id")["printed"]
    rows = found.people[found.people["specialist_id"].isin(total.index)]
    frame = rows.assign(
        name=rows["specialist_id"].map(v.names),
        place=rows["rank"],
        sweep_low=rows["rank_low"],
        sweep_high=rows["rank_high"],
        total=rows["specialist_id"].map(total),
    )
    spec = "name total:points place:int sweep:interval:int same:percent geometric:points"
    spec += " rank_geometric:int"
    order = frame.sort_values("rank")["specialist_id"].tolist()
    each = found.indicators.assign(indicator=[v.label(i) for i in found.indicators["indicator"]])
    share = "indicator weight:percent variance_share:percent top_changed:int bottom_changed:int"
    fold = [
        *flipped(v, v.cards, list(itertools.pairwise(order)), "flips"),
        v.table(each, "share", share, third=int(each["third"].iloc[0])),
    ]
    return [
        v.table(
            frame.sort_values("rank"),
            "sweep",
            spec,
            n=v.n_scored,
            notes=[v.say("scoring.note_sweep")],
        ),
        *(blocks.details(b.data["caption"], [b]) if "caption" in b.data else b for b in fold),
    ]


def flipped(v: View, cards: Scorecards, pairs: list[tuple[str, str]], id: str) -> list[Block]:
    """The nearest weight at which neighbours change places (换位权重), a pair a row."""
    rows = []
    for a, b in pairs:
        found = sensitivity.flips(cards, a, b).dropna()
        found = found.assign(away=(found["flips_at"] - found["weight"]).abs())
        rows += [
            {"ahead": v.names[a], "behind": v.names[b]} | r
            for r in found.nsmallest(1, "away").to_dict("records")
        ]
    if not rows:
        return [blocks.text(v.say("scoring.say_no_flip"))] if pairs else []
    frame = pd.DataFrame(rows)
    frame["indicator"] = [v.label(i) for i in frame["indicator"]]
    spec = "ahead behind indicator weight:percent flips_at:percent"
    return [v.table(frame, "flips", spec, id=id)]


def warnings(v: View) -> Block:
    """What a manager must not overlook (警示)."""
    found = sensitivity.sensitivity(v.cards, v.tables.period.seed)
    lines = dominance(found.indicators, v.lang)
    lines += [
        v.say(
            "scoring.warn_twins",
            first=v.label(r["first"]),
            second=v.label(r["second"]),
            r=v.number(r["correlation"], "ratio"),
        )
        for r in found.twins.to_dict("records")
    ]
    rows = found.people.sort_values("rank")
    for key, moved in {
        "scoring.warn_sweep": rows["rank_low"] < rows["rank_high"],
        "scoring.warn_geometric": rows["rank"] != rows["rank_geometric"],
    }.items():
        who = [v.names[p] for p in rows.loc[moved, "specialist_id"] if p in v.names]
        lines += [v.say(key, n=len(who), who=v.people(who))] if who else []
    few = 0 < v.n_scored < sensitivity.FEW
    lines += [v.say("scoring.warn_few", n=v.n_scored)] if few else []
    lines += [*_gaps(v), *_flags(v)]
    return blocks.box("warn" if lines else "note", lines or [v.say("scoring.warn_none")])


def dominance(found: pd.DataFrame, lang: str) -> list[str]:
    """Indicators that make most of the differences, or who is first or last (单一指标主导)."""
    lines = []
    for r in found.to_dict("records"):
        label = word(f"indicator.{r['indicator']}", lang)
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
    """Core floors and figures that could not be scored."""
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
    lines = [v.say("scoring.warn_floor", who=who, **cap)] if who else []
    gone = rows[rows["points"].isna() & (rows["reason"] != "scoring.closed")]
    of = gone.groupby(["indicator", "reason"], sort=False)["name"].agg(lambda x: v.people(list(x)))
    alike = of.reset_index().groupby(["reason", "name"], sort=False)["indicator"]
    return lines + [
        v.say(
            "scoring.warn_missing",
            who=who,
            why=v.say(str(reason)),
            indicator=join([v.label(i) for i in items], v.lang),
        )
        for (reason, who), items in alike
    ]


def _flags(v: View) -> list[str]:
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    counts = feedback.flags(v.tables, days)["rule"].value_counts()
    told = [v.say(f"scoring.warn_{rule}", n=int(n)) for rule, n in counts.items()]
    return [] if v.own else told


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    days = [
        v.say("scoring.doubt_days_of", n=n, profile=v.say(f"scoring.profile_{p}"))
        for p, n in v.cards.blend.items()
    ]
    late = blocks.standing(v.tables)["provisional"]
    lines = [
        v.say("scoring.doubt_days"),
        v.say("scoring.doubt_attribution", provisional=late),
        v.say("scoring.doubt_roi"),
        v.say("scoring.doubt_profile", days=join(days, v.lang)),
    ]
    lines += [v.say("scoring.doubt_calendar")] if len(v.cards.blend) > 1 else []
    lines += [v.say("scoring.doubt_market")] if v.rows["market_growth"].notna().any() else []
    return blocks.doubts(lines, v.lang)


def checked(v: View) -> None:
    """The figures a notebook test compares (核对用文字)."""
    for row in v.totals.head(3).to_dict("records"):
        both = [
            (v.number(row[f"printed{x}"], "points"), row[f"grade{x}"]) for x in ("", "_adjusted")
        ]
        print(row["specialist_id"], *both[0], *both[1])
    print(len(next_steps(v)), dict(v.cards.blend))

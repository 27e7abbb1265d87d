"""The review in sentences (复盘结论): which claim holds is decided here, by rules, from figures.

A claim names its text in the word tables and the figures that fill it, each with its unit; pages
only format. Nothing is claimed that its interval does not support.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from kit.retrospective.drill import first_three
from kit.retrospective.efficiency import kind, told
from kit.retrospective.review import Review
from kit.retrospective.scope import called
from kit.retrospective.waterfall import DECIDED, Waterfall


@dataclass(frozen=True)
class Claim:
    """A sentence to be: key of its text, figures as (value, unit), parts as claims in a row.

    Units are those of kit.show.format; `word:<prefix>` looks the value up, `cell:<dimension>` a
    segment, in all its parts; `span`: the days of a span, as `called`; `name` is shown as is.
    """

    key: str
    facts: dict[str, tuple[object, str]] = field(default_factory=dict)
    parts: dict[str, list["Claim"]] = field(default_factory=dict)


def story(review: Review, names: dict[str, str]) -> list[Claim]:
    """Five sentences a manager can repeat (五句话): change, ours, driver, where to act, actions.

    names : display names of plans by plan_id
    """
    if reason := review.bridge.reason:
        alone = Claim(reason.key, {name: (value, "name") for name, value in reason.facts.items()})
        level = Claim("retrospective.level", {"now": (review.sales, "money")}, {"why": [alone]})
        return [level, _do(review, names), _done(review)]
    moved = [_change(review), _ours(review), _driver(review)]
    return [*moved, _do(review, names), _done(review)]


def boxes(review: Review) -> list[tuple[str, Claim]]:
    """Red and amber boxes (结构反转提示): one per measure and person, the clearest dimension."""
    found = review.mix[review.mix["colour"] != ""]
    order = found.assign(
        rank=found["colour"].map({"red": 0, "amber": 1}),
        pair=found["dimension"].str.contains("×"),
    ).sort_values(["rank", "pair"], kind="stable")
    shown = order.drop_duplicates(["measure", "specialist_id"]).to_dict("records")
    return [("refuse" if r["colour"] == "red" else "warn", _mixed(r)) for r in shown]


def doubts(review: Review) -> list[Claim]:
    """What could make the review wrong (存疑): market, events, immature days, curves, margin."""
    bridge = review.bridge
    out = _of_market(bridge)
    unknown = bridge.events[bridge.events["reason"] != ""] if len(bridge.events) else bridge.events
    if len(unknown):
        n = (len(unknown), "count")
        out.append(Claim("retrospective.events_unknown", {"n": n}))
    twins = [s for s in bridge.steps if _turned(bridge.total(), s)]
    out += _listed("order_matters", twins, "word:retrospective.step")
    out += _passing(bridge)
    out += _listed("chain_short", bridge.missing, "word:retrospective.level")
    if review.immature:
        out.append(Claim("retrospective.immature", {"n": (review.immature, "count")}))
    outage = review.troubles[review.troubles["kind"].isin(["tracking", "missing"])]
    if len(outage):
        out.append(Claim("retrospective.outages", {"n": (len(outage), "count")}))
    if review.yardstick.margin is None:
        out.append(Claim("retrospective.no_margin"))
    return [*out, Claim("retrospective.confounded")]


def _of_market(bridge: Waterfall) -> list[Claim]:
    """What is not known of the market (大盘): no index, or none of some categories."""
    if bridge.growth is None:
        return []
    if bridge.growth.source != "index":
        return [Claim(f"retrospective.market_{bridge.growth.source}")]
    return _listed("market_some", bridge.growth.missing, "word:category")


def _listed(key: str, names: Sequence[str], unit: str) -> list[Claim]:
    """One claim that lists what it is about, none where there is nothing (列举)."""
    items = [Claim("retrospective.item", {"text": (name, unit)}) for name in names]
    return [Claim(f"retrospective.{key}", parts={"items": items})] if items else []


def _passing(bridge: Waterfall) -> list[Claim]:
    """Channels that are new or gone have nothing to be compared with (新渠道、停投渠道)."""
    rows = bridge.by("channel") if bridge.growth is not None else pd.DataFrame()
    out = []
    for way, there, absent in (("new", "v1", "v0"), ("gone", "v0", "v1")) if len(rows) else ():
        found = rows.loc[(rows[absent] <= 0) & (rows[there] > 0), "channel"]
        out += _listed(f"channel_{way}", found.tolist(), "word:channel")
    return out


def _change(review: Review) -> Claim:
    total = review.bridge.total()
    bridge = review.bridge
    rate = total["change"] / total["v0"] if total["v0"] else None
    way = "up" if total["change"] > 0 else "down"
    way = "level" if rate is not None and abs(rate) < review.rules.level_change else way
    facts = {
        "now": (total["v1"], "money"),
        "change": (abs(total["change"]), "money"),
        "rate": (abs(rate) if rate is not None else None, "percent"),
        "before": (called(bridge.before), "span"),
    }
    return Claim(f"retrospective.change_{way}", facts)


def _outside(review: Review) -> Claim:
    """Market, days and events, with the kinds of events that could be estimated, largest first."""
    total = review.bridge.total()
    events = review.bridge.events
    alone = bare(review)
    columns = ["days", "events"] if alone else ["market", "days", "events"]
    facts = {c: (total[c], "+money") for c in columns} | {"all": (total[columns].sum(), "+money")}
    sizes = events["effect"].abs().groupby(events["kind"]).sum().sort_values(ascending=False)
    kinds = [(kind, "word:event") for kind in sizes.index[sizes > 0]]
    return Claim(
        f"retrospective.outside_{'bare' if alone else 'full'}", facts, {"named": _named(kinds)}
    )


def _named(texts: Iterable[tuple[object, str]]) -> list[Claim]:
    """A list in brackets, or nothing (括号里的列举)."""
    listed = [Claim("retrospective.item", {"text": text}) for text in texts]
    return [Claim("retrospective.named", parts={"items": listed})] if listed else []


def merit(review: Review) -> str:
    """What may be said of our own part (功过), as the end of a text's key.

    own_up, own_down (with _bare: the market could not be taken out), own_hint (95 % only),
    own_unclear, own_untold (no interval).
    """
    total = review.bridge.total()
    value, low, high = told(review.bridge, total)
    if np.isnan(low):
        return "own_untold"
    tested = np.isclose(value, total["rate"])  # decided parts move it where spend is not measured
    if tested and total["rate_p"] <= review.rules.claim:
        return f"own_{'up' if value > 0 else 'down'}{'_bare' if bare(review) else ''}"
    return "own_hint" if low > 0 or high < 0 else "own_unclear"


def bare(review: Review) -> bool:
    """Whether no market could be taken out of the change (没有大盘可扣除)."""
    return review.bridge.growth is None or review.bridge.growth.source == "none"


def _ours(review: Review) -> Claim:
    total = review.bridge.total()
    shown = zip(("rate", "low", "high"), told(review.bridge, total), strict=True)
    ends: dict[str, tuple[object, str]] = {name: (value, "+money") for name, value in shown}
    bought = [
        Claim(f"retrospective.{step}_brought", {step: (total[step], "+money")})
        for step in DECIDED
        if step in review.bridge.steps
    ]
    rest = Claim(f"retrospective.rate_{kind(review.bridge, total)}", ends, {"spend": bought})
    parts = {"outside": [_outside(review)], "rest": [rest]}
    return Claim(f"retrospective.{merit(review)}", {"own": (total["own"], "+money")}, parts)


def _driver(review: Review) -> Claim:
    """The clearest reason: a rate that moved by mix, else the largest proven step."""
    rules = review.rules
    whole = review.mix["specialist_id"].isna()
    team = review.mix[whole & ~review.mix["dimension"].str.contains("×")]
    team = team[team["measure"] == "click_conversion"]
    moved = team[team["delta"].abs() > norm.isf(rules.claim / 2) * team["se"]]
    moved = moved[(moved["mix"] / moved["delta"] > rules.mix_story) | (moved["colour"] != "")]
    if len(moved):
        return _mixed(telling(moved, rules.mix_tells))
    steps = review.bridge.drivers()
    proven = steps[steps["p_adjusted"] <= rules.claim]
    if proven.empty:
        return Claim("retrospective.no_driver")
    ways = {"up": proven[proven["effect"] > 0], "down": proven[proven["effect"] < 0]}
    places = review.bridge.drivers("channel")
    parts = {way: [_step(rows.iloc[0], places)] for way, rows in ways.items() if len(rows)}
    key = "both" if len(parts) == 2 else next(iter(parts))
    return Claim(f"retrospective.driver_{key}", parts=parts)


def telling(moved: pd.DataFrame, least: float) -> dict:
    """The coarsest dimension with this share of the largest mix, or more (最能说明的维度)."""
    tells = moved[moved["mix"].abs() >= least * moved["mix"].abs().max()]
    return tells.sort_values("segments", kind="stable").iloc[0].to_dict()


def _step(top: pd.Series, places: pd.DataFrame) -> Claim:
    """A proven step with its interval, and the channel that most of it came from."""
    most = places[(places["step"] == top["step"]) & (places["effect"] * top["effect"] > 0)].iloc[0]
    return Claim(
        "retrospective.driver",
        {
            "step": (top["step"], "word:retrospective.step"),
            "effect": (top["effect"], "+money"),
            "low": (top["low"], "+money"),
            "high": (top["high"], "+money"),
            "channel": (most["channel"], "word:channel"),
        },
    )


def _do(review: Review, names: dict[str, str]) -> Claim:
    parts = {}
    for which in ("stop", "push"):
        chosen = first_three(review.lists, which, review.rules.worth).to_dict("records")
        parts[which] = [_entry(row, names) for row in chosen]
    if not parts["stop"] and not parts["push"]:
        return Claim("retrospective.nothing_to_do")
    alone = [which for which, rows in parts.items() if rows]
    key = "both" if len(alone) == 2 else alone[0]
    return Claim(f"retrospective.do_{key}", parts={k: parts[k] for k in alone})


def _entry(row: dict, names: dict[str, str]) -> Claim:
    plan = names.get(row["plan_id"], row["plan_id"])
    whole = row["dimension"] == "plan_id"
    label = plan if whole else f"{plan} · {row['name']}"
    return Claim("retrospective.entry", {"name": (label, "name"), "yuan": (row["yuan"], "money0")})


def _done(review: Review) -> Claim:
    due = review.ledger[review.ledger["status"] != "not_due"]
    if due.empty:
        return Claim("retrospective.no_actions")
    counts = due["status"].value_counts()
    facts: dict[str, tuple[object, str]] = {"n": (len(due), "count")}
    facts |= {s: (int(counts.get(s, 0)), "count") for s in ("reached", "missed", "no_data")}
    won = due[due["status"] == "reached"].sort_values("sure", ascending=False)
    listed = {"won": won["action"], "lost": due.loc[due["status"] == "missed", "action"]}
    parts = {k: _named((a, "quoted") for a in actions) for k, actions in listed.items()}
    sure = [
        Claim("retrospective.item", {"text": (a, "quoted")}) for a in won.loc[won["sure"], "action"]
    ]
    end = "proven" if sure else "unproven" if len(won) else "end"
    parts["proof"] = [Claim(f"retrospective.actions_{end}", parts={"items": sure} if sure else {})]
    return Claim("retrospective.actions", facts, parts)


def _mixed(row: dict) -> Claim:
    unit, gap = ("percent2", "+pp2") if row["measure"] != "roi" else ("ratio", "+ratio")
    whose = row.get("specialist_id")
    own = isinstance(whose, str)
    key = {"red": "simpson", "amber": "amber"}.get(row["colour"], "mixed")
    facts = {
        "measure": (row["measure"], "word:indicator"),
        "before": (row["before"], unit),
        "now": (row["now"], unit),
        "mix": (row["mix"], gap),
        "rate": (row["rate"], gap),
        "dimension": (row["dimension"], "dimension"),
        "who": (whose if own else "", "person"),
    }
    segment = (row["segment"], f"cell:{row['dimension']}")
    why = Claim(f"retrospective.because_{row['state']}", {"segment": segment})
    return Claim(f"retrospective.{key}", facts, {"why": [why]})


def _turned(total: pd.Series, step: str) -> bool:
    return bool(total[step] * total[f"twin_{step}"] < 0)

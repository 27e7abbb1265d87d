"""The review as frames to work with (复盘工作台): bridge, findings, lists, budget, ledger."""

from dataclasses import dataclass, field

import pandas as pd

from kit.data.store.cache import remembered
from kit.data.tables import Tables
from kit.errors import KitError
from kit.retrospective import review as whole
from kit.retrospective.review import Review
from kit.retrospective.waterfall import CAUSES, KEY, Waterfall

BRIDGE = ["part", "effect", "low", "high", "p_adjusted"]


@dataclass(frozen=True)
class Frames:
    """The frames behind the review's page (复盘各表); money in the currency of the data.

    bridge   : what moved sales since the compared period, a row a part: market, days, events, then
               each step of our own; effect with low, high (95 %) and Holm's p. They sum to the
               change; without a compared period no rows
    findings : segments that moved unlike the rest: measure, dimension, segment, rates, yuan, p
    stop, push, watch : units to stop, push, watch, with ROI, its interval and the yuan at stake
    budget   : per channel spend, proposed spend, average and marginal ROI, and the reason
    ledger   : agreed actions with goal, actual, interval, status, effect
    results  : everything that the page shows, as `kit.retrospective.review.Review`
    """

    bridge: pd.DataFrame
    findings: pd.DataFrame
    stop: pd.DataFrame
    push: pd.DataFrame
    watch: pd.DataFrame
    budget: pd.DataFrame
    ledger: pd.DataFrame
    results: Review = field(repr=False)

    def by(self, column: str) -> pd.DataFrame:
        """The bridge by plan_id, specialist_id, team, channel, platform, category or strategy.

        Returns : a row a value: v0, v1, change, market, days, events, the steps, own, rate with its
        ends; the rows sum to the change. KitError for another column, or without a comparison
        """
        bridge = self.results.bridge
        if bridge.reason:
            raise KitError(bridge.reason.key, **bridge.reason.facts)
        if column not in KEY:
            raise KitError("retrospective.any.no_such_split", found=str(column), known=KEY)
        return bridge.by(column)


def review(tables: Tables) -> Frames:
    """What moved, and what next (复盘), from the cache if nothing has changed.

    tables  : from `kit.load`, its period with `compare_to`
    Returns : `.bridge`, `.findings`, `.stop`, `.push`, `.watch`, `.budget`, `.ledger`, and
              `.by(column)`; see `Frames`
    Missing : frames are empty where a table or the compared period is missing; the page says why
    Errors  : none of its own; `kit.load` has refused what is at fault
    Source  : LMDI (Ang 2005), see `kit.retrospective.bridge`
    >>> import kit
    >>> bridge = kit.review(kit.load("params/2025-06.yml")).bridge
    >>> bridge["part"].tolist()[:4]
    ['market', 'days', 'events', 'spend']
    """
    found = remembered(tables, "review", whole.review)
    listed = {name: _listed(found.lists, name) for name in ("stop", "push", "watch")}
    return Frames(
        bridge=bridge_parts(found.bridge),
        findings=found.findings.copy(),
        **listed,
        budget=found.advice.channels.copy(),
        ledger=found.ledger.copy(),
        results=found,
    )


def bridge_parts(bridge: Waterfall) -> pd.DataFrame:
    """Parts of the change in the order of the page (瀑布各项): BRIDGE; they sum to the change.

    Days and spend are given, not sampled: NaN ends. No rows without a comparison.
    """
    if bridge.reason:
        return pd.DataFrame(columns=BRIDGE)
    total = bridge.total()
    names = [*CAUSES, *bridge.steps]
    frame = bridge.drivers().set_index("step").reindex(names)[["low", "high", "p_adjusted"]]
    for cause in ("market", "events"):
        ends = total[[f"{cause}_low", f"{cause}_high"]].to_numpy(float)
        if ends[0] < ends[1]:
            frame.loc[cause, ["low", "high"]] = ends
    frame["effect"] = total[names].to_numpy(float)
    return frame.rename_axis("part").reset_index()[BRIDGE]


def _listed(lists: pd.DataFrame, which: str) -> pd.DataFrame:
    """One of the lists, most yuan first."""
    return lists[lists["list"] == which].drop(columns="list").reset_index(drop=True)

"""Scorecards to work with (评分卡工作台): totals, indicators, one figure's way, other weights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.quality.membership import of_group
from kit.data.store.cache import remembered
from kit.errors import FormulaError
from kit.scoring import card
from kit.scoring.card import Scorecards
from kit.scoring.items import closed
from kit.scoring.trace import trace

if TYPE_CHECKING:
    from kit.data.tables import Tables

SLACK = 1e-9  # by which weights may miss the sum of 1


@dataclass(frozen=True)
class Appraisal:
    """Scorecards of a period (评分卡) and what would follow from other weights.

    `indicators` and `trace` are as the pages show them: soft items of who has too few raters are
    NaN, reason `scoring.closed`, and count in the total alone (匿名底线).
    """

    tables: "Tables" = field(repr=False)
    cards: Scorecards = field(repr=False)

    @property
    def totals(self) -> pd.DataFrame:
        """A row a person: total, printed (one decimal), grade, ci_low, ci_high, ranks, reason.

        Points on the scheme's scale; NaN with a `reason` where too little was measured.
        """
        return self.cards.totals.copy()

    @property
    def indicators(self) -> pd.DataFrame:
        """A row per person and indicator: actual, target, completion, points, weight, contribution.

        `weight` as planned, `weight_used` after the missing rule; NaN with a `reason` where not
        measured; contribution = weight_used × points; a person's contributions sum to the total.
        """
        return closed(self.tables, self.cards.indicators)

    def of(self, group: str) -> "Appraisal":
        """One appraisal group alone (单个分组), by its own scheme; FormulaError if unknown."""
        grouped = self.cards.grouped
        if grouped is None or group not in grouped.parts:
            known = list(grouped.parts) if grouped else []
            raise FormulaError("scoring.no_such_group", found=group, known=known)
        return Appraisal(of_group(self.tables, group), grouped.parts[group])

    def trace(self, person: str, indicator: str) -> pd.DataFrame:
        """The way of one figure (得分追溯): step, value, by — from sums to its contribution.

        FormulaError for a person or an indicator that was not scored.
        """
        if self.cards.grouped and person in self.cards.grouped.home:
            return self.of(self.cards.grouped.home[person]).trace(person, indicator)
        shown = replace(self.cards, indicators=self.indicators)
        return trace(self.tables, shown, person, indicator)

    def with_weights(self, changes: Mapping[str, float]) -> "Appraisal":
        """The same period under other weights (换权重试算); the official scores stay as they are.

        changes : weight by indicator, 0 to 1; the others share the rest as they did before
        FormulaError: an indicator without weight in this period, a weight outside 0 to 1, or
        weights that cannot sum to 1
        """
        if self.cards.grouped:
            raise FormulaError("scoring.no_weights_by_group", known=list(self.cards.grouped.parts))
        now = self._weights()
        shares = _rescaled(now, changes)
        period = self.tables.period
        cards = card.scored(self.tables, period.start, period.last_day, shares=shares)
        return replace(self, cards=cards)

    def without(self, indicator: str) -> "Appraisal":
        """The same period as if the indicator had no weight (去掉一个指标); see `with_weights`."""
        return self.with_weights({indicator: 0.0})

    def _weights(self) -> dict[str, float]:
        """The weights in force, those of 0 included."""
        rows = self.cards.indicators.drop_duplicates("indicator")
        scheme = self.tables.scheme.indicators
        return dict.fromkeys(scheme, 0.0) | dict(
            zip(rows["indicator"], rows["weight"], strict=True)
        )


def scorecards(tables: "Tables") -> Appraisal:
    """Scorecards of the period (评分卡), from the cache if nothing has changed.

    tables  : from `kit.load`
    Returns : `.totals`, `.indicators`, `.trace(person, indicator)`; `.with_weights({...})` and
              `.without(indicator)` for what-if; see `Appraisal`
    Missing : what was not measured is NaN with a `reason`, never 0
    Errors  : FormulaError for other weights or a figure that cannot be
    Source  : the period's scheme (params/scheme-*.yml)
    >>> import kit
    >>> scores = kit.scorecards(kit.load("params/2025-06.yml"))
    >>> scores.without("ctr").indicators.query("indicator == 'ctr'").empty
    True
    """
    return Appraisal(tables, remembered(tables, "scorecards", card.scorecards))


def _rescaled(now: Mapping[str, float], changes: Mapping[str, float]) -> dict[str, float]:
    """Weights after the changes, the others scaled so that all sum to 1.

    >>> _rescaled({"a": 0.5, "b": 0.25, "c": 0.25}, {"a": 0.0})
    {'a': 0.0, 'b': 0.5, 'c': 0.5}
    """
    unknown = [str(name) for name in changes if name not in now]
    if unknown or not changes:
        raise FormulaError("scoring.no_such_weight", found=unknown, known=list(now))
    odd = [name for name, x in changes.items() if not isinstance(x, Real) or not 0 <= x <= 1]
    given = math.nan if odd else math.fsum(changes.values())
    rest = math.fsum(w for name, w in now.items() if name not in changes)
    if odd or given > 1 + SLACK or (rest <= 0 and abs(given - 1) > SLACK):
        raise FormulaError("scoring.weights_not_one", found=dict(changes), sum=f"{given:g}")
    scale = max(0.0, 1 - given) / rest if rest > 0 else 0.0
    return {name: float(changes[name]) if name in changes else w * scale for name, w in now.items()}

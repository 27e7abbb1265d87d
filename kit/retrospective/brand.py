"""The brand (品牌): its words apart from the others, and the index of searches for it."""

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.scope import days
from kit.scheme import Scheme
from kit.stats.ewc import sum_error


def is_brand(scheme: Scheme, listed: pd.DataFrame) -> pd.Series:
    """Entries of keywords that hold a brand word (品牌词): people look for the shop anyway."""
    terms = [term.casefold() for term in scheme.integrity.brand_terms]
    word = listed["dimension"].isin(["keyword", "quarter"])
    named = listed["name"].astype(str).str.casefold()
    return word & named.map(lambda name: any(term in name for term in terms)).astype(bool)


def brand_untold(tables: Tables, now: Span, before: Span) -> str:
    """Why the brand is not compared (无法比较品牌): table, one_day, days, zero; "" where it is."""
    if not tables.has("brand_search"):
        return "table"
    if 1 in (days(now), days(before)):  # which shows no ups and downs between days
        return "one_day"
    parts = _daily(tables, now, before)
    if any(len(x) < days(span) for x, span in zip(parts, (now, before), strict=True)):
        return "days"
    return "" if all(x.mean() > 0 for x in parts) else "zero"


def _daily(tables: Tables, *spans: Span) -> list[np.ndarray]:
    """The index day by day in each span, without the days that lack it."""
    rows = tables.get("brand_search").dropna(subset=["index"]).set_index("date")["index"]
    rows = rows.sort_index()
    return [rows[str(span.start) : str(span.end)].to_numpy(float) for span in spans]


def brand_change(tables: Tables, now: Span, before: Span) -> dict[str, float]:
    """The shop's brand search index, a day on average, against the span before (品牌搜索指数).

    Returns : now, before (daily means), change (relative) with low and high from the days' own
    noise (EWC, t); empty where it cannot be told (`brand_untold`)
    """
    if brand_untold(tables, now, before):
        return {}
    parts = _daily(tables, now, before)
    means = [float(x.mean()) for x in parts]
    errors = [sum_error(x / x.sum() - 1 / len(x)) for x in parts]
    var, df = (np.array([float(pair[k][0]) for pair in errors]) for k in (0, 1))
    var = var**2
    se = float(np.sqrt(var.sum()))
    free = float(var.sum() ** 2 / (var**2 / df).sum()) if se > 0 else np.inf  # Welch 1947
    middle = float(np.log(means[0] / means[1]))
    half = float(stats.t.ppf(0.975, free) * se)
    low, change, high = (float(np.expm1(x)) for x in (middle - half, middle, middle + half))
    return {"now": means[0], "before": means[1], "change": change, "low": low, "high": high}

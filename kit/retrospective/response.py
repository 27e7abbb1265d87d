"""Does the next yuan still pay? (响应曲线): sales by weekly spend per channel, and a better split.

Quasi-Poisson likelihood on a grid of shapes, the scale in closed form; shapes of power curves lean
on each other (partial pooling). Observed curves are confounded: a result is a proposal to test.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.budget import Curves, best_split, binding, marginal, response
from kit.retrospective.drill import commissioned
from kit.retrospective.market import Growth
from kit.retrospective.scope import between, days, strata, this_span
from kit.scheme.sections import Retrospective
from kit.stats.shrink import normal_eb

Array = np.ndarray
GRIDS = {"power": np.linspace(0.05, 1.5, 146), "log": np.geomspace(0.05, 50, 120)}
GRIDS["hill"] = GRIDS["log"]  # of log and hill: half-way points in mean weekly spends
BETTER = 0.95  # another form must have this out-of-time error of the power curve's, or less
DRAWS = 300
CHANNEL = ["channel", "reason", "weeks", "form", "b", "b_low", "b_high", "spend", "average"]
CHANNEL += ["marginal", "low", "high"]
EIGHTY = [0.06, 0.5, 0.94]  # of the draws, which do not know the choice of form: holds 79 to 87 %
HELD_OUT = 0.25  # last share of the weeks that the forms are compared on


@dataclass(frozen=True)
class Fit:
    """Curve of one channel: draws of its scale and shape, or why it cannot be known."""

    form: str
    a: Array
    b: Array
    spend: float
    low: float
    high: float
    weeks: int
    reason: str


@dataclass(frozen=True)
class Advice:
    """What to do with the budget: keep, move, or test; per channel and in all.

    channels : channel, reason, weeks, spend, proposed, average, marginal (low, high), bound
    gain     : p10, p50, p90 of the weekly gain; chance = P(gain > 0); price = shadow price
    """

    decision: str
    channels: pd.DataFrame
    gain: tuple[float, float, float] | None
    share: float | None
    chance: float | None
    price: float | None
    curves: pd.DataFrame


def weekly(tables: Tables, grown: Growth) -> pd.DataFrame:
    """Spend and sales per channel and week in this period's market (周汇总): channel, week, x, y.

    Both are divided by the category's index of the day over its mean in the period: a market twice
    the size takes twice the spend at the same return. Weeks end with the period; weeks with days of
    a promotion, warm-up to return window, are left out, as are weeks that the data do not fill.
    """
    frame = tables.plan_days
    end = pd.Timestamp(this_span(tables).end)
    frame = frame[frame["date"] <= end].assign(category=frame["category"].fillna(""))
    dates = pd.DatetimeIndex(frame["date"].drop_duplicates().sort_values())
    paths = {c: pd.Series(grown.path(c, dates), dates) for c in frame["category"].unique()}
    start = pd.Timestamp(this_span(tables).start)
    paths = {c: path / path[path.index >= start].mean() for c, path in paths.items()}
    index = pd.concat(paths).rename("index").rename_axis(["category", "date"]).reset_index()
    frame = frame.merge(index, on=["category", "date"], how="left")
    week = (end - frame["date"]).dt.days // 7
    rows = frame.assign(
        week=week, x=frame["spend"] / frame["index"], y=frame["revenue"] / frame["index"]
    )
    phase = strata(tables, Span(id="all", start=dates[0].date(), end=end.date()))
    peak = (end - pd.DatetimeIndex(phase.index[phase != ""])).days // 7
    full = rows.groupby(["channel", "week"])["date"].transform("nunique") == 7
    rows = rows[full & ~rows["week"].isin(peak)]
    return rows.groupby(["channel", "week"], as_index=False)[["x", "y"]].sum()


def fits(table: pd.DataFrame, rules: Retrospective, seed: int) -> dict[str, Fit]:
    """Curve per channel (拟合): power, or log or hill where it predicts the last weeks better."""
    rng = np.random.default_rng(seed)
    known = {str(c): t.sort_values("week", ascending=False) for c, t in table.groupby("channel")}
    known = {c: t[(t["x"] > 0) & (t["y"] > 0)] for c, t in known.items()}
    likely = {c: _likelihood("power", *t[["x", "y"]].to_numpy().T) for c, t in known.items()}
    shape = {c: _moments(GRIDS["power"], w) for c, w in likely.items() if w is not None}
    pooled = None
    if len(shape) > 2:
        eb = normal_eb(*np.array(list(shape.values())).T)
        pooled = stats.norm(eb.mean, np.sqrt(max(eb.tau2, 0.05**2))).pdf(GRIDS["power"])
    return {c: _fit(t, likely[c], pooled, rules, rng) for c, t in known.items()}


def advice(tables: Tables, grown: Growth) -> Advice:
    """Best split of today's weekly spend over the channels whose curve is known (预算建议)."""
    rules = tables.scheme.retrospective
    span = this_span(tables)
    found = _curves(tables, grown)
    now = between(tables.plan_days, span)
    now = now.groupby("channel")[["spend", "revenue"]].sum() * 7 / days(span)
    rows = [_row(c, found.get(c), now.loc[c]) for c in now.index]
    frame = pd.DataFrame(rows, columns=CHANNEL)
    frame = frame.assign(proposed=frame["spend"], bound=None, change=0.0)
    free = frame[frame["reason"] == ""]
    lines = _lines({c: found[c] for c in free["channel"]}, rules.shift, now)
    if len(free) < 2:
        return Advice("test", frame, None, None, None, None, lines)
    draws = Curves(*_stacked([found[c] for c in free["channel"]]))
    return _split(frame, free, draws, rules, lines)


def _curves(tables: Tables, grown: Growth) -> dict[str, Fit]:
    """The curve of each channel; none paid by commission alone is moved (各渠道曲线)."""
    found = fits(weekly(tables, grown), tables.scheme.retrospective, tables.period.seed)
    plans = tables.plan_days.groupby("channel")["plan_id"].unique()
    paid = {c for c, ids in plans.items() if set(ids) <= commissioned(tables)}
    return {c: replace(f, reason="commission") if c in paid else f for c, f in found.items()}


def _split(
    frame: pd.DataFrame,
    free: pd.DataFrame,
    draws: Curves,
    rules: Retrospective,
    lines: pd.DataFrame,
) -> Advice:
    """The best split of the free channels within the share that may be moved, and its gain."""
    today = free["spend"].to_numpy()
    low, high = today * (1 - rules.shift), today * (1 + rules.shift)
    middle = Curves(draws.form, np.median(draws.a, axis=0), np.median(draws.b, axis=0))
    best, price = best_split(middle, today.sum(), low, high)
    gains = response(draws, best).sum(axis=1) - response(draws, today).sum(axis=1)
    share = float(np.median(gains) / response(draws, today).sum(axis=1).mean())
    chance = float(np.mean(gains > 0))
    decision = "move" if chance >= rules.sure and share >= rules.min_gain else "keep"
    frame = frame.copy()
    frame.loc[free.index, "proposed"] = best
    frame.loc[free.index, "bound"] = binding(best, low, high)
    frame["change"] = frame["proposed"] - frame["spend"]
    p10, p50, p90 = (float(q) for q in np.quantile(gains, [0.1, 0.5, 0.9]))
    return Advice(decision, frame, (p10, p50, p90), share, chance, float(price), lines)


def _likelihood(form: str, x: Array, y: Array) -> Array | None:
    """Likelihood of each shape on its grid, the dispersion estimated; None with too few weeks."""
    if len(x) < 4 or np.ptp(x) == 0:
        return None
    deviance = _deviance(form, x, y, x, y)
    spread = max(deviance.min() / (len(x) - 2), 1e-9)
    return np.exp(-(deviance - deviance.min()) / (2 * spread))


def _deviance(form: str, x: Array, y: Array, test_x: Array, test_y: Array) -> Array:
    """Quasi-Poisson deviance on the test weeks of every shape fitted on the others."""
    grid = GRIDS[form] if form == "power" else GRIDS[form] * x.mean()
    curve = Curves(np.array(form), np.array(1.0), grid[:, None])
    scale = y.sum() / response(curve, x[None, :]).sum(axis=1)
    mu = scale[:, None] * response(curve, test_x[None, :])
    return 2 * (test_y * np.log(test_y / mu) - (test_y - mu)).sum(axis=1)


def _moments(grid: Array, likelihood: Array) -> tuple[float, float]:
    mean = float(np.average(grid, weights=likelihood))
    return mean, float(np.average((grid - mean) ** 2, weights=likelihood)) + 1e-6


def _fit(
    table: pd.DataFrame,
    likelihood: Array | None,
    pooled: Array | None,
    rules: Retrospective,
    rng: np.random.Generator,
) -> Fit:
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    spend = float(x.mean()) if len(x) else 0.0
    vary = np.ptp(x) / (2 * spend) if spend else 0.0
    none = np.full(DRAWS, np.nan)
    if likelihood is None or len(x) < rules.min_weeks or vary < rules.min_variation:
        reason = "few_weeks" if len(x) < rules.min_weeks else "steady_spend"
        return Fit("power", none, none, spend, np.nan, np.nan, len(x), reason)
    cut = np.cumsum(likelihood) / likelihood.sum()
    ends = [GRIDS["power"][np.searchsorted(cut, q)] for q in (0.1, 0.9)]
    form = _form(x, y)
    if form == "power":
        grid = GRIDS["power"]
        weight = np.where(grid < 1, likelihood * (1.0 if pooled is None else pooled), 0.0)
    else:
        grid = GRIDS[form] * spend
        weight = np.asarray(_likelihood(form, x, y))
    b = rng.choice(grid, DRAWS, p=weight / weight.sum()) if weight.sum() > 0 else none
    curve = Curves(np.array(form), np.array(1.0), b[:, None])
    under = response(curve, x[None, :]).sum(axis=1)
    mu = (y.sum() / under)[:, None] * response(curve, x[None, :])
    spread = ((y - mu) ** 2 / mu).sum(axis=1) / (len(x) - 2)
    a = (y.sum() + np.sqrt(spread * y.sum()) * rng.standard_normal(DRAWS)) / under
    reason = "unsaturated" if ends[1] >= 1 else ""
    return Fit(form, a, b, spend, float(ends[0]), float(ends[1]), len(x), reason)


def _form(x: Array, y: Array) -> str:
    """Form with the least out-of-time error; the power curve unless another is clearly better."""
    cut = int(len(x) * (1 - HELD_OUT))
    error = {}
    for form in ("power", "log", "hill"):
        inside = _deviance(form, x[:cut], y[:cut], x[:cut], y[:cut])
        outside = _deviance(form, x[:cut], y[:cut], x[cut:], y[cut:])
        error[form] = outside[np.argmin(inside)]
    best = min(error, key=error.__getitem__)
    return best if error[best] <= BETTER * error["power"] else "power"


def _row(channel: str, fit: Fit | None, now: pd.Series) -> tuple:
    average = now["revenue"] / now["spend"] if now["spend"] > 0 else np.nan
    if fit is None or fit.reason:
        low, high = (fit.low, fit.high) if fit else (np.nan, np.nan)
        why = (fit.reason, fit.weeks) if fit else ("few_weeks", 0)
        return (channel, *why, "", np.nan, low, high, now["spend"], average, *[np.nan] * 3)
    rates = marginal(Curves(np.array(fit.form), fit.a, fit.b), now["spend"])
    low, middle, high = np.quantile(rates, EIGHTY)
    return (
        channel,
        "",
        fit.weeks,
        fit.form,
        float(np.median(fit.b)),
        fit.low,
        fit.high,
        now["spend"],
        average,
        middle,
        low,
        high,
    )


def _stacked(found: list[Fit]) -> tuple[Array, Array, Array]:
    form = np.array([f.form for f in found])
    return form, np.stack([f.a for f in found], axis=1), np.stack([f.b for f in found], axis=1)


def _lines(found: dict[str, Fit], shift: float, now: pd.DataFrame) -> pd.DataFrame:
    """Points of the curves with their 80 % band (曲线), up to twice the bounds around today."""
    rows = []
    for channel, fit in found.items():
        reach = np.linspace(1 - 2 * shift, 1 + 2 * shift, 41)
        spend = reach * float(now["spend"][channel])
        y = response(Curves(np.array(fit.form), fit.a[:, None], fit.b[:, None]), spend[None, :])
        low, middle, high = np.quantile(y, EIGHTY, axis=0)
        part = pd.DataFrame({"series": channel, "spend": spend, "value": middle, "low": low})
        rows.append(part.assign(high=high, provisional=np.abs(reach - 1) > shift + 1e-9))
    columns = ["series", "spend", "value", "low", "high", "provisional"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)

"""Days out of line, and data trouble, apart from performance (异常与数据问题)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.data.tables import Tables
from kit.errors import FormulaError
from kit.retrospective.lasting import Levels, levels
from kit.retrospective.scope import promotion_days, this_span

Array = np.ndarray
MAD_TO_SD = 1.4826  # sd of a normal distribution / its median absolute deviation
FLOOR = 0.01  # share of the median under which the scale never falls

WEEK = 7
SHIFT = 5  # a level shift, as the spec defines it: five flags of one sign in seven days
TROUBLE = ["scope", "name", "measure", "kind", "start", "end", "z", "value", "baseline"]
LASTING = ["times", "times__low", "times__high", "event", "event_start"]


@dataclass(frozen=True)
class Anomalies:
    """Flagged days of one series: positions, their z, and days without a value."""

    scale: float | None
    flags: list[int]
    z: dict[str, float]
    missing: list[int]


def residuals(values: Array, weekday: Array, usable: Array) -> tuple[Array, Array, Array]:
    """Residual from the weekday's median, baseline, and robust scale (残差、基线、稳健尺度).

    values  : (days, series); usable: bool of the same shape; weekday: (days,) 0 to 6
    Returns : residual and baseline (days, series), scale (series,); NaN where nothing is usable
    """
    values = np.where(usable, values, np.nan)
    baseline = np.full(values.shape, np.nan)
    for day in np.unique(weekday):
        rows = weekday == day
        baseline[rows] = _median(values[rows])
    residual = values - baseline
    floor = FLOOR * _median(values)
    return residual, baseline, np.fmax(MAD_TO_SD * _median(np.abs(residual)), floor)


def anomalies(
    weekday: list[int],
    values: list[float | None],
    *,
    threshold: float = 3.5,
    exclude: list[int] | None = None,
) -> Anomalies:
    """Days whose residual exceeds `threshold` robust scales (异常日); excluded days never.

    >>> week = [10.0, 11.0, 10.0, 12.0, 11.0, 20.0, 19.0]
    >>> anomalies(list(range(7)) * 3, week + week + [10.0, 11.0, 3.0, 12.0, 11.0, 20.0, 19.0]).flags
    [16]
    """
    if len(weekday) != len(values) or not threshold > 0:
        raise FormulaError("retrospective.other_lengths", days=len(weekday), values=len(values))
    series = np.array([np.nan if v is None else v for v in values], float)[:, None]
    usable = np.isfinite(series)
    usable[[i for i in exclude or [] if 0 <= i < len(values)]] = False
    missing = np.flatnonzero(~np.isfinite(series[:, 0])).tolist()
    if not usable.any():
        return Anomalies(None, [], {}, missing)
    residual, _, scale = residuals(series, np.asarray(weekday), usable)
    if not scale[0] > 0:  # nothing varies about a median of 0: no yardstick, no verdict
        return Anomalies(float(scale[0]), [], {}, missing)
    z = residual[:, 0] / scale[0]
    flags = np.flatnonzero(np.round(np.abs(z), 9) > threshold).tolist()
    return Anomalies(float(scale[0]), flags, {str(i): float(z[i]) for i in flags}, missing)


def _median(values: Array) -> Array:
    out = np.full(values.shape[1], np.nan)
    full = np.isfinite(values).any(axis=0)
    out[full] = np.nanmedian(values[:, full], axis=0)
    return out


def troubles(tables: Tables) -> pd.DataFrame:
    """Out-of-line days of channels, platforms and plans, shifts, tracking outages (异常清单).

    Watched: clicks, spend and click conversion (of plans: spend), `anomaly_days` up to the end;
    promotion days excluded; a missing day is no zero. Single days count when they are also large.
    A lasting step is a shift too, told once with the event on record about it; single days are
    those beside the level of their side.
    Returns : scope, name, measure, kind (spike | drop | shift | tracking | missing), start, end, z,
    value, baseline; of steps also times with its ends; first in time
    """
    span = this_span(tables)
    rules = tables.scheme.retrospective
    back = pd.Timestamp(span.end) - pd.Timedelta(days=rules.anomaly_days - 1)
    first = min(back, pd.Timestamp(span.start))
    held = levels(tables, pd.date_range(first, span.end))
    large = {
        "channel": rules.anomaly_channel,
        "platform": rules.anomaly_platform,
        "plan_id": rules.anomaly_plan,
    }  # times the baseline, or its inverse
    found = [row for scope, size in large.items() for row in _of_scope(held, scope, size)]
    frame = pd.DataFrame(found, columns=TROUBLE)
    frame = frame[frame["end"] >= pd.Timestamp(span.start)]
    same = ["measure", "kind", "start", "end", "value"]  # a channel that is one platform
    days = frame[frame["kind"] != "shift"].drop_duplicates(same)
    lasting = _lasting(held, frame[frame["kind"] == "shift"], pd.Timestamp(span.start))
    parts = [part for part in (days, lasting) if len(part)] or [days]
    both = pd.concat(parts).reindex(columns=[*TROUBLE, *LASTING])
    return both.sort_values(["start", "name"], ignore_index=True)


def _lasting(held: Levels, flagged: pd.DataFrame, first: pd.Timestamp) -> pd.DataFrame:
    """Shifts told once (持续变化): the steps, and five days of one sign that are none of them."""
    steps = held.told.assign(kind="shift", end=held.days[-1])
    late = [held.late(row, first) for row in steps.to_dict("records")]
    parts = [part for part in (steps[np.array(late, bool)], flagged) if len(part)]
    if not parts:
        return pd.DataFrame(columns=[*TROUBLE, *LASTING])
    rows = held.once(pd.concat(parts, ignore_index=True))
    events = [held.event(row) for row in rows.to_dict("records")]
    return rows.assign(
        event=[kind for kind, _ in events],
        event_start=pd.to_datetime(pd.Series([day for _, day in events], rows.index)),
    )


def _of_scope(held: Levels, scope: str, large: float) -> list[tuple]:
    """What is out of line in one scope (一个层级的异常): outages and missing days of no plan."""
    spend, clicks, orders = (held.sums[scope, m] for m in ("spend", "clicks", "orders"))
    watched = {"spend": spend}
    found: list[tuple] = []
    if scope != "plan_id":
        watched |= {"clicks": clicks, "click_conversion": orders / clicks.where(clicks > 0)}
        chance = held.tables.scheme.retrospective.tracking_chance
        found = [*_silent(spend, clicks, orders, chance, scope), *_absent(spend, scope)]
    for measure, values in watched.items():
        rows = _flagged(values, held.tables, large, held.of(scope, measure))
        found += [(scope, name, measure, *rest) for name, *rest in rows]
    return found


def _flagged(values: pd.DataFrame, tables: Tables, large: float, level: Array) -> list[tuple]:
    """Spikes, drops and shifts of every column, beside the level of its day."""
    matrix = values.to_numpy(float) / level
    dates = pd.DatetimeIndex(values.index)
    rules = tables.scheme.retrospective
    usable = np.isfinite(matrix) & ~dates.isin(promotion_days(tables))[:, None]
    residual, baseline, scale = residuals(matrix, dates.day_of_week.to_numpy(), usable)
    enough = (usable.sum(axis=0) >= rules.anomaly_usable) & (scale > 0)
    z = np.where(usable & enough, residual / np.where(scale > 0, scale, 1), 0.0)
    ratio = np.maximum(matrix, 1e-9) / np.maximum(baseline, 1e-9)
    big = (ratio >= large) | (ratio <= 1 / large)
    flagged = (np.abs(z) > rules.anomaly_z) & big
    out = []
    for j in np.flatnonzero(enough):
        for days in runs(np.flatnonzero(flagged[:, j]), np.sign(z[:, j])):
            at = int(days[np.argmax(np.abs(z[days, j]))])
            kind = "shift" if len(days) >= SHIFT else "spike" if z[at, j] > 0 else "drop"
            ends = (dates[int(days[0])], dates[int(days[-1])])
            figures = (z[at, j], matrix[at, j] * level[at, j], baseline[at, j] * level[at, j])
            out.append((values.columns[int(j)], kind, *ends, *figures))
    return out


def runs(flags: Array, sign: Array) -> list[Array]:
    """Flags joined to level shifts (水平位移): five of one sign in seven days; else single days."""
    out: list[list[int]] = []
    for day in flags:
        near = [g for g in out if sign[g[-1]] == sign[day] and day - g[-1] < WEEK]
        near[-1].append(day) if near else out.append([day])
    shift = [any(b - a < WEEK for a, b in zip(g, g[SHIFT - 1 :], strict=False)) for g in out]
    alone = [[day] for g, ok in zip(out, shift, strict=True) if not ok for day in g]
    return [np.array(g) for g in [*(g for g, ok in zip(out, shift, strict=True) if ok), *alone]]


def _silent(
    spend: pd.DataFrame, clicks: pd.DataFrame, orders: pd.DataFrame, chance: float, scope: str
) -> list[tuple]:
    """Days with spend and no order, less likely than `chance`: tracking suspicion (疑似中断)."""
    out = []
    for name in spend:
        expected = clicks[name] * orders[name].sum() / max(clicks[name].sum(), 1)
        silent = (spend[name] > 0) & (orders[name] == 0)
        group = (~silent).cumsum()[silent]
        for _, days in group.groupby(group):
            hoped = float(expected[days.index].sum())
            if hoped > -np.log(chance):  # Poisson
                ends = (days.index[0], days.index[-1])
                out.append((scope, name, "orders", "tracking", *ends, -np.sqrt(hoped), 0.0, hoped))
    return out


def _absent(spend: pd.DataFrame, scope: str) -> list[tuple]:
    """Days without any row between days with rows: missing, not zero; not a usual day off."""
    out = []
    weekday = pd.DatetimeIndex(spend.index).day_of_week
    for name in spend:
        seen = spend[name].notna()
        open_days = seen.groupby(weekday).transform("mean") > 0.5
        inside = seen.cummax() & seen[::-1].cummax()[::-1] & open_days
        out += [
            (scope, name, "rows", "missing", day, day, np.nan, np.nan, np.nan)
            for day in spend.index[inside & ~seen]
        ]
    return out

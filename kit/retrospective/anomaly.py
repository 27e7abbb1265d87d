"""Days out of line, and data trouble, apart from performance (异常与数据问题)."""

from dataclasses import dataclass

import numpy as np

from kit.errors import FormulaError

Array = np.ndarray
MAD_TO_SD = 1.4826  # sd of a normal distribution / its median absolute deviation
FLOOR = 0.01  # share of the median under which the scale never falls


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
    flags = np.flatnonzero(np.abs(z) > threshold).tolist()
    return Anomalies(float(scale[0]), flags, {str(i): float(z[i]) for i in flags}, missing)


def _median(values: Array) -> Array:
    out = np.full(values.shape[1], np.nan)
    full = np.isfinite(values).any(axis=0)
    out[full] = np.nanmedian(values[:, full], axis=0)
    return out

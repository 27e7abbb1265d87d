"""Days, promotions and the market of the sample company (日历、大促与大盘)."""

import zlib
from typing import Any

import numpy as np
import pandas as pd
from scipy.signal import lfilter

Company = dict[str, Any]
UNITS = [0.82, 0.14, 0.04]  # chance of one, two, three units in an order that is no bulk order


def stream(seed: int, name: str) -> np.random.Generator:
    """An own random stream for each table, so that a change of one leaves the others' bytes."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def days(company: Company) -> pd.DatetimeIndex:
    """All days of the sample, both ends included."""
    return pd.date_range(company["span"]["start"], company["span"]["end"])


def within(dates: pd.DatetimeIndex, start: Any, end: Any = None) -> np.ndarray:
    """True on the days from `start` to `end`, both included; an end of None is open."""
    late = dates > pd.Timestamp(end) if end else np.zeros(len(dates), bool)
    return (dates >= pd.Timestamp(start)) & ~late


def promotion(company: Company, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Daily factors of 大促 on spend, conversion, discount and refunds; 1 or 0 on other days."""
    factors = pd.DataFrame({"spend": 1.0, "conversion": 1.0, "discount": 0.0, "refund": 1.0}, dates)
    for promo in company["promotions"]:
        spans = {
            "after": (promo["end"], promo["after"]),
            "warm_up": (promo["warm_up"], promo["start"]),
            "burst": (promo["start"], promo["end"]),
            "peak": (promo["peak"], promo["peak"]),
        }
        for phase, (start, end) in spans.items():
            values = company["phases"][phase]
            factors.loc[within(dates, start, end), list(values)] = list(values.values())
    return factors


def autocorrelated(
    draw: np.random.Generator, shape: tuple[int, int], rho: float | np.ndarray
) -> np.ndarray:
    """Standard normal series along the days with lag-1 correlation `rho`, one or one a row."""
    shocks = draw.standard_normal(shape)
    memory = np.broadcast_to(np.asarray(rho, float), shape[:1])
    fresh = np.sqrt(1 - memory**2)
    series = np.empty(shape)
    for value in np.unique(memory):
        rows = memory == value
        start = shocks[rows] * fresh[rows, None]
        start[:, 0] = shocks[rows, 0]
        series[rows] = lfilter([1], [1, -value], start, axis=1)
    return series


def units_of(company: Company, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Units of each order (件数) from two uniform draws: mostly one, a few orders of very many."""
    bulk = company["bulk"]
    small = np.searchsorted(np.cumsum(UNITS)[:-1], one, side="right") + 1
    many = bulk["least"] * (two / bulk["share"]) ** (-1 / bulk["exponent"])
    many = np.floor(np.minimum(many, bulk["most"]))
    return np.where(two < bulk["share"], many, small).astype(int)


def mean_units(company: Company) -> float:
    """Units that an order has on average (平均件数): what planners count on."""
    bulk = company["bulk"]
    sizes = np.arange(bulk["least"] + 1, bulk["most"] + 1)
    many = bulk["least"] + np.sum((bulk["least"] / sizes) ** bulk["exponent"])
    few = np.dot(UNITS, np.arange(1, len(UNITS) + 1))
    return float(bulk["share"] * many + (1 - bulk["share"]) * few)


def season(company: Company, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Smooth season × growth of each category, a column a category, mean about 1."""
    middle = (dates.day - 15) / 30.4 + dates.month - 1
    years = (dates - dates[0]).days / 365.25
    growth = (1 + company["trend"]) ** years
    curve = {
        name: np.interp(middle, range(-1, 13), [c["season"][-1], *c["season"], c["season"][0]])
        for name, c in company["categories"].items()
    }
    return pd.DataFrame(curve, dates).mul(growth, axis=0)


def surprise(company: Company, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """What nobody planned: factors on the market of a category, 1 elsewhere."""
    factors = pd.DataFrame(1.0, dates, list(company["categories"]))
    for effect in company["effects"]:
        if "surprise" in effect:
            span = within(dates, effect["start"], effect.get("end"))
            factors.loc[span, effect["category"]] *= effect["surprise"]
    return factors


def market(company: Company, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Expected (known to planners) and observed market index, a column a category, 100 = mean."""
    dates = days(company)
    promo = promotion(company, dates)
    week = company["weekday"]
    at = dates.day_of_week
    weekday = np.array(week["spend"])[at] * np.array(week["conversion"])[at]
    common = weekday * promo["spend"] * promo["conversion"] * 100
    expected = season(company, dates).mul(common, axis=0)
    noise = autocorrelated(stream(seed, "market"), expected.shape[::-1], company["noise"]["rho"])
    wobble = np.exp(company["noise"]["market"] * noise.T)
    return expected, expected * surprise(company, dates) * wobble


def market_table(company: Company, seed: int) -> pd.DataFrame:
    """Table `market` (市场指数): index by day and category."""
    observed = market(company, seed)[1].round(2)
    table = observed.rename_axis("date").reset_index().melt("date", None, "category", "index")
    published = table["date"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=5)
    return table.assign(source="行业大盘指数", published_on=published)

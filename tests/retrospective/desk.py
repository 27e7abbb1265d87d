"""Tables without files: hand-made frames behind the interface of `kit.data.tables.Tables`."""

import datetime as dt
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import pandas as pd

from kit.data.facts import DATED, SUMS
from kit.data.schema import empty
from kit.params import Span, read_scheme

PLAN = ["channel", "platform", "category", "strategy"]


def span(start: str, end: str, name: str = "") -> Span:
    """Days from start to end under a name."""
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return Span(id=name or f"{start}_{end}", start=first, end=last)


class Desk:
    """Frames by table name, and the sums that the kit's tables would give."""

    found = ()  # no doubt about the size of a figure

    def __init__(self, frames: dict[str, pd.DataFrame], now: Span, before: Span | None, **more):
        self.frames = frames
        scheme = read_scheme("params/scheme-2025.yml").model_copy(update=more.pop("scheme", {}))
        self.scheme = scheme
        facts = {"type": "month", "team": "all", "currency": "CNY", "seed": 1, "promotion": None}
        facts |= {"market_phase": ""}
        facts |= {"start": now.start, "end": now.end, "last_day": now.end, "id": now.id}
        self.period = SimpleNamespace(**(facts | {"compare": before, "scheme": scheme} | more))

    def get(self, name: str) -> pd.DataFrame:
        blank = empty(name)
        if name not in self.frames:
            return blank
        given = self.frames[name]
        absent = {c: blank[c].reindex(given.index) for c in blank if c not in given}
        return given.assign(**absent)

    def part(self, name: str, columns: tuple[str, ...], start=None, end=None) -> pd.DataFrame:
        rows = self.get(name)
        day = rows[DATED[name]].dt.normalize() if start else None
        inside = day.between(pd.Timestamp(start), pd.Timestamp(end)) if start else slice(None)
        return rows.loc[inside, list(columns)]

    def gross_margin(self, start, end) -> float | None:
        rows = self.part("orders", ("revenue", "gross_margin"), start, end).dropna()
        told = rows["revenue"].sum() > 0
        return float(np.average(rows["gross_margin"], weights=rows["revenue"])) if told else None

    def has(self, name: str) -> bool:
        return name in self.frames and len(self.frames[name]) > 0

    @cached_property
    def ads(self) -> pd.DataFrame:
        ads = self.get("ads").astype(dict.fromkeys(SUMS, float))
        plans = self.get("plans")
        return ads.merge(plans[["plan_id", *PLAN]], on="plan_id", how="left")

    @cached_property
    def windows(self) -> pd.DataFrame:
        return self.get("ads")[["date", "snapshot_date", "window_days"]].drop_duplicates().dropna()

    @cached_property
    def plan_days(self) -> pd.DataFrame:
        return _sums(self.ads, ["date", "plan_id", *PLAN])

    @cached_property
    def facts(self) -> pd.DataFrame:
        owners = self.get("assignment").assign(share=lambda a: a["share"].fillna(1.0).astype(float))
        both = self.plan_days.merge(owners, on="plan_id")
        late = both["valid_to"].notna() & (both["date"] > both["valid_to"])
        both = both[(both["date"] >= both["valid_from"]) & ~late].reset_index(drop=True)
        return both.assign(**{m: both[m] * both["share"] for m in SUMS})

    @cached_property
    def unassigned(self) -> pd.DataFrame:
        held = self.facts.groupby(["date", "plan_id"], as_index=False)["share"].sum()
        left = self.plan_days.merge(held, how="left", on=["date", "plan_id"])
        rest = 1 - left.pop("share").fillna(0)
        return left.assign(**{m: left[m] * rest for m in SUMS})[rest > 1e-9].reset_index(drop=True)

    def drill(self, by: list[str], start, end) -> pd.DataFrame:
        rows = self.ads.assign(weekday=self.ads["date"].dt.day_of_week + 1)
        inside = rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))
        return _sums(rows[inside], by)


def _sums(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return rows.groupby(by, dropna=False)[list(SUMS)].sum(min_count=1).reset_index()


def steady(
    *,
    days: int = 61,
    start: str = "2025-05-01",
    plans: int = 12,
    seed: int = 1,
    noise: bool = True,
    detail: bool = False,
) -> dict[str, pd.DataFrame]:
    """A shop in which nothing changes: four channels, three people, Poisson counts, shared days."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range(start, periods=days)
    names = [f"P{i:02d}" for i in range(plans)]
    channels = [("search", "social", "content", "affiliate")[i % 4] for i in range(plans)]
    table = pd.DataFrame({"plan_id": names, "channel": channels, "platform": channels})
    table["category"] = [("bedding", "kitchen", "decor")[i % 3] for i in range(plans)]
    owner = pd.DataFrame({"plan_id": names, "specialist_id": [f"S{i % 3}" for i in range(plans)]})
    keys = {"date": dates, "plan_id": names}
    if detail:
        keys |= {"keyword": [f"w{i}" for i in range(6)], "hour": [2, 11, 20]}
    ads = pd.MultiIndex.from_product(keys.values(), names=keys).to_frame(index=False)
    size = ads["plan_id"].map(dict(zip(names, rng.uniform(300, 900, plans), strict=True)))
    shocks = _slow(rng, days) if noise else np.ones(days)
    shock = ads["date"].map(dict(zip(dates, shocks, strict=True)))
    clicks = size / (18 if detail else 1) * shock
    ads["clicks"] = (rng.poisson(clicks) if noise else clicks.round()) * 1.0
    ads["impressions"] = ads["clicks"] * 30.0
    ads["spend"] = ads["clicks"] * 1.2
    own = ads["plan_id"].map(lambda p: 0.03 + 0.001 * int(p[1:]))
    ads["orders"] = rng.poisson(ads["clicks"] * own) * 1.0 if noise else ads["clicks"] * own
    ads["add_to_carts"] = ads["orders"] * 3.0
    ads["revenue"] = ads["orders"] * 150.0
    roster = pd.DataFrame({"specialist_id": ["S0", "S1", "S2"], "name": ["甲", "乙", "丙"]})
    roster["team"] = ["一组", "一组", "二组"]
    owner["valid_from"] = dates[0] - pd.Timedelta(days=400)
    return {"plans": table, "assignment": owner, "ads": ads, "roster": roster}


def _slow(rng: np.random.Generator, days: int, rho: float = 0.3, sd: float = 0.1) -> np.ndarray:
    """Day factors with mean 1 and lag-1 correlation rho."""
    shocks = rng.standard_normal(days)
    for i in range(1, days):
        shocks[i] = rho * shocks[i - 1] + np.sqrt(1 - rho**2) * shocks[i]
    return np.exp(sd * shocks - sd**2 / 2)

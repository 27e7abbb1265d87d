"""What the exports say (导出汇总): days a file, plans with their spend, sums of measures."""

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import narwhals as nw
import pandas as pd

from kit.data.issues import Issue
from kit.data.load import inspect
from kit.data.quality.checks import levels
from kit.data.reading.money import meanings
from kit.data.store.engine import collect
from kit.data.tables import Tables
from kit.params import Span, read_period
from kit.start import weights
from kit.start.terms import CODE, Said

FOREIGN = {"other_currency", "unclear_currency", "mixed_currency"}
TODAY = "2025-01-01"  # of a draft that only reads: no page sees it


@dataclass(frozen=True)
class Exports:
    """Tables read from the exports alone, with what reading found.

    inferred : whether the currency is the one that the files name, since nobody said it
    signs    : what a sign of several currencies is taken for, by the rates of the command
    """

    tables: Tables
    said: Said
    inferred: bool = False
    signs: Mapping[str, str] = field(default_factory=dict)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was left out, changed or refused on reading."""
        return self.tables.read_issues

    @cached_property
    def refused(self) -> list[Issue]:
        """What keeps a file from being read, or lets a plan's day count twice."""
        found = [i for i in self.issues if i.severity == "refuse"]
        return found or [*(levels(self.tables) if "ads" in self.tables.sources else ())]

    def days(self) -> list[dt.date]:
        """Days with advertising."""
        if "ads" not in self.tables.sources:
            return []
        return sorted(day.date() for day in self.tables.plan_days["date"].dropna().unique())

    def by_file(self) -> dict[str, tuple[dt.date, dt.date, int]]:
        """First and last day and number of rows, by file as it is told."""
        found = {}
        for table in ("ads", "traffic", "orders"):
            if table in self.tables.sources:
                day = nw.col("paid_at" if table == "orders" else "date").cast(nw.Date)
                rows = self.tables.engine.scan(table).with_columns(_day=day).group_by("_file")
                ends = (nw.col("_day").min().alias("a"), nw.col("_day").max().alias("b"))
                for file, *span, n in collect(rows.agg(*ends, n=nw.len())).to_numpy():
                    first, last = (pd.Timestamp(day).date() for day in span)
                    found[str(file)] = (first, last, int(n))
        return found

    def sums(self, span: Span) -> dict[str, float]:
        """Sums of the measures over a period."""
        rows = self._within(span).select_dtypes("number")
        return {str(name): float(total) for name, total in rows.sum().items()}

    def plans(self, span: Span) -> pd.DataFrame:
        """Every plan: name, platform, channel, spend in the period, first day with rows."""
        days = self.tables.plan_days
        first = days.groupby("plan_id")["date"].min().dt.date.rename("valid_from")
        spend = self._within(span).groupby("plan_id")["spend"].sum()
        named = self.tables.get("plans").drop_duplicates("plan_id").set_index("plan_id")
        listed = named[["plan_name", "platform", "channel"]].reindex(first.index)
        listed["plan_name"] = listed["plan_name"].fillna(listed.index.to_series())
        listed = listed.fillna({"platform": "other", "channel": "other"})
        listed = listed.join(first).assign(spend=spend.reindex(listed.index).fillna(0.0))
        return listed.sort_values("spend", ascending=False, kind="stable").reset_index()

    def _within(self, span: Span) -> pd.DataFrame:
        days = self.tables.plan_days
        return days[days["date"].between(pd.Timestamp(span.start), pd.Timestamp(span.end))]


def read(data: dict[str, str | list[str]], said: Said) -> Exports:
    """The tables of these places, read once by the kit's reader and kept for the run.

    Where nothing says the company's currency, and all amounts that name one name the same, it is
    that one.
    """
    found = _read(data, said)
    if signs := _meant(found):
        said = said.rated({sign: said.given[code] for sign, code in signs.items()})
        found = replace(_read(data, said), signs=signs)
    named = {i.value for i in found.refused if i.rule == "other_currency"}
    code = named.pop() if len(named) == 1 else ""
    if not CODE.fullmatch(code) or "currency" in said.keys or said.keys.get("rates"):
        return found
    other = _read(data, said.of(currency=code))
    rules = {i.rule for i in other.refused}
    return found if rules & FOREIGN else replace(other, inferred=True)


def _meant(found: Exports) -> dict[str, str]:
    """Signs of several currencies of which the command gives the rate of exactly one."""
    signs = {i.value: i.facts["currencies"] for i in found.refused if i.rule == "unclear_currency"}
    mixed = [i for i in found.refused if i.rule == "mixed_currency"]
    for text, wanted in ((t, i.facts["wanted"]) for i in mixed for t in i.facts["values"]):
        if len(meanings(text)) > 1 and wanted not in meanings(text):
            signs[text.strip().lower()] = list(meanings(text))
    rated = {sign: [c for c in every if c in found.said.given] for sign, every in signs.items()}
    return {sign: codes[0] for sign, codes in rated.items() if len(codes) == 1}


def _read(data: dict[str, str | list[str]], said: Said) -> Exports:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        day = dt.date.fromisoformat(TODAY)
        span = Span(id="draft", start=day, end=day)
        draft = weights.choose(dict.fromkeys(("revenue", "spend"), 1.0))
        (home / "scheme.yml").write_text(weights.scheme_text(draft, span), encoding="utf-8")
        keys = {
            "id": "draft",
            "type": "month",
            "start": TODAY,
            "end": TODAY,
            "scheme": "scheme.yml",
            **said.keys,
        }
        lines = [f"{k}: {json.dumps(v)}\n" for k, v in (keys | {"data": data}).items()]
        (home / "period.yml").write_text("".join(lines), encoding="utf-8")
        if said.reports:
            shutil.copyfile(said.reports, home / "reports.yml")
        return Exports(inspect(read_period(home / "period.yml")), said)

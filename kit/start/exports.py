"""What the exports say (导出汇总): days a file, plans with their spend, sums of measures."""

import datetime as dt
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import narwhals as nw
import pandas as pd

from kit.data.issues import Issue
from kit.data.load import inspect
from kit.data.store.engine import collect
from kit.data.tables import Tables
from kit.params import Span, read_period
from kit.start import weights

TODAY = "2025-01-01"  # of a draft that only reads: no page sees it


@dataclass(frozen=True)
class Exports:
    """Tables read from the exports alone, with what reading found."""

    tables: Tables

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was left out, changed or refused on reading."""
        return self.tables.read_issues

    @property
    def refused(self) -> list[Issue]:
        """What keeps a file from being read."""
        return [i for i in self.issues if i.severity == "refuse" and i.rule != "currency"]

    @property
    def currency(self) -> str:
        """The currency that the files name; CNY where none does."""
        named = {i.value for i in self.issues if i.rule == "currency"}
        return named.pop() if len(named) == 1 else "CNY"

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


def read(data: dict[str, str | list[str]]) -> Exports:
    """The tables of these places, read once by the kit's reader and kept for the run."""
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
        }
        lines = [f"{k}: {json.dumps(v)}\n" for k, v in (keys | {"data": data}).items()]
        (home / "period.yml").write_text("".join(lines), encoding="utf-8")
        return Exports(inspect(read_period(home / "period.yml")))

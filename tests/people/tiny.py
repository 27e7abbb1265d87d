"""Tiny tables by hand: what `kit.people` reads, a few rows each, typed as the loader types them."""

from dataclasses import dataclass, field

import pandas as pd

from kit.data.schema import contract, empty
from kit.params import Period, read_period


@dataclass(frozen=True)
class Tiny:
    """Stands for `kit.data.tables.Tables`: the tables given, empty ones for the rest."""

    given: dict[str, pd.DataFrame]
    period: Period
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)
    digest: str = "tiny"

    @property
    def scheme(self):
        return self.period.scheme

    def get(self, name: str) -> pd.DataFrame:
        return self.given[name].copy() if name in self.given else empty(name)

    def has(self, name: str) -> bool:
        return name in self.given and len(self.given[name]) > 0


def rows(name: str, *records: dict) -> pd.DataFrame:
    """Rows of a contract table: columns not named are missing; dates are dates, texts are texts."""
    columns = contract()[name].columns
    table = pd.DataFrame(list(records)).reindex(columns=list(columns))
    dates = [c for c, spec in columns.items() if spec.type in ("date", "timestamp")]
    texts = [c for c, spec in columns.items() if spec.type == "text"]
    numbers = [c for c in columns if c not in dates and c not in texts]
    parsed = {c: pd.to_datetime(table[c]).astype("datetime64[us]") for c in dates}
    typed = {c: table[c].astype("str") for c in texts}
    return table.assign(**parsed, **typed, **{c: table[c].astype(float) for c in numbers})


def june(given: dict[str, pd.DataFrame], facts: pd.DataFrame | None = None, **scheme) -> Tiny:
    """June 2025 with the repository's scheme, sections changed by `scheme`."""
    period = read_period("params/2025-06.yml")
    changed = period.scheme.model_copy(update=scheme)
    return Tiny(
        given,
        period.model_copy(update={"scheme": changed}),
        pd.DataFrame() if facts is None else facts,
    )


def totals(*people: dict) -> pd.DataFrame:
    """Rows of a scorecard's totals."""
    columns = [
        "specialist_id",
        "coverage",
        "total",
        "printed",
        "grade",
        "se",
        "ci_low",
        "ci_high",
        "reason",
    ]
    table = pd.DataFrame(list(people)).reindex(columns=columns)
    return table.assign(scored=table["printed"], scored_total=table["total"])

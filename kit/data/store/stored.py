"""What those who add up rows need to know of a period's tables (已入库的表)."""

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from kit.data.store.engine import Engine


class Stored(Protocol):
    """The engine that holds the tables, and which of them were given; `Tables` is one."""

    @property
    def engine(self) -> Engine:
        """Where the rows lie."""

    @property
    def sources(self) -> Mapping[str, object]:
        """The tables that were given, by name."""

    def get(self, name: str) -> pd.DataFrame:
        """A contract table in pandas; without rows when it was not given."""

    def has(self, name: str) -> bool:
        """Whether the table was given and holds a row."""

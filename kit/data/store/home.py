"""What each engine does in its own way (引擎各自的做法)."""

from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa


class Home(Protocol):
    """What engines do each in their own way; `Any` is a table as the engine knows it."""

    def arrow(self, name: str, rows: pa.Table) -> Any:
        """Lay Arrow rows in the engine under a name."""

    def parquet(self, paths: list[str]) -> Any:
        """Open parquet files as one table, without reading them."""

    def database(self, file: Path, table: str) -> Any:
        """Open a table of a database file."""

    def stored(self, name: str, rows: Any) -> Any:
        """Keep a computed table under a name, so that it is computed once."""

    def may_repeat(self, rows: Any, key: list[str]) -> bool:
        """Whether a key may occur twice; False only where it surely does not."""

    def close(self) -> None:
        """Let go of the engine and its files."""

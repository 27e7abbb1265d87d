"""What Spark does in its own way (Spark 的做法), and the settings that the expressions count on.

The session itself is made in `engine`, which alone imports pyspark.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kit.errors import DataError

SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # a cell that does not fit its type is an error, not null
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.files.ignoreCorruptFiles": "false",  # else rows would be missing in silence
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.binaryAsString": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Spark:
    """A Spark session, classic or Connect, for data that outgrow one machine."""

    session: Any

    def arrow(self, name: str, rows: pa.Table) -> Any:
        """An Arrow table, sent to Spark."""
        return self.session.createDataFrame(rows)

    def parquet(self, paths: list[str]) -> Any:
        """Files or folders of a lake, with the file and the row in it."""
        read = self.session.read.option("mergeSchema", "true").parquet(*paths)
        return read.selectExpr(
            "*",
            "_metadata.row_index AS file_row_number",
            "regexp_replace(_metadata.file_path, '^file:/+', '/') AS filename",
        )

    def database(self, file: Path, table: str) -> Any:
        """Only DuckDB reads its files."""
        raise DataError("data.broken_file", file=file.name, found="duckdb")

    def stored(self, name: str, rows: Any) -> Any:
        """The rows, kept once they are computed."""
        return rows.cache()

    def may_repeat(self, rows: Any, key: list[str]) -> bool:
        """Not known without looking."""
        return True

    def close(self) -> None:
        """The session belongs to whoever started it; only what was kept is let go."""
        self.session.catalog.clearCache()


def settle(session: Any, refused: type[Exception]) -> None:
    """Set what clusters differ in (会话设置); a cluster that keeps its own value is refused.

    refused : what the session raises when a setting may not be changed
    Errors  : DataError that names the setting, the value needed and the one found
    """
    for name, wanted in SETTINGS.items():
        if not name.startswith("spark.sql."):
            continue
        with suppress(refused):  # it may hold the value already: that is what counts
            session.conf.set(name, wanted)
        found = session.conf.get(name, "")
        if found.lower() != wanted.lower():
            raise DataError("data.spark_setting", name=name, wanted=wanted, found=found or "—")

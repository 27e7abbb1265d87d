"""Tables of a PostgreSQL server (数据库表), copied once a run into typed Parquet, over ADBC.

The address stands in an environment variable, never in a file; the period file names the variable
and the table: `env:SHOP_DB#shop.orders`. The session only reads, has limits of time, and asks for
the contract's columns alone. Nothing that is printed holds the address.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pyarrow as pa

from kit.data.schema import NUMBERS, Column, contract
from kit.data.store import cache
from kit.errors import DataError

PLACE = re.compile(r"env:(?P<variable>[A-Za-z_]\w*)#(?:(?P<schema>[^.#]+)\.)?(?P<name>[^.#]+)")
SECONDS = 600  # a query may take; KIT_DATABASE_SECONDS says another number
CONNECT = 15  # seconds until a server that does not answer is given up
SESSION = (
    "-c default_transaction_read_only=on -c statement_timeout={limit}000 -c lock_timeout=30000 "
    "-c synchronize_seqscans=off"  # the same rows in the same order each time
)
NUMERIC = ("int2", "int4", "int8", "numeric", "float4", "float8")
DATES = ("date", "timestamp", "timestamptz")  # "infinity" would arrive as a day long ago
AS_THEY_ARE = ("text", "varchar", "bool")
TO_TEXT = {"json": " #>> '{}'", "jsonb": " #>> '{}'"}  # without the marks around a text
BROKEN = ("08", "57P")  # SQLSTATE: the connection was lost, the server is going down
_begun = time.time()


class BrokenStreamError(Exception):
    """The server ended a query after its first rows had been asked for."""


@dataclass(frozen=True)
class Remote:
    """One table of a server, as the period file names it."""

    variable: str
    schema: str
    name: str

    @property
    def told(self) -> str:
        """As the period file writes it."""
        return f"env:{self.variable}#{self.quoted.replace(chr(34), '')}"

    @property
    def quoted(self) -> str:
        """As SQL names it."""
        return ".".join(_quoted(part) for part in (self.schema, self.name) if part)


def remote(text: str) -> Remote | None:
    """The table that a place of the period file names; None for a file.

    >>> remote("env:SHOP_DB#shop.orders").quoted
    '"shop"."orders"'
    >>> remote("orders.csv") is None
    True
    """
    if not text.startswith("env:"):
        return None
    found = PLACE.fullmatch(text)
    if found is None:
        raise DataError("data.bad_database_place", found=text)
    return Remote(found["variable"], found["schema"] or "", found["name"])


def copied(place: Remote, table: str, labels: Callable[[str], str], zone: str) -> Path:
    """The file that holds the table's rows as they stood when this run began (数据库快照).

    table   : of the contract; its columns alone are asked for
    labels  : column of the contract by a header, "" where there is none
    zone    : IANA name in which instants are written as local times; "" leaves them as they are
    Errors  : DataError when the server, the table, its needed columns or the time are lacking
    """
    file = cache.HOME / "database" / place.variable / f"{place.quoted.replace(chr(34), '')}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    with cache.alone(file.with_suffix(".lock")):
        if not file.exists() or file.stat().st_mtime < read_since():
            with _session(place) as cursor:
                _copy(cursor, file, _query(cursor, place, table, labels, zone))
    return file


def read_since() -> float:
    """Seconds since 1970 from which a copy is fresh: the run's start, else this process's."""
    return float(os.environ.get("KIT_READ_SINCE", _begun))


def _query(cursor: Any, place: Remote, table: str, labels: Callable[[str], str], zone: str) -> str:
    """Ask for the contract's columns under the contract's names, in its types."""
    cursor.execute(f"SELECT * FROM {place.quoted} LIMIT 0")
    held = cursor.fetch_record_batch().schema
    named = {labels(field.name): field for field in reversed(held) if labels(field.name)}
    columns = contract()[table].columns
    lacking = [c.name for c in columns.values() if not c.nullable and c.name not in named]
    if lacking:
        facts = {"place": place.told, "missing": lacking, "found": held.names}
        raise DataError("data.database_columns", **facts)
    chosen = ", ".join(_cast(columns[name], field, zone) for name, field in named.items())
    return f"SELECT {chosen} FROM {place.quoted}"


def _cast(column: Column, field: pa.Field, zone: str) -> str:
    kind = (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()
    cell = _quoted(field.name)
    if column.type in NUMBERS and kind in (*NUMERIC, "money"):
        cell += "::numeric::float8" if kind == "money" else "::float8"  # ADBC counts money in cents
    elif kind in DATES:
        local = f" AT TIME ZONE '{zone.replace(chr(39), '')}'" if kind[9:] and zone else ""
        cell = f"CASE WHEN isfinite({cell}) THEN {cell}{local} END"
    elif kind not in AS_THEY_ARE:
        cell = f"({cell}{TO_TEXT.get(kind, '::text')})"
    return f"{cell} AS {_quoted(column.name)}"


def _copy(cursor: Any, file: Path, query: str) -> None:
    """Stream the rows into the file, which is replaced when they are whole."""
    import pyarrow.parquet as pq  # a run without a database does without it

    cursor.execute(query)
    batches = cursor.fetch_record_batch()
    new = file.with_name(f"{cache.UNFINISHED}{os.getpid()}-{file.name}")
    try:
        with pq.ParquetWriter(new, batches.schema.remove_metadata()) as writer:
            for batch in _streamed(batches):
                writer.write_batch(batch.replace_schema_metadata())
        new.chmod(0o600)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _streamed(batches: Any) -> Iterator[pa.RecordBatch]:
    """The rows as they come; what breaks the stream is told apart from a disk that is full."""
    while True:
        try:
            batch = batches.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:  # without the code that other calls give
            raise BrokenStreamError(str(error)) from None
        yield batch


@contextmanager
def _session(place: Remote) -> Iterator[Any]:
    """A cursor of a session that only reads; every failure of the server as words."""
    url = os.environ.get(place.variable, "")
    if not url:
        raise DataError("data.no_database_address", place=place.told, variable=place.variable)
    try:
        from adbc_driver_manager import Error
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise DataError("data.no_adbc", place=place.told) from None
    limit = _limit()
    begun = time.monotonic()
    try:
        with dbapi.connect(_limited(url, limit)) as connection, connection.cursor() as cursor:
            try:
                yield cursor
            except BrokenStreamError as error:
                connection.rollback()  # fails where the connection is gone
                slow = time.monotonic() - begun >= limit
                raise _worded(error, place, url, limit, "57014" if slow else "query") from None
    except Error as error:
        raise _worded(error, place, url, limit, getattr(error, "sqlstate", None)) from None


def _limit() -> int:
    said = os.environ.get("KIT_DATABASE_SECONDS", str(SECONDS))
    if not re.fullmatch(r"[1-9]\d{0,5}", said):
        raise DataError("data.bad_database_seconds", found=said)
    return int(said)


def _limited(url: str, limit: int) -> str:
    """The address with the settings of a reader, after those that it holds itself."""
    settings = quote(SESSION.format(limit=limit))
    if re.search(r"[?&]options=", url):
        return re.sub(r"([?&]options=[^&]*)", rf"\g<1>%20{settings}", url, count=1)
    more = f"options={settings}"
    for name, value in {"connect_timeout": CONNECT, "tcp_user_timeout": 60_000}.items():
        more += "" if f"{name}=" in url else f"&{name}={value}"
    return f"{url}{'&' if '?' in url else '?'}{more}&application_name=kit"


def _worded(error: Exception, place: Remote, url: str, limit: int, state: str | None) -> DataError:
    state = state or ""
    facts = {"place": place.told, "variable": place.variable, "why": _safe(str(error), url)}
    if state == "57014":
        return DataError("data.database_slow", seconds=limit, **facts)
    if state in ("42P01", "3F000"):
        return DataError("data.database_no_table", **facts)
    if state == "42501":
        return DataError("data.database_no_right", **facts)
    if not state or state.startswith(BROKEN) or state.startswith("28"):
        return DataError("data.database_refused", **facts)
    return DataError("data.database_error", **facts)


def _safe(text: str, url: str) -> str:
    """The first line of a server's message without any part of the address (去除地址与口令)."""
    line = text.strip().partition("\n")[0]
    try:
        parts = urlsplit(url)
        held = [parts.password, parts.username, parts.hostname, parts.path.strip("/")]
    except ValueError:
        held = []
    held += re.findall(r"=\s*'?([^'&\s]{3,})", url)
    secrets = {form for text in held if text for form in (text, unquote(text), quote(text, ""))}
    for secret in sorted({url, *secrets}, key=len, reverse=True):
        line = line.replace(secret, "***")
    return line.partition("[libpq] ")[2][:160] or line[:160]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

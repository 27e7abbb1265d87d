"""Tables of a real PostgreSQL server: the rows of files, or words; and the address nowhere."""

import csv
import io
import re
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from kit.__main__ import main
from kit.data.load import load
from kit.data.store import database
from kit.errors import DataError
from kit.words import LANGS
from tests.data.company import FILES, PERIOD, SCHEME, folder
from tests.data.store.postgres import ACCOUNT, PASSWORD, running

pytestmark = pytest.mark.postgres
TYPES = {"paid_at": "timestamp", "revenue": "numeric(12, 2)", "hire_date": "date", "share": "real"}


@pytest.fixture(scope="module")
def server():
    with running() as server:
        word = PASSWORD.replace("'", "''")
        server.sql(
            f"CREATE SCHEMA shop; CREATE ROLE {ACCOUNT} LOGIN PASSWORD '{word}';"
            f"GRANT USAGE ON SCHEMA shop TO {ACCOUNT}"
        )
        for name in ("roster", "orders", "assignment"):
            laid(server, name)
        yield server


def laid(server, name):
    """A table of the small company on the server, in types as a shop would have them."""
    rows = list(csv.reader(io.StringIO(FILES[name])))
    kinds = [TYPES.get(c, "date" if c.startswith("valid") else "text") for c in rows[0]]
    columns = ", ".join(f"{c} {k}" for c, k in zip(rows[0], kinds, strict=True))
    values = ", ".join(
        "(" + ", ".join(f"'{cell}'" if cell else "NULL" for cell in row) + ")" for row in rows[1:]
    )
    server.sql(
        f"CREATE TABLE shop.{name} ({columns}); INSERT INTO shop.{name} VALUES {values};"
        f"GRANT SELECT ON shop.{name} TO {ACCOUNT}"
    )


@pytest.fixture
def period(tmp_path, monkeypatch, server):
    """A period whose tables named here lie on the server, the others in files."""
    monkeypatch.setenv("SHOP_DB", server.url(user=ACCOUNT))
    monkeypatch.setenv("KIT_READ_SINCE", str(time.time()))
    folder(tmp_path)

    def written(**tables: str) -> Path:
        places = {name: str(tmp_path / f"{name}.csv") for name in FILES} | tables
        data = "".join(f"\n  {name}: {place!r}" for name, place in places.items())
        file = tmp_path / "tiny.yml"
        text = PERIOD.format(scheme=SCHEME, data=data) + "timezone: Asia/Shanghai\n"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def told(error: DataError) -> str:
    return "\n".join(fault.told(lang) for fault in error.faults for lang in LANGS)


def refused(file: Path, key: str) -> str:
    """The words of a refusal, in which nothing of the address stands."""
    with pytest.raises(DataError) as caught:
        load(file)
    keys = {fault.key for fault in caught.value.faults}
    assert f"data.{key}" in keys, told(caught.value)
    text = told(caught.value)
    for secret in (PASSWORD, quote(PASSWORD, ""), ACCOUNT, "127.0.0.1"):
        assert secret not in text
    return text


def test_tables_of_a_server_are_those_of_files(tmp_path, period):
    names = ("roster", "orders", "assignment")
    there = load(period(**{n: f"env:SHOP_DB#shop.{n}" for n in names}))
    (tmp_path / "files").mkdir()
    here = load(folder(tmp_path / "files"))
    for name in names:
        pd.testing.assert_frame_equal(there.get(name), here.get(name), check_dtype=False)
    pd.testing.assert_frame_equal(there.facts, here.facts)


def test_only_the_columns_of_the_contract_are_asked_for(server, period):
    """A column that cannot be computed stands beside them."""
    server.sql(
        "CREATE VIEW shop.sums AS SELECT o.*, 1 / (length(order_id) - 2) AS note"
        " FROM shop.orders o;"
        f"GRANT SELECT ON shop.sums TO {ACCOUNT}"
    )
    assert len(load(period(orders="env:SHOP_DB#shop.sums")).get("orders")) == 2


def test_chinese_headers_instants_and_whole_numbers_fit(server, period):
    server.sql(
        'CREATE VIEW shop.ord AS SELECT substr(order_id, 2)::bigint AS "订单编号",'
        ' revenue AS "Revenue",'
        "  (paid_at AT TIME ZONE 'Asia/Shanghai')::timestamptz AS paid_at, customer_id, plan_id"
        f" FROM shop.orders; GRANT SELECT ON shop.ord TO {ACCOUNT}"
    )
    orders = load(period(orders="env:SHOP_DB#shop.ord")).get("orders")
    assert orders["order_id"].tolist() == ["1", "2"] and orders["revenue"].tolist() == [20.5, 20.5]
    assert orders["paid_at"].astype(str).tolist() == ["2025-06-14 10:20:00", "2025-06-15 10:20:00"]


def test_columns_of_every_kind_say_what_they_say_on_the_server(server, period):
    """An amount as money is no whole number of cents, a large oid is not negative."""
    server.sql(
        "CREATE DOMAIN shop.yuan AS money; CREATE TYPE shop.plans AS ENUM ('P1', 'P2');"
        "CREATE VIEW shop.kinds AS SELECT (4000000000 + substr(order_id, 2)::bigint)::oid"
        " AS order_id, paid_at, to_jsonb(customer_id) AS customer_id, "
        " plan_id::shop.plans AS plan_id, revenue::money::shop.yuan AS revenue"
        f" FROM shop.orders; GRANT SELECT ON shop.kinds TO {ACCOUNT};"
        "CREATE VIEW shop.padded AS SELECT order_id::char(9), paid_at::text, customer_id,"
        f" plan_id, revenue::char(9) FROM shop.orders; GRANT SELECT ON shop.padded TO {ACCOUNT}"
    )
    plain = load(period()).get("orders")
    kinds = load(period(orders="env:SHOP_DB#shop.kinds")).get("orders")
    assert kinds["revenue"].tolist() == plain["revenue"].tolist()
    assert kinds["order_id"].tolist() == ["4000000001", "4000000002"]
    assert kinds["plan_id"].tolist() == plain["plan_id"].tolist()
    padded = load(period(orders="env:SHOP_DB#shop.padded")).get("orders")
    named = ["order_id", "paid_at", "customer_id", "plan_id", "revenue"]
    pd.testing.assert_frame_equal(padded[named], plain[named], check_dtype=False)


def test_an_assignment_until_infinity_has_no_end(server, period):
    server.sql(
        "CREATE VIEW shop.open AS SELECT plan_id, specialist_id, valid_from, share,"
        " coalesce(valid_to, 'infinity') AS valid_to FROM shop.assignment;"
        f"GRANT SELECT ON shop.open TO {ACCOUNT}"
    )
    tables = load(period(assignment="env:SHOP_DB#shop.open"))
    assert tables.get("assignment")["valid_to"].isna().tolist() == [False, True, True]
    assert tables.facts["spend"].sum() == load(period()).facts["spend"].sum() > 0


def test_a_table_is_read_once_a_run_and_anew_by_the_next(server, period, monkeypatch, tmp_path):
    server.sql(
        f"CREATE TABLE shop.more AS TABLE shop.orders; GRANT SELECT ON shop.more TO {ACCOUNT}"
    )
    file = period(orders="env:SHOP_DB#shop.more")
    assert len(load(file).get("orders")) == 2
    server.sql(
        "INSERT INTO shop.more SELECT 'O3', paid_at, customer_id, channel, plan_id, category, 7"
        " FROM shop.orders LIMIT 1"
    )
    assert len(load(file).get("orders")) == 2
    monkeypatch.setenv("KIT_READ_SINCE", str(time.time()))
    assert load(file).get("orders")["revenue"].sum() == 48


def test_the_session_cannot_write(server, period):
    server.sql(
        "CREATE TABLE shop.log (n int); CREATE FUNCTION shop.noted() RETURNS text LANGUAGE sql AS"
        " 'INSERT INTO shop.log VALUES (1) RETURNING n::text';"
        "CREATE VIEW shop.writes AS SELECT order_id, paid_at, shop.noted() AS customer_id, plan_id,"
        f" revenue FROM shop.orders; GRANT ALL ON shop.writes, shop.log TO {ACCOUNT}"
    )
    assert "read-only" in refused(period(orders="env:SHOP_DB#shop.writes"), "database_error")
    assert server.sql("SELECT count(*) FROM shop.log").strip() == "0"


def test_what_a_server_refuses_is_told_in_words(server, period, monkeypatch):
    server.sql("CREATE TABLE shop.closed AS TABLE shop.orders")
    server.sql(
        "CREATE VIEW shop.short AS SELECT order_id FROM shop.orders;"
        f"GRANT SELECT ON shop.short TO {ACCOUNT}"
    )
    refused(period(orders="env:SHOP_DB#shop.nothing"), "database_no_table")
    refused(period(orders="env:SHOP_DB#nowhere.orders"), "database_no_table")
    refused(period(orders="env:SHOP_DB#shop.closed"), "database_no_right")
    assert "paid_at" in refused(period(orders="env:SHOP_DB#shop.short"), "database_columns")
    refused(period(orders="env:SHOP_DB"), "bad_database_place")
    refused(period(orders="env:NO_SUCH_DB#shop.orders"), "no_database_address")
    file = period(orders="env:SHOP_DB#shop.orders")
    for url in (
        server.url(user=ACCOUNT, port=1),
        server.url(user=ACCOUNT, password="x" + PASSWORD),
    ):
        monkeypatch.setenv("SHOP_DB", url)
        monkeypatch.setenv("KIT_READ_SINCE", str(time.time()))
        refused(file, "database_refused")


def test_every_fault_of_every_table_is_told_at_once(period):
    with pytest.raises(DataError) as caught:
        load(period(orders="env:SHOP_DB#shop.nothing", roster="env:NO_SUCH_DB#shop.roster"))
    keys = {fault.key for fault in caught.value.faults}
    assert {"data.database_no_table", "data.no_database_address"} <= keys


def test_a_query_that_never_ends_is_stopped(server, period, monkeypatch):
    server.sql(
        "CREATE VIEW shop.slow AS SELECT o.*, pg_sleep(30)::text AS product FROM shop.orders o;"
        f"GRANT SELECT ON shop.slow TO {ACCOUNT}"
    )
    monkeypatch.setenv("KIT_DATABASE_SECONDS", "1")
    begun = time.monotonic()
    assert "KIT_DATABASE_SECONDS" in refused(
        period(orders="env:SHOP_DB#shop.slow"), "database_slow"
    )
    assert time.monotonic() - begun < 15
    monkeypatch.setenv("KIT_DATABASE_SECONDS", "soon")
    refused(period(orders="env:SHOP_DB#shop.orders"), "bad_database_seconds")


def test_a_server_that_restarts_leaves_nothing_half_copied(server, period, monkeypatch):
    """The copy of the last run stays whole while a new one breaks off; afterwards it works."""
    server.sql(
        "CREATE VIEW shop.long AS SELECT o.*, pg_sleep(3)::text AS product FROM shop.orders o;"
        f"GRANT SELECT ON shop.long TO {ACCOUNT}"
    )
    file = period(orders="env:SHOP_DB#shop.long")
    assert len(load(file).get("orders")) == 2
    held = database.cache.HOME / "database" / "SHOP_DB" / "shop.long.parquet"
    before = held.read_bytes()
    monkeypatch.setenv("KIT_READ_SINCE", str(time.time() + 1))
    restart = threading.Timer(1.5, server.control, ("-w", "-m", "immediate", "restart"))
    restart.start()
    refused(file, "database_refused")
    restart.join()
    assert held.read_bytes() == before and not list(held.parent.glob(".new-*"))
    monkeypatch.setenv("KIT_READ_SINCE", str(time.time()))
    assert len(load(file).get("orders")) == 2


@pytest.mark.slow
def test_the_address_stands_in_nothing_that_a_run_writes(period, tmp_path, monkeypatch, capfd):
    from kit.report import plan

    monkeypatch.setattr(plan, "REPORTS", tmp_path / "reports")
    file = period(orders="env:SHOP_DB#shop.orders", roster="env:SHOP_DB#shop.roster")
    main(["run", str(file), "--engine", "plain", "--workers", "1", "--notebook", "1_data_load"])
    said = "".join(capfd.readouterr())
    pages = list((tmp_path / "reports").rglob("*.html"))
    assert pages, said
    written = [p for p in (tmp_path / "reports").rglob("*") if p.is_file()]
    everything = said.encode() + b"".join(p.read_bytes() for p in written)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), f"{ACCOUNT}:"):
        assert secret.encode() not in everything
    assert not re.search(rb"postgresql://", everything)

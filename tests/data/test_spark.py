"""Spark runs the kit's expressions unchanged: the same tables as DuckDB, to the last digit."""

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kit.abtest.portfolio import folded
from kit.abtest.sums import sums_by
from kit.data import sales
from kit.data.load import inspect
from kit.data.quality.once import repeated
from kit.data.schema import contract
from kit.data.store import engine as engines
from kit.params import read_period
from tests.data.company import folder

pytestmark = [pytest.mark.slow, pytest.mark.spark]
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.log.level": "ERROR",
}


@pytest.fixture(scope="module")
def session():
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").config(map=SMALL).getOrCreate()
    yield session
    session.stop()


def made(tables):
    """Every derived table of the small company."""
    span = ("2025-06-14", "2025-06-16")
    left, issues = repeated(tables.engine, contract()["ads"])
    return {
        "facts": tables.facts,
        "unassigned": tables.unassigned,
        "users": tables.users(*span),
        "drill": tables.drill(["specialist_id", "keyword", "weekday"], *span),
        "orders": sales.orders(tables, *span),
        "buyers": sales.buyers(tables, *span),
        "customers": sales.customers(tables, *span),
        "part": tables.part("orders", ("order_id", "revenue"), *span),
        "twice": pd.DataFrame({"rule": [i.rule for i in issues], "count": len(left)}),
    }


def test_facts_users_and_repeated_rows_are_those_of_duckdb(tmp_path, session):
    duck = inspect(read_period(folder(tmp_path)))
    spark = replace(duck, engine=engines.open("spark"))
    for name in duck.sources:
        rows = duck.engine.scan(name).collect("pyarrow").to_native()
        again = pa.concat_tables([rows, rows.slice(0, 1)]) if name == "ads" else rows
        for tables in (duck, spark):
            tables.engine.add(name, again)
    duck = made(duck)
    spark = made(spark)
    assert duck["facts"]["spend"].sum() == 25.5 and duck["users"]["exact"].all()
    assert duck["twice"].values.tolist() == [["duplicate_row", 1]]
    for name, table in duck.items():
        pd.testing.assert_frame_equal(spark[name], table, rtol=1e-9)


def test_rows_that_stand_twice_are_found_where_a_yes_or_no_may_be_blank(session):
    """By hand: of three rows the second and third are one and the same, with `passed` blank."""
    table = contract()["training"]
    who = {"course": "c", "skill": "k", "specialist_id": "S1"}
    days = [pd.Timestamp("2025-06-01")] * 3
    rows = pd.DataFrame([who] * 3).assign(
        start_date=days, passed=[True, None, None], retest_on=days
    )
    rows = rows.astype({"passed": "boolean"}).assign(_file="t.csv", _row=[1, 2, 3])
    found = []
    for url in ("duckdb", "spark"):
        opened = engines.open(url)
        opened.add("training", pa.Table.from_pandas(rows, preserve_index=False))
        left, issues = repeated(opened, table)
        found.append([len(left), [i.rule for i in issues]])
    assert found == [[1, ["duplicate_row"]]] * 2


def test_a_lake_of_parquet_is_read_in_place(tmp_path, session, monkeypatch):
    monkeypatch.setenv("KIT_ENGINE", "spark")
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-06-14", "2025-06-15"]),
            "plan_id": [1, 2],
            "impressions": [3, 4],
            "clicks": [1, 1],
            "orders": [1, 0],
            "spend": [1.5, np.nan],
            "revenue": [2.0, 3.0],
        }
    )
    frame.to_parquet(tmp_path / "ads.parquet")
    for url in ("spark", "duckdb"):
        opened = engines.open(url)
        opened.add_files("ads", [tmp_path / "ads.parquet"], own=False)
        held = engines.table(opened, "ads")
        assert held["plan_id"].tolist() == ["1", "2"] and held["spend"].isna().tolist() == [0, 1]
        rows = engines.collect(opened.scan("ads").select("_file", "_row").sort("_row"))
        assert rows.values.tolist() == [[str(tmp_path / "ads.parquet"), n] for n in (1, 2)]


def test_sums_of_a_test_by_user_are_those_of_duckdb(session):
    rng = np.random.default_rng(7)
    users = pa.table(
        {
            "variant": ["A", "B"] * 200,
            "revenue": rng.exponential(9, 400),
            "sessions": rng.poisson(3, 400).astype(float),
        }
    )
    found = []
    for url in ("duckdb", "spark"):
        opened = engines.open(url)
        opened.add("users", users)
        found.append(sums_by(opened.scan("users"), ["variant"], ["revenue", "sessions"]))
    for duck, spark in zip(*(cells.sums for cells in found), strict=True):
        assert duck.n == spark.n == 200
        np.testing.assert_allclose(spark.total, duck.total, rtol=1e-12)
        np.testing.assert_allclose(spark.cross, duck.cross, rtol=1e-12)


def test_a_large_test_folds_alike_and_loses_whom_both_variants_met(session):
    rng = np.random.default_rng(8)
    n = 400
    names = (
        "converted",
        "revenue",
        "refund_amount",
        "orders",
        "sessions",
        "pre_revenue",
        "pre_sessions",
    )
    users = pd.DataFrame(
        {
            "test_id": "T",
            "user_id": [f"u{i % 397}" for i in range(n)],
            "variant": np.tile(["A", "B"], n // 2),
            "stratum": np.repeat(["new", "old"], n // 2),
            "day": pd.to_datetime("2025-06-01") + pd.to_timedelta(np.arange(n) % 3, unit="D"),
        }
    )
    users = users.assign(**{name: rng.poisson(3, n) * 1.0 for name in names})
    users["converted"] = users["converted"] > 3
    users.loc[0, "pre_sessions"] = np.nan  # no longer a column of every row
    found = []
    for url in ("duckdb", "spark"):
        opened = engines.open(url)
        opened.add("experiment_users", pa.Table.from_pandas(users, preserve_index=False))
        found.append(folded(opened, "T"))
    duck, spark = found
    assert duck.twice == spark.twice == 3  # u0, u1, u2 came back in the other variant
    assert sum(s.n for s in duck.sums) == n - 6 and duck.negative == spark.negative == ()
    pd.testing.assert_frame_equal(duck.keys, spark.keys, check_dtype=False)
    for one, two in zip(duck.sums, spark.sums, strict=True):
        assert one.names == two.names and one.n == two.n
        np.testing.assert_allclose(two.cross, one.cross, rtol=1e-12)

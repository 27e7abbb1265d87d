"""An executor killed in the middle; clusters whose settings would change figures."""

import os
import threading
import time

import pandas as pd
import pytest

from kit.data.load import inspect
from kit.data.store import cache
from kit.data.store import engine as engines
from kit.data.store.spark import SETTINGS
from kit.params import read_period
from tests.bench import data_bench
from tests.data import cluster

pytestmark = [pytest.mark.slow, pytest.mark.spark]
OTHERWISE = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "true",
    "spark.sql.legacy.timeParserPolicy": "LEGACY",
    "spark.sql.files.ignoreCorruptFiles": "true",
    "spark.sql.files.ignoreMissingFiles": "true",
    "spark.sql.parquet.binaryAsString": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "LEGACY",
    "spark.sql.parquet.int96RebaseModeInRead": "LEGACY",
    "spark.sql.execution.arrow.pyspark.enabled": "false",
}
ROWS = 300_000


@pytest.fixture(scope="module")
def servers():
    with cluster.running() as servers:
        yield servers


@pytest.fixture(scope="module")
def session(servers):
    """A session of the cluster, all of whose settings are the other way round."""
    os.environ["SPARK_LOCAL_IP"] = cluster.HOST
    from pyspark.sql import SparkSession

    said = {**cluster.SETTINGS, **OTHERWISE, "spark.sql.shuffle.partitions": "4"}
    said |= {"spark.ui.enabled": "false", "spark.log.level": "ERROR"}
    session = SparkSession.builder.master(servers.master).config(map=said).getOrCreate()
    yield session
    session.stop()


def derived(tables) -> dict[str, pd.DataFrame]:
    return {
        "facts": tables.facts,
        "unassigned": tables.unassigned,
        "users": tables.users("2024-07-01", "2025-06-30"),
    }


def kill_when_busy(session, servers, killed: list[tuple[int, float]]) -> None:
    """Kill one executor as soon as tasks of a job run on it; tell which and when."""
    tracker = session.sparkContext.statusTracker()
    while not killed:
        infos = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(info and info.numActiveTasks for info in infos):
            pid, executor = sorted(servers.executors().items())[0]
            executor.kill()
            killed.append((pid, time.monotonic()))
        time.sleep(0.01)


def test_an_executor_killed_in_the_middle_changes_no_table(tmp_path, monkeypatch, servers, session):
    monkeypatch.setattr(cache, "HOME", tmp_path / "duckdb")
    data_bench.generate(tmp_path, ROWS)
    wanted = derived(inspect(read_period(tmp_path / "period.yml")))
    monkeypatch.setattr(cache, "HOME", tmp_path / "spark")  # nothing is remembered
    monkeypatch.setenv("KIT_ENGINE", "spark")
    tables = inspect(read_period(tmp_path / "period.yml"))
    before, killed = set(servers.executors()), []
    killer = threading.Thread(target=kill_when_busy, args=(session, servers, killed), daemon=True)
    killer.start()
    found = derived(tables)
    done = time.monotonic()
    killer.join(10)
    [(pid, when)] = killed
    assert when < done and pid in before and len(before) == 2
    cluster.wait_for(lambda: len(servers.executors()) == 2, "another executor")
    assert pid not in servers.executors()
    for name, table in wanted.items():
        assert len(table) > 100
        pd.testing.assert_frame_equal(found[name], table, rtol=1e-9)


def test_settings_of_a_cluster_that_would_change_figures_are_set(session):
    for name, value in OTHERWISE.items():
        session.conf.set(name, value)
    engines.open("spark")
    assert set(OTHERWISE) == {name for name in SETTINGS if name.startswith("spark.sql.")}
    assert {n: session.conf.get(n) for n in OTHERWISE} == {n: SETTINGS[n] for n in OTHERWISE}


def test_a_file_that_is_broken_is_not_left_out_in_silence(tmp_path, session):
    from py4j.protocol import Py4JJavaError

    rows = pd.DataFrame({"plan_id": ["p"], "_file": ["a"], "_row": [1]})
    files = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    for file in files:
        rows.to_parquet(file)
    files[1].write_bytes(files[1].read_bytes()[:60] + b"PAR1")
    session.conf.set("spark.sql.files.ignoreCorruptFiles", "true")
    opened = engines.open("spark")
    with pytest.raises(Py4JJavaError, match=r"b\.parquet"):
        opened.add_files("plans", files)

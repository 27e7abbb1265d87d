"""Files, folders, globs, Parquet and database tables give the same facts; caches notice changes."""

import time
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pandas as pd
import pytest

from kit.data import load as loading
from kit.data.load import check, load
from kit.data.reading import sources
from kit.data.store import cache
from kit.sample import make
from tests.data.company import FILES, SCHEME, folder, loaded


def period(tmp_path, data: str):
    path = tmp_path / "other.yml"
    path.write_text(
        "id: tiny\ntype: month\nstart: 2025-06-01\nend: 2025-06-30\n"
        f"scheme: {SCHEME}\ndata: {data}\n",
        encoding="utf-8",
    )
    return path


def named(tmp_path, **places: str) -> str:
    every = {name: f"{tmp_path}/{name}.csv" for name in FILES} | places
    return "{" + ", ".join(f'{n}: "{p}"' for n, p in every.items()) + "}"


@pytest.fixture
def facts(tmp_path):
    return loaded(tmp_path).facts


def test_parquet_in_place_gives_the_facts_of_the_csv(tmp_path, facts):
    for name in ("ads", "assignment", "plans"):
        loaded(tmp_path).get(name).to_parquet(tmp_path / f"{name}.parquet")
    data = named(
        tmp_path,
        ads=f"{tmp_path}/ads.parquet",
        plans=f"{tmp_path}/plans.parquet",
        assignment=f"{tmp_path}/assignment.parquet",
    )
    pd.testing.assert_frame_equal(load(period(tmp_path, data)).facts, facts)


def test_a_database_table_gives_the_facts_of_the_csv(tmp_path, facts):
    ads = loaded(tmp_path).get("ads")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE TABLE ad_days AS SELECT * FROM ads")
        con.execute("CREATE TABLE wrong AS SELECT date, plan_id, 'x' AS spend FROM ads")
    data = named(tmp_path, ads=f"duckdb:{tmp_path}/shop.duckdb#ad_days")
    pd.testing.assert_frame_equal(load(period(tmp_path, data)).facts, facts)
    assert len(ads) == 5
    wrong = check(period(tmp_path, named(tmp_path, ads=f"duckdb:{tmp_path}/shop.duckdb#wrong")))
    assert {i.column for i in wrong if i.rule == "wrong_type"} >= {"spend", "impressions"}


def test_months_of_one_table_may_be_files_of_a_folder_or_a_glob(tmp_path, facts):
    head, *lines = FILES["ads"].splitlines()
    (tmp_path / "parts").mkdir()
    for n, part in enumerate((lines[:2], lines[2:])):
        text = "\n".join([head, *part]) + "\n"
        (tmp_path / "parts" / f"ads_{n}.csv").write_text(text, encoding="gb18030")
    for place in ("parts", "parts/ads_*.csv"):
        found = load(period(tmp_path, named(tmp_path, ads=f"{tmp_path}/{place}")))
        pd.testing.assert_frame_equal(found.facts, facts)


def test_a_second_load_reads_no_file_and_a_changed_file_is_read(tmp_path, monkeypatch):
    path = folder(tmp_path)
    first, read = load(path), []
    whole = loading.read_table
    monkeypatch.setattr(loading, "read_table", lambda s: read.append(s.table) or whole(s))
    assert load(path).digest == first.digest and read == []
    changed = FILES["ads"].replace(",7,1,30", ",9,1,30")
    (tmp_path / "ads.csv").write_text(changed, encoding="utf-8")
    again = load(path)
    assert read == ["ads"] and again.digest != first.digest
    assert again.plan_days["spend"].sum() == 32.0


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    path = folder(inside)
    (inside / "ads.csv").rename(tmp_path / "ads.csv")
    (inside / "ads.csv").symlink_to(tmp_path / "ads.csv")
    assert "link_outside" in {i.rule for i in check(path) if i.severity == "refuse"}


def test_plans_that_nobody_gave_are_those_the_exports_name(tmp_path):
    ads = (
        "日期,计划ID,计划名字,展现量,点击量,花费,总成交笔数,总成交金额\n"
        "2025-06-14,P1,搜索甲,10,2,1.5,1,3\n2025-06-15,P2,搜索乙,10,2,1.5,1,3\n"
    )
    path = folder(tmp_path, ads=ads, plans=None)
    tables = load(path)
    columns = ["plan_id", "plan_name", "platform", "channel"]
    assert tables.get("plans")[columns].values.tolist() == [
        ["P1", "搜索甲", "taobao", "other"],
        ["P2", "搜索乙", "taobao", "other"],
    ]
    assert set(tables.facts["platform"]) == {"taobao"}
    [note] = [i for i in tables.found if i.rule == "plans_taken"]
    assert note.count == 2 and "淘宝" in note.fault().told("zh")
    given = load(folder(tmp_path)).found  # the company's own plans go first
    assert "plans_taken" not in {i.rule for i in given}


def test_all_who_ask_for_the_sample_at_once_see_it_whole(tmp_path, monkeypatch):
    """The first one writes it, the others wait: two runs on a new machine, or two workers here."""
    written = []

    def slowly(folder, seed):
        written.append(seed)
        folder.mkdir()
        (folder / "ads.parquet").write_text("half", "utf-8")
        time.sleep(0.3)
        (folder / "ads.parquet").write_text("whole", "utf-8")

    monkeypatch.setattr(cache, "HOME", tmp_path / "new")
    monkeypatch.setattr(make, "write", slowly)
    with ThreadPoolExecutor(4) as pool:
        seen = [
            pool.submit(lambda: (sources.sample() / "ads.parquet").read_text("utf-8"))
            for _ in range(4)
        ]
    assert [s.result() for s in seen] == ["whole"] * 4 and written == [sources.SAMPLE_SEED]

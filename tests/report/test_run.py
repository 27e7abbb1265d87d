"""The run: every page of every reader, only what changed, one failure apart, honest indexes."""

import errno
import json
import os
import pathlib
import re
import zipfile

import pytest

from kit.data.store import cache
from kit.errors import KitError
from kit.report import export, pdf, run, scheduler
from kit.report.plan import opaque
from tests.report.conftest import CARDS, HEAD, SHOW, notebook, period

NAMED = {"S01": "王堃", "S02": "李倩", "S03": "赵淼"}


def pages(house, period_id="2025-06"):
    """Every page by its path below the period, with its bytes but for the time of the run."""
    root = house / "reports" / period_id
    found = {
        p.relative_to(root).as_posix(): p.read_text(encoding="utf-8")
        for p in sorted(root.rglob("*.html"))
    }
    return {name: re.sub(r"\d{4}-\d\d-\d\dT[\d:+-]+", "TIME", text) for name, text in found.items()}


def change(house):
    """The wide table of plans says another name."""
    plans = house / "data" / "plans.csv"
    plans.write_text(plans.read_text(encoding="utf-8").replace("枕头", "靠枕"), encoding="utf-8")


def states(house, period_id="2025-06"):
    told = export.read(house / "reports" / period_id / "manifest.json")["jobs"]
    return {s["page"]: s["status"] for s in told}


def test_each_reader_has_a_folder_and_an_index_of_their_own(house):
    file = period(house, "2025-06", 30, audiences="manager, hr, employee", team="all")
    assert run.run([file]) == 0
    folders = [
        *(f"manager/{m}" for m in ("M01", "M02")),
        "hr",
        *(f"employee/{opaque(s)}" for s in ("S01", "S02", "S03")),
    ]
    beside = ["5_people.html", "index.html", "summary.html", "trust.html"]
    team = ["2_kpi_scoring.html", *beside]
    people = {"manager/M01": ["S01", "S02"], "manager/M02": ["S03"], "hr": ["S01", "S02", "S03"]}
    wanted = {"index.html"}
    for folder in folders:
        names = team if folder in people else beside
        names = names + [f"5_people-{opaque(s)}.html" for s in people.get(folder, [])]
        wanted |= {f"{folder}/zh/{name}" for name in [*names, "trust.html"]}
    assert set(pages(house)) == wanted
    assert set(states(house).values()) == {"ok"}
    found = {folder: pages(house)[f"{folder}/zh/index.html"] for folder in folders}
    own = f"employee/{opaque('S01')}"
    assert "员工本人 王堃 · 考核周期 2025-06（2025-06-01 至 2025-06-30）" in found[own]
    assert "上级 M01 ·" in found["manager/M01"] and "王堃" not in pages(house)["index.html"]
    home = house / "reports" / "2025-06"
    listed = found["hr"].partition('id="handed"')[2].partition("</details>")[0]
    given = re.findall(r'href="([^"]+\.zip)">([^<]+)<', listed)
    assert {name: (home / "hr" / "zh" / path).resolve() for path, name in given} == {
        **{f"上级 {m}": home / "manager" / f"{m}.zip" for m in ("M01", "M02")},
        **{n: home / f"employee/{opaque(who)}.zip" for who, n in NAMED.items()},
    }, "HR hands out by name"
    assert (
        all(path.exists() for path in home.glob("*/*.zip")) and len(list(home.rglob("*.zip"))) == 6
    )
    assert not any('id="handed"' in found[folder] for folder in folders if folder != "hr")
    with zipfile.ZipFile(home / "hr.zip") as packed:
        assert 'id="handed"' not in packed.read("index.html").decode(), "no dead link in a zip"


def test_hr_hands_out_no_zip_without_a_page(house):
    """Only HR's pages are made: the other readers have nothing yet."""
    file = period(house, "2025-06", 30, audiences="manager, hr, employee", team="all")
    assert run.run([file], audiences=["hr"]) == 0
    assert ".zip" not in pages(house)["hr/zh/index.html"].partition('id="handed"')[2]


def test_a_second_run_makes_nothing_and_a_changed_file_makes_all_and_says_why(house, capsys):
    file = period(house, "2025-06", 30)
    run.run([file])
    before = {p: p.stat().st_mtime_ns for p in (house / "reports").rglob("*") if p.is_file()}
    assert run.run([file]) == 0
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert "生成 0，未变 3" in capsys.readouterr().out
    change(house)
    assert run.run([file]) == 0
    side = export.read(house / "reports" / "2025-06" / "manager" / "M02" / "zh" / "5_people.json")
    assert side["change"]["because"] == ["data"]
    assert side["change"]["moved"] == [["计划 / P2 / =name", "枕头", "靠枕"]]
    index = pages(house)["manager/M02/zh/index.html"]
    assert "（数据变动），例如：P2 · =name 枕头 → 靠枕。" in index


def test_the_same_inputs_give_the_same_bytes_with_either_engine(house):
    file = period(house, "2025-06", 30)
    run.run([file], engine="fork", notebooks=["2"])
    forked = pages(house)
    run.run([file], engine="plain", notebooks=["2"], force=True)
    assert pages(house) == forked


def test_one_failing_notebook_leaves_the_others_and_its_last_good_page(house):
    file = period(house, "2025-06", 30)
    run.run([file])
    good = pages(house)
    secret = "print('top'); raise ValueError('S02 has 12,345')"
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, secret)
    assert run.run([file]) == 1
    now = pages(house)
    assert now["manager/M02/zh/2_kpi_scoring.html"] == good["manager/M02/zh/2_kpi_scoring.html"]
    assert states(house)["manager/M02/zh/2_kpi_scoring.html"] == "stale"
    assert states(house)["manager/M02/zh/5_people.html"] == "ok"
    assert "12,345" not in "".join(now.values()), "an error text is for the runner alone"
    assert "最近一次重做失败" in now["manager/M02/zh/index.html"], "not: the data may have changed"
    assert "过期 1 页：得分。" in now["index.html"]
    kept = house / "reports" / "2025-06" / "failed" / "manager-M02-zh-2_kpi_scoring.failed.ipynb"
    assert "12,345" in kept.read_text(encoding="utf-8")
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="得分"), CARDS)
    assert run.run([file]) == 0
    assert set(states(house).values()) == {"ok"} and not kept.exists()


def test_a_page_that_never_was_is_called_failed_and_the_index_has_no_dead_link(house):
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", "x = = 1")
    assert run.run([period(house, "2025-06", 30)]) == 1
    assert states(house)["manager/M02/zh/2_kpi_scoring.html"] == "failed"
    index = pages(house)["manager/M02/zh/index.html"]
    assert 'href="2_kpi_scoring.html"' not in index and "本页运行失败" in index


def test_links_of_pages_and_indexes_lead_to_files(house):
    june = period(house, "2025-06", 30, languages="zh, en")
    run.run([period(house, "2025-05", 31, languages="zh, en"), june])
    root = house / "reports"
    for page in root.rglob("*.html"):
        hrefs = re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8"))
        dead = [h for h in hrefs if h != "data:," and not (page.parent / h).exists()]
        assert (hrefs or page.name == "summary.html") and dead == [], page
    index = pages(house)["manager/M02/zh/index.html"]
    assert 'href="../../M02.zip"' in index and 'href="tables.xlsx"' in index
    with zipfile.ZipFile(root / "2025-06" / "manager" / "M02.zip") as packed:
        names = set(packed.namelist())
        mailed = packed.read("zh/index.html").decode()
    assert {"zh/trust.html", "en/trust.html"} <= names, "the measured rates go with each reader"
    inside = {f"zh/{h}" for h in re.findall(r'href="([^"#:.][^"#:]*)"', mailed)}
    assert inside <= names and len(inside) == 6 + pdf.wanted(None) and "M02.zip" not in mailed
    assert "../../../../2025-05/manager/M02/zh/2_kpi_scoring.html" in index


def test_the_index_follows_headline_figures_over_the_periods_unrounded(house):
    may = period(house, "2025-05", 31)
    june = period(house, "2025-06", 30)
    cards = "n = 85.2 if params_file.endswith('2025-05.yml') else 91.44\n" + CARDS.replace(
        'Card("总分", "85.2")', 'Card("总分", f"{n:.0f} 分", raw=n), Card("等级", "B")'
    )
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="得分"), cards)
    assert run.run([may, june]) == 0
    index = pages(house)["manager/M02/zh/index.html"]
    assert 'aria-label="总分: 2025-05 85 分, 2025-06 91 分"' in index
    assert index.count("<polyline") == 1, "a card of words has no trend"
    side = export.read(house / "reports/2025-06/manager/M02/zh/2_kpi_scoring.json")
    assert [card["raw"] for card in side["cards"]] == [91.44, None]


def test_a_second_run_on_the_same_folder_is_refused_with_a_message(house):
    file = period(house, "2025-06", 30)
    folder = house / "reports" / "2025-06"
    folder.mkdir(parents=True)
    with cache.alone(folder / ".lock", wait=False), pytest.raises(KitError) as refused:
        run.run([file])
    assert refused.value.faults[0].key == "report.busy"
    assert [p.name for p in folder.iterdir()] == [".lock"], "nothing was written"


def test_the_faults_of_all_period_files_are_told_before_any_kernel_starts(house):
    may = period(house, "2025-05", 31)
    june = period(house, "2025-06", 30)
    for file in (may, june):
        with pathlib.Path(file).open("a", encoding="utf-8") as text:
            text.write("langs: [zh]\n")
    with pytest.raises(KitError) as refused:
        run.run([may, june])
    assert [f.facts["file"][-11:] for f in refused.value.faults] == ["2025-05.yml", "2025-06.yml"]
    assert not (house / "reports").exists()


def test_a_notebook_without_our_parameters_and_an_unknown_one_are_refused(house):
    with pytest.raises(KitError) as refused:
        run.run([period(house, "2025-06", 30)], notebooks=["9"])
    assert refused.value.faults[0].facts["name"] == ["9"]
    path = notebook(house / "notebooks" / "9_more.ipynb", "1")
    text = path.read_text(encoding="utf-8").replace("audience", "reader")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KitError) as refused:
        run.run([period(house, "2025-06", 30)])
    assert refused.value.faults[0].facts == {"file": "9_more", "missing": ["audience"]}


def test_jobs_run_one_by_one_and_collected_give_what_a_run_gives(house, capsys):
    file = period(house, "2025-06", 30)
    scheduler.jobs([file])
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["notebook"] for line in lines] == ["2_kpi_scoring", *["5_people"] * 2]
    assert scheduler.run_one(lines[0]) == 0
    assert (
        scheduler.collect([file]) == 1 and capsys.readouterr().out.count("缺少") == len(lines) - 1
    )
    assert [scheduler.run_one(line) for line in lines] == [0] * len(lines)
    assert scheduler.collect([file]) == 0
    one_by_one = pages(house)
    run.run([file], force=True)
    assert pages(house) == one_by_one
    with pytest.raises(KitError):
        scheduler.run_one('{"notebook": "2"}')


def test_a_full_disk_fails_the_run_and_leaves_what_was_there(house, monkeypatch, capsys):
    file = period(house, "2025-06", 30)
    run.run([file])
    good = pages(house)
    change(house)

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(export.os, "fsync", full)
        assert run.run([file]) == 1
    assert capsys.readouterr().out.count("No space left on device") == 5  # three pages, index, log
    assert pages(house) == good
    assert not list((house / "reports").rglob(".new-*")), "no half-written file"
    assert run.run([file]) == 0 and set(states(house).values()) == {"ok"}


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(house, monkeypatch):
    file = period(house, "2025-06", 30)
    (house / "reports").write_text("a file stands where the folder should be", encoding="utf-8")
    with pytest.raises(KitError) as refused:
        run.run([file])
    assert refused.value.faults[0].key == "report.cannot_write"


def test_the_index_tells_in_one_sentence_what_moved_on_the_pages_of_single_people(house):
    file = period(house, "2025-06", 30, audiences="hr", team="all")
    run.run([file])
    change(house)
    run.run([file])
    items = pages(house)["hr/zh/index.html"].split("<li>")
    told = [item.split("<")[0].strip() for item in items if "数字变动" in item]
    assert [line.split("：")[0] for line in told] == ["人员与待办", "人员与待办 · 各人的页面"]
    assert "有 1 个数字变动" in told[0] and "有 3 个数字变动" in told[1]  # one a person
    assert "王堃 · P2 · =name 枕头 → 靠枕" in told[1]

"""Faults that a run survives: the last good page whole, the index honest, the exit code right."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from kit.data.store import cache
from kit.report import export, kernel, parallel, run
from tests.report.conftest import CARDS, HEAD, SHOW, notebook, period
from tests.report.test_run import pages, states

PAGE = "manager/M02/zh/2_kpi_scoring.html"
ROUNDS = int(os.environ.get("KIT_KILLS", "10"))  # tests/bench/report_kills.py: 100
MEMORY = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))"
FAULTS = {
    "a kernel that dies": "import os; os._exit(9)",
    "a cell that never ends": "while True: pass",
    "the memory limit": f"{MEMORY}; x = bytearray(1 << 33)",
    "a cell that is no Python": "x = = 1",
    "a missing figure backend": "import matplotlib; matplotlib.use('module://no_such_backend')\n"
    "import matplotlib.pyplot as plt; plt.plot([1])",
}


def good(house):
    """The scoring notebook as it should be."""
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="得分"), CARDS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_page_alone_and_the_next_run_mends_it(house, monkeypatch, fault):
    file = period(house, "2025-06", 30)
    assert run.run([file]) == 0
    before = pages(house)
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, FAULTS[fault])
    with monkeypatch.context() as patch:  # only the faulty page is made
        short = kernel.Limits(3) if "never" in fault else parallel.LIMITS
        patch.setitem(parallel.execute.__kwdefaults__, "limits", short)
        assert run.run([file]) == 1
    assert pages(house)[PAGE] == before[PAGE]
    told = states(house)
    assert told.pop(PAGE) == "stale" and set(told.values()) == {"ok"}
    assert "◌ 过期" in pages(house)["manager/M02/zh/index.html"]
    good(house)
    assert run.run([file]) == 0 and set(states(house).values()) == {"ok"}


@pytest.mark.parametrize("broken", ['{"cells": [', "not json"])
def test_a_file_that_is_no_notebook_is_refused_before_anything_runs(house, broken):
    file = period(house, "2025-06", 30)
    run.run([file])
    before = pages(house)
    (house / "notebooks" / "2_kpi_scoring.ipynb").write_text(broken, encoding="utf-8")
    with pytest.raises(run.KitError) as refused:
        run.run([file])
    assert refused.value.faults[0].facts["file"] == "2_kpi_scoring" and pages(house) == before


def test_what_a_killed_run_left_half_written_is_gone_after_the_next(house):
    """Three writers that were killed, and one that still writes: this process."""
    file = period(house, "2025-06", 30)
    assert run.run([file]) == 0
    writer = "from pathlib import Path; from kit.report import export; import os, sys\n"
    writer += "Path.replace = lambda *_: os._exit(9)\n"
    writer += "export.write(Path(sys.argv[1]) / 'page.html', 'half')"
    home = house / "reports" / "2025-06"
    for folder in (home, home / "manager", cache.HOME / "tables"):
        assert subprocess.run([sys.executable, "-c", writer, folder]).returncode == 9
    mine = cache.HOME / f".new-{os.getpid()}-x.parquet"
    mine.touch()
    left = [*home.rglob(".new-*"), *cache.HOME.rglob(".new-*")]
    assert len(left) == 4
    assert run.run([file], force=True) == 0
    assert [*home.rglob(".new-*"), *cache.HOME.rglob(".new-*")] == [mine]
    mine.unlink()


def test_data_without_ads_have_their_data_pages(copy):
    """Facts cannot be had without them, and the engine that was to tell them is closed."""
    house, shell = copy
    (house / "data" / "ads.csv").unlink()
    show = SHOW.replace("load(params_file)", "load(params_file, refuse=False)")
    notebook(house / "notebooks" / "1_data_load.ipynb", show, HEAD.format(name="数据"), CARDS)
    file = period(house, "2025-06", 30, languages="zh, en", audiences="manager, hr")
    process = shell(f"exec .venv/bin/python -m kit run {file} --notebook 1_data_load")
    try:
        told, wrong = process.communicate(timeout=400)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in wrong and process.returncode == 0, told + wrong
    assert told.count("/1_data_load.html") == 4, told


@pytest.mark.slow
def test_kernels_killed_at_random_moments_never_leave_a_lie(house):
    """Each round is a run whose kernels are killed after a random while, then its books checked."""
    draw = random.Random(7)
    file = period(house, "2025-06", 30)
    root = house / "reports" / "2025-06"
    codes = []
    for n in range(ROUNDS):
        killers = [threading.Timer(draw.uniform(0, 4), kill) for _ in range(3)]
        for killer in killers:
            killer.start()
        codes.append(run.run([file], force=True))
        for killer in killers:
            killer.cancel()
        told = states(house)
        assert codes[-1] == any(status != "ok" for status in told.values()), (n, told)
        for page in root.rglob("[25]_*.html"):
            side = export.read(page.with_suffix(".json"))
            assert side["page_digest"] == export.digest(page), "a page is as its sidecar says"
            assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
        assert not [*root.rglob(".new-*")]
    print(f"{ROUNDS} rounds: {codes.count(0)} whole, {codes.count(1)} with a page failed twice")
    assert run.run([file]) == 0 and set(states(house).values()) == {"ok"}


def kill():
    """Every kernel that is alive now."""
    for manager in list(kernel.Manager.alive):
        manager.end()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_leaves_no_process_and_the_next_one_goes_on(copy, how):
    house, shell = copy
    slow = "import time; open('started', 'w').close(); time.sleep(60)"
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, slow)
    file = period(house, "2025-06", 30)
    process = shell(f"exec .venv/bin/python -m kit run {file}")
    wait = time.monotonic() + 600
    while not (house / "started").exists() and time.monotonic() < wait:
        time.sleep(0.1)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3, "server, run and kernel are alive"
    if how == signal.SIGINT:  # a Ctrl-C reaches the whole group
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    process.wait(120)
    _, alive = psutil.wait_procs(family, timeout=120)  # at once, but for a busy machine
    assert [p for p in alive if p.status() != "zombie"] == []
    if how == signal.SIGINT:
        assert process.returncode == 1 and "已中断" in process.stdout.read()
    good(house)
    following = shell(f".venv/bin/python -m kit run {file}")
    told, wrong = following.communicate(timeout=900)
    assert following.returncode == 0, told + wrong
    assert set(states(house).values()) == {"ok"} and len(states(house)) == 3


@pytest.mark.slow
def test_a_ctrl_c_before_any_page_is_begun_is_told_and_shows_no_traceback(copy):
    house, shell = copy
    process = shell(f"exec .venv/bin/python -m kit run {period(house, '2025-06', 30)}")
    while not psutil.Process(process.pid).children() and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # while libraries are imported
    told, wrong = process.communicate(timeout=120)
    assert process.returncode == 1 and "已中断" in told + wrong
    assert "Traceback" not in told + wrong
    assert not (house / "reports").exists()

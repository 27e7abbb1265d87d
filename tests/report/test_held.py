"""What kernels are forked from: tables and results in memory, and none of it needed."""

import asyncio
import contextlib
import json
import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from kit.data import load as loading
from kit.data.store import cache
from kit.data.tables import Tables
from kit.errors import DataError
from kit.report import held, kernel, parallel, warm
from tests.report.conftest import notebook, period

pytestmark = pytest.mark.skipif(not warm.can_fork(), reason="forking is used on Linux only")
PERIOD = "params/2025-06.yml"
PAGES = [(PERIOD, "2_kpi_scoring"), (PERIOD, "5_people")]


@pytest.fixture(autouse=True)
def room():
    """The environment that the warm process is started in."""
    with kernel.kernels():
        yield


def tells(path):
    """What a kernel finds before it asks for anything."""
    known = loading._held.get(PERIOD)
    results = sorted({name.rpartition("-")[0] for name in cache._held})
    told = {"from": os.getppid(), "held": known is not None, "results": results}
    if known:
        told |= {"open": known.engine.opened is not None, "frames": [*known.engine.in_pandas]}
    path.write_text(json.dumps(told), encoding="utf-8")


def asked(folder):
    """The same, of a process that is forked now."""
    process = warm.server().Process(target=tells, args=(folder / "told",), name=warm.KERNEL)
    process.start()
    process.join()
    assert process.exitcode == 0
    return json.loads((folder / "told").read_text(encoding="utf-8"))


def test_kernels_find_tables_and_results_in_memory_until_the_run_ends(tmp_path):
    with held.held(PAGES, 600):
        during = asked(tmp_path)
    after = asked(tmp_path)
    assert during["held"] and not during["open"]
    assert {"_facts", "_plan_days", "_windows", "roster", "targets"} <= {*during["frames"]}
    assert {"scorecards", "followup", "agenda", "history", "integrity"} <= {*during["results"]}
    assert not after["held"] and not after["results"] and after["from"] != during["from"]
    assert not psutil.pid_exists(during["from"])


def test_a_single_page_is_forked_from_the_warm_process(tmp_path):
    with held.held(PAGES[:1], 600):
        assert not asked(tmp_path)["held"]


def test_data_that_cannot_be_read_hold_nothing_up(tmp_path):
    """Whether they are read before the others or after them."""
    none = [("params/0-none.yml", "5_people"), ("params/no-such.yml", "5_people")]
    with held.held([*none, *PAGES], 600):
        assert asked(tmp_path)["held"]


def test_a_page_is_made_though_what_it_was_to_be_forked_from_was_killed(tmp_path):
    with held.held(PAGES, 600):
        psutil.Process(asked(tmp_path)["from"]).kill()
        path = notebook(tmp_path / "n.ipynb", "print(6 * 7)")
        made = kernel.execute(path, {}, engine="fork", limits=parallel.LIMITS)
        assert made.cells[-1]["outputs"][0]["text"] == "42\n"
        assert not asked(tmp_path)["held"]


def killed_in_mid_page(folder, base):
    """Kill the process as soon as the page's first kernel has said its own number."""
    while not (folder / "kernels").exists():
        time.sleep(0.1)
    psutil.Process(base).kill()


def test_a_page_in_progress_is_made_again_and_its_kernel_ended_when_the_base_is_killed(tmp_path):
    """The second kernel dies of itself: that counts as the first try, and the third one prints."""
    path = str(tmp_path / "kernels")
    cell = f"""import os, time
with open({path!r}, "a") as file: _ = file.write(f"{{os.getpid()}}\\n")
n = len(open({path!r}).readlines())
if n == 1: time.sleep(900)
if n == 2: os._exit(1)
print(n)"""
    page = notebook(tmp_path / "n.ipynb", cell)
    with held.held(PAGES, 600):
        base = asked(tmp_path)["from"]
        killer = threading.Thread(target=killed_in_mid_page, args=(tmp_path, base))
        killer.start()
        made = kernel.execute(page, {}, engine="fork", limits=parallel.LIMITS)
        killer.join()
        assert made.cells[-1]["outputs"][0]["text"] == "3\n"
        first = int((tmp_path / "kernels").read_text(encoding="utf-8").split()[0])
        assert not psutil.pid_exists(first) or psutil.Process(first).status() == "zombie"
        assert not asked(tmp_path)["held"]


def test_an_orphaned_kernel_is_killed_as_soon_as_it_is_looked_for(tmp_path):
    """It listens to no end of its parent, as one that is busy in a library of C."""
    with held.held(PAGES, 600):
        found = kernel.ForkProvisioner.__new__(kernel.ForkProvisioner)
        base = held.serving()
        process = warm.server().Process(target=time.sleep, args=(900,), name=warm.KERNEL)
        process.start()
        vars(found).update(process=process, base=base)
        object.__setattr__(found, "pid", process.pid)
        base.kill()
        base.join()
        assert asyncio.run(found.poll()) == kernel.LOST
        _, alive = psutil.wait_procs([psutil.Process(process.pid)], timeout=60)
        assert not alive


def thready(*given):
    """A process to fork from in which a thread goes on."""
    threading.Thread(target=time.sleep, args=(900,), daemon=True).start()
    held._hold(*given)


def thready_at_first(*given):
    """One in which a thread goes on, and none when it is started again."""
    mark = Path(given[3]["KIT_TEST_MARK"])
    if not mark.exists():
        mark.touch()
        thready(*given)
    held._hold(*given)


def test_what_has_a_thread_from_computing_is_started_once_more(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_TEST_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr(held, "_hold", thready_at_first)
    with held.held(PAGES, 600):
        assert asked(tmp_path)["held"] and (tmp_path / "mark").exists()


def slow(*given):
    """One that never says that it is ready."""
    time.sleep(900)


@pytest.mark.parametrize(("life", "limit"), [(thready, 600), (slow, 1)])
def test_what_has_a_thread_or_takes_too_long_is_not_forked(tmp_path, monkeypatch, life, limit):
    monkeypatch.setattr(held, "_hold", life)
    begun = time.monotonic()
    with held.held(PAGES, limit):
        assert not asked(tmp_path)["held"] and held.serving() is None
    assert time.monotonic() - begun < 300


def test_progress_is_shown_before_tables_are_read(monkeypatch):
    order = []

    @contextlib.contextmanager
    def noted(*given):
        order.append(given)
        yield lambda *_: None

    monkeypatch.setattr(parallel, "progress", noted)
    monkeypatch.setattr(parallel, "held", noted)
    monkeypatch.setattr(parallel, "make", lambda *_, **__: None)
    todo = [(None, SimpleNamespace(params_file=PERIOD, notebook="5_people"))]
    parallel.execute(todo, engine="fork", workers=1)
    assert order == [(1,), ([(PERIOD, "5_people")], parallel.LIMITS.start)]


def raising(*_):
    """A result that cannot be had."""
    raise RuntimeError("forced")


def test_a_shared_read_that_fails_keeps_nothing_else_from_being_held(monkeypatch):
    monkeypatch.setattr(loading, "_held", {})
    monkeypatch.setattr(cache, "_held", {})
    monkeypatch.setattr(Tables, "facts", property(raising))
    monkeypatch.setattr(held, "_shared", lambda: {"5_people": (raising,)})
    held._read(PERIOD, {"5_people"})
    engine = loading._held[PERIOD].engine
    assert engine.opened is None
    assert {"roster", "_plan_days", "_windows"} <= engine.in_pandas.keys()
    assert "_facts" not in engine.in_pandas


def test_tables_whose_reading_failed_are_not_held_and_their_engine_is_closed(monkeypatch):
    monkeypatch.setattr(loading, "_held", {})
    with pytest.raises(RuntimeError, match="forced"), loading.hold(PERIOD) as tables:
        raising()
    assert not loading._held and tables.engine.opened is None


def test_data_that_change_while_they_are_held_are_refused_by_name(house, monkeypatch):
    monkeypatch.setattr(loading, "_held", {})
    file = period(house, "2025-06", 30)
    with loading.hold(file) as tables:
        days = tables.facts
    roster = house / "data" / "roster.csv"
    text = roster.read_text(encoding="utf-8")
    roster.write_text(text.replace("王堃", "王坤"), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        tables.get("roster")
    fault = refused.value.faults[0]
    assert fault.key == "data.changed_meanwhile"
    [named] = fault.facts["file"]
    assert named.endswith("roster.csv") and tables.facts is days
    roster.write_text(text, encoding="utf-8")
    assert tables.get("roster")["name"].tolist() == ["王堃", "李倩", "赵淼"]


def test_tables_that_are_held_answer_as_before_after_their_engine_was_closed():
    asked_for = (["specialist_id", "channel"], "2025-06-01", "2025-06-30")
    apart = loading.load(PERIOD)
    wanted = apart.drill(*asked_for)
    try:
        with loading.hold(PERIOD) as kept:
            days = kept.facts
        again = loading.load(PERIOD)
        assert again is kept and kept.facts is days and kept.engine.opened is None
        assert kept.drill(*asked_for).equals(wanted) and kept.engine.opened is not None
        assert kept.digest == apart.digest and kept.get("orders").equals(apart.get("orders"))
    finally:
        loading._held.clear()


def test_results_are_held_only_while_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "HOME", tmp_path)
    monkeypatch.setattr(cache, "_held", {})
    calls = []
    for holding in (cache.holding, contextlib.nullcontext):
        name = holding.__name__
        with holding():
            first = cache.once(name, lambda: calls.append(1) or ["x"])
        (tmp_path / "results" / f"{name}.pickle").unlink()
        second = cache.once(name, lambda: calls.append(1) or ["x"])
        assert first == second == ["x"]
    assert len(calls) == 3  # once for the first name, twice for the second

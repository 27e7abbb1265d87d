"""What kernels are forked from: tables and results in memory, and none of it needed."""

import contextlib
import json
import os

import psutil
import pytest

from kit.data import load as loading
from kit.data.store import cache
from kit.report import held, kernel, parallel, warm
from tests.report.conftest import notebook

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
    with held.held(PAGES):
        during = asked(tmp_path)
    after = asked(tmp_path)
    assert during["held"] and not during["open"]
    assert {"_facts", "_plan_days", "_windows", "roster", "targets"} <= {*during["frames"]}
    assert {"scorecards", "followup", "agenda", "history", "integrity"} <= {*during["results"]}
    assert not after["held"] and not after["results"] and after["from"] != during["from"]
    assert not psutil.pid_exists(during["from"])


def test_a_single_page_is_forked_from_the_warm_process(tmp_path):
    with held.held(PAGES[:1]):
        assert not asked(tmp_path)["held"]


def test_data_that_cannot_be_read_hold_nothing_up(tmp_path):
    with held.held([("params/no-such.yml", "2_kpi_scoring"), ("params/no-such.yml", "5_people")]):
        assert not asked(tmp_path)["held"]


def test_a_page_is_made_though_what_it_was_to_be_forked_from_was_killed(tmp_path):
    with held.held(PAGES):
        psutil.Process(asked(tmp_path)["from"]).kill()
        path = notebook(tmp_path / "n.ipynb", "print(6 * 7)")
        made = kernel.execute(path, {}, engine="fork", limits=parallel.LIMITS)
        assert made.cells[-1]["outputs"][0]["text"] == "42\n"
        assert not asked(tmp_path)["held"]


def test_tables_that_are_held_answer_as_before_after_their_engine_was_closed():
    asked_for = (["specialist_id", "channel"], "2025-06-01", "2025-06-30")
    apart = loading.load(PERIOD)
    wanted = apart.drill(*asked_for)
    kept = loading.hold(PERIOD)
    try:
        days = kept.facts
        kept.engine.close()
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

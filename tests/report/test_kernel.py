"""Kernels: both engines alike, nothing lost by forking, nothing left behind."""

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from kit.report import kernel, parallel, warm
from tests.report.conftest import listening, notebook

FORK = pytest.mark.skipif(not warm.can_fork(), reason="forking is used on Linux only")
ENGINES = [pytest.param("fork", marks=FORK), "plain"]
FIGURES = """import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
sns.lineplot(x=[1, 2, 3], y=[1, 4, 9]);"""
MORE = "plt.plot(np.random.default_rng(7).normal(size=9)); print(lang, audience)"


class Impatient(kernel.Limits):
    """A second for the cell that never ends, all the time in the world for every other one."""

    def clock(self):
        return lambda cell: 1 if "while True" in cell.source else self.cell


@pytest.fixture
def run(tmp_path):
    """Execute cells with an engine, with the time that a run gives them."""

    def one(*cells, engine="fork", limits=parallel.LIMITS, **parameters):
        path = notebook(tmp_path / "n.ipynb", *cells)
        with kernel.kernels():
            return kernel.execute(path, parameters, engine=engine, limits=limits)

    return one


def outputs(executed):
    """Texts and picture bytes of every cell."""
    found = [o for c in executed.cells for o in c.get("outputs", [])]
    return [o.get("text") or o["data"].get("image/png") for o in found]


@FORK
def test_both_engines_give_the_same_outputs_and_no_figure_is_lost(run):
    forked = outputs(run(FIGURES, MORE, lang="en", audience="hr"))
    plain = outputs(run(FIGURES, MORE, engine="plain", lang="en", audience="hr"))
    assert forked == plain
    assert len(forked) == 3 and forked[1] == "en hr\n"  # two pictures, one line


@FORK
def test_forked_kernels_do_not_share_their_random_numbers(run):
    for module in ("numpy.random", "random"):
        draw = f"import {module}; print({module}.random())"
        assert outputs(run(draw)) != outputs(run(draw))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_endless_cell_is_stopped_and_what_was_reached_is_kept(run, engine):
    with pytest.raises(kernel.StoppedError) as stopped:
        run("print('before')", "while True: pass", engine=engine, limits=Impatient())
    assert type(stopped.value.__cause__).__name__ == "CellTimeoutError"
    assert outputs(stopped.value.notebook) == ["before\n"]


@FORK
def test_a_notebook_of_many_short_cells_is_stopped_at_its_own_limit(run):
    with pytest.raises(kernel.StoppedError) as stopped:
        run(*["import time; time.sleep(0.6); print(1)"] * 20, limits=kernel.Limits(600, 2))
    assert len(outputs(stopped.value.notebook)) < 4


@FORK
def test_a_dead_kernel_is_tried_once_more_and_only_once(run, tmp_path):
    tries = tmp_path / "tries"
    die = f"open({str(tries)!r}, 'a').write('x'); import os; n = os.path.getsize({str(tries)!r})"
    assert outputs(run(die + "\nif n < 2: os._exit(1)", "print(n)")) == ["2\n"]
    tries.unlink()
    with pytest.raises(kernel.StoppedError) as stopped:
        run(die + "\nos._exit(1)")
    assert type(stopped.value.__cause__).__name__ == "DeadKernelError"
    assert tries.read_text(encoding="utf-8") == "xx"


@FORK
def test_a_cell_that_does_not_parse_or_runs_out_of_memory_stops_its_notebook(run):
    with pytest.raises(kernel.StoppedError) as stopped:
        run("x = = 1")
    assert stopped.value.__cause__.ename == "SyntaxError"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))"
    with pytest.raises(kernel.StoppedError) as stopped:
        run(limit, "x = bytearray(1 << 33)")
    assert stopped.value.__cause__.ename == "MemoryError"


@FORK
def test_a_figure_backend_that_is_missing_cannot_reach_a_kernel(run, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://no_such_backend")
    assert len(outputs(run(FIGURES))) == 1
    assert os.environ["MPLBACKEND"] == "module://no_such_backend"  # the user's own is given back


@FORK
def test_no_kernel_outlives_its_notebook(run):
    def alive():  # what else this process of tests has started (a browser, Spark) does not count
        family = psutil.Process().children(recursive=True)
        return {p.pid for p in family if p.status() != psutil.STATUS_ZOMBIE}

    before = alive()
    run("1")
    assert kernel.Manager.alive == set()
    assert len(alive() - before) <= 2  # the fork server and its tracker, if they were not there yet


@FORK
def test_the_server_refuses_to_fork_with_a_thread_running(tmp_path):
    (tmp_path / "thready.py").write_text(
        "from threading import Thread\nimport time\n"
        "Thread(target=time.sleep, args=(9,), daemon=True).start()",
        encoding="utf-8",
    )
    code = "import kit.report.preload as p; p.LIBRARIES.append('thready'); p.warm()"
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **warm.ENVIRONMENT, "PYTHONPATH": str(tmp_path)},
    )
    assert "2 threads before the fork" in told.stderr


DRIVER = """
import sys, threading, time
from pathlib import Path
from kit.report import kernel, warm
from kit.report import run as run_
if __name__ == "__main__":
    with kernel.kernels():
        kernel.execute(Path(sys.argv[1]), {}, engine=sys.argv[2], limits=kernel.Limits())
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_runner_leaves_no_orphan(tmp_path, engine, how):
    (tmp_path / "driver.py").write_text(DRIVER, encoding="utf-8")
    started = tmp_path / "started"
    path = notebook(tmp_path / "n.ipynb", f"open({str(started)!r}, 'w').close()\nwhile True: pass")
    command = [sys.executable, tmp_path / "driver.py", path, engine]
    runner = psutil.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        preexec_fn=listening,
        env={**os.environ, "PYTHONPATH": pathlib.Path.cwd()},
    )
    wait = time.monotonic() + 600
    while not started.exists() and time.monotonic() < wait:
        time.sleep(0.1)
    family = runner.children(recursive=True)
    assert family, "the kernel runs before its runner is ended"
    runner.send_signal(how)
    runner.wait(120)
    _, alive = psutil.wait_procs(family, timeout=120)  # at once, but for a busy machine
    assert [p for p in alive if p.status() != "zombie"] == []


@FORK
@pytest.mark.slow
def test_kernels_killed_at_random_moments_end_as_done_or_as_stopped(run):
    done = 0
    for n in range(10):
        killer = threading.Timer(
            0.05 + 0.07 * n, lambda: [m.end() for m in [*kernel.Manager.alive]]
        )
        killer.start()
        try:
            done += outputs(run("import time; time.sleep(0.3)", "print('end')")) == ["end\n"]
        except kernel.StoppedError as stopped:
            assert isinstance(stopped.__cause__, RuntimeError)  # killed twice
        killer.cancel()
    assert done >= 8

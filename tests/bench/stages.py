"""Where a month's CPU goes: `python -m tests.bench.stages`, or of some pages: `--notebook 2`.

--lang, --audience and --notebook are those of `kit run`. The sample month as `kit run` makes it,
with nothing kept from before, told by stage, largest first; beside it two floors of the same work
in one warm process, where every page finds in memory what `kit run` holds: `once` counts the first
page of each notebook only, `warm` every page. What a stage takes above `once` is done again for
other readers and languages; above `warm` it is lost between processes. CPU is that of all
descendants (this process reaps the orphans); exit status 1 where more than a tenth of it, or less
than nothing, is of no stage.
"""

import argparse
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kit.data.store import cache
from kit.params import ROOT
from kit.report.warm import ENVIRONMENT
from tests.bench import clocks
from tests.bench.report_bench import _reaped

MONTH = "params/2025-06.yml"
LEFT = 0.1  # of the whole, that may be of no stage
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl
ABOUT = {  # stage → what it is, and why it has no floor
    "start": ("Python and the imports", "once a run"),
    "run": ("plan, forks, queue", "one process has none"),
    "execute": ("kernels: start, cells", ""),
    "drive": ("papermill, messages", "one process has none"),
    "load": ("files → tables", ""),
    "score": ("tables → scores", ""),
    "tests": ("tables → A/B tests", ""),
    "review": ("tables → review", ""),
    "people": ("tables → consequences", ""),
    "text": ("sentences, tables, HTML", ""),
    "figures": ("figures drawn, encoded", ""),
    "render": ("notebook → page", ""),
    "pdf": ("summaries in PDF", ""),
    "write": ("pages, sidecars, indexes", ""),
}
Times = dict[str, float]


def read(folder: Path) -> tuple[Times, dict[str, int]]:
    """CPU seconds by stage, and how many kernels were in each; every thread's file added up."""
    files = {path.name: np.fromfile(path) for path in sorted(folder.glob("*-*-*"))}
    kernels = {name.partition("-")[0] for name in files if name.endswith("-kernel")}
    seconds = dict.fromkeys(clocks.STAGES, 0.0)
    pages = dict.fromkeys(clocks.STAGES, 0)
    for n, stage in enumerate(clocks.STAGES):
        seconds[stage] = float(sum(found[n] for found in files.values()))
        inside = {name.partition("-")[0] for name, found in files.items() if found[n] > 0}
        pages[stage] = len(inside & kernels)
    return seconds, pages


def table(
    total: float, seconds: Times, pages: dict[str, int], floors: Sequence[Times]
) -> tuple[list[str], float]:
    """The lines, largest stage first, and the share of the total that is of no stage."""
    lines = [f"{'stage':10}{'CPU s':>8}{'share':>8}{'pages':>7}{'once':>8}{'warm':>8}"]
    for stage in sorted(seconds, key=seconds.__getitem__, reverse=True):
        about, reason = ABOUT[stage]
        told = "".join(f"{floor[stage]:8.1f}" for floor in floors)
        share = f"{seconds[stage] / total:8.1%}"
        count = pages[stage] or "all"
        line = f"{stage:10}{seconds[stage]:8.1f}{share}{count:>7}"
        lines.append(f"{line}{'' if reason else told:16}  {about}{f' ({reason})' * bool(reason)}")
    known = sum(seconds.values())
    left = total - known
    lines.append(
        f"{'no stage':10}{left:8.1f}{left / total:8.1%}{'':23}  threads of libraries, ends"
    )
    lines.append(f"{'sum':10}{known + left:8.1f}  stages {known:.1f}, all descendants {total:.1f}")
    return lines, left / total


def month(out: Path, wanted: dict[str, Any]) -> None:
    """The run as the command line starts it, with clocks in all that it forks."""
    from kit.report import warm

    warm.server().set_forkserver_preload(["kit.report.preload", clocks.__name__])
    code = warm.called(made, out, wanted)
    clocks.charge("start")
    sys.exit(code)


def made(out: Path, wanted: dict[str, Any]) -> int:
    """The exit code of a run, in the warm process."""
    import kit.report.page.render  # noqa: F401
    import kit.report.pdf  # noqa: F401  the first page imports both otherwise
    from kit.report.run import run

    clocks.BY_THREAD.add(os.getpid())  # a thread a page
    clocks.install()
    return run(MONTH, out=out, force=True, **wanted)


def warm(out: Path, wanted: dict[str, Any]) -> None:
    """Every page in this process, one after another; the clock when each notebook came first."""
    import kit.report.page.render  # noqa: F401
    import kit.report.preload  # noqa: F401
    from kit.report import held, pages, pdf, plan, run

    clocks.charge("start")
    clocks.install()
    pdf.made = clocks.timed(lambda told: (pdf.typeset(told), ""), "pdf")
    [batch] = run.prepare([MONTH], out)
    notebooks = set(plan.notebooks(wanted["notebooks"]))
    jobs = run.chosen(batch, notebooks, wanted["languages"], wanted["audiences"])
    held._read(MONTH, notebooks)
    clocks.charge()
    once = np.array(clocks.ledger())
    for n, used in enumerate(paged(batch, jobs)):
        once += used * (jobs[n].notebook not in {job.notebook for job in jobs[:n]})
    once.tofile(out / "once")
    outcomes = [pages.Outcome(job, "made") for job in jobs]
    run.finish(batch, outcomes, seconds=0, planned=len(jobs), unchanged=0)
    clocks.charge()


def paged(batch: Any, jobs: Sequence[Any]) -> Iterator[np.ndarray]:
    """Every page made here, and what it used by stage."""
    from kit.report import pages, plan

    shell = shelled()
    cells = clocks.timed(executed, "execute")
    for job in jobs:
        before = np.array(clocks.ledger())
        notebook = cells(shell, plan.NOTEBOOKS / f"{job.notebook}.ipynb", job.parameters)
        pages.publish(batch, job, notebook)
        clocks.charge()
        yield np.array(clocks.ledger()) - before


def shelled() -> Callable[..., Any]:
    """A shell: what it shows of a cell's source goes to a list."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()

    def ran(source: str, shown: list[Any]) -> Any:
        shell.display_pub.publish = lambda data, *_, **__: shown.append(data)
        shell.displayhook.write_format_data = lambda data, *_: shown.append(data)
        shell.run_cell(source).raise_error()
        return shell

    return ran


def executed(ran: Callable[..., Any], path: Path, parameters: dict[str, str]) -> Any:
    """The notebook as its kernel would give it back, from cells in a namespace of their own."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if "analyst" not in c.metadata.get("tags", ())]
    ran("%reset -f", [])
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown: list[Any] = []
            shell = ran(cell.source, shown)
            cell.outputs = [nbformat.v4.new_output("display_data", data=d) for d in shown]
        if "parameters" in cell.metadata.get("tags", ()):
            shell.user_ns.update(parameters)
    return notebook


def measured(home: Path, what: str, asked: Sequence[str]) -> float:
    """CPU seconds of a way to do it, in a process of its own, all its descendants with it."""
    folder = home / what / "clocks"
    folder.mkdir(parents=True)
    shutil.copytree(home / "cache", home / what / "cache")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    given = {"PYTHONPATH": str(ROOT), "KIT_CLOCKS": str(folder), "KIT_OPAQUE_KEY": "bench"}
    command = [sys.executable, "-m", __spec__.name, "--do", what, *asked]
    silent = subprocess.DEVNULL
    subprocess.run(
        command, cwd=ROOT, check=True, env=os.environ | ENVIRONMENT | given, stdout=silent
    )
    while _reaped():
        pass
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def told(home: Path, asked: Sequence[str]) -> tuple[list[str], float]:
    """The month, then its floors, each beside the same files; what they tell."""
    from kit.data.reading.sources import sample  # slow, and no part of the run

    cache.HOME = home / "cache"
    sample()
    total = measured(home, "month", asked)
    measured(home, "warm", asked)
    once = dict(zip(clocks.STAGES, np.fromfile(home / "warm" / "out" / "once"), strict=True))
    floors = [once, read(home / "warm" / "clocks")[0]]
    return table(total, *read(home / "month" / "clocks"), floors)


def main(asked: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--do", choices=["month", "warm"])
    for name, of_run in (
        ("lang", "languages"),
        ("audience", "audiences"),
        ("notebook", "notebooks"),
    ):
        options.add_argument(f"--{name}", action="append", dest=of_run)
    wanted = vars(options.parse_args(asked))
    if what := wanted.pop("do"):
        out = Path(os.environ["KIT_CLOCKS"]).parent / "out"
        out.mkdir()
        globals()[what](out, wanted)
        return 0
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)  # orphans' CPU counts too
    with tempfile.TemporaryDirectory() as folder:
        lines, left = told(Path(folder), asked)
    print(*lines, sep="\n")
    return int(not 0 <= left <= LEFT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

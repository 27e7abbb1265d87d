"""The run (运行): check all, plan all, make what changed, side by side; then indexes and one line.

Exit codes: 0 done · 1 some job failed or was stopped · 2 the input is at fault (as KitError).
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from kit.data.load import inspect, load
from kit.data.reading.sources import shown
from kit.data.store import cache
from kit.data.tables import Tables
from kit.errors import Fault, KitError
from kit.params import ROOT, period_file, read_period
from kit.people.privacy import members
from kit.report import index, kernel, overview, plan, warm
from kit.report.pages import Batch, Outcome, fresh, make
from kit.report.plan import REPORTS, Job
from kit.report.progress import progress
from kit.report.provenance import provenance
from kit.report.standing import remind
from kit.words import word

LIMITS = kernel.Limits()
DOUBT = {"1_data_load"}


def run(
    period_files: Sequence[str] | str,
    *,
    engine: str = "auto",
    workers: int = 2,
    force: bool = False,
    languages: Sequence[str] | None = None,
    audiences: Sequence[str] | None = None,
    notebooks: Sequence[str] | None = None,
    out: Path | None = None,
) -> int:
    """Make the pages of every period (生成报告), as `kit run`; what has not changed is left alone.

    period_files : paths of period files from the project root, or names, as "2025-06"
    languages, audiences, notebooks : only these; out: instead of reports/; force: all again
    Returns : 0 when every page stands, 1 when one failed or the run was stopped
    Errors  : KitError with the faults of all periods and their data, before any page is made
    Source  : the notebooks in notebooks/, executed by papermill
    >>> run(["2025-06"], languages=["zh"], notebooks=["1_data_load"])  # doctest: +SKIP
    0
    """
    period_files = [period_files] if isinstance(period_files, (str, Path)) else period_files
    period_files = [period_file(str(file)) for file in period_files]
    kind = resolved(engine)
    wanted = set(plan.notebooks(notebooks))
    # only whether the data can be used: refused data have an answer too
    read = inspected if wanted == DOUBT else load
    batches = warm.apart(prepare, period_files, out or REPORTS, "preliminary", read)
    chosen = {
        (b.period.id, j)
        for b in batches
        for j in b.jobs
        if j.notebook in wanted
        and (not languages or j.lang in languages)
        and (not audiences or j.audience.split("/")[0] in audiences)
    }
    with contextlib.ExitStack() as stack:
        for batch in batches:
            stack.enter_context(locked(batch.folder))
        work = [(b, j) for b in batches for j in b.jobs if (b.period.id, j) in chosen]
        todo = [(b, j) for b, j in work if force or not fresh(b, j)]
        whole, stopped = _made(batches, work, todo, kind, workers)
    if stopped:
        print(word("report.stopped", batches[0].period.languages[0]))
    remind(out or REPORTS, batches[0].period.languages[0])
    return 0 if whole else 1


def _made(
    batches: list[Batch],
    work: list[tuple[Batch, Job]],
    todo: list[tuple[Batch, Job]],
    engine: str,
    workers: int,
) -> tuple[bool, bool]:
    """Whether every page stands, and whether a Ctrl-C stopped it.

    A period is finished as soon as its pages are there, while those of others are made; the
    oldest first, since an index links to the periods before.
    """
    begun, good, waiting = time.monotonic(), [True], [*batches]

    def settle(outcomes: Sequence[Outcome], every: bool = False) -> None:
        ended = {o.job for o in outcomes}
        while waiting and (every or all(j in ended for b, j in todo if b is waiting[0])):
            n = [sum(b is waiting[0] for b, _ in some) for some in (work, todo)]
            seconds = time.monotonic() - begun
            good.append(finish(waiting[0], outcomes, seconds, n[0], n[0] - n[1]))
            waiting.pop(0)

    outcomes, whole = execute(todo, engine=engine, workers=workers, settle=settle)
    settle(outcomes, every=True)
    made = all(o.status == "made" for o in outcomes)
    return whole and made and all(good), not whole


def inspected(file: str) -> Tables:
    """The tables of a period that may be refused (只看数据)."""
    return inspect(read_period(file))


def prepare(
    period_files: Sequence[str],
    out: Path,
    stage: str = "preliminary",
    read: Callable[[str], Tables] = load,
) -> list[Batch]:
    """Every period read, checked and planned, oldest first; KitError with the faults of all."""
    if not period_files:
        raise KitError("report.no_periods")
    taking = plan.notebooks()
    faults: list[Fault] = []
    found: dict[str, Batch] = {}
    for file in period_files:
        try:
            tables = read(file)
            if tables.period.id in found:
                raise KitError("report.same_period", id=tables.period.id, files=list(period_files))
            found[tables.period.id] = _batch(tables, file, out, taking, stage)
            tables.engine.close()  # the kernels open their own
        except KitError as error:
            faults += error.faults
    if faults:
        raise KitError.of(faults)
    return sorted(found.values(), key=lambda batch: batch.period.start)


def execute(
    todo: Sequence[tuple[Batch, Job]],
    *,
    engine: str,
    workers: int,
    limits: kernel.Limits = LIMITS,
    settle: Callable[[Sequence[Outcome]], None] = lambda _: None,
) -> tuple[list[Outcome], bool]:
    """Outcomes of the jobs, `workers` at a time, and False when a Ctrl-C ended it early.

    settle : called after each job with the outcomes so far, while the next ones run
    """
    if not todo:
        return [], True
    outcomes: list[Outcome] = []
    with kernel.kernels(), progress(len(todo)) as tell:

        def one(batch: Batch, job: Job) -> Outcome:
            tell(job, None)
            outcome = make(batch, job, engine=engine, limits=limits)
            if not kernel.Manager.ending.is_set():  # a page that was stopped did not fail
                tell(job, outcome)
            return outcome

        pool = ThreadPoolExecutor(max(1, workers))
        try:
            for future in as_completed([pool.submit(one, batch, job) for batch, job in todo]):
                outcomes.append(future.result())
                settle(outcomes)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            kernel.end_all()
            return outcomes, False
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return outcomes, True


def finish(
    batch: Batch, outcomes: Sequence[Outcome], seconds: float, of: int, unchanged: int
) -> bool:
    """Indexes, downloads, manifest and the summary line of a period; False: the disk refused."""
    mine = {o.job: o for o in outcomes if o.job in batch.jobs}
    lang = batch.period.languages[0]
    try:
        home = index.write(batch, overview.states(batch, mine), mine)
    except OSError as error:
        folder = shown(batch.folder)
        print(word("report.cannot_write", lang, folder=folder, found=error.strerror))
        return False
    made = sum(o.status == "made" for o in mine.values())
    failed = len(mine) - made
    print(
        word(
            "report.summary",
            lang,
            period=batch.period.id,
            all=of,
            made=made,
            unchanged=unchanged,
            failed=failed,
            seconds=f"{seconds:.0f}",
            index=shown(home),
        )
    )
    return True


def jobs(period_files: Sequence[str], out: Path | None = None) -> int:
    """Print every job, one JSON a line, for an existing scheduler."""
    for batch in prepare(period_files, out or REPORTS):
        for job in batch.jobs:
            print(job.line)
    return 0


def run_one(text: str) -> int:
    """Run one job of `kit jobs`; nothing to do when its page is fresh."""
    job = plan.parsed(text)
    [batch] = prepare([job.params_file], REPORTS)
    if job not in batch.jobs:
        raise KitError("report.no_job", found=text[:200])
    if fresh(batch, job):
        return 0
    with locked(batch.folder, shared=True):
        outcomes, whole = execute([(batch, job)], engine=resolved("auto"), workers=1)
    return 0 if whole and outcomes[0].status == "made" else 1


def collect(period_files: Sequence[str]) -> int:
    """Gather what single jobs wrote: indexes, downloads, manifest; 1 when a page is missing."""
    batches = prepare(period_files, REPORTS)
    lacking = [(b, j) for b in batches for j in b.jobs if not fresh(b, j)]
    for batch in batches:
        with locked(batch.folder):
            finish(batch, [], 0, len(batch.jobs), sum(fresh(batch, j) for j in batch.jobs))
    for batch, job in lacking:
        print(f"{word('report.lacking', batch.period.languages[0])}  {batch.period.id}/{job.page}")
    return 1 if lacking else 0


@contextlib.contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """The folder is ours until the end, whatever the end is; a second run is refused."""
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(cache.alone(folder / ".lock", shared=shared, wait=False))
        except BlockingIOError:
            raise KitError("report.busy", folder=shown(folder)) from None
        except OSError as error:
            told = error.strerror
            raise KitError("report.cannot_write", folder=shown(folder), found=told) from None
        yield


def _batch(tables: Tables, file: str, out: Path, taking: dict[str, bool], stage: str) -> Batch:
    period = tables.period
    pairs = members(tables)
    name = Path(file).resolve() if Path(file).is_absolute() else ROOT / file
    told = name.relative_to(ROOT).as_posix() if name.is_relative_to(ROOT) else str(name)
    records = {
        notebook: provenance(period, tables.sources, plan.NOTEBOOKS / f"{notebook}.ipynb")
        for notebook in taking
    }
    names = dict(zip(pairs["specialist_id"], pairs["name"].fillna(""), strict=True))
    found = tuple(plan.jobs(tables, told, taking))
    folder = plan.home(out, period, stage)
    stage = "later" if folder.name == "later" else stage
    return Batch(period, folder, stage, found, records, names)


def resolved(wanted: str) -> str:
    """The engine that `auto` stands for here; KitError when forking is asked for but unsafe."""
    if wanted == "fork" and not warm.can_fork():
        raise KitError("report.no_fork")
    return wanted if wanted != "auto" else "fork" if warm.can_fork() else "plain"

"""A month's reports (运行), step by step: `run` reads from top to bottom.

load, check : prepare → kit.data.load.load      files → checked tables; all faults at once
plan        : prepare → plan.jobs               a page for each notebook, language and reader
choose      : chosen, then pages.fresh          what was asked for, less what is there already
execute     : parallel.execute → pages.make     each notebook in a process of its own
render      : pages.publish → page.render       executed notebook → page, sidecar, tables
index       : finish → index.write              indexes, downloads, manifest, the summary line
close       : close.close (`kit close`)         every page once more, then sealed for good

Exit codes: 0 done · 1 some job failed or was stopped · 2 the input is at fault (as KitError).
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kit.data.load import inspect, load
from kit.data.reading.sources import shown
from kit.data.store import cache
from kit.data.tables import Tables
from kit.errors import Fault, KitError
from kit.params import ROOT, period_file, read_period
from kit.people.privacy import members
from kit.report import audit, index, overview, plan, seals, warm
from kit.report.export import read
from kit.report.pages import Batch, Outcome, fresh
from kit.report.parallel import Work, execute
from kit.report.plan import Job
from kit.report.provenance import provenance
from kit.report.standing import remind
from kit.words import word

DATA_PAGE = {"1_data_load"}  # the notebook that has an answer for refused data too


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
    files = [period_file(str(file)) for file in period_files]
    kernels = resolved(engine)
    home = out or plan.REPORTS
    wanted = set(plan.notebooks(notebooks))
    read = inspected if wanted == DATA_PAGE else load
    batches = warm.apart(prepare, files, home, "preliminary", read)
    with contextlib.ExitStack() as stack:
        for batch in batches:
            stack.enter_context(locked(batch.folder))
        others(batches, force=force)
        batches = watched(batches, home)
        work = [(b, j) for b in batches for j in chosen(b, wanted, languages, audiences)]
        todo = [(b, j) for b, j in work if force or not fresh(b, j)]
        good, stopped = produce(batches, work, todo, kernels, workers)
        record(batches, good)
    lang = batches[0].period.languages[0]
    if stopped:
        print(word("report.stopped", lang))
    remind(home, lang)
    return 0 if good and not any(batch.findings for batch in batches) else 1


def others(batches: list[Batch], *, force: bool) -> None:
    """Refuse to write over the pages of another period file with the same id (两个文件一个编号)."""
    faults = []
    for batch in batches:
        made = str(read(batch.folder / "manifest.json").get("file", ""))
        mine = batch.period.path
        there = made and made != mine.name and (mine.parent / made).is_file()
        if there and not force and _id(mine.parent / made) == batch.period.id:
            facts = {"id": batch.period.id, "file": mine.name, "other": made}
            faults.append(Fault("report.other_file", facts))
    if faults:
        raise KitError.of(faults)


def _id(file: Path) -> str:
    """The id that a period file says, without checking the rest of it."""
    found = re.search(r"^id:\s*[\"']?([\w-]+)", file.read_text(encoding="utf-8-sig"), re.M)
    return found[1] if found else ""


def watched(batches: list[Batch], out: Path) -> list[Batch]:
    """The batches with what is not as it was sealed, told on the terminal (核验封存)."""
    seen = [(batch, seals.watch(batch.period, out)) for batch in batches]
    seen = [(b, [*f, *audit.findings(b.seal_log)]) for b, f in seen]
    for finding in dict.fromkeys(finding for _, findings in seen for finding in findings):
        print(finding.told("zh"), finding.told("en"), sep="\n")
    return [replace(batch, findings=tuple(findings)) for batch, findings in seen]


def record(batches: list[Batch], good: bool) -> None:
    """A line of each period's run in the audit log (审计日志)."""
    for batch in batches:
        period = batch.period
        result = "tampered" if batch.findings else "made" if good else "failed"
        digests = {
            cause: batch.records[first][cause]
            for first in list(batch.records)[:1]
            for cause in ("data", "scheme", "code")
        }
        try:
            place = seals.place_of(period)
            audit.decided(batch.seal_log, period)
            audit.note(batch.seal_log, "run", place, result=result, **digests)
        except OSError as error:  # the pages are there, and stay
            where = shown(batch.seal_log.parent)
            lang = period.languages[0]
            print(word("report.no_audit", lang, where=where, found=error.strerror))


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
    takes_person = plan.notebooks()
    faults: list[Fault] = []
    batches: dict[str, Batch] = {}
    for file in period_files:
        try:
            tables = read(file)
            if tables.period.id in batches:
                raise KitError("report.same_period", id=tables.period.id, files=list(period_files))
            batches[tables.period.id] = _batch(tables, file, out, takes_person, stage)
            tables.engine.close()  # the kernels open their own
        except KitError as error:
            faults += error.faults
    if faults:
        raise KitError.of(faults)
    return sorted(batches.values(), key=lambda batch: batch.period.start)


def _batch(
    tables: Tables, file: str, out: Path, takes_person: dict[str, bool], stage: str
) -> Batch:
    """A period with its jobs, where they go, and what they come from."""
    period = tables.period
    people = members(tables)
    path = Path(file).resolve() if Path(file).is_absolute() else ROOT / file
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    records = {
        notebook: provenance(period, tables.sources, plan.NOTEBOOKS / f"{notebook}.ipynb")
        for notebook in takes_person
    }
    names = dict(zip(people["specialist_id"], people["name"].fillna(""), strict=True))
    jobs = tuple(plan.jobs(tables, name, takes_person))
    folder = seals.home(out, period, stage)
    stage = "later" if folder.name == "later" else stage
    log = seals.log_of(period, out)
    return Batch(period, folder, stage, jobs, records, names, log)


def chosen(
    batch: Batch,
    notebooks: set[str],
    languages: Sequence[str] | None,
    audiences: Sequence[str] | None,
) -> list[Job]:
    """The jobs of a period that were asked for; None stands for all."""
    return [
        job
        for job in batch.jobs
        if job.notebook in notebooks
        and (not languages or job.lang in languages)
        and (not audiences or job.audience.split("/")[0] in audiences)
    ]


def produce(
    batches: list[Batch], work: Work, todo: Work, engine: str, workers: int
) -> tuple[bool, bool]:
    """Execute, render and index; whether every page stands, and whether a Ctrl-C stopped it.

    A period is indexed as soon as its pages are there, while those of others are made; the oldest
    first, since an index links to the periods before.
    """
    begun = time.monotonic()
    waiting = [*batches]
    written: list[bool] = []

    def index_ready(outcomes: Sequence[Outcome], every: bool = False) -> None:
        ended = {outcome.job for outcome in outcomes}
        while waiting and (every or all(j in ended for b, j in todo if b is waiting[0])):
            planned, changed = (sum(b is waiting[0] for b, _ in part) for part in (work, todo))
            seconds = time.monotonic() - begun
            counts = {"planned": planned, "unchanged": planned - changed}
            written.append(finish(waiting[0], outcomes, seconds=seconds, **counts))
            waiting.pop(0)

    outcomes, ended = execute(todo, engine=engine, workers=workers, settle=index_ready)
    index_ready(outcomes, every=True)
    made = all(outcome.status == "made" for outcome in outcomes)
    return ended and made and all(written), not ended


def finish(
    batch: Batch, outcomes: Sequence[Outcome], *, seconds: float, planned: int, unchanged: int
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
    print(
        word(
            "report.summary",
            lang,
            period=batch.period.id,
            all=planned,
            made=made,
            unchanged=unchanged,
            failed=len(mine) - made,
            seconds=f"{seconds:.0f}",
            index=shown(home),
        )
    )
    return True


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
            reason = error.strerror
            raise KitError("report.cannot_write", folder=shown(folder), found=reason) from None
        for root in () if shared else (folder, cache.HOME):  # left by a run that was killed
            cache.sweep(root)
        yield


def resolved(wanted: str) -> str:
    """The engine that `auto` stands for here; KitError when forking is asked for but unsafe."""
    if wanted == "fork" and not warm.can_fork():
        raise KitError("report.no_fork")
    return wanted if wanted != "auto" else "fork" if warm.can_fork() else "plain"

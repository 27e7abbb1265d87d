"""A month for an outside scheduler (外部调度): print its jobs, run one, collect what they wrote."""

from collections.abc import Sequence
from pathlib import Path

from kit.errors import KitError
from kit.report import plan
from kit.report.pages import fresh
from kit.report.parallel import execute
from kit.report.run import finish, locked, prepare, resolved, watched
from kit.words import word


def jobs(period_files: Sequence[str], out: Path | None = None) -> int:
    """Print every job, one JSON a line, for an existing scheduler."""
    for batch in prepare(period_files, out or plan.REPORTS):
        for job in batch.jobs:
            print(job.line)
    return 0


def run_one(text: str) -> int:
    """Run one job of `kit jobs`; nothing to do when its page is fresh."""
    job = plan.parsed(text)
    [batch] = prepare([job.params_file], plan.REPORTS)
    if job not in batch.jobs:
        raise KitError("report.no_job", found=text[:200])
    if fresh(batch, job):
        return 0
    with locked(batch.folder, shared=True):
        outcomes, whole = execute([(batch, job)], engine=resolved("auto"), workers=1)
    return 0 if whole and outcomes[0].status == "made" else 1


def collect(period_files: Sequence[str]) -> int:
    """Gather what single jobs wrote: indexes, downloads, manifest; 1 when a page is missing."""
    batches = watched(prepare(period_files, plan.REPORTS), plan.REPORTS)
    lacking = [(b, j) for b in batches for j in b.jobs if not fresh(b, j)]
    for batch in batches:
        with locked(batch.folder):
            unchanged = sum(fresh(batch, job) for job in batch.jobs)
            finish(batch, [], seconds=0, planned=len(batch.jobs), unchanged=unchanged)
    for batch, job in lacking:
        print(f"{word('report.lacking', batch.period.languages[0])}  {batch.period.id}/{job.page}")
    return 1 if lacking or any(batch.findings for batch in batches) else 0

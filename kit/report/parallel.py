"""Jobs side by side (并行执行): a pool of workers, and an end in order."""

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from kit.report import kernel
from kit.report.held import held
from kit.report.pages import Batch, Outcome, make
from kit.report.plan import Job
from kit.report.progress import progress

LIMITS = kernel.Limits()
Work = Sequence[tuple[Batch, Job]]
Report = Callable[[Job, Outcome | None], None]


def execute(
    todo: Work,
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
    pages = [(job.params_file, job.notebook) for _, job in todo] if engine == "fork" else []
    with kernel.kernels(), contextlib.ExitStack() as stack:
        pool = ThreadPoolExecutor(max(1, workers))
        try:
            report = stack.enter_context(progress(len(todo)))
            stack.enter_context(held(pages, limits.start))
            one = partial(_one, report=report, engine=engine, limits=limits)
            for future in as_completed([pool.submit(one, *each) for each in todo]):
                outcomes.append(future.result())
                settle(outcomes)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            kernel.end_all()
            return outcomes, False
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return outcomes, True


def _one(batch: Batch, job: Job, *, report: Report, engine: str, limits: kernel.Limits) -> Outcome:
    """One page, told when it begins and when it ends."""
    report(job, None)
    outcome = make(batch, job, engine=engine, limits=limits)
    if not kernel.Manager.ending.is_set():  # a page that was stopped did not fail
        report(job, outcome)
    return outcome

"""What a run says while it goes (进度): live lines on a terminal, plain ones elsewhere."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from kit.report.pages import Outcome
from kit.report.plan import Job
from kit.words import word


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[Job, Outcome | None], None]]:
    """Progress: a live line a job and the time left on a terminal, plain lines elsewhere."""
    from rich import progress as rich

    columns = (
        rich.SpinnerColumn(),
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    live = sys.stdout.isatty()
    with rich.Progress(*columns, disable=not live) as bar:
        whole, running, done = bar.add_task("", total=total), {}, [0]

        def tell(job: Job, outcome: Outcome | None) -> None:
            if outcome is None:
                running[job] = bar.add_task(f"{job.period}/{job.page}", total=None)
                return
            done[0] += 1
            bar.remove_task(running.pop(job))
            bar.advance(whole)
            if outcome.status == "failed" or not live:
                print(_line(outcome, done[0], total), flush=True)

        yield tell


def _line(outcome: Outcome, done: int, total: int) -> str:
    job, told = outcome.job, word(f"report.{outcome.status}", outcome.job.lang)
    line = f"[{done}/{total}] {told}  {job.period}/{job.page}  {outcome.seconds:.1f} s"
    return " ".join(filter(None, [line, outcome.detail]))

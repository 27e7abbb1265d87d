"""What the kernels of a run are forked from (底本): a process that holds its tables and results.

It comes from the warm process and takes its place while pages are made: what they share is read
and computed once, and no page is in the memory of another. Where it fails, takes too long, keeps a
thread or is killed, the warm process forks the kernels as before, and each loads for itself.
"""

import contextlib
import functools
import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Collection, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kit.report.warm import server, threads

STARTS = 2  # computing may leave a thread of a library; the second process finds it all computed
WAIT = 5  # seconds in which the end of a process is told
DERIVED = ("found", "facts", "plan_days", "unassigned", "windows")
LARGE = 100_000  # rows of a table that is read only where it is asked for
PLACE = ("_forkserver_address", "_forkserver_alive_fd", "_forkserver_authkey")
_usual: dict[str, Any] = {}  # where the warm process listens, while another takes its place
_serving: list[Any] = []  # the process that takes its place


@contextlib.contextmanager
def held(wanted: Collection[tuple[str, str]], limit: float) -> Iterator[None]:
    """Until the end, kernels find the tables of these period files in memory (常驻).

    wanted : period file and notebook of each page to be made; for a single one nothing is held
    limit  : seconds that reading one period may take; beyond it nothing is held
    """
    with contextlib.ExitStack() as stack:
        if len(wanted) > 1 and os.environ.get("KIT_ENGINE", "duckdb") == "duckdb":
            stack.callback(let_go)
            for _ in range(STARTS):
                if _start(stack, sorted(set(wanted)), limit) is not False:
                    break
        yield


def let_go() -> None:
    """From now on the warm process forks the kernels again."""
    vars(forkserver._forkserver).update(_usual)
    _usual.clear()
    _serving.clear()


def serving() -> Any:
    """The process that kernels are forked from now in place of the warm one; None without it."""
    return next(iter(_serving), None)


def ended(process: Any) -> bool:
    """Whether such a process has ended; then the warm one forks again.

    Its kernels seem dead at once, and its own end is told a moment later: that is waited for.
    """
    if process is None:
        return False
    process.join(WAIT)
    if process.is_alive():
        return False
    if process is serving():
        let_go()
    return True


def _start(stack: contextlib.ExitStack, wanted: list[tuple[str, str]], limit: float) -> bool | None:
    """Start the process, and let it take the place of the one that it was forked from.

    Returns : True: it does; False: it has a thread, so that it does not; None: it failed
    """
    room = os.environ["JUPYTER_RUNTIME_DIR"]  # of `kernel.kernels`, which sweeps it
    folder = stack.enter_context(tempfile.TemporaryDirectory(dir=room))
    listener = stack.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(f"{folder}/socket")
    listener.listen(64)
    ready, said = server().Pipe(duplex=False)
    living, alive = server().Pipe(duplex=False)
    given = (listener, living, said, dict(os.environ), str(Path.cwd()), wanted)
    process = server().Process(target=_hold, args=given)
    process.start()
    stack.callback(process.join)
    stack.callback(process.kill)  # it may still be reading when a Ctrl-C ends the run
    stack.callback(alive.close)  # the death of this process closes it, too, and ends that one
    place = listener.getsockname()
    for handed_over in (listener, living, said):
        handed_over.close()  # or nobody would notice its end
    answer = _answered(ready, len(dict(wanted)) + 1, limit)
    if answer:
        _take(place, alive.fileno())
        _serving.append(process)
    else:
        process.kill()
    return answer


def _take(place: str, alive: int) -> None:
    """From now on kernels are asked for at this place."""
    known = vars(forkserver._forkserver)
    _usual.update({key: known[key] for key in PLACE if key in known})
    mine = dict(zip(PLACE, (place, alive, None), strict=True))
    known.update({key: mine[key] for key in _usual})


def _answered(ready: Connection, steps: int, limit: float) -> bool | None:
    """The last of a process's answers, one a period and whether it can be forked; None if late."""
    answer: bool | None = None
    for _ in range(steps):
        if not ready.poll(limit):
            return None
        try:
            answer = ready.recv()
        except EOFError:
            return None
    return answer


def _hold(
    listener: socket.socket,
    living: Connection,
    said: Connection,
    environment: dict[str, str],
    *asked: Any,
) -> None:
    """The life of the process: read and compute what is shared, then fork whenever asked to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.clear()
    os.environ.update(environment)
    folder, wanted = asked
    os.chdir(folder)
    for file in dict.fromkeys(file for file, _ in wanted):
        with contextlib.suppress(Exception):  # the page tells what is wrong
            _read(file, {notebook for named, notebook in wanted if named == file})
        said.send(True)
    gc.collect()
    gc.freeze()
    alone = threads() == 1
    said.send(alone)
    said.close()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if alone:
        forkserver.main(listener.detach(), os.dup(living.fileno()), [])


def _read(file: str, notebooks: set[str]) -> None:
    """Hold the tables of a period, and what the pages of these notebooks share."""
    from kit.data.load import hold
    from kit.data.store.cache import holding

    with holding(), hold(file) as tables:
        small = [name for name, rows in tables.counts.items() if rows < LARGE]
        reads = [functools.partial(tables.get, name) for name in small]
        reads += [functools.partial(getattr, tables, name) for name in DERIVED]
        computes = [each for name in notebooks for each in _shared().get(name, ())]
        for step in [*reads, *(functools.partial(each, tables) for each in computes)]:
            with contextlib.suppress(Exception):  # the page that wants it tells what is wrong
                step()


def _shared() -> dict[str, tuple[Callable[[Any], Any], ...]]:
    """What the pages of a notebook have in common, whoever reads them."""
    from kit.abtest.portfolio import experiments
    from kit.people.agenda import agenda
    from kit.people.career import history
    from kit.people.followup import followup
    from kit.retrospective.frames import review
    from kit.scoring.feedback import corrected
    from kit.scoring.integrity import integrity
    from kit.scoring.what_if import scorecards

    return {
        "2_kpi_scoring": (scorecards, integrity, corrected, history),
        "3_ab_testing": (experiments,),
        "4_retrospective": (review,),
        "5_people": (lambda tables: agenda(tables, followup(tables)),),
    }

"""One process with everything imported (预热): the run and its kernels are forked from it.

Standard library only, since it is imported before anything else is.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import forkserver, popen_forkserver, resource_tracker, spawn
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

ENVIRONMENT = {  # the same for both engines: one thread a kernel, no hash that varies by process
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # else each thread of an engine keeps memory of its own
    "MALLOC_MMAP_THRESHOLD_": "1048576",  # else glibc keeps ever larger blocks for later
    "MALLOC_TRIM_THRESHOLD_": "4194304",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # nor does Arrow keep what pandas no longer needs
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # Arrow's allocator would start a thread
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
KERNEL = "kit-kernel"  # name of a process that needs nothing of the script that asked for it
Result = TypeVar("Result")
_warm = threading.Event()  # set in a process that `called` made


def can_fork() -> bool:
    """Whether forking a warm process is safe here: Linux only (macOS and Windows: plain)."""
    return sys.platform == "linux"


@cache
def server() -> Any:
    """The fork server's context; the server starts with the first process asked of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kit.report.preload"])
    # else each kernel would run the script that called us once more, guarded or not
    popen_forkserver.spawn = SimpleNamespace(get_preparation_data=_prepared)  # type: ignore
    return context


def called(function: Callable[..., int], *given: Any) -> int:
    """`function(*given)` in a warm process, with this one's terminal; its exit code, < 0 if killed.

    A Ctrl-C reaches both: the other one ends in order, this one waits for it.
    """
    os.environ.update(ENVIRONMENT)
    resource_tracker.ensure_running()
    # the server is born deaf to a Ctrl-C, which Python's own start would answer with a traceback
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    server()
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, heard)
    child = server().Process(target=_life, args=(function, *given))
    child.start()
    while child.exitcode is None:
        with contextlib.suppress(KeyboardInterrupt):
            child.join()
    return child.exitcode


def apart(function: Callable[..., Result], *given: Any) -> Result:
    """`function(*given)` in a process that ends with it, so that its memory is given back.

    Only from a warm process, which forks it from the same server; elsewhere it is called here.
    """
    if not _warm.is_set():
        return function(*given)
    with ProcessPoolExecutor(1, mp_context=server(), initializer=die_with_parent) as pool:
        return pool.submit(function, *given).result()


def threads(patience: float = 5) -> int:
    """How many threads this process has (线程数): a fork loses all but one, and what they hold.

    patience : seconds in which those that are ending may end
    """
    tasks = Path("/proc/self/task")
    end = time.monotonic() + patience
    while tasks.is_dir() and len(list(tasks.iterdir())) > 1 and time.monotonic() < end:
        time.sleep(0.05)
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def die_with_parent() -> None:
    """End this process at once when the one that asked for it ends."""
    threading.Thread(target=_watch, daemon=True).start()


def _life(function: Callable[..., int], *given: Any) -> None:
    # the server that forked us also forks our kernels, as its documentation says; Python 3.11
    # starts a second one instead
    forkserver._forkserver.ensure_running = resource_tracker.ensure_running  # type: ignore
    die_with_parent()
    _warm.set()
    sys.exit(function(*given))


def _prepared(name: str) -> dict[str, Any]:
    told = spawn.get_preparation_data(name)
    return {k: v for k, v in told.items() if name != KERNEL or not k.startswith("init_main")}


def _watch() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

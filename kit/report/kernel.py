"""Kernels that start in a blink (内核): forked from one warm process, behind papermill's interface.

`fork` forks each kernel from a server of the standard library's `multiprocessing` that has
everything imported; `plain` is stock papermill. Both run the same cells with the same environment,
and a kernel of either ends at once when its runner dies.
"""

import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from kit.report import held
from kit.report.warm import ENVIRONMENT, KERNEL, die_with_parent, server

LOST = 255  # told of a kernel whose end nobody saw: what it was forked from has ended, it has not


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell and one whole notebook may take (时限).

    They end what never would; a page takes seconds, and must not fail on a slow or busy machine.
    """

    cell: float = 1200
    notebook: float = 3600
    start: int = 600  # a dead kernel is seen at once; waiting is for one that is slow to come

    def clock(self) -> Callable[[Any], float]:
        """Seconds left for a cell, asked at its start; the notebook's time starts now."""
        end = time.monotonic() + self.notebook
        return lambda cell: max(0.1, min(self.cell, end - time.monotonic()))


class StoppedError(Exception):
    """A notebook did not reach its end; `notebook` holds what it reached, the cause says why."""

    def __init__(self, notebook: Any) -> None:
        self.notebook = notebook
        super().__init__("stopped")


class Manager(AsyncKernelManager):
    """A kernel manager (jupyter_client) whose kernels the run can find again, to end them."""

    alive: ClassVar[set["Manager"]] = set()
    ending: ClassVar[threading.Event] = threading.Event()

    async def start_kernel(self, **kw: Any) -> None:  # type: ignore[override]
        """Start a kernel and remember it; when the run is ending, end it at once."""
        await super().start_kernel(**kw)
        self.alive.add(self)
        if self.ending.is_set():
            self.end()

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Forget a kernel that has ended."""
        self.alive.discard(self)
        await super().cleanup_resources(restart=restart)

    def end(self) -> None:
        """Kill the kernel now, from any thread."""
        process = getattr(self.provisioner, "process", None)
        with contextlib.suppress(OSError):
            _ = process and process.kill()


class ForkManager(Manager):
    """The manager of forked kernels: over Unix sockets, launched by our provisioner."""

    kernel_spec = KernelSpec(
        argv=["kit", "-f", "{connection_file}"],
        language="python",
        metadata={"kernel_provisioner": {"provisioner_name": "kit-fork"}},
    )

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.transport = "ipc"  # the sockets take their names from the connection file
        self.connection_file = f"{os.environ['JUPYTER_RUNTIME_DIR']}/{uuid4().hex[:8]}.json"


class ForkProvisioner(LocalProvisioner):
    """jupyter_client's provisioner over a child of the fork server instead of a new program."""

    process: Any = None
    base: Any = None  # what it is forked from, if that is not the warm process

    async def launch_kernel(self, cmd: list[str], **kw: Any) -> Any:
        """Fork the kernel and return how to reach it."""
        folder = str(kw.get("cwd") or Path.cwd())
        environment = dict(kw.get("env") or os.environ)
        self.base = held.serving()
        self.process = server().Process(
            target=_kernel, args=(cmd[1:], folder, environment), name=KERNEL, daemon=True
        )
        self.process.start()
        self.pid = self.process.pid
        return self.connection_info

    async def poll(self) -> int | None:
        """Exit code of the kernel; None while it runs."""
        code: int | None = self.process.exitcode if self.process else 0
        if code == LOST and self.pid and held.ended(self.base):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        return code

    async def wait(self) -> int | None:
        """Wait for the kernel's end and return its exit code."""
        code: int | None = 0
        if self.process:
            self.process.join()
            code = await self.poll()
            self.process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Pass a signal to the kernel if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            if self.process:
                os.kill(self.process.pid, signum)


class ForkEngine:
    """papermill's engine `kit-fork`: its own notebook client, with forked kernels."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kw: Any) -> Any:
        """Run a notebook as papermill does, on a forked kernel."""
        return _stock().execute_notebook(nb, kernel_name, **kw, kernel_manager_class=ForkManager)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Name of the notebook's kernel, as papermill finds it."""
        return _stock().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Language of the notebook, as papermill finds it."""
        return _stock().nb_language(nb, language)


def execute(notebook: Path, parameters: dict[str, str], *, engine: str, limits: Limits) -> Any:
    """The executed notebook (运行), or `StoppedError` with what was reached.

    A notebook whose kernel died is run once more; where what it was forked from had ended, that
    counts for nothing, and it is forked from the warm process.

    Cells for analysts (sliders) are left out. Nothing is written: papermill's own saves are not
    atomic, and after a kernel's death they call every cell completed.
    """
    # a grammar of web addresses, which no notebook needs: jsonschema would spend a second on it
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbformat
    import papermill

    reached: list[Any] = []
    options = _options(engine, limits) | {
        "parameters": parameters,
        "on_notebook_start": lambda notebook: reached.append(notebook),
    }
    tries = 2
    while True:
        base = held.serving()
        source = nbformat.read(notebook, as_version=4)
        source.cells = [c for c in source.cells if "analyst" not in c.metadata.get("tags", ())]
        try:
            return papermill.execute_notebook(source, None, **options, timeout_func=limits.clock())
        except Exception as error:
            again = not Manager.ending.is_set() and _died(error)
            tries -= again and not held.ended(base)
            if not again or tries == 0:
                raise StoppedError(reached[-1] if reached else source) from error


def _options(engine: str, limits: Limits) -> dict[str, Any]:
    """What papermill is told for every notebook."""
    manager = {"engine_name": "kit-fork"} if engine == "fork" else {"kernel_manager_class": Manager}
    return {
        "progress_bar": False,
        "kernel_name": "python3",
        "language": "python",
        "shutdown_kernel": "immediate",
        "shell_timeout_interval": 2,
        "iopub_timeout": 120,
        "start_timeout": limits.start,
        "coalesce_streams": True,
        **manager,
    }


def _died(error: Exception) -> bool:
    """Whether the kernel ended, rather than a cell failed."""
    gone = isinstance(error, ConnectionError | EOFError | RuntimeError)
    return gone or "IOPub" in str(error)  # while it told


@contextlib.contextmanager
def kernels() -> Iterator[None]:
    """Room for a run's kernels: their environment and sockets; all of it is gone afterwards."""
    base = tempfile.gettempdir()
    base = base if len(base) < 50 else "/tmp"  # a socket's path ends at 107 characters
    for left in Path(base).glob("kit-[0-9]*-*"):  # by a runner that was killed
        if Path("/proc/self").exists() and not Path("/proc", left.name.split("-")[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"kit-{os.getpid()}-", dir=base)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the outcome tells what it would
    wanted = ENVIRONMENT | {"JUPYTER_RUNTIME_DIR": folder}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    Manager.ending.clear()
    try:
        yield
    finally:
        end_all()
        os.environ.update({k: v for k, v in before.items() if v is not None})
        for name in [k for k, v in before.items() if v is None]:
            os.environ.pop(name, None)
        shutil.rmtree(folder, ignore_errors=True)


def end_all() -> None:
    """Kill every kernel of this process, and those about to start."""
    Manager.ending.set()
    for manager in list(Manager.alive):
        manager.end()


def _stock() -> Any:
    from papermill.engines import NBClientEngine

    return NBClientEngine


def _kernel(argv: list[str], folder: str, environment: dict[str, str]) -> None:
    """The life of a forked kernel."""
    import matplotlib
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    die_with_parent()
    numpy.random.seed()  # the standard library's own is reseeded by every fork
    matplotlib.rcParams["backend"] = environment["MPLBACKEND"]  # else inline figures are lost
    app = IPKernelApp.instance(parent_handle=1)  # 1: no poller, and no greeting on the terminal
    app.initialize(argv)
    app.start()

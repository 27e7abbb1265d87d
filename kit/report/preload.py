"""What every forked kernel finds already imported (预载); runs once, in the fork server only.

No thread, socket or open file may exist when a kernel is forked, so that a check ends the server
when an import starts a thread.
"""

import atexit
import contextlib
import gc
import importlib
import os
import pkgutil
import signal

import kit
from kit.report.warm import threads

LIBRARIES = [
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "pandas",
    "seaborn",
    "scipy.stats",
    "scipy.optimize",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_agg",
    "pydantic",
    "yaml",
]


def rooms() -> list[str]:
    """Names of the kit's modules that notebooks use; the runner's own and the sample's are not."""
    found = pkgutil.walk_packages(kit.__path__, "kit.")
    return [m.name for m in found if not m.name.startswith(("kit.report", "kit.sample", "kit.__"))]


def warm() -> None:
    """Import everything, then make sure that nothing runs which a fork would lose."""
    for name in LIBRARIES + rooms():
        with contextlib.suppress(Exception):  # whoever needs it will import it again, and be told
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    if (found := threads(0)) > 1:
        raise RuntimeError(f"{found} threads before the fork")


atexit.register(os._exit, 0)  # a clean end is silent: no library reports leaks of the server
heard = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for those who ask; they end it
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # what came before is forgotten
warm()
signal.signal(signal.SIGINT, heard)  # what is forked hears it again

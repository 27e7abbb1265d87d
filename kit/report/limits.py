"""Memory that the system leaves a command (内存上限), asked before any library is loaded.

A library that gets no memory while it is loaded ends the process in its own words, or hangs.
"""

import errno
import re
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

LIGHT = {"verify", "audit", "lab", "jobs"}  # commands that read no table
SPACE = 1500  # MB of addresses for libraries, their threads and the sample's month: measured
HELD = 450  # MB held at once by the same
CONTAINER = Path("/sys/fs/cgroup/memory.max")
FULL = {"MemoryError", "OutOfMemoryException"}  # Python's and Arrow's; DuckDB's, not loaded here
WORDS = re.compile(
    "can't start new thread|launch worker thread|failed to map|cannot allocate memory", re.I
)


def short(command: str) -> dict[str, int]:
    """What a command needs and what it may have, in MB, where that is too little; else empty."""
    if command in LIGHT:
        return {}
    for need, most in ((SPACE, _addresses()), (HELD, _container())):
        if 0 <= most < need:
            return {"need": need, "most": most}
    return {}


def _addresses() -> int:
    """The process's limit of addresses (ulimit -v) in MB; -1 where there is none."""
    if resource is None:
        return -1
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    return -1 if soft == resource.RLIM_INFINITY else soft // 2**20


def _container() -> int:
    """The container's limit in MB; -1 where there is none."""
    text = CONTAINER.read_text(encoding="ascii").strip() if CONTAINER.is_file() else ""
    return int(text) // 2**20 if text.isdigit() else -1


def told(error: Exception) -> bool:
    """Whether an error says that memory ran out, or threads under a limit.

    By its type; by words only where a library has no type for it.
    """
    if FULL & {kind.__name__ for kind in type(error).__mro__}:
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    bare = isinstance(error, (RuntimeError, ImportError))
    return bare and max(_addresses(), _container()) >= 0 and bool(WORDS.search(str(error)))

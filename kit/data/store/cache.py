"""What was computed once (缓存), kept under `.cache` by the digest of everything it came from."""

import contextlib
import hashlib
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, ReadWriteLock, Timeout

from kit.params import ROOT

HOME = ROOT / ".cache"
MONTH = 30 * 86_400  # seconds
UNFINISHED = ".new-"  # begins the name of a file that is being written; its process comes next
Result = TypeVar("Result")
_held: dict[str, Any] = {}  # results in memory by name, where pages are forked from
_holds: list[bool] = []  # whether results are held


def digest_of(*parts: str | bytes) -> str:
    """SHA-256 of the parts in their order, shortened to 32 digits."""
    sums = hashlib.sha256()
    for part in parts:
        sums.update(hashlib.sha256(part.encode() if isinstance(part, str) else part).digest())
    return sums.hexdigest()[:32]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_digest(folder: Path) -> str:
    """Digest of every source file under `folder`, so that new code forgets old results."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".yml"})
    return digest_of(*(f"{p.relative_to(folder)} {file_digest(p)}" for p in files))


@cache
def kit_digest() -> str:
    """Digest of the whole kit."""
    return code_digest(ROOT / "kit")


def forget(home: Path, stem: str) -> None:
    """Remove what was kept under `stem` for what has changed since, once it is a month old."""
    for old in home.glob(f"{stem}-*"):
        if time.time() - old.stat().st_mtime > MONTH:
            old.unlink(missing_ok=True)


def sweep(root: Path) -> int:
    """Remove files whose writer was killed before they were whole (清扫残留); how many.

    Their names say which process wrote them; without /proc nothing is known of it, and they stay.
    """
    dead = []
    for path in root.rglob(f"{UNFINISHED}[0-9]*-*") if Path("/proc/self").exists() else ():
        writer = path.name.removeprefix(UNFINISHED).partition("-")[0]
        dead += [path] if writer.isdigit() and not Path("/proc", writer).exists() else []
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


def kept(path: Path, write: Callable[[Path], object]) -> Path:
    """`path`, written by `write` if it is not there; never half-written, whoever else writes it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        begins = f"{UNFINISHED}{os.getpid()}-"
        handle, name = tempfile.mkstemp(prefix=begins, dir=path.parent, suffix=path.suffix)
        os.close(handle)
        try:
            write(Path(name))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    return path


def remembered(tables: Any, name: str, function: Callable[[Any], Result]) -> Result:
    """`function(tables)`, computed once for the same data, scheme and kit (结果缓存)."""
    return once(f"{name}-{digest_of(tables.digest, kit_digest())}", lambda: function(tables))


def once(name: str, compute: Callable[[], Result]) -> Result:
    """The result kept under `name`, a digest of all that it depends on; computed if not there.

    Who wants it while another process computes it waits for that.
    """
    if name in _held:
        told_before: Result = _held[name]
        return told_before
    path = HOME / "results" / f"{name}.pickle"
    if path.exists() and not (is_own(path) and is_own(path.parent)):
        path.unlink()  # reading it could run what somebody else wrote
    if path.parent.is_dir() and not is_own(path.parent):
        path.parent.chmod(0o700)  # a folder of somebody else says so itself
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(path.with_suffix(".lock")), told(name):
            kept(path, lambda target: target.write_bytes(pickle.dumps(compute())))
        with contextlib.suppress(OSError):  # Windows keeps what somebody still waits for
            path.with_suffix(".lock").unlink()
    found: Result = pickle.loads(path.read_bytes())
    if _holds:
        _held[name] = found
    return found


@contextlib.contextmanager
def holding() -> Iterator[None]:
    """Until the end, results stay in memory too (常驻内存), for this process and those it forks."""
    _holds.append(True)
    try:
        yield
    finally:
        _holds.pop()


def is_own(path: Path) -> bool:
    """Whether a file or folder is the user's own and nobody else may write to it (缓存归属)."""
    if not hasattr(os, "getuid"):  # Windows keeps its own lists
        return True
    told = path.stat()
    return told.st_uid == os.getuid() and not told.st_mode & 0o022


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """In JupyterLab (`kit lab` sets KIT_PROGRESS) a line says what is being computed, how long."""
    begun = time.monotonic()
    shown = bool(os.environ.get("KIT_PROGRESS"))
    if shown:
        print(f"… {name.rpartition('-')[0]}", end="", flush=True)
    yield
    if shown:
        print(f" {time.monotonic() - begun:.1f} s", flush=True)


@contextlib.contextmanager
def alone(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold the lock file until the end, whatever the end is; OSError unless we may `wait`.

    shared : beside others who share it, for those who do not wait
    """
    if wait:
        with FileLock(path):
            yield
        return
    path.open("ab").close()  # a folder that cannot be written to says so itself
    lock = ReadWriteLock(path, timeout=0, is_singleton=False)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock.read_lock() if shared else lock.write_lock())
        except Timeout:
            raise BlockingIOError(str(path)) from None
        yield

"""CPU by stage: clocks at the doors of the rooms, in every process that is forked from this one.

A door is a public function or method of a room. The clock gives what a thread uses to the room
that it is inside, and keeps it in a file of its own, which outlives a kernel that is killed.
Imported by the fork server where KIT_CLOCKS names a folder. What a library's own threads use goes
to the room that waits for them; only a process of `BY_THREAD` works in several rooms at once, and
commands that it calls count in the room that calls them.
"""

import functools
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from multiprocessing import current_process
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from kit.report.warm import KERNEL

FIGURES = ("picture", "figures", "axes", "curves", "grids")
WRITES = ("pages", "export", "slips", "index", "provenance")
ROOMS = {  # room → stage; the longest name that fits
    "kit.params": "load",
    "kit.data": "load",
    "kit.scoring": "score",
    "kit.abtest": "tests",
    "kit.retrospective": "review",
    "kit.people": "people",
    "kit.show": "text",
    "kit.pages": "text",
    **dict.fromkeys((f"kit.show.{name}" for name in FIGURES), "figures"),
    "kit.pages.abtest.figure": "figures",
    "kit.report.kernel": "drive",
    "kit.report.page": "render",
    "kit.report.pdf": "pdf",
    **dict.fromkeys((f"kit.report.{name}" for name in WRITES), "write"),
}
STAGES = ("start", "run", "execute", *dict.fromkeys(ROOMS.values()))
BY_THREAD: set[int] = set()  # processes in which each thread has a clock of its own
_here = threading.local()


def stage_of(module: str) -> str:
    """The stage of a module; "" where it belongs to whoever calls it."""
    parts = module.split(".")
    names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((ROOMS[name] for name in names if name in ROOMS), "")


def ledger() -> Any:
    """This thread's seconds by stage; it begins outside of every room."""
    if not hasattr(_here, "seconds"):
        kernel = current_process().name == KERNEL
        name = f"{os.getpid()}-{threading.get_native_id()}-{'kernel' if kernel else 'run'}"
        place = Path(os.environ["KIT_CLOCKS"], name)
        _here.seconds = np.memmap(place, float, "w+", shape=(len(STAGES),))
        _here.inside = ["execute" if kernel else "run"]
        _here.clock = with_commands if os.getpid() in BY_THREAD else time.process_time
        _here.mark = 0.0
    return _here.seconds


def with_commands() -> float:
    """What this thread has used; the main one also what it called and has ended."""
    main = threading.current_thread() is threading.main_thread()
    ended = os.times()
    return time.thread_time() + main * (ended.children_user + ended.children_system)


def charge(stage: str = "") -> None:
    """What this thread has used since the last charge goes to the room that it is in."""
    seconds = ledger()
    now = _here.clock()
    seconds[STAGES.index(stage or _here.inside[-1])] += now - _here.mark
    _here.mark = now


def timed(function: Callable[..., Any], stage: str) -> Callable[..., Any]:
    """The function as a door of a room."""

    @functools.wraps(function)
    def door(*given: Any, **named: Any) -> Any:
        ledger()
        if _here.inside[-1] == stage:
            return function(*given, **named)
        charge()
        _here.inside.append(stage)
        try:
            return function(*given, **named)
        finally:
            charge()
            _here.inside.pop()

    vars(door)["is_door"] = True
    return door


def install() -> None:
    """Clocks at the doors of every room that is imported and has none yet."""
    modules = [m for name, m in list(sys.modules.items()) if name.partition(".")[0] == "kit"]
    doors = {id(f): timed(f, stage_of(f.__module__)) for m in modules for f in public(vars(m))}
    for module in modules:
        for name, value in list(vars(module).items()):
            if id(value) in doors:
                setattr(module, name, doors[id(value)])
            elif is_dataclass(value) and isinstance(value, type) and stage_of(value.__module__):
                _methods(value)


def public(names: dict[str, Any]) -> Iterator[Any]:
    """Functions among the names that are doors and have no clock: a generator works elsewhere."""
    for value in names.values():
        is_function = isinstance(value, FunctionType) and not inspect.isgeneratorfunction(value)
        if is_function and not value.__name__.startswith("_") and stage_of(value.__module__):
            yield from () if hasattr(value, "is_door") else [value]


def _methods(record: Any) -> None:
    stage = stage_of(record.__module__)
    for name, value in list(vars(record).items()):
        if isinstance(value, functools.cached_property) and not hasattr(value.func, "is_door"):
            value.func = timed(value.func, stage)
        elif isinstance(value, property) and not hasattr(value.fget, "is_door"):
            setattr(record, name, property(timed(value.fget, stage)))
        elif list(public({name: value})):
            setattr(record, name, timed(value, stage))


if os.environ.get("KIT_CLOCKS"):
    from kit.data.store import cache

    cache.HOME = Path(os.environ["KIT_CLOCKS"]).parent / "cache"
    charge("start")
    install()
    os.register_at_fork(after_in_parent=charge, after_in_child=_here.__dict__.clear)

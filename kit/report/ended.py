"""How a command ends (结束): its exit code, and what stopped it in words of both languages."""

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from kit.errors import KitError
from kit.report import limits
from kit.words import LANGS, both


def ended(do: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """The exit code; mistakes and a Ctrl-C are told in both languages, never as a traceback."""
    if lacking := limits.short(args.command):
        print(both("cli.limit", **lacking), file=sys.stderr)
        return 1
    try:
        code = do(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print(both("report.stopped"), file=sys.stderr)
        return 1
    except KitError as error:
        _refused(error)
        return 2
    except Exception as error:
        if not _stopped(error):
            raise
        return 1


def _stopped(error: Exception) -> bool:
    """Whether it is known what else ended it, told in words; nothing half-written is left."""
    if limits.told(error):
        print(both("cli.MemoryError"), file=sys.stderr)
    elif isinstance(error, BrokenProcessPool):
        print(both("cli.BrokenProcessPool"), file=sys.stderr)
    elif isinstance(error, OSError):
        _failed(error)
    else:
        return False
    return True


def _refused(error: KitError) -> None:
    """Every fault in both languages, without what is secret in addresses."""
    from kit.report.provenance import redacted

    for fault in error.faults:
        for lang in LANGS:
            print(redacted(fault.told(lang)), file=sys.stderr)


def _failed(error: OSError) -> None:
    """What the system refused: a place on the disk, or a pipe to a process that has gone."""
    if not isinstance(error, BrokenPipeError):
        where = Path(error.filename).name if error.filename else ""
        print(both("cli.disk", where=where, found=error.strerror or ""), file=sys.stderr)
    elif not _unread():
        print(both("cli.BrokenProcessPool"), file=sys.stderr)


def _unread() -> bool:
    """Whether whoever read the output has gone, as in `kit check … | head`: nothing is wrong."""
    try:
        os.write(sys.__stdout__.fileno(), b"\n") if sys.__stdout__ else None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return True
    return False

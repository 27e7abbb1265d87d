"""How a command ends (结束): its exit code, and what stopped it in words of both languages."""

import argparse
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
        return do(args)
    except KeyboardInterrupt:
        print(both("report.stopped"), file=sys.stderr)
        return 1
    except KitError as error:
        _refused(error)
        return 2
    except (MemoryError, BrokenProcessPool) as error:  # nothing half-written is left by either
        print(both(f"cli.{type(error).__name__}"), file=sys.stderr)
        return 1
    except OSError as error:
        where = Path(error.filename).name if error.filename else ""
        print(both("cli.disk", where=where, found=error.strerror or ""), file=sys.stderr)
        return 1
    except Exception as error:
        if not limits.told(error):
            raise
        print(both("cli.MemoryError"), file=sys.stderr)
        return 1


def _refused(error: KitError) -> None:
    """Every fault in both languages, without what is secret in addresses."""
    from kit.report.provenance import redacted

    for fault in error.faults:
        for lang in LANGS:
            print(redacted(fault.told(lang)), file=sys.stderr)

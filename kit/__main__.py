"""The command line: `kit start`, `run`, `check`, `close`, `verify`, `forget` and the others.

Exit codes: 0 done · 1 some job failed · 2 the input or the parameters are at fault.
"""

import argparse
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kit.errors import KitError
from kit.params import ROOT, period_file, read_period
from kit.report.ended import ended
from kit.words import LANGS, both, word

OPTIONAL = {"nargs": "?", "default": ""}
SWITCH = {"action": "store_true"}
TEXT = {"default": ""}
LANGUAGES = {"action": "append", "choices": LANGS}
COMMANDS: dict[str, dict[str, dict[str, Any]]] = {  # command → argument → options of argparse
    "run": {
        "periods": {"nargs": "+"},
        "--engine": {"choices": ["auto", "plain", "fork"], "default": "auto"},
        "--workers": {"type": int, "default": 2},
        "--force": SWITCH,
        "--lang": LANGUAGES,
        "--audience": {"action": "append", "choices": ["manager", "hr", "employee"]},
        "--notebook": {"action": "append"},
    },
    "check": {"period": {}},
    "lab": {},
    "start": {
        "files": {"nargs": "*"},
        **dict.fromkeys(("--into", "--period", "--template", "--currency"), TEXT),
        "--lang": {"choices": LANGS},
        "--rate": {"action": "append", "default": []},
        "--no-pages": SWITCH,
    },
    "import": {"files": {"nargs": "+"}},
    "close": {"period": {}, "--by": {"required": True}},
    "reseal": {"period": {}, "--by": {"required": True}, "--reason": {"required": True}},
    "verify": {"period": OPTIONAL},
    "audit": {"period": {}},
    "calibrate": {"period": {}, "--export": TEXT, "--import": TEXT, "--by": TEXT},
    "scheme": {"file": OPTIONAL, "--indicators": SWITCH, "--lang": LANGUAGES},
    "forget": {
        "specialist": OPTIONAL,
        "--name": {"action": "append", "default": []},
        "--by": TEXT,
        **dict.fromkeys(("--expired", "--yes"), SWITCH),
    },
    "jobs": {"periods": {"nargs": "+"}},
    "run-one": {"job": {}},
    "collect": {"periods": {"nargs": "+"}},
}


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments; help in both languages."""
    top = argparse.ArgumentParser(prog="kit", description=both("cli.kit"))
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, arguments in COMMANDS.items():
        told = both(f"cli.{name}")
        command = commands.add_parser(name, help=told, description=told)
        for argument, options in arguments.items():
            command.add_argument(argument, **options)
    return top


def check(path: str) -> int:
    """Read everything, write no report, print every fault and warning; 2 if anything refuses."""
    from kit.report.check import check as checked

    read_period(path)  # a file at fault is told as by every command
    rows = checked(path)
    for row in rows.to_dict("records"):
        severity = row["severity"]
        for lang in LANGS:
            print(f"{word(f'cli.{severity}', lang)}  {row[lang]}")
    refused = int((rows["severity"] == "refuse").sum())
    for lang in LANGS:
        print(word("cli.checked", lang, refused=refused, warned=len(rows) - refused))
    tampered = unsealed(path)
    return 2 if refused else tampered


def unsealed(path: str) -> int:
    """Print what is not as it was sealed, of a period and those it cites; 1 if anything is."""
    from kit.report import audit, close, plan, seals

    period = read_period(path)
    found = [
        *seals.watch(period, plan.REPORTS),
        *audit.findings(seals.log_of(period, plan.REPORTS)),
    ]
    close.warn(found)
    return 1 if found else 0


def sealing(args: argparse.Namespace) -> int:
    """Close a period, seal it anew, compare it with its seal, or list what was done with it."""
    from kit.report import close

    match args.command:
        case "close":
            return close.close(period_file(args.period), by=args.by)
        case "reseal":
            return close.reseal(period_file(args.period), by=args.by, reason=args.reason)
        case "audit":
            return audited(period_file(args.period))
        case _:
            return close.verify(args.period)


def audited(path: str) -> int:
    """Print what was done with a period; 1 when a log was cut or edited."""
    from kit.report import audit, plan, seals

    period = read_period(path)
    log = seals.log_of(period, plan.REPORTS)
    return audit.show(log, seals.place_of(period), period.languages[0])


def begin(args: argparse.Namespace) -> int:
    """A company's first report, or its next one, from the files named."""
    from kit.start.command import Wanted
    from kit.start.command import start as started

    said = (args.into, args.period, args.template, args.lang, not args.no_pages)
    return started(Wanted(tuple(args.files), *said, tuple(args.rate), args.currency.upper()))


def scheme(file: str, indicators: bool, languages: Sequence[str]) -> int:
    """Print a scheme in words, for its approval, or every indicator that can be weighed."""
    from kit.pages.people.pay_in_words import pay
    from kit.pages.scoring.example import example
    from kit.pages.scoring.groups_in_words import approval as by_group
    from kit.pages.scoring.in_words import approval, dictionary
    from kit.params import ROOT, read_groups, read_scheme
    from kit.scheme import Scheme

    if not file and not indicators:
        raise KitError("cli.which_scheme")
    path = Path(file) if Path(file).is_absolute() or not Path(file).exists() else Path.cwd() / file
    path = path if file else ROOT / "params" / "scheme-2025.yml"
    groups = read_groups(path)

    def told(read: Scheme, lang: str) -> list[str]:
        said = [*approval(read, lang), *example(read, lang), *pay(read, lang)]
        return dictionary(read, lang) if indicators else said

    for lang in languages:
        lines = by_group(groups, lang, told) if groups else told(read_scheme(path), lang)
        print(*lines, "", sep="\n")
    return 0


def calibrate(args: argparse.Namespace) -> int:
    """Write the sheet of a calibration meeting, or take in the one that was filled in."""
    from kit.report import calibrate as meeting

    path = period_file(args.period)
    target, source = args.export, getattr(args, "import")
    if bool(target) == bool(source) or (source and not args.by):
        raise KitError("report.calibrate_which")
    return meeting.taken(path, source, by=args.by) if source else meeting.written(path, target)


def look(files: Sequence[Path]) -> int:
    """What the reader makes of each export, for the analyst; 1 where one would not be read."""
    from kit.data.reading.look import looked

    refused = False
    for file in files:
        for lang in LANGS:
            lines, read = looked(file, lang)
            print(*lines, *([] if lang == LANGS[-1] else [""]), sep="\n")
            refused |= not read
    return int(refused)


def lab() -> int:
    """JupyterLab on the notebooks, bound to this machine alone."""
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", "notebooks"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KIT_PROGRESS": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def start(args: argparse.Namespace) -> int:
    """Do what `args` ask for; the rooms are imported when they are needed."""
    match args.command:
        case "lab":
            return lab()
        case "check":
            return check(period_file(args.period))
        case "start":
            return begin(args)
        case "scheme":
            return scheme(args.file, args.indicators, args.lang or LANGS)
        case "import":
            return look([Path(file) for file in args.files])
        case "close" | "reseal" | "verify" | "audit":
            return sealing(args)
        case "calibrate":
            return calibrate(args)
    return running(args)


def running(args: argparse.Namespace) -> int:
    """Make a period's pages, at once or job by job, or take a person out of them."""
    from kit.report import run, scheduler

    match args.command:
        case "run":
            chosen = {"languages": args.lang, "audiences": args.audience}
            how = {"engine": args.engine, "workers": args.workers, "force": args.force}
            files = [period_file(p) for p in args.periods]
            return run.run(files, **how, **chosen, notebooks=args.notebook)
        case "forget":
            return forgotten(args)
        case "jobs":
            return scheduler.jobs([period_file(p) for p in args.periods])
        case "run-one":
            return scheduler.run_one(args.job)
        case _:
            return scheduler.collect([period_file(p) for p in args.periods])


def forgotten(args: argparse.Namespace) -> int:
    """Remove a person's outputs, or whole periods past their retention; one of the two."""
    from kit.report import forget

    if bool(args.specialist) == args.expired:
        raise KitError("cli.forget_whom")
    if args.yes and not args.by.strip():
        raise KitError("report.no_by", act="forget")
    how = {"yes": args.yes, "by": args.by}
    if args.expired:
        return forget.forget_expired(**how)
    return forget.forget(args.specialist, names=args.name, **how)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command: as the program itself (no `arguments`) a run gets a warm process.

    Tables of a database are copied as they stand when the command begins; whoever runs job by job
    sets KIT_READ_SINCE (seconds since 1970) for all of them.
    """
    args = parser().parse_args(arguments)
    said = "KIT_READ_SINCE" in os.environ
    if not said and args.command != "lab":  # a notebook reads anew when its kernel starts
        os.environ["KIT_READ_SINCE"] = str(time.time())
    try:
        return ended(warmly if args.command == "run" and arguments is None else start, args)
    finally:
        if not said:
            os.environ.pop("KIT_READ_SINCE", None)


def warmly(args: argparse.Namespace) -> int:
    """A run that has nothing to do ends before anything is imported; others share one import."""
    from kit.report import plan, standing, warm

    files = [period_file(p) for p in args.periods]
    whole = not (args.force or args.lang or args.audience or args.notebook)
    if whole and standing.standing(files, plan.REPORTS):
        return 0
    forked = warm.can_fork() and args.engine != "plain"
    code = warm.called(ended, start, args) if forked else start(args)
    if code < 0:
        print(both("cli.BrokenProcessPool"), file=sys.stderr)
    return abs(code) and max(code, 1)


if __name__ == "__main__":  # under its own name, by which another process finds its functions
    sys.exit(importlib.import_module("kit.__main__").main())

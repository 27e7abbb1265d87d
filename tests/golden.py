"""Run golden-case files through the public API: `python -m tests.golden FILE...`.

Prints a line per failing case and, last, `N passed, N failed`; exit 0 only if nothing failed.
The adapters in tests/adapters name arguments and flatten records; they compute nothing.
"""

import importlib
import json
import math
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import tests.adapters
from kit.errors import KitError


def kinds() -> dict[str, Callable[[dict], Any]]:
    """Every kind that an adapter knows."""
    known: dict[str, Callable[[dict], Any]] = {}
    for module in pkgutil.iter_modules(tests.adapters.__path__, "tests.adapters."):
        known |= importlib.import_module(module.name).KINDS
    return known


def cases(files: list[Path]) -> Iterator[Any]:
    """The cases of all files; a file that is none of this format is one case that says why."""
    for file in files:
        try:
            found = json.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            yield {"id": str(file), "odd": f"cannot be read: {error}"}
            continue
        rows = found.get("cases") if isinstance(found, dict) else None
        odd = {"id": str(file), "odd": "holds no list `cases`"}
        yield from rows if isinstance(rows, list) else [odd]


def judge(case: Any, known: dict[str, Callable[[dict], Any]]) -> str | None:
    """None when the case passes, else its first difference in words."""
    if fault := misshapen(case):
        return fault
    if case["kind"] not in known:
        return "kind not known to the adapter"
    refused = isinstance(case["expected"], dict) and case["expected"].get("error") is True
    try:
        output = plain(known[case["kind"]](case["input"]))
    except KitError as error:
        return None if refused else f"refused: {error}"
    except Exception as error:  # noqa: BLE001 - a crash is a failed case, told as such
        return f"crashed: {type(error).__name__}: {error}"
    if fault := unfit(output):
        return fault
    if refused:
        return None if refusal(output) else f"expected a refusal, got {output!r}"
    return difference(output, case["expected"], case.get("tolerance", 0), "", top=True)


def misshapen(case: Any) -> str | None:
    """What keeps a case from being one of this format, or None."""
    if not isinstance(case, dict):
        return f"is no case but {case!r}"
    if "odd" in case:
        return str(case["odd"])
    if not isinstance(case.get("kind"), str) or not isinstance(case.get("input"), dict):
        return "needs a `kind` (text) and an `input` (object)"
    if "expected" not in case:
        return "says nothing `expected`"
    allowed = case.get("tolerance", 0)
    numbers = allowed.values() if isinstance(allowed, dict) else [allowed]
    bad = [n for n in numbers if isinstance(n, bool) or not isinstance(n, (int, float))]
    return f"has a tolerance that is no number: {bad[0]!r}" if bad else None


def refusal(output: Any) -> bool:
    """A result that says in words why there is no test (the kit's refusal result)."""
    return (
        isinstance(output, dict)
        and output.get("decision") == "no_test"
        and bool(output.get("reason"))
    )


def plain(value: Any) -> Any:
    """Records, arrays and members of closed sets as plain dicts, lists, numbers and texts."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.value if isinstance(value, Enum) else value


def unfit(output: Any, place: str = "") -> str | None:
    """A NaN, an infinity or their names anywhere in the output."""
    if isinstance(output, dict):
        parts = [unfit(v, f"{place}.{k}") for k, v in output.items()]
    elif isinstance(output, list):
        parts = [unfit(v, f"{place}[{i}]") for i, v in enumerate(output)]
    else:
        said = output.strip().lower() if isinstance(output, str) else ""
        text = said.lstrip("+-") in {"nan", "inf", "infinity"} or "traceback (most rec" in said
        bad = isinstance(output, float) and not math.isfinite(output)
        parts = [f"{place or 'value'} is {output!r}"] if bad or text else []
    return next((p for p in parts if p), None)


def difference(got: Any, want: Any, tolerance: Any, place: str, top: bool = False) -> str | None:
    """First difference between output and expectation, or None."""
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return f"{place or 'value'}: expected an object, got {got!r}"
        for key, value in want.items():
            if key not in got:
                return f"{place}.{key} is absent"
            below = tolerance
            if top and isinstance(tolerance, dict):
                below = tolerance.get(key, tolerance.get("*", 0))
            found = difference(got[key], value, below, f"{place}.{key}")
            if found:
                return found
        return None
    if isinstance(want, list):
        if not isinstance(got, list) or len(got) != len(want):
            return f"{place or 'value'}: expected {want!r}, got {got!r}"
        pairs = enumerate(zip(got, want, strict=True))
        parts = (difference(g, w, tolerance, f"{place}[{i}]") for i, (g, w) in pairs)
        return next((p for p in parts if p), None)
    if isinstance(want, bool) or want is None or isinstance(want, str):
        same = type(got) is type(want) and got == want
    else:
        number = isinstance(got, (int, float)) and not isinstance(got, bool)
        allowed = tolerance if isinstance(tolerance, (int, float)) else tolerance.get("*", 0)
        same = number and abs(got - want) <= allowed + 1e-12 * abs(want)
    return None if same else f"{place or 'value'}: expected {want!r}, got {got!r}"


def main(files: list[str]) -> int:
    if not files:
        print("usage: python -m tests.golden FILE...")
        return 2
    known = kinds()
    results = [(case, judge(case, known)) for case in cases([Path(f) for f in files])]
    failed = [(case, fault) for case, fault in results if fault]
    for case, fault in failed:
        named = case if isinstance(case, dict) else {}
        said = fault.replace("\n", " | ")
        print(f"{named.get('id', '(no id)')} {named.get('kind', '(no kind)')}: {said}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

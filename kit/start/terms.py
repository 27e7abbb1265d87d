"""What a company says of its files once (公司口径): currency, rates, time zone, own reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kit.errors import Fault, KitError
from kit.start.company import Company

CARRIED = ("currency", "rates", "timezone")  # of the latest period file, to the next


@dataclass(frozen=True)
class Said:
    """Keys of the period file that decide how files are read, and the company's own reports."""

    keys: Mapping[str, Any] = field(default_factory=dict)
    reports: Path | None = None

    def of(self, **keys: object) -> "Said":
        """The same with further keys."""
        return replace(self, keys={**self.keys, **keys})


def said(company: Company, rates: Sequence[str], reports: Path | None) -> Said:
    """What the latest period file says, and the rates of the command.

    rates : USD=7.1, what one unit of a currency is worth in the company's own
    """
    latest = max(company.params.glob("[0-9]*.yml"), default=None)
    held = yaml.safe_load(latest.read_text(encoding="utf-8-sig")) if latest else {}
    keys = {k: held[k] for k in CARRIED if held.get(k)}
    given = dict(map(_rate, rates))
    return Said(keys | ({"rates": {**keys.get("rates", {}), **given}} if given else {}), reports)


def _rate(text: str) -> tuple[str, float]:
    code, _, number = text.partition("=")
    try:
        return code.strip().upper(), float(number)
    except ValueError:
        raise KitError("start.no_rate", found=text) from None


def as_given(faults: Sequence[Fault], names: Mapping[str, str]) -> list[Fault]:
    """Faults under the names of the files that the user gave, and what to type next.

    names : the user's file by its place in the company's folder
    """
    told = [Fault(f.key, {k: _renamed(v, names) for k, v in f.facts.items()}) for f in faults]
    if any(f.key in ("data.other_currency", "data.mixed_currency") for f in faults):
        told.append(Fault("start.give_rates"))
    return told


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if type(value) is not str:  # a term is told by its key
        return value
    for place, file in names.items():
        value = file + value[len(place) :] if value.startswith(place) else value
    return value

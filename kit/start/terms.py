"""What a company says of its files once (公司口径): currency, rates, time zone, own reports."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from kit.data.reading.money import meanings
from kit.errors import Fault, KitError
from kit.params import Period, read_period
from kit.scheme.sections import Rate
from kit.scheme.wanted import CURRENCY
from kit.start.company import Company

CARRIED = ("currency", "rates", "timezone")  # of a period file, to the next
CODE = re.compile(CURRENCY)  # of a currency; a sign such as $ may mean several


@dataclass(frozen=True)
class Said:
    """Keys of the period file that decide how files are read, and the company's own reports.

    typed  : keys that the command names, which replace those of a period file that is there
    given  : rates of the command alone
    former : the currency that the command replaces; "" where it replaces none
    source : the period file that the keys are from
    """

    keys: Mapping[str, Any] = field(default_factory=dict)
    reports: Path | None = None
    typed: frozenset[str] = frozenset()
    given: Mapping[str, float] = field(default_factory=dict)
    former: str = ""
    source: Path | None = field(default=None, compare=False)

    @property
    def carried(self) -> list[str]:
        """Rates that the command does not give, as they are told: USD 7.1."""
        rates = self.keys.get("rates", {})
        return [f"{name} {rate:g}" for name, rate in rates.items() if name not in self.given]

    def of(self, **keys: object) -> "Said":
        """The same with further keys."""
        return replace(self, keys={**self.keys, **keys})

    def rated(self, rates: Mapping[str, float]) -> "Said":
        """The same with further rates, such as of a sign of several currencies."""
        return self.of(rates={**self.keys.get("rates", {}), **rates})


def said(
    company: Company, period: str, rates: Sequence[str], currency: str, reports: Path | None
) -> Said:
    """What the period's own file says, else the latest one, and what the command says beside it.

    rates    : USD=7.1, what one unit of a currency is worth in the company's own
    currency : the company's own; rates to another one are then left out
    """
    source, held = _held(company, period)
    given = dict(map(_rate, rates))
    if currency and not CODE.fullmatch(currency):
        raise KitError("start.no_currency", found=currency)
    former = held.get("currency", "") if currency != held.get("currency") and currency else ""
    every = {**({} if former else held.get("rates", {})), **given}
    held.pop("rates", None)
    keys = held | ({"currency": currency} if currency else {}) | ({"rates": every} if every else {})
    typed = {k for k, v in (("currency", currency), ("rates", currency or given)) if v}
    return Said(keys, reports, frozenset(typed), given, former, source)


def _held(company: Company, period: str) -> tuple[Path | None, dict[str, Any]]:
    """The period's file and its keys; where there is none, of the one that ends last."""
    own = company.period_file(period)
    files = [own] if period and own.exists() else sorted(company.params.glob("*.yml"))
    found = {file: keys for file in files if (keys := _keys(file))}
    if not found:
        return None, {}
    last = max(found, key=lambda file: str(found[file]["end"]))
    held = {"currency": Period.model_fields["currency"].default, **found[last]}
    held["rates"] = _rates(last, held.get("rates") or {})
    return last, {k: held[k] for k in CARRIED if held.get(k)}


def _rates(file: Path, rates: object) -> dict[str, float]:
    """Rates of a period file as numbers; ParamsError with the line where they are none."""
    try:
        return TypeAdapter(dict[str, Rate]).validate_python(rates)
    except ValidationError:
        read_period(file)  # which tells file, line and remedy
        raise


def _keys(file: Path) -> dict[str, Any]:
    """Keys of a period file; none of a scheme, of reports, or of what is no YAML."""
    try:
        keys = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, ValueError):
        return {}
    return keys if isinstance(keys, dict) and {"scheme", "end"} <= keys.keys() else {}


def _rate(text: str) -> tuple[str, float]:
    code, _, number = (part.strip() for part in text.upper().partition("="))
    try:
        rate = float(number)
    except ValueError:
        rate = math.nan
    if not (CODE.fullmatch(code) and 0 < rate < math.inf):
        raise KitError("start.no_rate", found=text)
    return code, rate


def as_given(faults: Sequence[Fault], names: Mapping[str, str]) -> list[Fault]:
    """Faults under the names of the files that the user gave, and what to type next.

    names : the user's file by its place in the company's folder
    """
    told = [Fault(f.key, {k: _renamed(v, names) for k, v in f.facts.items()}) for f in faults]
    for remedy in _remedies(faults):
        told += [remedy] if remedy not in told else []
    return told


def _remedies(faults: Sequence[Fault]) -> Iterator[Fault]:
    """What to type where amounts are in another currency than the company's."""
    for fault in faults:
        facts = {name: fault.facts.get(name) for name in ("value", "wanted")}
        if fault.key == "data.other_currency":
            yield Fault("start.give_rates", facts)
        elif fault.key == "data.unclear_currency":
            every = fault.facts["currencies"]
            yield Fault("start.give_sign", {**facts, "code": every[0], "currencies": every})
        elif fault.key == "data.mixed_currency" and fault.facts["column"] == "currency":
            for text in fault.facts["values"]:
                yield from _rate_of(text, facts)


def _rate_of(text: str, facts: dict[str, object]) -> Iterator[Fault]:
    """What to type for one of several codes; nothing for what may be the company's own."""
    every = meanings(text)
    if facts["wanted"] not in every:
        key = "start.give_sign" if len(every) > 1 else "start.give_rates"
        value = text if len(every) > 1 else every[0]
        yield Fault(key, {**facts, "value": value, "code": every[0], "currencies": list(every)})


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if type(value) is not str:  # a term is told by its key
        return value
    for place, file in names.items():
        value = file + value[len(place) :] if value.startswith(place) else value
    return value

"""Reports as data (报表定义): those of headers.yml, and a company's own in `reports.yml`."""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kit.data.reading.units import plain
from kit.data.schema import beside, contract
from kit.errors import DataError

KEYS = {
    *("name", "table", "status", "source", "level", "window", "currency", "unit", "fixed"),
    *("total_when_empty", "daily", "columns", "languages"),
}
COMMA = {"de", "fr", "es", "pt", "it", "nl", "pl", "ru", "tr", "id"}


@dataclass(frozen=True)
class Rule:
    """What a header of a report means: canonical name, unit, role, amount of a line or order.

    comma : its language writes decimals with a comma
    """

    name: str = ""
    unit: str = ""
    role: str = ""
    amount: str = ""
    comma: bool = False


@dataclass(frozen=True)
class Report:
    """A kind of file: which table it feeds, what its headers mean, what it never says itself."""

    id: str
    columns: dict[str, str]
    table: str = ""
    name: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    total_when_empty: str = ""
    rules: dict[str, Rule] = field(default_factory=dict)
    window: int | None = None
    window_assumed: bool = False
    currency: str = ""
    unit: str = ""
    daily: dict[str, str] = field(default_factory=dict)
    status: str = ""
    source: dict[str, str] = field(default_factory=dict)

    def rule(self, header: str) -> Rule:
        """What a header means; an empty rule where it is unknown."""
        return self.rules.get(plain(header), Rule())


def said() -> dict[str, Any]:
    """The file of headers."""
    return beside("reading/headers.yml")


@cache
def reports() -> dict[str, Report]:
    """Every report of the package by id, its headers normalised."""
    return {name: _report(name, spec) for name, spec in said()["reports"].items()}


def known(own: Path | None = None) -> dict[str, Report]:
    """Reports of the package and of the company's own file; an own one takes the place of ours."""
    if own is None or not own.is_file():
        return reports()
    return reports() | company(own)


def company(file: Path) -> dict[str, Report]:
    """A company's own reports; DataError naming file and report where one cannot be used."""
    try:
        spec = yaml.safe_load(file.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise DataError("data.bad_reports", file=file.name, line=line) from None
    held = spec.get("reports", {}) if isinstance(spec, dict) else None
    if not isinstance(held, dict):
        raise DataError("data.bad_reports", file=file.name, line=1)
    for name, report in held.items():
        _checked(file.name, str(name), report)
    return {str(name): _report(str(name), report) for name, report in held.items()}


def _checked(file: str, name: str, report: Any) -> None:
    """Refuse a report without columns, with an unknown key, table or unfit record."""
    keys = set(report) if isinstance(report, dict) else set()
    columns = report.get("columns") if isinstance(report, dict) else None
    fit = isinstance(columns, dict) and all(isinstance(v, (str, dict)) for v in columns.values())
    wrong = [str(key) for key in sorted(keys - KEYS)]
    if fit and report.get("table", "ads") not in contract():
        wrong.append(f"table: {report['table']}")
    if not fit:
        wrong.append("columns")
    if wrong:
        raise DataError("data.bad_report", file=file, report=name, parts=wrong, known=sorted(KEYS))


def _report(name: str, spec: dict[str, Any]) -> Report:
    headers = said()["common"] | spec["columns"]
    rules = {plain(header): _rule(meaning) for header, meaning in headers.items()}
    for lang, variants in spec.get("languages", {}).items():
        comma = lang in COMMA
        more = {plain(h): replace(_rule(meaning), comma=comma) for h, meaning in variants.items()}
        rules = more | rules
    window = spec.get("window")
    window = window if isinstance(window, dict) else {"days": window}
    return Report(
        name,
        {header: rule.name for header, rule in rules.items() if rule.name},
        spec.get("table", ""),
        spec.get("name", {}),
        dict(spec.get("fixed", {})),
        plain(spec.get("total_when_empty", "")),
        rules,
        window.get("days"),
        bool(window.get("assumed")),
        spec.get("currency", ""),
        spec.get("unit", ""),
        spec.get("daily", {}),
        spec.get("status", ""),
        spec.get("source", {}),
    )


def _rule(meaning: str | dict[str, str]) -> Rule:
    if isinstance(meaning, dict):
        parts = [str(meaning.get(key, "")) for key in ("name", "unit", "role", "amount")]
        return Rule(parts[0], parts[1], parts[2], parts[3])
    return Rule() if meaning == "?" else Rule(str(meaning))

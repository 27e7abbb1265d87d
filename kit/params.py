"""Parameter files (参数文件) → frozen, checked objects; every fault with file and line, at once.

A period file says which days and whose data; it names the scheme file beside it, which says how
they are scored. Nothing else in the kit reads parameters.
"""

import datetime as dt
import difflib
import re
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from kit.errors import Fault, ParamsError
from kit.scheme import Scheme
from kit.scheme.base import AT, Place, Section, refuse
from kit.scheme.faults import faults as faults_of
from kit.scheme.groups import Groups, main_scheme, schemes_named
from kit.scheme.groups import faults as faults_of_groups
from kit.scheme.limits import FolderName, excess
from kit.scheme.periods import Span, span_of
from kit.scheme.phases import compared, groups_in_phase, in_phase, unknown
from kit.scheme.sections import Approver, Confirmed, PeriodType, Rate
from kit.scheme.text import Loader, is_impossible_day
from kit.scheme.tree import LEAF, NODE
from kit.scheme.wanted import CURRENCY, ZONE, is_form, one_a_place, siblings, wanted

ROOT = Path(__file__).resolve().parent.parent
Model = TypeVar("Model", bound=Section)
SECRET = re.compile(r"passw|secret|token|api_?key|credential|密码|口令|://[^\s@:]*:\S*@", re.I)


class Period(Span):
    """An appraisal period (考核周期) with the scheme that scores it.

    groups : who is scored by which scheme, where `scheme` names a file of groups; `scheme` is then
    the main one, with the indicators of all
    """

    later = frozenset({"groups"})

    id: FolderName
    type: PeriodType
    as_of: dt.date | None = None
    compare: Span | None = Field(None, alias="compare_to")
    market_phase: str | None = None
    scheme: Scheme
    groups: Groups | None = Field(None, alias="_groups")
    data: str | dict[str, str | tuple[str, ...]] = "sample"
    team: Literal["all"] | tuple[str, ...] = "all"
    languages: tuple[Literal["zh", "en"], ...] = Field(("zh", "en"), min_length=1)
    audiences: tuple[Literal["manager", "hr", "employee"], ...] = Field(("manager",), min_length=1)
    currency: str = Field("CNY", pattern=CURRENCY)
    timezone: str = Field("", pattern=ZONE)
    rates: dict[str, Rate] = Field(default_factory=dict)
    seed: int = 1
    pseudonymise: bool = False
    what_if: Scheme | None = None
    approvers: tuple[Approver, ...] | None = None
    seals: str | None = None
    summary_pdf: bool | None = None
    confirmed: tuple[Confirmed, ...] = ()
    empty: tuple[str, ...] = ()
    comments_read_by: str | None = None
    comments_held: tuple[str, ...] = ()
    path: Path = Field(exclude=True, alias="_path")
    scheme_path: Path = Field(Path(), exclude=True, alias="_scheme_path")

    @model_validator(mode="after")
    def inside(self) -> "Period":
        """Refuse a day of the data outside the period."""
        if self.as_of and not self.start <= self.as_of <= self.end:
            raise refuse("params.as_of_outside", "as_of", found=str(self.as_of))
        return self

    @property
    def last_day(self) -> dt.date:
        """The last day that counts: `as_of` inside a running period, else the end."""
        return self.as_of or self.end


def period_file(text: str, today: dt.date | None = None) -> str:
    """A period file's path; 2025-06 stands for params/2025-06.yml, last-month for last month's.

    >>> period_file("last-month", dt.date(2026, 1, 3))
    'params/2025-12.yml'
    """
    if text == "last-month":
        text = f"{(today or dt.date.today()).replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    path = text if text.endswith((".yml", ".yaml")) else f"params/{text}.yml"
    return path if (ROOT / path).exists() or not Path(path).is_file() else str(Path(path).resolve())


def read_scheme(path: Path | str, tried: Path | str = "") -> Scheme:
    """The scheme at `path` (relative to the project root); ParamsError with all its faults.

    tried : a file with the parts that a draft would change, laid over it key by key (方案推演)
    """
    file = _found(path)
    data, lines = _yaml(file)
    if tried:
        file = _found(tried)
        new, lines = _yaml(file)
        data |= {key: _over(data.get(key), part) for key, part in new.items()}
    scheme = _checked(Scheme, data, lines, file)
    faults = [_fault(key, file, lines, place, facts) for place, key, facts in faults_of(scheme)]
    if faults:
        raise ParamsError.of(faults)
    return scheme


def read_groups(path: Path | str) -> Groups | None:
    """The groups file at `path` with the scheme of each group; None for a file of one scheme."""
    file = _found(path)
    data, lines = _yaml(file)
    if "groups" not in data:
        return None
    faults: list[Fault] = []
    known: dict[str, Scheme] = {}
    for name in dict.fromkeys(schemes_named(data["groups"])):
        try:
            known[name] = read_scheme(file.parent / name)
        except ParamsError as error:
            faults += error.faults
    if faults:
        raise ParamsError.of(faults)
    groups = _checked(Groups, data, lines, file).model_copy(update={"schemes": known})
    if wrong := [_fault(key, file, lines, at, f) for at, key, f in faults_of_groups(groups)]:
        raise ParamsError.of(wrong)
    return groups


def _over(old: Any, part: Any) -> Any:
    return {**old, **part} if isinstance(old, dict) and isinstance(part, dict) else part


def read_period(path: Path | str) -> Period:
    """The period at `path` (relative to the project root) and its scheme; all faults of both files.

    >>> period = read_period("params/2025-06.yml")
    >>> period.compare.id, str(period.compare.end), period.scheme.id
    ('2025-05', '2025-05-31', 'scheme-2025')
    """
    file = _found(path)
    data, lines = _yaml(file)
    schemes, faults = _schemes(data, file, data.pop("what_if", None))
    scheme = schemes.get("scheme")
    try:
        named = {p.id: p for p in scheme.promotions} if scheme else {}
        data |= {"_path": file, "_scheme_path": file.parent / str(data.get("scheme", ""))}
        data |= {"compare_to": _span(compared(data, scheme), named, file, lines)}
        period = _checked(Period, data | schemes, lines, file)
    except ParamsError as error:
        told = bool(faults)  # a scheme at fault has told its own story
        found = [f for f in error.faults if not (told and f.facts["place"].startswith("scheme"))]
        raise ParamsError.of([*found, *faults]) from None
    if scheme and period.type not in scheme.kinds:
        facts = {"found": period.type, "wanted": ", ".join(scheme.kinds)}
        faults += [_fault("params.wrong_value", file, lines, ("type",), facts)]
    if scheme and (lost := unknown(scheme, period.market_phase)):
        faults += [_fault("params.no_such_name", file, lines, ("market_phase",), lost)]
    if faults:  # of the draft alone, or a kind of period or a phase that nobody declared
        raise ParamsError.of(faults)
    return period


def _schemes(data: dict[str, Any], file: Path, tried: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The scheme of a period, its groups and the draft beside it; the faults of their files."""
    if "scheme" not in data:
        return {}, []
    path = file.parent / str(data["scheme"])
    phase = data.get("market_phase")
    read: dict[str, Any] = {}
    try:
        groups = read["_groups"] = groups_in_phase(read_groups(path), phase)
        read["scheme"] = main_scheme(groups) if groups else in_phase(read_scheme(path), phase)
        if tried:
            read["what_if"] = in_phase(read_scheme(path, file.parent / str(tried)), phase)
    except ParamsError as error:
        return read, [*error.faults]
    return read, []


def place_of(file: Path, place: Place) -> dict[str, Any]:
    """Where a key stands in a parameter file (键的位置): file, line and place, to be told.

    >>> place_of(ROOT / "params" / "2025-06.yml", ("team",))["line"]
    9
    """
    return _fault("", file, _yaml(file)[1], place, {}).facts


# ── reading ──────────────────────────────────────────────────────────────────────────────────────
def _found(path: Path | str) -> Path:
    file = ROOT / path
    if not file.is_file():
        near = [p.name for p in sorted(file.parent.glob("*.yml"))] if file.parent.is_dir() else []
        raise ParamsError("params.no_file", file=_name(file), near=near)
    return file


def _yaml(file: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    """Content and the line of every key; ParamsError if it is not a mapping in safe YAML."""
    if beyond := excess(file):
        raise ParamsError(beyond[0], file=_name(file), line=beyond[1])
    try:
        text = file.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=Loader)
        data = yaml.load(text, Loader=Loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ParamsError("params.not_yaml", file=_name(file), line=line) from None
    if not isinstance(data, dict):
        raise ParamsError("params.not_yaml", file=_name(file), line=1)
    lines: dict[Place, int] = {}
    faults = _walk(node, (), lines, file) if node else []
    if faults:
        raise ParamsError.of(faults)
    return {str(k): v for k, v in data.items()}, lines


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], file: Path) -> list[Fault]:
    """Note the line of every key; give the faults of repeated keys and of secrets."""
    lines.setdefault(place, node.start_mark.line + 1)
    found: list[Fault] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*place, str(key.value))
            if here in lines:
                found.append(_fault("params.twice", file, lines, here, {}))
            lines[here] = key.start_mark.line + 1
            if SECRET.search(str(key.value)):
                found.append(_fault("params.secret", file, lines, here, {}))
            found += _walk(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for n, value in enumerate(node.value):
            found += _walk(value, (*place, n), lines, file)
    elif isinstance(node.value, str) and "://" in node.value and SECRET.search(node.value):
        found.append(_fault("params.secret", file, lines, place, {}))
    return found


def _span(value: Any, named: dict[str, Any], file: Path, lines: dict[Place, int]) -> Span | None:
    if value is None:
        return None
    if isinstance(value, dict):
        inner = {place[1:]: line for place, line in lines.items() if place[:1] == ("compare_to",)}
        return _checked(Span, {"id": "compare_to", **value}, inner, file)
    if str(value) in named:
        promotion = named[str(value)]
        return Span(id=promotion.id, start=promotion.start, end=promotion.end)
    span = span_of(str(value))
    if span is None:
        facts = {"found": value, "known": ["2025-05", "2025-Q1", "2024", *named]}
        raise ParamsError.of([_fault("params.no_period", file, lines, ("compare_to",), facts)])
    return span


# ── faults in words ──────────────────────────────────────────────────────────────────────────────
def _checked(
    model: type[Model], data: dict[str, Any], lines: dict[Place, int], file: Path
) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = [_worded(e, model, lines, file) for e in error.errors(include_url=False)]
        raise ParamsError.of(one_a_place(faults)) from None


def _worded(error: Any, model: type[BaseModel], lines: dict[Place, int], file: Path) -> Fault:
    kind = error["type"]
    place = tuple(p for p in error["loc"] if p not in (LEAF, NODE) and not is_form(p))
    if kind == "kit":
        facts = dict(error.get("ctx", {}))
        at = tuple(filter(None, [facts.pop(AT, "")]))
        return _fault(error["msg"], file, lines, (*place, *at), facts)
    if kind == "missing":
        return _fault("params.missing_key", file, lines, place, {})
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), siblings(model, place), n=1, cutoff=0.5)
        return _fault("params.unknown_key", file, lines, place, {"near": near})
    if is_impossible_day(error.get("input")):
        return _fault("params.no_such_day", file, lines, place, {"found": error["input"]})
    facts = {"found": error.get("input"), "wanted": wanted(kind, error.get("ctx") or {})}
    return _fault("params.wrong_value", file, lines, place, facts)


def _fault(
    key: str, file: Path, lines: dict[Place, int], place: Place, facts: dict[str, Any]
) -> Fault:
    line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
    told = {"file": _name(file), "line": line, "place": ".".join(map(str, place)) or "—"}
    return Fault(key, {**told, **facts})


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else str(file)

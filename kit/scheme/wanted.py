"""What a key of a parameter file wants, in words (参数应填什么): forms, limits, one fault a key."""

from typing import Any

from pydantic import BaseModel

from kit.errors import Fault, Term
from kit.scheme.base import Place

CURRENCY = "^[A-Z]{3}$"
ZONE = r"^([A-Za-z_]+(/[A-Za-z0-9_+-]+)*)?$"
SHAPES = {CURRENCY: "currency", ZONE: "zone"}


def one_a_place(faults: list[Fault]) -> list[Fault]:
    """A key that fits none of several forms is one fault, which names them all."""
    kept: dict[tuple[str, str, str], Fault] = {}
    for n, fault in enumerate(faults):
        facts = fault.facts
        wrong = fault.key == "params.wrong_value"
        key = (fault.key, str(facts.get("place")), "" if wrong else str(n))
        if wrong and key in kept:
            before = kept[key].facts["wanted"]
            forms = [*(before if isinstance(before, list) else [before]), facts["wanted"]]
            kept[key] = Fault(fault.key, {**kept[key].facts, "wanted": forms})
        else:
            kept[key] = fault
    return list(kept.values())


def is_form(part: Any) -> bool:
    """Whether a part of a place names one of several forms a key may have, not a key."""
    return isinstance(part, str) and "[" in part


def wanted(kind: str, context: dict[str, Any]) -> str:
    """What a value of that kind is, or which limits it keeps."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "pattern": "", "expected": ""}
    if (pattern := context.get("pattern")) in SHAPES:
        return Term(f"params.want.{SHAPES[pattern]}")
    limits = [f"{sign} {context[name]}".strip() for name, sign in signs.items() if name in context]
    known = ("date", "int", "float", "string", "bool", "list", "tuple", "dict", "union")
    name = next((k for k in known if kind.startswith(k)), "other")
    return ", ".join(limits) or Term(f"params.want.{name}")


def siblings(model: type[BaseModel], place: Place) -> list[str]:
    """Names of the keys that may stand where an unknown one was found, as far as types tell."""
    current: Any = model
    for part in place[:-1]:
        field = getattr(current, "model_fields", {}).get(part)
        current = field.annotation if field else current
    found = getattr(current, "model_fields", model.model_fields).items()
    return [field.alias or name for name, field in found]

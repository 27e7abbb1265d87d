"""What a wrong value should have been (应填什么): limits and types, keys that may stand there."""

from typing import Any

from kit.errors import Term
from kit.scheme.base import Place


def wanted(kind: str, context: dict[str, Any]) -> str:
    """What was expected (应为), from the kind of a fault and its limits."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "pattern": "", "expected": ""}
    limits = [f"{sign} {context[name]}".strip() for name, sign in signs.items() if name in context]
    known = ("date", "int", "float", "string", "bool", "list", "tuple", "dict", "union")
    name = next((k for k in known if kind.startswith(k)), "other")
    return ", ".join(limits) or Term(f"params.want.{name}")


def siblings(model: Any, place: Place) -> list[str]:
    """Names of the keys that may stand where an unknown one was found, as far as types tell."""
    current: Any = model
    for part in place[:-1]:
        field = getattr(current, "model_fields", {}).get(part)
        current = field.annotation if field else current
    fields = getattr(current, "model_fields", model.model_fields)
    return [field.alias or name for name, field in fields.items()]

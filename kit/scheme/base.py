"""What every part of a parameter file has in common: frozen, checked, with a digest."""

import hashlib
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import PydanticCustomError

Place = tuple[str | int, ...]
AT = "_at"  # of a fault's facts: the key of the section whose line is told


class SchemeFault(NamedTuple):
    """Where in the file, which text, and the facts that fill it."""

    place: Place
    key: str
    facts: dict[str, object]


def refuse(key: str, at: str = "", **facts: object) -> PydanticCustomError:
    """A fault for `kit.params` to word: key of the text, the key that is wrong, and its facts."""
    return PydanticCustomError("kit", key, {**facts, AT: at})


class Section(BaseModel):
    """Base of every part of a parameter file: frozen, and no unknown key passes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, coerce_numbers_to_str=True
    )
    later: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_later(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Keys added `later` that stand at their default stay out: old digests keep matching."""
        content: dict[str, Any] = dump(self)
        fields = type(self).model_fields
        usual = {n: fields[n].get_default(call_default_factory=True) for n in self.later}
        silent = {n for n, value in usual.items() if getattr(self, n) == value}
        return {k: v for k, v in content.items() if k not in silent} if silent else content

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever the layout and comments of the file."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Named(Section):
    """A name in both languages (中英文名称)."""

    zh: str
    en: str

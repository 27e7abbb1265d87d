"""What every part of a parameter file has in common: frozen, checked, with a digest."""

import hashlib
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

Place = tuple[str | int, ...]


class SchemeFault(NamedTuple):
    """Where in the file, which text, and the facts that fill it."""

    place: Place
    key: str
    facts: dict[str, object]


def refuse(key: str, **facts: object) -> PydanticCustomError:
    """A fault for `kit.params` to word: key of the text, and its facts."""
    return PydanticCustomError("kit", key, facts)


class Section(BaseModel):
    """Base of every part of a parameter file: frozen, and no unknown key passes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, coerce_numbers_to_str=True
    )

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever the layout and comments of the file."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Named(Section):
    """A name in both languages (中英文名称)."""

    zh: str
    en: str

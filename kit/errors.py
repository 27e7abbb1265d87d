"""What went wrong, told in both languages to the person who can mend it (错误)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kit.words import LANGS, word


class Term(str):
    """A fact that is itself a key of the word tables, told in the reader's language."""


class Part(str):
    """A fact that is a key of the word tables, filled with the other facts: a place, a code."""


@dataclass(frozen=True)
class Label:
    """A fact that has a name in each language, as the scheme declares it."""

    texts: dict[str, str]


@dataclass(frozen=True)
class Fault:
    """One fault: `key` of its text in the word tables, and the facts that fill the text."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)

    def told(self, lang: str) -> str:
        """The fault as a sentence: where, what, what was found, what to do."""
        facts = {k: _shown(v, lang) for k, v in self.facts.items()}
        parts = {k: word(v, lang, **facts) for k, v in self.facts.items() if isinstance(v, Part)}
        return word(self.key, lang, **facts | parts)

    def bare(self) -> "Fault":
        """The fault without cell and code: pages tell what was found, in which column."""
        facts = self.facts | {k: "" for k in ("cell", "code") if k in self.facts}
        return replace(self, facts=facts)


class KitError(Exception):
    """Refusal with a reason: one fault by key and facts, or many gathered by `KitError.of`."""

    def __init__(self, key: str, /, **facts: Any) -> None:
        self.faults: tuple[Fault, ...] = (Fault(key, facts),)
        super().__init__(key)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> "KitError":
        """One error that carries all `faults` (at least one) of a check."""
        faults = tuple(faults)
        error = cls(faults[0].key, **faults[0].facts)
        error.faults = faults
        return error

    def told(self, lang: str) -> list[str]:
        """One sentence a fault."""
        return [fault.told(lang) for fault in self.faults]

    def __str__(self) -> str:
        return "\n".join(line for f in self.faults for line in (f.told(lang) for lang in LANGS))


class ParamsError(KitError):
    """A parameter file is at fault."""


class DataError(KitError):
    """A data file or table is at fault."""


class FormulaError(KitError):
    """A public formula was given mathematically impossible input."""


def _shown(value: object, lang: str) -> object:
    if isinstance(value, Term):
        return word(value, lang)
    if isinstance(value, Label):
        return value.texts[lang]
    if isinstance(value, (list, tuple, set, frozenset)):
        return word("show.comma", lang).join(str(_shown(item, lang)) for item in value) or "—"
    return value

"""What was found in the data (问题清单): one record a rule and place, told in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from kit.errors import DataError, Fault, Label, Part, Term
from kit.words import LANGS, has, word

if TYPE_CHECKING:
    import pandas as pd

TERMS = {
    "what": "table",
    "left": "table",
    "right": "table",
    "wanted": "forms.type",
    "measure": "load.measure",
    "platform": "platform",
    "channel": "channel",
    "indicator": "indicator",
}
SEVERITIES = ("refuse", "warn", "note")


@dataclass(frozen=True)
class Issue:
    """One finding: its rule (text `data.<rule>`), where it stands first, and how many there are."""

    rule: str
    severity: str = "refuse"
    table: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    count: int = 1
    facts: dict[str, Any] = field(default_factory=dict)

    def fault(self) -> Fault:
        """The finding as a sentence to be told."""
        place = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "facts"}
        shown = {k: "—" if v is None else v for k, v in place.items()} | self.facts
        shown["which"] = self.facts.get("which") or self._which()
        shown |= {"what": self.table, "measure": self.column, "cell": Part("data.cell")}
        shown |= {"at": Part("data.at_column")}
        if isinstance(names := self.facts.get("report"), dict):
            shown |= {"at": Part("data.at_report"), "report": Label(names)}
        shown |= {"code": Part("data.code")} if "confirm" in self.facts else {}
        terms: dict[str, Any] = {
            key: Term(f"{stem}.{shown[key]}")
            for key, stem in TERMS.items()
            if has(f"{stem}.{shown.get(key)}")
        }
        if "tables" in shown:
            terms["tables"] = [Term(f"table.{name}") for name in shown["tables"]]
        return Fault(f"data.{self.rule}", shown | terms)

    def _which(self) -> Label:
        """Plan and date of the row (行的计划和日期), which are found again in the platform."""
        names = ", ".join(self.facts.get("at", ()))
        texts = {lang: word("data.which", lang, which=names) if names else "" for lang in LANGS}
        return Label(texts)


def frame(issues: Iterable[Issue]) -> "pd.DataFrame":
    """Issues as a table, gravest first."""
    import pandas as pd

    names = [f.name for f in fields(Issue)]
    rows = pd.DataFrame([{n: getattr(i, n) for n in names} for i in issues], columns=names)
    order = rows["severity"].map({s: n for n, s in enumerate(SEVERITIES)})
    return rows.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def refuse(issues: Iterable[Issue]) -> None:
    """Stop with all the refusals among `issues`; nothing if there is none."""
    faults = [issue.fault() for issue in issues if issue.severity == "refuse"]
    if faults:
        raise DataError.of(faults)

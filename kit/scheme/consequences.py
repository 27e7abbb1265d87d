"""Consequences over periods (结果应用): which grades in the last periods lead to what."""

from pydantic import Field, model_validator

from kit.scheme.base import Named, Section, refuse
from kit.scheme.sections import PeriodType


class Consequence(Section):
    """What follows when enough of the last periods have one of the grades (结果应用规则)."""

    name: Named
    of: PeriodType
    last: int = Field(ge=1, le=36)
    grades: tuple[str, ...] = Field(min_length=1)
    at_least: int = Field(ge=1)
    in_a_row: bool = False

    @model_validator(mode="after")
    def reachable(self) -> "Consequence":
        """Refuse more periods than are looked at."""
        if self.at_least > self.last:
            raise refuse("params.at_least", found=self.at_least, last=self.last)
        return self

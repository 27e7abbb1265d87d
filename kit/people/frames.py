"""What follows for each person and the team, as frames to work with (人员工作台)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from kit.errors import KitError
from kit.people import payroll
from kit.people.followup import Followup, followup
from kit.people.privacy import visible

if TYPE_CHECKING:
    from kit.data.tables import Tables


@dataclass(frozen=True)
class Team:
    """Frames behind the page on people (人员各表), a row a person who may be seen.

    lists  : mean over the periods with its interval, and the list that follows (who may be
             promoted, who needs support)
    growth : gaps per person and skill, with the course that fits
    loop   : the phase of each one's appraisal, what is due and late
    fit    : people on channels, n (days), roi, fit with its interval
    seats  : suggested assignment with gain (sales a period) and its interval
    ready  : who meets which line of a promotion
    results : everything that the page shows, as `kit.people.followup.Followup`
    """

    lists: pd.DataFrame
    growth: pd.DataFrame
    loop: pd.DataFrame
    fit: pd.DataFrame
    seats: pd.DataFrame
    ready: pd.DataFrame
    audience: str
    specialist: str
    people: tuple[str, ...]
    tables: "Tables" = field(repr=False)
    results: Followup = field(repr=False)

    @property
    def pay(self) -> pd.DataFrame:
        """Pay of the period (奖金核算), a row a person; KitError for any audience but "hr"."""
        if self.audience != "hr":
            raise KitError("people.pay_hr_only", found=self.audience)
        return payroll.payroll(self.tables, self.results.official)


def team(tables: "Tables", audience: str = "manager", specialist: str = "") -> Team:
    """What follows for each person and the team (团队), from the cache if nothing has changed.

    tables   : from `kit.load`
    audience : "hr" or "manager" (everybody), "manager/<id>" (that manager's people), "employee"
               (the specialist alone); amounts are for "hr" alone
    specialist : only this person
    Returns  : `.lists`, `.growth`, `.loop`, `.fit`, `.seats`, `.ready`, and `.pay`; see `Team`
    Missing  : frames are empty where a table was not given
    Errors   : KitError for an unknown audience, manager or person, and for `.pay` unless for "hr"
    Source   : the period's scheme, section people; see the modules of `kit.people`
    >>> import kit
    >>> kit.team(kit.load("params/2025-06.yml")).lists["specialist_id"].is_unique
    True
    """
    people = visible(tables, audience, specialist)
    found = followup(tables)
    return Team(
        lists=_of(found.means, people),
        growth=_of(found.gaps, people),
        loop=_of(found.steps, people),
        fit=_of(found.fits, people),
        seats=_of(found.seats.seats, people),
        ready=_of(found.ready, people),
        audience=audience,
        specialist=specialist,
        people=tuple(people),
        tables=tables,
        results=found,
    )


def _of(frame: pd.DataFrame, people: list[str]) -> pd.DataFrame:
    """Rows of these people."""
    return frame[frame["specialist_id"].isin(people)].reset_index(drop=True)

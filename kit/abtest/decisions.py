"""What a test can end in (结论), what to do next (下一步), how a run can leave its plan (偏离).

Closed sets: the values are what tables, sidecars and golden cases hold.
"""

from collections.abc import Iterable
from enum import StrEnum

from kit.errors import Fault


class Closed(StrEnum):
    """A text of a closed set, shown as the text that it is."""

    def __repr__(self) -> str:
        return repr(self.value)


class Decision(Closed):
    """What a test says of its treatment (结论)."""

    BETTER = "treatment_better"
    WORSE = "treatment_worse"
    UNCLEAR = "no_clear_difference"
    RUNNING = "keep_running"
    NON_INFERIOR = "non_inferior"
    INFERIOR = "inferior"
    NOT_SHOWN_NON_INFERIOR = "not_shown_non_inferior"
    EQUIVALENT = "equivalent"
    NOT_SHOWN_EQUIVALENT = "not_shown_equivalent"
    INVALID_SRM = "invalid_srm"
    FEW_DATA = "not_enough_data"
    NO_TEST = "no_test"
    INVALID_INPUT = "invalid_input"

    @property
    def clear(self) -> bool:
        """Whether a difference was found, in either direction."""
        return self in (Decision.BETTER, Decision.WORSE)


UNSOUND = (Decision.INVALID_SRM, Decision.INVALID_INPUT)
BAD = (*UNSOUND, Decision.NO_TEST)
NO_EFFECT = (*BAD, Decision.FEW_DATA, Decision.RUNNING)  # no effect is told of these


class NextStep(Closed):
    """What to do after a test (下一步)."""

    ROLL_OUT = "roll_out"
    ROLL_OUT_PART = "roll_out_part"
    ROLL_OUT_WATCH = "roll_out_watch"
    CONFIRM = "confirm"
    MAY_SWITCH = "may_switch"
    EITHER = "either"
    KEEP = "keep_control"
    KEEP_FOR_MONEY = "keep_control_money"
    MOVE_ON = "move_on"
    LONGER = "longer"
    WAIT = "wait"
    RERUN = "rerun"
    FIX_SPLIT = "fix_split"
    FIX_DATA = "fix_data"


class Deviation(Closed):
    """How a run left its plan (偏离方案), where it matters to the verdict."""

    DECLARED_LATE = "declared_late"
    STOPPED_EARLY = "stopped_early"
    RAN_ON = "ran_on"
    LOST_VARIANT = "lost_variant"
    MANY_MISSING = "many_missing"

    @property
    def key(self) -> str:
        """Key of its text."""
        return f"abtest.deviation.{self}"


def deviated(faults: Iterable[Fault]) -> set[Deviation]:
    """The deviations that matter to a verdict among `faults` (偏离了哪些)."""
    keys = {fault.key for fault in faults}
    return {one for one in Deviation if one.key in keys}

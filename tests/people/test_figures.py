"""What an amount lacks is named by its reason, never taken for 0."""

from fractions import Fraction

import pytest

from kit.people.figures import Figure, Gap, Person, figure


@pytest.mark.parametrize(
    ("actual", "target", "reason"),
    [
        (0, 100, "people.no_completion"),  # a cost of nothing has a target, but no completion
        (-5, 100, "people.no_completion"),
        (80, None, "scoring.no_target"),
        (0, None, "scoring.no_target"),
        (None, 100, "people.no_figure"),
    ],
)
def test_why_there_is_no_completion_where_less_is_better(actual, target, reason):
    known = [None if x is None else Fraction(x) for x in (actual, target)]
    person = Person({"cost": Figure(*known, lower=True)})
    with pytest.raises(Gap) as caught:
        figure(person, "cost", "completion")
    assert (caught.value.reason, caught.value.name) == (reason, "cost")

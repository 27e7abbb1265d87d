"""A chance beside the line under which a grade is not settled; figures by hand."""

import pytest

from kit.params import read_scheme
from kit.show.ahead import against_line, chance

FIGURES = [(0.6475, "64.8%", "65.0%"), (0.6497, "64.97%", "65.00%"), (0.42, "42%", "65%")]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("p", "told", "line"), FIGURES)
def test_a_chance_under_the_line_never_prints_as_the_line(lang, p, told, line):
    said = chance(read_scheme("params/scheme-2025.yml"), {"grade": "A", "p_A": p}, lang)
    assert told in said and line in said


def test_a_chance_on_the_line_is_settled_and_printed_whole():
    assert against_line(0.65, "en") == ("65%", "65%")

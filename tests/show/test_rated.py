"""How ratings become points, beside the rows: every kind of rule, with its rounding."""

from types import SimpleNamespace

import pandas as pd
import pytest

from kit.show.format import number
from kit.show.rated import how_rated
from kit.show.sentences import say
from tests.people.tiny import june

SCHEME = june({}).scheme
ITEM = "teamwork"
ROWS = pd.DataFrame([{"specialist_id": "S1", "indicator": ITEM, "actual": 4.0, "points": 75.0}])


def told(lang, **changed):
    """The lines beside one item whose rule is changed."""
    name = SCHEME.indicators[ITEM].rule
    rules = SCHEME.rules | {name: SCHEME.rules[name].model_copy(update=changed)}
    scheme = SCHEME.model_copy(update={"rules": rules})
    v = SimpleNamespace(
        tables=SimpleNamespace(scheme=SCHEME),
        lang=lang,
        audience="hr",
        scheme_of=lambda who: scheme,
        say=lambda key, n=None, **facts: say(key, lang, n, **facts),
        number=lambda x, unit: number(x, unit, lang),
    )
    return " ".join(how_rated(v, "S1", ROWS))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rule_beside_the_rows_keeps_its_rounding_and_full_mark(lang):
    """4.00 of 1 to 5 is (4 - 1) / 4 = 75 points; the rule rounds to halves of a mark of ten."""
    plain, rounded = told(lang), told(lang, round=0.5, out_of=10.0)
    assert "1.00" in plain and "75" in plain and "0.50" not in plain
    assert "0.50" in rounded and "10" in rounded

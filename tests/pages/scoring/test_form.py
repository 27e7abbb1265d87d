"""A scheme with dimensions: the page has the form's shape, line by line."""

import pytest

from kit.pages.scoring import method, person, trace
from kit.pages.scoring.view import view
from tests.pages.scoring.test_page import scores_of
from tests.scoring import hand
from tests.scoring.test_own import ROWS, SCALES, answers, measured, scheme
from tests.scoring.test_own_items import FORM, NAMES, RATED, TREE


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("form")
    scales = SCALES | {"five": {"from": 1, "to": 5}}
    tables = hand.tables() | {"measured": measured(ROWS[0]), "feedback": answers(*RATED)}
    changed = scheme(FORM, TREE, dimensions=NAMES, scales=scales)
    hand.loaded(folder, tables, scheme=changed)
    scores = scores_of(str(folder / "period.yml"))
    return {lang: view(scores, lang, "hr") for lang in ("zh", "en")}


def test_lines_stand_in_the_files_order_with_their_subtotals(page):
    """By hand: 58.24 + 11.20 = 69.44 of 70; 11.25 of 15; 12.885 of 15."""
    table = person.card(page["en"], "S1")[-1]
    rows = [(r["line"], round(r["full"], 6), round(r["points"], 3)) for r in table.data["rows"]]
    assert rows == [
        ("valid enquiries", 56, 58.24),
        ("highlights", 14, 11.2),
        ("Subtotal: results", 70, 69.44),
        ("skill", 15, 11.25),
        ("Subtotal: ability", 15, 11.25),
        ("work attitude", 15, 12.885),
        ("Subtotal: attitude", 15, 12.885),
    ]


def test_self_and_superior_stand_beside_the_line(page):
    table = person.card(page["zh"], "S1")[-1]
    row = next(r for r in table.data["rows"] if r["line"] == "工作态度")
    assert (row["self_typed"], row["manager_typed"]) == ("95.00", "82.00")
    assert row["rule"] == "量表从 0 到 100，按直线得 0 到 100 分"


def test_the_page_says_what_its_interval_does_not_speak_of(page):
    text = person.card(page["en"], "S1")[-1].html
    assert "56.0% of the weight, more than a third, rests on figures entered" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_own_indicators_have_their_words_everywhere(page, lang):
    v = page[lang]
    text = method.method(v).html + "".join(b.html for b in person.persons(v))
    assert ("有效询盘" if lang == "zh" else "valid enquiries") in text
    assert "leads" not in text.replace("indicators-", "") or lang == "en"
    chain = trace._trace(v, "S1", "leads")
    assert "measured.csv" in "".join(block.html for block in chain)

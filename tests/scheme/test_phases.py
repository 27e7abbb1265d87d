"""Market phases: weights and comparison by hand, from a scheme of two indicators."""

import datetime as dt
from pathlib import Path
from textwrap import dedent

import pytest

from kit.errors import ParamsError
from kit.pages.scoring.in_words import approval
from kit.params import read_period, read_scheme
from kit.scheme.periods import kind_word

SCHEME = """
    id: two
    version: "1"
    rules: {plain: {kind: anchors, points: [[0, 0], [1, 100]]}}
    indicators: {sales: {rule: plain}, roi: {rule: plain}}
    profiles: {month: {sales: 0.5, roi: 0.5}, campaign: {sales: 0.9, roi: 0.1}}
    profile_sets: {slow: {month: {sales: 0.2, roi: 0.8}}}
    market_phases:
      daily: {compare: before}
      slow: {profiles: slow, compare: year}
      peak: {compare: year}
      bare: {}
    promotions:
      - {id: a, name: {zh: a, en: a}, start: 2025-06-13, end: 2025-06-20, warm_up: 2025-06-01,
         same_as: b}
      - {id: b, name: {zh: b, en: b}, start: 2024-06-15, end: 2024-06-21, warm_up: 2024-06-02}
    grades: [{grade: A, min: 0}]
    feedback: {relations: {manager: 1}}
    bonus: {curve: [[0, 0], [100, 1]]}
"""


def period(folder: Path, phase: str | None, scheme: str = SCHEME, **more: str):
    keys = {"id": "p", "type": "month", "start": "2024-03-01", "end": "2024-03-31"} | more
    keys |= {"scheme": "s.yml"} | ({"market_phase": phase} if phase else {})
    (folder / "s.yml").write_text(dedent(scheme), encoding="utf-8")
    text = "".join(f"{key}: {value}\n" for key, value in keys.items())
    (folder / "p.yml").write_text(text, encoding="utf-8")
    return read_period(folder / "p.yml")


def test_the_phase_chooses_the_weights_of_the_kinds_that_its_set_holds(tmp_path):
    slow = period(tmp_path, "slow").scheme
    assert slow.weights("month") == {"sales": 0.2, "roi": 0.8}
    assert slow.weights("campaign") == {"sales": 0.9, "roi": 0.1}
    for phase in ("daily", None):
        assert period(tmp_path, phase).scheme.weights("month") == {"sales": 0.5, "roi": 0.5}


@pytest.mark.parametrize(
    ("phase", "start", "end", "first", "last"),
    [
        ("daily", "2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("daily", "2025-01-01", "2025-03-31", "2024-10-01", "2024-12-31"),
        ("daily", "2025-06-10", "2025-06-14", "2025-06-05", "2025-06-09"),
        ("slow", "2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
        ("slow", "2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"),
        ("peak", "2025-06-01", "2025-06-20", "2024-06-02", "2024-06-21"),
        ("peak", "2025-06-13", "2025-06-20", "2024-06-15", "2024-06-21"),
        ("peak", "2025-06-13", "2025-06-19", "2024-06-13", "2024-06-19"),
    ],
)
def test_the_phase_chooses_what_a_period_is_compared_with(tmp_path, phase, start, end, first, last):
    found = period(tmp_path, phase, start=start, end=end).compare
    assert (found.start, found.end) == tuple(map(dt.date.fromisoformat, (first, last)))


def test_what_the_period_file_says_itself_counts_and_a_phase_may_say_nothing(tmp_path):
    assert period(tmp_path, "slow", compare_to="2024-01").compare.id == "2024-01"
    assert period(tmp_path, "bare").compare is None
    assert period(tmp_path, None).compare is None


def test_a_phase_that_the_scheme_does_not_know_is_refused_with_those_it_knows(tmp_path):
    with pytest.raises(ParamsError) as refused:
        period(tmp_path, "slwo")
    [fault] = refused.value.faults
    assert fault.key == "params.no_such_name"
    assert (fault.facts["place"], fault.facts["line"]) == ("market_phase", 6)
    assert fault.facts["known"] == ["daily", "slow", "peak", "bare"]


def test_a_set_that_the_scheme_does_not_hold_is_refused(tmp_path):
    with pytest.raises(ParamsError) as refused:
        period(tmp_path, "slow", SCHEME.replace("{profiles: slow,", "{profiles: slwo,"))
    assert refused.value.faults[0].facts["place"] == "market_phases.slow.profiles"


def test_without_phases_in_the_scheme_the_word_is_a_tag_and_the_digest_is_as_before(tmp_path):
    plain = (
        SCHEME.split("    market_phases:")[0] + "    promotions:" + SCHEME.split("promotions:")[1]
    )
    tagged, bare = period(tmp_path, "anything", plain), period(tmp_path, None, plain)
    assert tagged.market_phase == "anything" and tagged.scheme.digest == bare.scheme.digest
    assert "market_phases" not in bare.scheme.model_dump_json()


def test_every_kind_of_period_of_a_scheme_has_a_name_in_its_words():
    """A half-year and a cycle of the scheme's own have names too, not only the calendar's."""
    scheme = read_scheme("tests/cases/schemes/scheme-c11.yml")
    zh, en = (str(approval(scheme, lang)) for lang in ("zh", "en"))
    assert "半年度考核" in zh and "Half-years" in en
    assert kind_word("sprint", "en") == "Periods “sprint”"

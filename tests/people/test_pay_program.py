"""Pay and groups by a second program: drawn companies agree to the fen, and a slip is noticed."""

import warnings

import pytest

from tests import pay_draws, pay_files, pay_parts, pay_people, pay_program

COMPANIES = 80  # three schemes each, two where two groups are paid by one


FULL = 5  # a company with every kind of line: each slip below changes some of them


@pytest.fixture(scope="module")
def kit_lines(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return pay_files.paid(pay_files.write(pay_draws.drawn(FULL), tmp_path_factory.mktemp("p")))


def test_every_line_of_a_drawn_company_is_the_second_programs(kit_lines):
    hand = pay_program.lines(pay_draws.drawn(FULL))
    assert len(hand) > 20 and kit_lines == hand


@pytest.mark.parametrize("seed", range(3))
def test_other_companies_agree_too(seed):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        _, lines, wrong = pay_draws.compared(seed)
    assert lines > 20 and not wrong


@pytest.mark.slow
def test_two_hundred_drawn_schemes_pay_what_the_second_program_says(capsys):
    assert pay_draws.main(COMPANIES) == 0
    told = capsys.readouterr().out.splitlines()[-1].split()
    assert int(told[0]) >= 200 and told[-2:] == ["0", "differ"]


def all_month(said, who, month):
    return [said["people"][who]] * 30


SLIPS = {
    "a gate that is always open": (pay_parts, "held", lambda gate, person: True),
    "nobody moves, joins or leaves": (pay_people, "posts_by_day", all_month),
    "no rule cuts the points": (pay_people, "total_of", lambda said, p: p.figures.get("score")),
    "everybody was there all month": (
        pay_people.Person,
        "days",
        property(lambda person: 30, lambda person, days: None),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_noticed(monkeypatch, kit_lines, slip):
    monkeypatch.setattr(*SLIPS[slip], raising=False)
    assert pay_program.lines(pay_draws.drawn(FULL)) != kit_lines


@pytest.mark.parametrize(
    "change", [{"carried": {}}, {"employed": {}}, {"goals": {"may": {}}}, {"settled": {}}]
)
def test_what_was_drawn_is_of_use(kit_lines, change):
    """Balances, hire and leave dates, May's own targets, what was settled: each moves a line."""
    said = pay_draws.drawn(FULL)
    change = {"goals": said["goals"] | change["goals"]} if "goals" in change else change
    assert pay_program.lines(said | change) != kit_lines


def test_the_second_program_gives_the_worked_examples():
    """From the spec: 9,500 by marginal tiers, 10,000 beyond an ROI target, a pool by points."""
    rise = {"on": "m1", "tiers": [[0, 0.015], [1, 0.02]], "by": "completion", "marginal": True}
    said = person(m1=600000, goal=500000)
    assert pay_parts.amount(rise, said) == 9500
    beyond = {"on": "rate", "above": "target", "rate": 0.1}
    assert pay_parts.amount(beyond, person(rate=[500000, 100000], goal=4)) == 10000
    shares = {w: pay_people.exact(x) for w, x in (("a", 85.2), ("b", 84.5), ("c", 90.3))}
    found = pay_program.shared_out(pay_people.exact(10000), shares)
    assert found == {"a": 327692, "b": 325000, "c": 347308}


def person(goal, **figures):
    name = next(iter(figures))
    said = {"june": {"S1": figures}, "goals": {"june": {"S1": {name: goal}}}, "pay": {}}
    said |= {"people": {"S1": "x"}, "groups": {"x": "run"}, "most": {"run": 200}}
    said |= {"moves": {}, "employed": {}}
    return pay_people.Person(said, "S1", "june")

"""Pay and groups by a second program: drawn companies agree to the fen, and a slip is noticed."""

import pytest

from tests import pay_draws, pay_program

COMPANIES = 80  # three schemes each, two where two groups are paid by one


@pytest.mark.parametrize("seed", range(4))
def test_every_line_of_a_drawn_company_is_the_second_programs(seed):
    _, lines, wrong = pay_draws.compared(seed)
    assert lines > 20 and not wrong


@pytest.mark.slow
def test_two_hundred_drawn_schemes_pay_what_the_second_program_says(capsys):
    assert pay_draws.main(COMPANIES) == 0
    told = capsys.readouterr().out.splitlines()[-1].split()
    assert int(told[0]) >= 200 and told[-2:] == ["0", "differ"]


def test_a_slip_of_a_rate_is_noticed(monkeypatch):
    monkeypatch.setattr(pay_program, "DAYS", 31)
    monkeypatch.setattr(pay_program, "held", lambda gate, person: True)
    assert any(pay_draws.compared(seed)[2] for seed in range(3))


def test_the_second_program_gives_the_worked_examples():
    """From the spec: 9,500 by marginal tiers, 10,000 beyond an ROI target, a pool by points."""
    rise = {"on": "m1", "tiers": [[0, 0.015], [1, 0.02]], "by": "completion", "marginal": True}
    said = person(m1=600000, goal=500000)
    assert pay_program.amount(rise, said) == 9500
    beyond = {"on": "rate", "above": "target", "rate": 0.1}
    assert pay_program.amount(beyond, person(rate=[500000, 100000], goal=4)) == 10000
    shares = {w: pay_program.exact(x) for w, x in (("a", 85.2), ("b", 84.5), ("c", 90.3))}
    found = pay_program.shared_out(pay_program.exact(10000), shares)
    assert found == {"a": 327692, "b": 325000, "c": 347308}


def person(goal, **figures):
    name = next(iter(figures))
    said = {"june": {"S1": figures}, "goals": {"S1": {name: goal}}, "pay": {}, "moves": {}}
    said |= {"people": {"S1": "x"}, "groups": {"x": "run"}, "most": {"run": 200}}
    return pay_program.Person(said, "S1", "june")

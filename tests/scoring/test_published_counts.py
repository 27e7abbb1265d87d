"""What published figures of 360 leave open, by plain counts of answers."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from kit.scoring.anonymity import Prior, chances, open_step, snapped, tells

# ── the guard ────────────────────────────────────────────────────────────────────────────────────
ORDINARY = Prior((1.0, 2, 3, 4, 5), (0.01, 0.07, 0.3, 0.37, 0.25), 1.0, 5.0)


GENEROUS = Prior((1.0, 2, 3, 4, 5), (0.005, 0.005, 0.02, 0.07, 0.9), 1.0, 5.0)


def counted(n, step, figure, prior):
    """Largest chance of an answer and number of possible ones, by listing every set of answers."""
    chance = np.zeros(5)
    for given in itertools.product(range(5), repeat=n):
        mean = sum(g + 1 for g in given) / n
        if np.floor((mean - 1) / step + 0.5 + 1e-9) * step + 1 == figure:
            chance[given[0]] += np.prod([prior.chance[g] for g in given])
    return chance / chance.sum()


@pytest.mark.parametrize("prior", [ORDINARY, GENEROUS])
@pytest.mark.parametrize(("n", "step"), [(3, 1.0), (4, 1.0), (5, 0.5), (3, 0.5)])
def test_chances_are_those_of_a_plain_count(prior, n, step):
    for figure in (3.0, 4.0, 5.0):
        low, high = (n * (figure - 1 + side * step / 2) for side in (-1, 1))
        window = np.array([[np.ceil(low - 1e-9), np.ceil(high - 1e-9)]]).astype(int)
        found, _ = chances(np.tile(np.arange(5), (n, 1)), prior.chance, window)
        assert found[0, :, 0] == pytest.approx(counted(n, step, figure, prior), abs=1e-9)


def test_three_raters_to_a_half_would_be_told_and_go_to_a_whole():
    """safety.md: 3 raters to 0.5 leave 1.6 / 72.9 % certain; to 1 none."""
    for prior in (ORDINARY, GENEROUS):
        assert open_step(prior, (0.0, 0.0, 0.0), 0.5, 4.0) == 1.0
        assert open_step(prior, (0.0,) * 5, 0.5, 4.0) == 0.5


def test_a_company_that_knows_two_answers_only_is_not_published():
    """5 or 1: a pool of three at 5 has three fives."""
    prior = Prior((1.0, 2, 3, 4, 5), (0.1, 0, 0, 0, 0.9), 1.0, 5.0)
    assert open_step(prior, (0.0,) * 3, 1.0, 5.0) is None


def test_all_fives_stay_as_they_are():
    """Everybody knows that everybody gives five: the figure tells nothing."""
    prior = Prior((1.0, 2, 3, 4, 5), (0, 0, 0, 0, 1.0), 1.0, 5.0)
    assert open_step(prior, (0.0,) * 5, 0.5, 5.0) == 0.5


def test_an_exact_mean_of_one_answer_tells_it_and_of_many_does_not():
    assert tells(ORDINARY, (0.35,), 0.35 * 4, 0.002)
    assert not tells(ORDINARY, (0.1,) * 6, 0.1 * 23, 0.002)
    assert tells(ORDINARY, (0.1,) * 6, 0.1 * 30, 0.002)  # only six fives give 3.0


def test_leniency_that_readers_may_know_is_counted():
    """Corrected answers lie between whole ones: the guard still sees what each figure leaves."""
    assert open_step(ORDINARY, (0.3, -0.2, 0.1, 0.0, -0.2), 0.5, 4.0) in (0.5, 1.0)


COMPANIES = {
    "ordinary": ORDINARY,
    "generous": GENEROUS,
    "clipped": replace(GENEROUS, clipped=True),
    "two answers": Prior((1.0, 2, 3, 4, 5), (0.1, 0, 0, 0, 0.9), 1.0, 5.0),
    "an odd one": Prior((1.0, 2, 3, 4, 5), (0.002, 0, 0.008, 0.09, 0.9), 1.0, 5.0),
    "levels": Prior((0.0, 33.3, 60.0, 100.0), (0.02, 0.3, 0.5, 0.18), 0.0, 100.0, True),
    "of nine": Prior(tuple(map(float, range(1, 10))), (0.02,) * 4 + (0.184,) * 5, 1.0, 9.0),
}


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_printed_or_held_back_leaves_every_answer_open(company, seed):
    """Every set of answers listed: those that print alike, or are held back, tell nobody's answer.

    The reader knows each rater's leniency; one in two pools was not corrected.
    """
    prior = COMPANIES[company]
    rng = np.random.default_rng(seed)
    n = 3 + seed % 3 - (len(prior.answers) > 5)
    span = prior.high - prior.low
    lean = rng.normal(0, span / 12, n) if seed % 2 else np.zeros(n)
    grid = snapped(lean, prior.low, prior.high)
    step = span / 8 if n > 4 else span / 4
    left, chance = {}, np.outer(np.ones(n), prior.chance)
    for given in itertools.product(range(len(prior.answers)), repeat=n):
        values = np.array([prior.answers[g] for g in given]) - grid
        values = np.clip(values, prior.low, prior.high) if prior.clipped else values
        mean = snapped(values, prior.low, prior.high).mean()
        size = open_step(prior, lean.tolist(), step, mean)
        printed = (
            None
            if size is None
            else prior.low + size * np.floor((mean - prior.low) / size + 0.5 + 1e-9)
        )
        told = (
            None if printed is None else (size, min(prior.high, max(prior.low, round(printed, 6))))
        )
        sums = left.setdefault(told, np.zeros_like(chance))
        sums[np.arange(n), list(given)] += np.prod(prior.chance[list(given)])
    assert len({told[0] for told in left if told}) <= 1, "the step tells nothing"
    for told, sums in left.items():
        if told is None and len(left) == 1:
            continue  # all is held back: no figure tells anything
        found = sums / sums.sum(axis=1, keepdims=True)
        assert ((found > 0).sum(axis=1) > 1).all(), told
        assert (found <= prior.limit + 1e-6).all(), (told, found.max(axis=0))

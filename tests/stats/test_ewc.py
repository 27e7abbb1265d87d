"""EWC errors against the defining formula, a long-run variance known in closed form, and draws."""

import numpy as np
import pytest
from scipy import stats

from kit.stats import ewc
from kit.stats.intervals import ratio_errors, ratio_of_sums


def _slow_road(x):
    """Lazarus et al. (2018), eq. (4): one cosine at a time, in plain Python."""
    n = len(x)
    b = max(4, round(0.4 * len(x) ** (2 / 3)))
    waves = [
        (2 / n) ** 0.5 * sum(v * np.cos(np.pi * j * (t + 0.5) / n) for t, v in enumerate(x))
        for j in range(1, b + 1)
    ]
    return (sum(w * w for w in waves) / b / n) ** 0.5, b


def _stretch(n, b, rho=0.5):
    """How far the cosines of AR(1) days fall short of their sum's variance, term by term."""
    like = [[rho ** abs(s - t) for t in range(n)] for s in range(n)]
    whole = sum(map(sum, like)) / n
    seen = 0.0
    for j in range(1, b + 1):
        wave = [(2 / n) ** 0.5 * np.cos(np.pi * j * (t + 0.5) / n) for t in range(n)]
        seen += sum(wave[s] * wave[t] * like[s][t] for s in range(n) for t in range(n)) / b
    return (whole / seen) ** 0.5


def test_error_of_a_mean_follows_the_published_formula():
    x = np.random.default_rng(3).normal(size=30)
    se, df = _slow_road(x)
    assert ewc.mean_error(x) == (pytest.approx(se), df)


def test_error_of_a_sum_is_right_at_the_claimed_memory_and_ignores_the_level():
    x = np.random.default_rng(4).normal(size=(2, 91))
    se, df = ewc.sum_error(x + 1000)
    assert se[1] == pytest.approx(91 * _slow_road(x[1])[0] * _stretch(91, 8))
    assert df == pytest.approx([8, 8])


def test_days_that_do_not_count_are_left_out():
    x = np.random.default_rng(5).normal(size=(2, 40))
    days = np.ones((2, 40), bool)
    days[1, 30:] = False
    se, df = ewc.sum_error(x, days)
    assert se[1] == pytest.approx(30 * _slow_road(x[1, :30])[0] * _stretch(30, 4))
    assert df == pytest.approx([5, 4])


def test_one_day_has_no_error():
    se, df = ewc.sum_error(np.array([[5.0]]))
    assert np.isnan(se[0]) and df[0] == 0
    assert np.isnan(ewc.half_width(se, df, 0.95)[0])


def test_a_ratio_error_without_day_memory_is_near_the_plain_linearised_one():
    """Independent days: EWC and the textbook error agree on average (2,000 draws)."""
    rng = np.random.default_rng(7)
    under = rng.uniform(800, 1200, (2000, 60))
    top = 4 * under + 300 * rng.normal(size=under.shape)
    se, _, df = ratio_errors(top, under, np.ones(top.shape, bool), 0.95)
    plain = ratio_of_sums(top[0].tolist(), under[0].tolist()).se
    assert np.sqrt(np.mean(se**2)) == pytest.approx(plain, rel=0.2)
    assert df[0] == pytest.approx(6)


def test_a_denominator_near_zero_has_no_interval():
    """Fieller: two wild days among empty ones leave the mean under 1.96 errors."""
    under = np.zeros((1, 30))
    under[0, :2] = 100
    se, half, _ = ratio_errors(2 * under, under, np.ones((1, 30), bool), 0.95)
    assert np.isnan(se[0]) and np.isnan(half[0])


@pytest.mark.slow
@pytest.mark.parametrize(("n", "memory"), [(28, 0), (30, 0.3), (30, 0.5), (91, 0.5)])
def test_intervals_cover_the_mean_of_days_that_resemble_each_other(n, memory):
    """20,000 AR(1) months; simulation error 0.002."""
    rng = np.random.default_rng(8)
    x = np.empty((20000, n))
    x[:, 0] = rng.normal(size=20000)
    for t in range(1, n):
        x[:, t] = memory * x[:, t - 1] + np.sqrt(1 - memory**2) * rng.normal(size=20000)
    se, df = ewc.sum_error(x)
    assert 0.945 <= np.mean(np.abs(x.sum(axis=1)) <= stats.t.ppf(0.975, df) * se) <= 0.97


@pytest.mark.slow
def test_a_known_calendar_is_no_chance_and_intervals_still_cover():
    """20,000 months with a promotion of eight days, correlation 0.3; simulation error 0.002."""
    rng = np.random.default_rng(9)
    x = np.empty((20000, 30))
    x[:, 0] = rng.normal(size=20000)
    for t in range(1, 30):
        x[:, t] = 0.3 * x[:, t - 1] + np.sqrt(1 - 0.09) * rng.normal(size=20000)
    phases = np.zeros((30, 2))
    phases[12:20, 0] = phases[20:, 1] = 1
    pattern = phases @ [40.0, -10.0]
    se, df = ewc.sum_error(x + pattern, known=phases)
    blind, _ = ewc.sum_error(x + pattern)
    assert 0.945 <= np.mean(np.abs(x.sum(axis=1)) <= stats.t.ppf(0.975, df) * se) <= 0.975
    assert np.median(blind) > 5 * np.median(se)


def test_days_of_a_phase_swing_as_their_variance_says():
    """By hand: 4 days ±1 and 3 of ±3 about their phase: 4 / 3 and 18 / 2, mean over 7 days."""
    known = np.array([0, 0, 0, 0, 1, 1, 1])[:, None] * 1.0
    series = np.array([[1.0, -1, 1, -1, 3, -3, 0]])
    each = np.array([4 / 3] * 4 + [18 / 2] * 3)
    assert ewc.loudness(series, known) == pytest.approx(np.sqrt(each / each.mean()))
    assert ewc.loudness(series).tolist() == [1.0] * 7


def test_rows_of_spans_are_raised_by_what_their_means_took_from_the_slow_waves():
    """White days of variance 1: each of four waves has a mean square of 1, spans or not."""
    spans = np.where(np.arange(30) < 15, 1, 2)[None].repeat(4000, axis=0)
    rest = ewc.residual(np.random.default_rng(5).normal(size=spans.shape), spans)
    assert (ewc.spectrum(rest) ** 2).mean() < 0.85
    assert (ewc.spectrum(ewc.evened(rest, spans)) ** 2).mean() == pytest.approx(1, abs=0.03)

"""The second scheme of the sample company on its June: totals, commission and fund by hand."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kit.data.load import load
from kit.params import ROOT, read_scheme, span_of
from kit.people.appeals import official
from kit.people.career import at
from kit.people.sheet import sheet
from kit.scoring.card import scorecards
from kit.scoring.panel import panel
from tests.pages.shop import page

POINTS = {"sales": 30, "roi_net": 25, "click_conversion": 15, "plan_completion": 8}
POINTS |= {"budget_execution": 7, "innovation": 5, "teamwork": 5, "execution": 5}


@pytest.fixture(scope="module")
def tables():
    june = load("2025-06")
    return at(june, span_of("2025-06"), read_scheme("params/scheme-2026.yml"))


@pytest.fixture(scope="module")
def cards(tables):
    return scorecards(tables)


def test_a_total_is_the_sum_of_the_forms_points(cards):
    total = cards.totals.set_index("specialist_id")["total"]
    known = cards.indicators[cards.indicators["points"].notna()]
    for who, rows in known.groupby("specialist_id"):
        conduct = [
            n for n in ("innovation", "teamwork", "execution") if n in set(rows["indicator"])
        ]
        share = {n: 15 / len(conduct) for n in conduct}  # execution is not rated in the sample
        parts = [share.get(r.indicator, POINTS[r.indicator]) * r.points for r in rows.itertuples()]
        if len(rows) >= 7:
            assert sum(parts) / 100 == pytest.approx(total[who], abs=1e-9)


def test_the_commission_is_net_sales_times_rate_times_step(tables, cards):
    period = tables.period
    data = panel(tables, period.start, period.last_day)
    rows = sheet(tables, official(tables, cards)).lines
    paid = rows[rows["line"] == "commission"].set_index("specialist_id")["amount"]
    for n, who in enumerate(data.people):
        net = data.total["revenue"][n] - data.total["refund_amount"][n]
        back = net / data.total["spend"][n]
        if math.isnan(back):
            assert math.isnan(paid[who])
            continue
        factor = next(f for line, f in ((3.2, 1.2), (2.6, 1), (2, 0.5), (0, 0)) if back >= line)
        money = Decimal(repr(round(float(net), 6))) * Decimal("0.003") * Decimal(str(factor))
        due = min(Decimal(20000), money.quantize(Decimal("0.01"), ROUND_HALF_UP))
        assert paid[who] == float(due)


def test_the_team_fund_is_shared_out_whole(tables, cards):
    rows = sheet(tables, official(tables, cards)).lines
    fund = rows.loc[rows["line"] == "team", "amount"]
    assert round(fund.sum() * 100) == 1_000_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_second_scheme_runs_from_its_period_file_to_the_pages(lang):
    """Form with subtotals, own indicator and item, commission and fund; pay on HR's page alone."""
    file = ROOT / "params" / "second" / "june.yml"
    scores, people = (page(file, name, lang, "hr") for name in ("2_kpi_scoring", "5_people"))
    scheme = read_scheme("params/scheme-2026.yml")
    for name in ("roi_net", "execution"):
        assert scheme.label(name, lang) in scores
    for said in scheme.dimensions.values():
        assert getattr(said, lang) in scores
    paid = [getattr(scheme.pay.components["commission"].name, lang)]
    paid += [getattr(scheme.pay.pools["team"].name, lang)]
    assert all(name in people for name in paid) and "scheme-2026" in people
    own = page(file, "5_people", lang, "employee", "S01")
    assert not any(name in own for name in paid)

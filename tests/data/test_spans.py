"""Windows of a promotion, quarters and years.

Spend doubles from row to row, so that a sum names its rows; every figure below is added up by
hand. The owner changes on 1 April.
"""

import pytest

from kit.params import span_of
from kit.retrospective.scope import phases
from tests.data.company import loaded

DAYS = {
    "2024-12-31": (1, 10),
    "2025-01-01": (2, 2),
    "2025-03-31": (4, 12),
    "2025-04-01": (8, 8),
    "2025-06-01": (16, 16),
    "2025-06-12": (32, 64),
    "2025-06-13": (64, 64),
    "2025-06-20": (128, 512),
    "2025-06-21": (256, 256),
    "2025-07-04": (512, 512),
}
ADS = "date,plan_id,impressions,clicks,spend,orders,revenue\n" + "".join(
    f"{day},P1,1000,10,{spend},1,{revenue}\n" for day, (spend, revenue) in DAYS.items()
)
OWNERS = (
    "plan_id,specialist_id,valid_from,valid_to,share\n"
    "P1,S1,2024-01-01,2025-03-31,\nP1,S2,2025-04-01,,\n"
)
TOLD = pytest.mark.parametrize(
    ("window", "spend", "revenue"),
    [
        ("warm_up", 48, 80),  # 1 to 12 June: 16 + 32, 16 + 64
        ("peak", 192, 576),  # 13 to 20 June: 64 + 128, 64 + 512
        ("return_window", 768, 768),  # the 14 days after, 21 June to 4 July: 256 + 512
        ("2025-Q1", 6, 14),  # 2 + 4, 2 + 12
        ("2025-Q2", 504, 920),  # 8 + 16 + 32 + 64 + 128 + 256; 8 + 16 + 64 + 64 + 512 + 256
        ("2025", 1022, 1446),  # all but 2024: 1023 - 1, 1456 - 10
        ("2024", 1, 10),
    ],
)


@TOLD
def test_a_window_holds_its_own_days_and_its_rate_is_sum_over_sum(tmp_path, window, spend, revenue):
    tables = loaded(tmp_path, ads=ADS, assignment=OWNERS)
    promotion = next(p for p in tables.scheme.promotions if p.id == "618-2025")
    span = dict(phases(promotion)).get(window) or span_of(window)
    plan = tables.drill(["plan_id"], span.start, span.end).iloc[0]
    assert (plan["spend"], plan["revenue"]) == (spend, revenue)
    days = tables.drill(["date"], span.start, span.end)
    assert days["revenue"].sum() / days["spend"].sum() == pytest.approx(revenue / spend)
    people = tables.drill(["specialist_id"], span.start, span.end)
    assert people["spend"].sum() == spend, "whoever owned the plan on the day has all of it"


def test_the_days_after_the_return_window_are_no_part_of_it(tmp_path):
    tables = loaded(tmp_path, ads=ADS, assignment=OWNERS)
    promotion = next(p for p in tables.scheme.promotions if p.id == "618-2025")
    after = dict(phases(promotion))["after"]
    assert (str(after.start), str(after.end)) == ("2025-07-05", "2025-07-18")
    assert tables.drill(["plan_id"], after.start, after.end).empty


def test_a_year_is_shared_by_those_who_owned_the_plan_on_its_days(tmp_path):
    tables = loaded(tmp_path, ads=ADS, assignment=OWNERS)
    year = span_of("2025")
    people = tables.drill(["specialist_id"], year.start, year.end).set_index("specialist_id")
    # S1: 2 + 4 of 2025; S2: 1022 - 6
    assert people["spend"].to_dict() == {"S1": 6, "S2": 1016}
    assert people["revenue"].to_dict() == {"S1": 14, "S2": 1432}

"""What the shop sells and tries (小公司的生意): ads, visits, events, A/B tests."""

import math

import pandas as pd

from tests.pages.shop_frames import frame


def ad_rows() -> pd.DataFrame:
    rows = []
    for n, day in enumerate(pd.date_range("2025-05-01", "2025-06-30")):
        for i in range(8):
            wave = 1 + 0.2 * math.sin(n * 1.7 + i) + 0.1 * math.cos(n * 0.9 + 2 * i)
            clicks = int(500 * wave)
            orders = int(clicks * 0.05 * (1 + 0.1 * math.sin(n * 2.3 + i)))
            rows.append(
                {
                    "date": day.date(),
                    "plan_id": f"p{i}",
                    "keyword": ("毛毯", "抱枕 C++")[i // 4],
                    "audience": ("新客", "老客")[i % 2],
                    "impressions": clicks * 20,
                    "clicks": clicks,
                    "spend": clicks * 1.0,
                    "add_to_carts": orders * 3,
                    "orders": orders,
                    "revenue": orders * (100.0 + 2 * i),
                    "new_customers": max(1, orders // 3),
                    "window_days": 7,
                    "snapshot_date": "2025-07-20",
                }
            )
    return frame("ads", *rows)


def site(ads: pd.DataFrame) -> dict[str, pd.DataFrame]:
    plans = [
        {
            "plan_id": f"p{i}",
            "plan_name": f"计划{i}",
            "platform": ("天猫", "京东")[i % 2],
            "channel": ("search", "content")[i % 2],
            "strategy": "brand",
            "category": ("鞋", "包")[i // 4],
            "promotion_id": "618-2025" if i == 0 else None,
        }
        for i in range(8)
    ]
    channel = {plan["plan_id"]: plan["channel"] for plan in plans}
    traffic, sessions, orders, customers = [], [], [], []
    for n, row in enumerate(ads.itertuples()):
        about = {"channel": channel[row.plan_id], "plan_id": row.plan_id}
        known = {"uv": 300, "pv": 900, "cart_users": 60, "placed_buyers": 30, "buyers": 20}
        traffic.append({"date": row.date, **about, **known})
        for k in range(2):
            at = f"{row.date} 10:{k:02d}:00"
            sessions.append({"at": at, "user_id": f"u{n % 97}", **about, "pageviews": 3})
            orders.append(
                {
                    "order_id": f"o{n}-{k}",
                    "paid_at": at,
                    "customer_id": f"u{n % 97}",
                    **about,
                    "revenue": 100.0,
                    "refund_amount": 10.0 * (n % 20 == 0),
                    "gross_margin": 0.4,
                }
            )
    for n in range(97):
        day = f"2025-0{5 + n % 2}-{1 + n % 28:02d} 10:00:00"
        about = {"source_plan_id": f"p{n % 8}", "source_channel": "search"}
        customers.append({"customer_id": f"u{n}", "first_order_at": day, **about})
    made = {"plans": plans, "traffic": traffic, "sessions": sessions, "orders": orders}
    return {name: frame(name, *rows) for name, rows in (made | {"customers": customers}).items()}


def around() -> dict[str, pd.DataFrame]:
    days = [str(day.date()) for day in pd.date_range("2025-05-01", "2025-06-30")]
    market = [
        {"date": day, "category": c, "index": 100 + n * 0.2}
        for n, day in enumerate(days)
        for c in ("鞋", "包")
    ]
    brand = [{"date": day, "index": 100 + n % 7} for n, day in enumerate(days)]
    events = [
        {
            "start_date": "2025-06-11",
            "end_date": "2025-06-12",
            "kind": "stockout",
            "plan_id": "p1",
            "controllable": "false",
            "note": "断货",
        }
    ]
    calendar = [{"date": "2025-06-07", "is_workday": "true"}]
    hotspots = [
        {
            "hotspot": "端午",
            "specialist_id": "S1",
            "occurred_at": "2025-06-01 08:00",
            "acted_at": "2025-06-01 12:00",
        }
    ]
    incidents = [
        {
            "incident_id": "I1",
            "specialist_id": "S2",
            "kind": "page",
            "detected_at": "2025-06-03 08:00",
            "resolved_at": "2025-06-03 12:00",
            "impact": 100,
        }
    ]
    made = {"market": market, "brand_search": brand, "events": events, "calendar": calendar}
    pulse = [{"period_id": "2025-06", "question": "fair", "answer": 4, "answers": 6}]
    made |= {"hotspots": hotspots, "incidents": incidents, "pulse": pulse}
    return {name: frame(name, *rows) for name, rows in made.items()}


def experiments() -> dict[str, pd.DataFrame]:
    head = {"better": "up", "kind": "superiority", "declared_on": "2025-05-30"}
    experiments = [
        {
            **head,
            "test_id": "T1",
            "specialist_id": "S1",
            "hypothesis": "新素材更好",
            "indicator": "ctr",
            "design": "same_days",
            "start_date": "2025-06-01",
            "end_date": "2025-06-20",
            "split": "A:0.5;B:0.5",
        },
        {
            **head,
            "test_id": "T2",
            "specialist_id": "S3",
            "hypothesis": "新落地页更好",
            "indicator": "pay_conversion",
            "design": "user_split",
            "start_date": "2025-06-01",
            "end_date": "2025-06-20",
            "split": "A:0.5;B:0.5",
        },
    ]
    days = [
        {
            "test_id": "T1",
            "variant": variant,
            "date": str(day.date()),
            "users": 500,
            "impressions": 10000,
            "clicks": 500 + 20 * (variant == "B") + n % 5,
            "orders": 20,
            "spend": 100,
            "revenue": 2000,
        }
        for n, day in enumerate(pd.date_range("2025-06-01", "2025-06-20"))
        for variant in "AB"
    ]
    users = [
        {
            "test_id": "T2",
            "user_id": f"u{n}",
            "variant": "AB"[n % 2],
            "day": f"2025-06-{1 + n % 20:02d}",
            "converted": str(n % 7 == 0).lower(),
            "revenue": 100.0 * (n % 7 == 0),
        }
        for n in range(400)
    ]
    made = {"experiments": experiments, "experiment_days": days, "experiment_users": users}
    return {name: frame(name, *rows) for name, rows in made.items()}

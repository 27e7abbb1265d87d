"""A company small enough to add up by hand: two people, three plans, three days."""

from pathlib import Path

from kit.data.load import load
from kit.data.tables import Tables

FILES = {
    "roster": """specialist_id,name,team,hire_date
S1,张三,一组,2024-01-01
S2,李四,一组,
""",
    "assignment": """plan_id,specialist_id,valid_from,valid_to,share
P1,S1,2025-05-01,2025-06-15,
P1,S2,2025-06-16,,0.5
P2,S2,2025-05-01,,
""",
    "plans": """plan_id,plan_name,platform,channel,strategy,category
P1,搜索计划,taobao,search,brand,home
P2,短视频计划,douyin,social,,home
""",
    "ads": """date,hour,plan_id,keyword,impressions,clicks,spend,orders,revenue,snapshot_date
2025-06-14,1,P1,毛毯,1000,10,5.5,1,20,2025-07-20
2025-06-14,2,P1,抱枕,1000,10,5.5,1,20,2025-07-20
2025-06-16,1,P1,毛毯,1000,10,6,1,30,2025-07-20
2025-06-16,1,P2,毛毯,"1,000",10,6,1,30,2025-07-20
2025-06-16,1,P3,毛毯,1000,10,7,1,30,2025-07-20
""",
    "sessions": """at,user_id,channel,plan_id,pageviews
2025-06-14 10:00:00,u1,search,P1,3
2025-06-14 23:59:59,u1,search,P1,3
2025-06-15 11:00:00,u1,search,P1,3
2025-06-15 11:00:00,u2,search,P1,3
2025-06-16 11:00:00,u2,social,P2,3
2025-06-16 11:00:00,u2,search,P1,3
""",
    "orders": """order_id,paid_at,customer_id,channel,plan_id,category,revenue
O1,2025-06-14 10:20:00,c1,search,P1,home,20.5
O2,2025-06-15 10:20:00,c1,search,P1,home,20.5
""",
    "traffic": """date,channel,plan_id,uv,pv,buyers
2025-06-14,search,,100,300,3
2025-06-14,search,P1,100,300,3
2025-06-15,search,P1,50,300,3
""",
}

PERIOD = """id: tiny
type: month
start: 2025-06-01
end: 2025-06-30
compare_to: 2025-05
scheme: {scheme}
data: {data}
"""
SHARED = Path(__file__).parents[2].parent / "shared"
SCHEME = Path(__file__).parents[2] / "params" / "scheme-2025.yml"


def folder(place: Path, **changed: str | None) -> Path:
    """The company's files in `place` and its period file, some of them changed or left out."""
    for name, text in {**FILES, **changed}.items():
        if text is not None:
            (place / f"{name}.csv").write_text(text, encoding="utf-8")
    period = place / "tiny.yml"
    period.write_text(PERIOD.format(scheme=SCHEME, data=place), encoding="utf-8")
    return period


def loaded(place: Path, **changed: str | None) -> Tables:
    return load(folder(place, **changed))

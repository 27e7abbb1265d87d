"""Names of the gallery's people and indicators (画廊用的名字), one of them long, one a markup."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd

MARKUP = "<img src=x onerror=alert(1)>&<b>"
LONG = {"zh": "阿卜杜热西提·买买提艾力·乌斯曼江", "en": "Maximiliane Featherstonehaugh-Sørensen"}
NAMES = {
    "zh": ["王堃", "李昕怡", "欧阳䶮", "陈璟", "赵磊", "周子墨"],
    "en": ["Wang Kun", "Li Xinyi", "Ouyang Yan", "Chen Jing", "Zhao Lei", "Zhou Zimo"],
}
INDICATORS = {
    "zh": [
        "销售额",
        "投入产出比 ROI",
        "点击转化率",
        "点击率",
        "客户获取成本",
        "计划完成率",
        "创新能力",
    ],
    "en": [
        "Sales",
        "ROI (sales ÷ spend)",
        "Click conversion",
        "Click-through rate",
        "Cost per new customer",
        "Plan completion",
        "Innovation",
    ],
}
PHASES = {
    "zh": ["目标设定", "过程跟踪", "数据收集", "结果评估", "反馈面谈"],
    "en": ["Goals", "Tracking", "Data", "Appraisal", "Interview"],
}


def pick(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def tables() -> SimpleNamespace:
    """A stand-in with what header and sources read: 28 of 30 days, 4 provisional, 2 warnings."""
    days = pd.date_range("2025-06-01", "2025-06-28")
    ads = pd.DataFrame(
        {"date": days, "snapshot_date": pd.Timestamp("2025-07-09"), "window_days": 15}
    )
    return SimpleNamespace(
        period=SimpleNamespace(
            id="2025-06",
            start=dt.date(2025, 6, 1),
            end=dt.date(2025, 6, 30),
            last_day=dt.date(2025, 6, 30),
            market_phase="大促",
        ),
        scheme=SimpleNamespace(digest="9c41d0e2b7aa" * 5, version="2025.1"),
        digest="5b1f77e09d3c" * 5,
        plan_days=pd.DataFrame({"date": days.repeat(60)}),
        has=lambda name: name == "ads",
        windows=ads,
        counts={"ads": 28},
        issues=pd.DataFrame({"severity": ["warn", "warn", "note"]}),
    )

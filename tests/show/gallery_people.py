# ruff: noqa: E501
"""Blocks of the gallery: first screen, people, tests (画廊：首屏、人员、测试)."""

import numpy as np
import pandas as pd

from kit.show import blocks, curves, figures, grids
from kit.show.blocks import Block, Card, Column
from kit.show.format import interval, number, quantity, short
from tests.show.gallery_names import INDICATORS, LONG, MARKUP, NAMES, pick, tables


def top(lang: str) -> list[Block]:
    return [
        blocks.header(
            tables(),
            lang,
            title=pick(lang, "六月谁做得怎样", "How each did in June"),
            question=pick(
                lang,
                "每个人完成了多少，有多大把握？",
                "How much did each reach, and how sure is that?",
            ),
            team=pick(lang, "全部团队", "All teams"),
        ),
        blocks.cards(
            [
                Card(
                    pick(lang, "推广成交额", "Attributed sales"),
                    short(5_236_000, "money", lang),
                    number(0.082, "+percent", lang)
                    + pick(lang, " 较五月，高于目标", " on May, above target"),
                    interval(0.031, 0.133, "percent", lang),
                    "better",
                ),
                Card(
                    pick(lang, "客户获取成本", "Cost per new customer"),
                    quantity(98.4, "money", lang),
                    number(0.12, "+percent", lang)
                    + pick(lang, " 较五月，差于目标", " on May, worse than target"),
                    "",
                    "worse",
                ),
                Card(
                    "ROI",
                    number(4.02, "ratio", lang),
                    number(-0.01, "+percent", lang)
                    + pick(lang, " 较五月，无法区分", " on May, cannot be told apart"),
                    "3.71–4.33",
                    "unclear",
                ),
                Card(
                    pick(lang, "复购率", "Repeat rate"),
                    "—",
                    pick(lang, "未提供用户级数据", "No user-level data"),
                    "",
                    "missing",
                ),
            ]
        ),
        blocks.answer(
            [
                pick(
                    lang,
                    "王堃总分 88.4（95% 区间 84.1–92.7），与第二名无法区分。",
                    "Wang Kun scored 88.4 (95% interval 84.1–92.7) and cannot be told apart from the second.",
                ),
                pick(
                    lang,
                    "六人中四人达标，一人因测到的权重不足没有总分。",
                    "Four of six people met their targets; one has no total, since too little was measured.",
                ),
                MARKUP,
            ]
        ),
        blocks.box("warn", [pick(lang, "6 月 29–30 日没有数据。", "29 and 30 June have no data.")]),
        blocks.box(
            "note", [pick(lang, "ROI = 推广成交额 ÷ 花费。", "ROI = attributed sales ÷ spend.")]
        ),
    ]


def people(lang: str) -> list[Block]:
    names = [*NAMES[lang][:5], LONG[lang]]
    n = 6
    value = np.array([88.4, 86.9, 84.0, 78.2, 74.5, np.nan])
    ranks = pd.DataFrame(
        {
            "label": names,
            "value": value,
            "low": value - 4.3,
            "high": value + 4.3,
            "group": [pick(lang, "无法区分：第 1–3 名", "cannot be told apart: 1–3")] * 3
            + [pick(lang, "第 4–5 名", "4–5")] * 2
            + [pick(lang, "无总分", "no total")],
        }
    )
    points = np.random.default_rng(7).normal(92, 18, (n, 7)).clip(0, 120).round(1)
    points[2, 4] = points[5, 1] = np.nan
    points[4, 1] = 34.0
    points[0, 0] = 118.0
    cells = pd.DataFrame(
        [
            (who, what, points[i, j])
            for i, who in enumerate(names)
            for j, what in enumerate(INDICATORS[lang])
        ],
        columns=["who", "what", "p"],
    )
    card = pd.DataFrame(
        {
            "label": INDICATORS[lang],
            "points": points[0],
            "low": points[0] - 9,
            "high": (points[0] + 9).clip(0, 120),
            "adjusted": points[0] - 4,
            "contribution": points[0] * [0.2, 0.15, 0.12, 0.08, 0.1, 0.15, 0.2],
            "tone": ["better", "better", "unclear", "worse", "unclear", "worse", "neutral"],
            "text": [pick(lang, "实际 4.02　目标 4.20", "actual 4.02, target 4.20")] * 7,
        }
    )
    frame = pd.DataFrame(
        {
            "who": [*names[:5], MARKUP],
            "total": value,
            "total_pm": 4.3,
            "grade": list("BBCCC—"),
            "sales": [1_236_000.4, 980_500, 870_000, 640_000, 320_000, 128_000],
            "roi": [4.2, 3.9, 4, 3.1, 2.8, None],
            "ci_low": [-0.012, 0.01, -0.03, -0.1, -0.2, None],
            "ci_high": [0.05, 0.06, 0.02, -0.02, -0.05, None],
            "ctr": [0.0325, 0.031, 0.028, 0.04, 0.022, 0.03],
            "p": [0.0004, 0.03, 0.2, 0.5, 0.04, None],
            "cac": [98.4, 88.1, 120.2, 131, 97, 144],
            "grade_tone": ["better", "better", "unclear", "worse", "worse", None],
            "reason": [None] * 5 + ["show.not_given"],
        }
    )
    columns = [
        Column("who", pick(lang, "推广专员", "Specialist")),
        Column("total", pick(lang, "总分", "Total"), "pm:points"),
        Column("grade", pick(lang, "等级", "Grade")),
        Column("sales", pick(lang, "推广成交额", "Sales"), "money"),
        Column("roi", "ROI", "ratio"),
        Column("ctr", pick(lang, "点击率", "CTR"), "percent"),
        Column("ci", pick(lang, "较上期", "Change"), "interval:percent"),
        Column("cac", "CAC", "money"),
        Column("p", pick(lang, "p 值", "p-value"), "p"),
    ]
    sub = pick(
        lang, "总分与 95% 区间，2025 年 6 月，n = 6", "Total and 95% interval, June 2025, n = 6"
    )
    return [
        blocks.figure(
            figures.dots(ranks, unit="points", lang=lang, scale=(60, 100)),
            id="ranks",
            lang=lang,
            title=pick(lang, "前三名无法区分高下", "The first three cannot be told apart"),
            subtitle=sub,
            alt=pick(lang, "六人总分与区间", "Totals of six people with intervals"),
            notes=[
                pick(
                    lang,
                    "测到的权重低于 60% 者没有总分。",
                    "No total where less than 60% of the weight was measured.",
                )
            ],
        ),
        blocks.figure(
            grids.heat(cells, row="who", column="what", value="p", unit="int", lang=lang),
            id="heat",
            lang=lang,
            title=pick(lang, "赵磊的 ROI 只有 34 分", "Zhao Lei's ROI has 34 points only"),
            subtitle=pick(
                lang,
                "各指标得分，0–120，斜线为未测到",
                "Points by indicator, 0–120, hatched: not measured",
            ),
            alt="heat",
        ),
        blocks.figure(
            figures.scorecard(card, lang=lang),
            id="card",
            lang=lang,
            alt="card",
            title=pick(
                lang,
                "王堃：销售额最强，计划完成率拖后",
                "Wang Kun: sales strong, plan completion behind",
            ),
            subtitle=sub,
        ),
        blocks.table(
            frame,
            columns,
            id="scores",
            caption=pick(lang, "评分总表", "Scores of all"),
            lang=lang,
            total={"who": pick(lang, "合计", "Total"), "sales": 4_174_500.4},
            notes=[pick(lang, "± 为 95% 区间半宽。", "± is half of the 95% interval.")],
        ),
    ]


def tests(lang: str) -> list[Block]:
    win, none, lose, stop = pick(
        lang, "胜出|无法判断|落败|样本比例失衡", "win|no clear difference|loss|sample ratio off"
    ).split("|")
    forest = pd.DataFrame(
        {
            "label": [
                pick(lang, f"测试 {i}：新主图", f"Test {i}: new main picture") for i in range(1, 6)
            ],
            "value": [0.042, 0.011, -0.006, -0.031, np.nan],
            "low": [0.012, -0.02, -0.03, -0.05, np.nan],
            "high": [0.072, 0.042, 0.018, -0.012, np.nan],
            "tone": ["better", "unclear", "unclear", "worse", "missing"],
            "word": [win, none, none, lose, stop],
        }
    )
    n = np.arange(3, 29)
    path = pd.DataFrame(
        {
            "day": pd.date_range("2025-06-01", periods=26),
            "value": 0.03 + 0.05 * np.sin(n / 3) / n,
            "low": 0.03 - 0.2 / n**0.7,
            "high": 0.03 + 0.2 / n**0.7,
            "bound_low": -0.3 / n**0.8,
            "bound_high": 0.3 / n**0.8,
        }
    )
    return [
        blocks.figure(
            figures.dots(forest, unit="+percent", lang=lang, reference=0),
            id="forest",
            lang=lang,
            alt="forest",
            title=pick(lang, "五个测试中一个胜出", "One of five tests is a win"),
            subtitle=pick(
                lang,
                "支付转化率的相对变化，95% 区间",
                "Relative change of pay conversion, 95% interval",
            ),
        ),
        blocks.figure(
            curves.lines(path, x="day", unit="+percent", lang=lang, reference=0),
            id="cumulative",
            lang=lang,
            alt="cum",
            title=pick(lang, "第 19 天起越过边界", "Past the boundary from day 19"),
            subtitle=pick(
                lang, "累计效果，虚线为停止边界", "Cumulative effect; dashed: stopping boundary"
            ),
        ),
    ]

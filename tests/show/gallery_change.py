# ruff: noqa: E501
"""Blocks of the gallery: what moved, grids, the end of a page (画廊：变动、方格、页尾)."""

import numpy as np
import pandas as pd

from kit.show import blocks, curves, figures, grids
from kit.show.blocks import Block
from tests.show.gallery_names import MARKUP, NAMES, PHASES, pick, tables


def change(lang: str) -> list[Block]:
    steps = pd.DataFrame(
        {
            "label": pick(
                lang,
                "大盘|缺货（无法估计）|花费|点击率|转化率|客单价|合计",
                "Market|Stock-out (not estimable)|Spend|Click-through|Conversion|Order value|Change",
            ).split("|"),
            "value": [240_000, 0, 160_000, -90_000, 130_000, -40_000, 400_000.0],
            "low": [180_000, None, None, None, None, None, None],
            "high": [300_000, None, None, None, None, None, None],
            "kind": ["step", "unknown", "step", "step", "step", "step", "total"],
            "tone": ["others", None, None, None, None, None, None],
        }
    )
    day = pd.date_range("2025-05-01", "2025-06-30")
    wave = 100_000 + 20_000 * np.sin(np.arange(61) / 7 * 2 * np.pi) + 400 * np.arange(61)
    series = pd.concat(
        [
            pd.DataFrame(
                {
                    "day": day,
                    "value": wave * k,
                    "series": name,
                    "tone": tone,
                    "provisional": day > "2025-06-24",
                }
            )
            for k, name, tone in [
                (1, pick(lang, "搜索", "Search"), "search"),
                (0.5, pick(lang, "社交", "Social"), "social"),
            ]
        ]
    )
    spend = np.linspace(0, 200_000, 60)
    curve = pd.concat(
        [
            pd.DataFrame(
                {
                    "series": name,
                    "channel": c,
                    "spend": spend,
                    "value": 9e5 * k * (1 - np.exp(-spend / s)),
                    "low": 8e5 * k * (1 - np.exp(-spend / s)),
                    "high": 1e6 * k * (1 - np.exp(-spend / s)),
                    "provisional": spend > 150_000,
                }
            )
            for name, c, k, s in [
                (pick(lang, "搜索", "Search"), "search", 1, 60_000),
                (pick(lang, "社交", "Social"), "social", 0.5, 90_000),
            ]
        ]
    )
    marks = pd.DataFrame(
        {
            "series": [pick(lang, "搜索", "Search")] * 2 + [pick(lang, "社交", "Social")] * 2,
            "kind": ["today", "proposal"] * 2,
            "spend": [120_000, 90_000, 60_000, 90_000.0],
        }
    )
    marks["value"] = [
        9e5 * (1 - np.exp(-2)),
        9e5 * (1 - np.exp(-1.5)),
        4.5e5 * (1 - np.exp(-2 / 3)),
        4.5e5 * (1 - np.exp(-1)),
    ]
    return [
        blocks.figure(
            figures.waterfall(steps, unit="money", lang=lang),
            id="waterfall",
            lang=lang,
            alt="waterfall",
            title=pick(lang, "增长 40 万元，六成来自大盘", "Up 400k, six tenths of it the market"),
            subtitle=pick(
                lang, "推广成交额较五月的变动，元", "Change of attributed sales on May, CNY"
            ),
        ),
        blocks.figure(
            curves.lines(series, x="day", unit="money", lang=lang),
            id="lines",
            lang=lang,
            alt="lines",
            title=pick(lang, "搜索持续上升", "Search keeps rising"),
            subtitle=pick(lang, "日推广成交额，虚线为暂估", "Daily sales; dashed: provisional"),
        ),
        blocks.figure(
            curves.curves(curve, marks, unit="money", lang=lang),
            id="curves",
            lang=lang,
            alt="curves",
            title=pick(
                lang,
                "搜索减 3 万、社交加 3 万，可多卖 4 万",
                "Moving 30k from search to social sells more",
            ),
            subtitle=pick(
                lang, "月花费与成交额，阴影为 90% 区间", "Monthly spend and sales, band 90%"
            ),
        ),
    ]


def grid_blocks(lang: str) -> list[Block]:
    words = pick(
        lang,
        "四件套 纯棉|收纳盒|北欧 台灯|地毯 客厅|窗帘 遮光",
        "cotton bedding set|storage box|nordic lamp|rug|curtain",
    ).split("|")
    draw = np.random.default_rng(3).gamma(0.6, 120, (5, 24))
    hours = pd.DataFrame(
        [(k, f"{h}", draw[i, h]) for i, k in enumerate(words) for h in range(24)],
        columns=["k", "h", "v"],
    )
    day = pd.date_range("2025-06-01", "2025-06-30")
    state = ["neutral"] * 24 + ["provisional"] * 4 + ["missing"] * 2
    state[9] = "worse"
    done, late, open_, due = pick(
        lang, "已完成 06-02|逾期 3 天|未开始|暂估", "done 06-02|3 days late|not begun|provisional"
    ).split("|")
    grid = pd.DataFrame(
        [
            (who, phase, *cell)
            for who in NAMES[lang][:4]
            for phase, cell in zip(
                PHASES[lang],
                [
                    ("better", done),
                    ("better", done),
                    ("provisional", due),
                    ("worse", late),
                    ("missing", open_),
                ],
                strict=True,
            )
        ],
        columns=["who", "phase", "tone", "text"],
    )
    return [
        blocks.figure(
            grids.heat(hours, row="k", column="h", value="v", unit="money", lang=lang, scale=None),
            id="hours",
            lang=lang,
            title=pick(lang, "凌晨的花费没有带来订单", "Night spend brought no orders"),
            subtitle=pick(lang, "无成交花费，元，按小时", "Spend without orders, CNY, by hour"),
            alt="hours",
        ),
        blocks.figure(
            grids.calendar(pd.DataFrame({"date": day, "tone": state}), lang=lang),
            id="calendar",
            lang=lang,
            title=pick(lang, "缺两天，四天暂估", "Two days missing, four provisional"),
            subtitle=pick(lang, "广告数据到货情况", "Days of ads data present"),
            alt="cal",
        ),
        blocks.figure(
            grids.tracker(grid, row="who", column="phase"),
            id="loop",
            lang=lang,
            alt="loop",
            title=pick(lang, "四人的面谈都未开始", "No interview has begun"),
            subtitle=pick(lang, "五个阶段的进度", "Progress in five phases"),
        ),
    ]


def bottom(lang: str) -> list[Block]:
    return [
        blocks.details(
            pick(lang, "怎样计算", "How it is computed"),
            [blocks.text(pick(lang, "先求和再相除。", "Sum first, then divide."))],
        ),
        blocks.doubts(
            [pick(lang, "四天的转化仍会增加。", "Four days can still gain conversions."), MARKUP],
            lang,
        ),
        blocks.sources(tables(), lang),
    ]

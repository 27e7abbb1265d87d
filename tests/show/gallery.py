# ruff: noqa: E501
"""Every block and figure once, in both languages, on hand-made figures: the page to look at.

python -m tests.show.gallery FOLDER      # writes gallery and index, zh and en
"""

import datetime as dt
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd

from kit.report.page.render import render, render_index
from kit.show import blocks, curves, figures, grids
from kit.show.blocks import Block, Card, Column
from kit.show.format import interval, number, quantity, short

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


def pick(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def all_blocks(lang: str) -> list[Block]:
    """The gallery's blocks in the order of a page."""
    return [
        *_top(lang),
        *_people(lang),
        *_tests(lang),
        *_change(lang),
        *_grids(lang),
        *_bottom(lang),
    ]


def notebook(lang: str) -> nbformat.NotebookNode:
    """The blocks as an executed notebook: what the renderer takes, and much that it must drop."""
    cells = []
    for block in all_blocks(lang):
        heading = HEADINGS.get(block.id, {}).get(lang)
        if heading:
            cell = nbformat.v4.new_markdown_cell(f"## {heading}")
            cell.metadata["tags"] = [lang]
            cells.append(cell)
        bundle = block._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("show.block(secret_code)", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


@cache
def page(lang: str) -> str:
    """The gallery as one offline page."""
    other = "en" if lang == "zh" else "zh"
    return render(
        notebook(lang),
        lang=lang,
        meta={
            "other": f"gallery.{other}.html",
            "index": "index.html",
            "status": "preliminary",
            "pages": [
                {"title": pick(lang, "数据", "Data"), "href": "1.html", "here": False},
                {"title": pick(lang, "评分", "Scores"), "href": "2.html", "here": True},
            ],
            "downloads": [{"label": "scores.csv", "href": "scores.csv"}],
            "provenance": [
                (pick(lang, "考核方案摘要", "Scheme digest"), "9c41d0e2b7aa"),
                (pick(lang, "运行时间", "Run at"), "2025-07-09 08:00"),
            ],
        },
    )


def index(lang: str) -> str:
    """An index with a page of every status, people, a trend, and a period before."""

    def entry(name, status, **more):
        return {
            "notebook": name,
            "title": name,
            "status": status,
            "href": None if status in {"failed", "missing"} else f"{name}.html",
            "question": pick(lang, "每个人完成了多少？", "How much did each reach?"),
            "detail": "" if status == "ok" else pick(lang, "旧页面", "An older page"),
            **more,
        }

    people = [
        {"name": name, "href": "p.html", "status": "ok"} for name in [*NAMES[lang], LONG[lang]]
    ]
    cards = _top(lang)[1].data["cards"]
    now = {
        "id": "2025-06",
        "label": "2025-06",
        "status": "preliminary",
        "cards": cards,
        "pages": [
            entry("1_data_load", "ok"),
            entry("2_kpi_scoring", "ok"),
            entry("3_ab_testing", "failed"),
            entry("4_retrospective", "stale"),
            entry("5_people", "ok", people=people),
        ],
        "changes": [
            pick(
                lang,
                "得分：有 3 个数字变动（数据变动）。",
                "Scores: figures that moved: 3 (data changed).",
            )
        ],
    }
    past = {**now, "id": "2025-05", "label": "2025-05", "status": "closed", "changes": []}
    points = [
        {"period": f"2025-0{n}", "value": v} for n, v in enumerate((4.8e6, 4.9e6, 4.7e6, 5.2e6), 3)
    ]
    other = "en" if lang == "zh" else "zh"
    return render_index(
        lang=lang,
        periods=[now, past],
        meta={
            "title": pick(lang, "2025-06 报告目录", "Reports of 2025-06"),
            "audience": pick(lang, "经理", "Manager"),
            "other": f"index.{other}.html",
            "status": "preliminary",
            "provenance": {"data": "5b1f77e0"},
            "trend": [{"label": cards[0]["label"], "unit": "money", "points": points}],
        },
    )


HEADINGS = {
    "ranks": {"zh": "谁做得怎样", "en": "How each did"},
    "forest": {"zh": "测试说明了什么", "en": "What the tests show"},
    "waterfall": {"zh": "什么在变动", "en": "What moved"},
    "hours": {"zh": "钱花在哪里", "en": "Where the money went"},
}


def _top(lang: str) -> list[Block]:
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


def _people(lang: str) -> list[Block]:
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


def _tests(lang: str) -> list[Block]:
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


def _change(lang: str) -> list[Block]:
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


def _grids(lang: str) -> list[Block]:
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


def _bottom(lang: str) -> list[Block]:
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


if __name__ == "__main__":
    for language in ("zh", "en"):
        for kind, make in (("gallery", page), ("index", index)):
            file = Path(sys.argv[1]) / f"{kind}.{language}.html"
            file.write_text(make(language), encoding="utf-8")

"""Every block and figure once, in both languages, on hand-made figures: the page to look at.

python -m tests.show.gallery FOLDER      # writes gallery and index, zh and en
"""

import sys
from functools import cache
from pathlib import Path

import nbformat

from kit.report.page.render import render, render_index
from kit.show.blocks import Block
from tests.show.gallery_change import bottom, change, grid_blocks
from tests.show.gallery_names import LONG, NAMES, pick
from tests.show.gallery_people import people, tests, top


def all_blocks(lang: str) -> list[Block]:
    """The gallery's blocks in the order of a page."""
    return [
        *top(lang),
        *people(lang),
        *tests(lang),
        *change(lang),
        *grid_blocks(lang),
        *bottom(lang),
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
    cards = top(lang)[1].data["cards"]
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


if __name__ == "__main__":
    for language in ("zh", "en"):
        for kind, make in (("gallery", page), ("index", index)):
            file = Path(sys.argv[1]) / f"{kind}.{language}.html"
            file.write_text(make(language), encoding="utf-8")

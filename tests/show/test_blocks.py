"""Blocks: what comes from data stays text, what is missing says why, and the data goes along."""

import datetime as dt
import json
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from kit.errors import KitError
from kit.show import blocks, stacks
from kit.show.blocks import Card, Column
from tests.show import gallery_names

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Seen(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.texts = []
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize(
    "block",
    [
        blocks.answer([EVIL]),
        blocks.text(EVIL),
        blocks.box("note", [EVIL]),
        blocks.box(EVIL, ["x"]),
        blocks.cards([Card(EVIL, EVIL, EVIL, EVIL, EVIL)]),
        blocks.doubts([EVIL], "zh"),
        blocks.details(EVIL, [blocks.text(EVIL)]),
        blocks.header(gallery_names.tables(), "en", title=EVIL, question=EVIL, team=EVIL),
        blocks.table(
            pd.DataFrame({"a": [EVIL], "b": [None], "reason": [EVIL], "a_tone": [EVIL]}),
            [Column("a", EVIL), Column("b", "b", f"money:{EVIL}")],
            id=EVIL,
            caption=EVIL,
            lang="en",
            notes=[EVIL],
            total={"a": EVIL},
        ),
    ],
    ids=lambda block: block.kind,
)
def test_markup_in_data_stays_text(block):
    seen = Seen(block.html)
    assert not {"script", "img"} & set(seen.tags)
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert any("<script>" in text for text in seen.texts) or block.data.get("tone") == EVIL


def test_a_figure_escapes_its_words_and_refuses_to_be_without_alt():
    fig = plt.figure(figsize=(1, 1))
    block = blocks.figure(fig, id="f", title=EVIL, subtitle=EVIL, alt=EVIL, lang="zh")
    assert set(Seen(block.html).tags) <= {"figure", "figcaption", "p", "div", "picture", "img"}
    with pytest.raises(KitError) as refused:
        blocks.figure(fig, id="no-alt", title="t", subtitle="s", alt=" ", lang="zh")
    assert "no-alt" in str(refused.value)


def frame():
    return pd.DataFrame(
        {
            "who": ["王堃", "李昕怡"],
            "sales": [1234.5, np.nan],
            "reason": ["", "show.not_given"],
            "total": [80.25, np.nan],
            "total_pm": [2.04, 4.0],
            "ci_low": [-0.1, 0.2],
            "ci_high": [0.1, 0.3],
            "day": [pd.Timestamp("2025-06-01"), pd.NaT],
            "day_reason": ["", ""],
        }
    )


COLUMNS = [
    Column("who", "谁"),
    Column("sales", "成交额", "money"),
    Column("total", "总分", "pm:points"),
    Column("ci", "区间", "interval:percent"),
    Column("day", "日期", "date"),
]


def test_a_table_names_units_once_and_says_why_something_is_missing():
    html = str(blocks.table(frame(), COLUMNS, id="t", caption="表", lang="zh").html)
    assert '成交额 <span class="unit">元</span>' in html and "元" not in html.split("<tbody>")[1]
    assert "80.3 ± 2.0" in html and "−10.0 至 10.0" in html and "1,235" in html
    assert html.count("—<sup>1</sup>") == 2 and " 4.0" not in html  # no ± around nothing
    assert "<sup>1</sup> 本期未提供此表" in html
    assert '<th scope="row">王堃</th>' in html and html.count('scope="col"') == 5


def test_the_data_of_a_table_is_unrounded_plain_json():
    data = blocks.table(frame(), COLUMNS, id="t", caption="表", lang="zh").data
    keys = [column["key"] for column in data["columns"]]
    assert keys == ["who", "sales", "total", "total_pm", "ci_low", "ci_high", "day"]
    assert data["rows"][0]["total"] == 80.25 and data["rows"][1]["sales"] is None
    assert data["rows"][0]["day"] == "2025-06-01" and data["rows"][1]["day"] is None
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_infinity_never_reaches_a_reader():
    block = blocks.table(
        pd.DataFrame({"a": [float("inf")]}),
        [Column("a", "a", "ratio")],
        id="t",
        caption="c",
        lang="en",
    )
    assert block.data["rows"] == [{"a": None}] and "inf" not in block.html


def test_columns_after_the_seventh_fold_with_the_first_beside_them():
    wide = pd.DataFrame([range(9)], columns=list("abcdefghi"))
    block = blocks.table(wide, [Column(c, c, "int") for c in wide], id="t", caption="c", lang="en")
    first, folded = str(block.html).split("<details>")
    assert first.count("<td") == 6 and folded.count("<td") == 2 and len(block.data["columns"]) == 9


def test_a_mixed_column_writes_each_row_in_its_own_unit_at_the_right():
    rows = pd.DataFrame(
        {
            "what": ["sales", "roi", "x"],
            "actual": [1500.0, 4.0, None],
            "actual_unit": ["money", "ratio", "percent"],
        }
    )
    html = blocks.table(
        rows, [Column("what", "w"), Column("actual", "a", "mixed")], id="t", caption="c", lang="en"
    ).html
    assert "<td>1,500</td>" in html and "<td>4.00</td>" in html
    assert "<td>—</td>" in html


@pytest.mark.parametrize(
    ("values", "shown"),
    [([875.85, 12.0], ["875.85", "12.00"]), ([875.85, 4413.2], ["876", "4,413"])],
)
def test_money_in_one_column_has_one_number_of_decimals(values, shown):
    html = str(
        blocks.table(
            pd.DataFrame({"a": ["x", "y"], "m": values}),
            [Column("a", "a"), Column("m", "m", "money")],
            id="t",
            caption="c",
            lang="en",
        ).html
    )
    assert [part.split("<")[0] for part in html.split("<td>")[1:]] == shown
    assert '<span class="unit">CNY</span>' in html


def test_an_empty_table_keeps_its_header():
    html = blocks.table(frame().head(0), COLUMNS, id="t", caption="c", lang="en").html
    assert html.count('scope="col"') == 5 and "<tbody></tbody>" in html


def test_the_status_line_counts_days_provisional_days_and_warnings():
    """28 days, window 15, snapshot 9 July: the 25th to the 28th can still change, by hand."""
    block = blocks.header(gallery_names.tables(), "en", title="t", question="q")
    assert block.data["status"] == [
        "1,680 plan-days of data",
        "28 of 30 days present",
        "4 provisional days",
        "2 data warnings",
    ]


def test_a_card_shows_the_direction_of_its_change_in_words_and_arrow():
    html = str(blocks.cards([Card("CAC", "98", "−3% 较上期，好于目标", tone="better")]).html)
    assert "↓ −3% 较上期，好于目标" in html and 'class="card better"' in html and "▲" in html


def test_a_block_in_a_notebook_carries_html_and_data():
    bundle = blocks.text("x")._repr_mimebundle_()
    assert bundle[blocks.MIME] == {"kind": "text", "id": "", "data": {"sentences": ["x"]}}
    assert bundle["text/html"] == '<div class="kit"><p>x</p></div>'
    head = blocks.header(gallery_names.tables(), "zh", title="t", question="q")
    assert head._repr_mimebundle_()["text/html"].startswith("<style>")


def test_sources_list_every_table_of_the_contract_given_or_not():
    block = blocks.sources(gallery_names.tables(), "zh")
    rows = {row["name"]: row["rows"] for row in block.data["rows"]}
    assert rows["ads"] == 28 and rows["roster"] is None and len(rows) >= 25
    assert "本期未提供此表" in block.html


def test_dates_of_any_kind_are_written_alike():
    days = [dt.date(2025, 6, 1), pd.Timestamp("2025-06-01 08:00"), dt.datetime(2025, 6, 1, 9)]
    block = blocks.table(
        pd.DataFrame({"d": pd.Series(days, dtype=object)}),
        [Column("d", "d", "date")],
        id="t",
        caption="c",
        lang="en",
    )
    assert [row["d"] for row in block.data["rows"]] == ["2025-06-01"] * 3


def test_a_block_under_another_id_keeps_its_quotes_and_links():
    block = stacks.renamed(
        blocks.Block("table", Markup('<a id="t" href="#t">"t-1"</a>'), {}, "t"), "g"
    )
    assert block.html == '<a id="t-g" href="#t-g">"t-1"</a>' and block.id == "t-g"


def beside(lang):
    """Attributes and content of the cells of a row of eight columns, of which two fold."""
    row = {key: n / 8 for n, key in enumerate("abcdefgh")}
    frame = pd.DataFrame([row | {"b": None, "e": 0.5, "e_tone": "unclear"}])
    units = dict(
        zip("abcdefgh", ["int", "percent", "+percent", "money", *["int"] * 4], strict=True)
    )
    columns = [Column(k, k.upper(), unit) for k, unit in (units | {"e": "money:USD"}).items()]
    html = blocks.table(frame, columns, id="x", caption="x", lang=lang, deciding=True).html
    cells = re.findall(r"<td (.*?) role=.*?>(.*?)</td>", str(html))
    return [(named, re.sub("<.*?>", "", text)) for named, text in cells]


def test_on_a_phone_each_cell_bears_its_own_header_and_unit_in_the_fold_too():
    """Eight columns: six stand open, the last two in a fold; without a figure no unit."""
    assert beside("zh") == [
        ('data-label="B"', "—"),
        ('data-label="C" data-unit="%"', "+25.0"),
        ('data-label="D" data-unit=" 元"', "0.38"),
        ('data-label="E" data-unit=" USD"', "≈ 0.50"),
        ('data-label="F"', "1"),
        ('data-label="G"', "1"),
        ('data-label="H"', "1"),
    ]


def test_on_a_phone_money_stands_behind_its_currency_in_english():
    _, percent, yuan, dollars, *_ = beside("en")
    assert percent == ('data-label="C" data-unit="%"', "+25.0")
    assert yuan == ('data-label="D CNY"', "0.38") and dollars == ('data-label="E USD"', "≈ 0.50")

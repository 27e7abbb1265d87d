"""Why a finding is absent (为什么没有): each sentence is true in the state in which it stands."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

import kit
from kit.pages.retrospective import actions, brand, content, view
from kit.retrospective.review import review
from tests.pages.retrospective.test_story import MAY, shop
from tests.retrospective.desk import steady
from tests.retrospective.test_fatigue import desk as creatives

DAYS = pd.date_range("2025-05-01", "2025-06-30")
BRAND = {
    "told": ("品牌搜索指数日均", "Brand search index"),
    "no prior": ("没有对比期", "No period to compare with"),
    "no table": ("没有品牌搜索指数", "There is no brand search index"),
    "days": ("缺少本期或对比期的若干天", "lacks days of this period"),
    "zero": ("全为 0", "is 0 on every day"),
}
TIRED = {
    "none": ("没有记录创意", "name no creative"),
    "few": ("没有创意在前后两半的展现和点击都够多", "No creative was shown and clicked enough"),
    "alone": ("在本渠道没有别的可比", "no other of their channel"),
}


def brand_of(state: str, lang: str) -> str:
    index = 100.0 + np.arange(len(DAYS)) % 7
    rows = pd.DataFrame({"date": DAYS, "index": index})
    if state == "days":
        rows = rows[rows["date"] != "2025-05-10"]
    if state == "zero":
        rows.loc[rows["date"] < "2025-06-01", "index"] = 0.0
    more = {} if state == "no table" else {"brand_search": rows}
    desk = shop(steady() | more, None if state == "no prior" else MAY)
    v = view.view(desk, review(desk), lang, "hr")
    return " ".join(str(b.html) for b in brand.brand(v))


@pytest.mark.parametrize("n, lang", [(0, "zh"), (1, "en")])
def test_a_brand_that_is_not_compared_says_which_fact_is_missing(n, lang):
    said = {state: brand_of(state, lang) for state in BRAND}
    found = {s: [other for other, words in BRAND.items() if words[n] in said[s]] for s in said}
    assert found == {state: [state] for state in BRAND}


def creatives_of(state: str):
    """28 days: no creative; two that few clicked; one that many clicked, alone in its channel."""
    units, clicks = {"none": (0, 0), "few": (2, 1), "alone": (1, 100)}[state]
    return creatives(np.full((units, 28), float(clicks)), np.full((units, 28), 1000.0))


@pytest.mark.parametrize("n, lang", [(0, "zh"), (1, "en")])
@pytest.mark.parametrize("state", TIRED)
def test_creatives_that_are_not_compared_say_why(state, n, lang):
    desk = shop()
    v = view.view(desk, review(desk), lang, "hr")
    tables = creatives_of(state)
    tables.period = desk.period
    [block] = content.content(dataclasses.replace(v, tables=tables))
    found = [other for other, words in TIRED.items() if words[n] in str(block.html)]
    assert found == [state] and "2025-06-30" in str(block.html)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_note_below_the_actions_names_columns_as_they_are_called_now(lang):
    found = kit.review(kit.load("params/2025-06.yml")).results
    v = view.view(kit.load("params/2025-06.yml"), found, lang, "hr")
    block = actions.ledger(v)
    table, fold = (each["data"] for each in block.data["blocks"])
    [rest] = fold["blocks"]
    rows = [*table["rows"], *rest["data"]["rows"]]
    assert len(table["rows"]) == found.ledger["status"].isin(["reached", "missed"]).sum() == 6
    assert {row["action"] for row in rows} == set(found.ledger["action"]), "none is lost"
    labels = {column["label"] for column in table["columns"]}
    notes = re.sub("<table.*?</table>", "", str(block.html), flags=re.DOTALL)
    quoted = set(re.findall("“([^”]+)”", notes)) - {row["action"] for row in rows}
    assert len(quoted) == 2 and quoted <= labels

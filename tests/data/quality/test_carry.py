"""How far the data carry: rows and spend by how they were read, counted by hand."""

import pytest

from kit.data.load import load
from kit.data.quality import carry
from tests.data.company import folder

ADS = "date,plan_id,impressions,clicks,spend,orders,revenue\n"
ROW = "{day},{plan},10,1,{spend},1,5\n"


def test_copies_are_left_out_and_conversions_counted_apart(tmp_path):
    file = folder(tmp_path, ads=None)
    home = tmp_path / "ads"
    home.mkdir()
    lines = [ROW.format(day="2025-06-14", plan="P1", spend=30)]
    lines += [ROW.format(day="2025-06-15", plan="P1", spend=10)]
    (home / "a.csv").write_text(ADS + "".join(lines), encoding="utf-8")
    (home / "b.csv").write_text(ADS + lines[1], encoding="utf-8")
    wan = ADS.replace("spend", "spend(万)") + ROW.format(day="2025-06-14", plan="P2", spend=0.006)
    (home / "c.csv").write_text(wan, encoding="utf-8")
    rows = carry.by_platform(load(file)).set_index("platform")
    taobao = rows.loc["taobao"]  # P1: 30 and 10 kept, 10 a copy
    assert (taobao["rows"], taobao["spend"], taobao["missing"]) == (3, 50, 28)
    assert (taobao["spend_left_out"], taobao["rows_exact"]) == (0.2, 2 / 3)
    assert abs(taobao["score"] - 0.8 * 2 / 30) < 1e-12
    douyin = rows.loc["douyin"]  # P2: 60 yuan, written as 0.006 万
    assert (douyin["spend"], douyin["spend_converted"], douyin["missing"]) == (60, 1, 29)


@pytest.mark.filterwarnings("error")
def test_columns_without_a_value_take_a_default_of_any_type(tmp_path):
    """No plan has a name or a platform, no target says `prorate`; pandas warned of both."""
    targets = "period_id,specialist_id,indicator,target,prorate\n2025-06,S1,sales,5,\n"
    file = folder(tmp_path, plans=None, targets=targets + "2025-06,S1,sales,5,false\n")
    tables = load(file)
    assert [i.table for i in tables.found if i.rule == "duplicate_row"] == ["targets"]
    [row] = carry.by_platform(tables).to_dict("records")
    assert (row["platform"], row["rows"]) == ("other", 5)

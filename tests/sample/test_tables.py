"""Every table of the contract is there and keeps its rules, checked by plain pandas."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = yaml.safe_load((ROOT / "kit/data/tables.yml").read_text("utf-8"))["tables"]
OWN = {"measured", "key_results", "adjustments", "calibration", "settlements"}  # of own schemes
WRITTEN = [name for name in CONTRACT if name not in OWN]
UNUSED = {
    "roster": {"post"},
    "postings": {"level", "post"},
    "pay": {"prorated"},
    "targets": {"team"},
}  # that no page of it needs
SCHEME = yaml.safe_load((ROOT / "params/scheme-2025.yml").read_text("utf-8"))


def test_every_table_of_the_contract_is_written(raw):
    assert set(raw) == set(WRITTEN)
    assert all(len(table) for table in raw.values())


@pytest.mark.parametrize("name", WRITTEN)
def test_columns_keys_words_and_ranges_are_those_of_the_contract(raw, name):
    table = raw[name]
    spec = CONTRACT[name]
    assert set(table.columns) == set(spec["columns"]) - UNUSED.get(name, set())
    key = [column for column in spec.get("key", table.columns) if column in table]
    assert not table.duplicated(key).any()
    for column in table.columns:
        said = spec["columns"][column]
        said = said if isinstance(said, dict) else {"type": said}
        values = table[column].dropna()
        if not said.get("nullable"):
            assert len(values) == len(table), column
        if "enum" in said:
            assert set(values) <= set(said["enum"]), column
        if "range" in said:
            assert values.between(*said["range"]).all(), column
        if said["type"] in ("int", "money") and len(values):
            assert (values >= 0).all(), column
        if said["type"] == "int":
            assert (values == values.round()).all(), column


def test_shares_of_a_plan_never_pass_one_on_any_day(raw):
    owners = raw["assignment"].assign(valid_to=lambda t: t["valid_to"].fillna("2025-06-30"))
    for start in owners["valid_from"]:  # a sum can only rise where somebody starts
        live = owners[(owners["valid_from"] <= start) & (owners["valid_to"] >= start)]
        assert live.groupby("plan_id")["share"].sum().max() <= 1 + 1e-12


def test_ids_point_to_something(raw):
    people = set(raw["roster"]["specialist_id"])
    plans = set(raw["plans"]["plan_id"])
    for table in raw.values():
        if "specialist_id" in table:
            assert set(table["specialist_id"].dropna()) <= people
        if "plan_id" in table:
            assert set(table["plan_id"].dropna()) <= plans
    assert set(raw["orders"]["customer_id"]) <= set(raw["customers"]["customer_id"])


def test_the_company_is_as_large_and_long_as_promised(raw):
    assert raw["roster"]["team"].nunique() == 2 and len(raw["roster"]) >= 12
    assert len(raw["plans"]) >= 60
    assert {"search", "social", "content", "affiliate"} <= set(raw["plans"]["channel"])
    days = raw["ads"]["date"]
    assert (str(days.min().date()), days.dt.normalize().nunique()) == ("2024-05-01", 426)


def test_clicks_visits_and_buyers_keep_their_order(raw):
    ads = raw["ads"]
    traffic = raw["traffic"]
    assert (ads["orders"] <= ads["clicks"]).all() and (ads["clicks"] <= ads["impressions"]).all()
    assert (traffic["pv"] >= traffic["uv"]).all() and (traffic["uv"] >= traffic["buyers"]).all()


def test_a_plan_day_is_whole_or_detailed_never_both(raw):
    ads = raw["ads"].assign(fine=raw["ads"]["keyword"].notna() | raw["ads"]["audience"].notna())
    assert ads.groupby(["date", "plan_id"])["fine"].nunique().eq(1).all()


def test_ads_orders_and_visits_agree_within_two_percent_a_month(raw):
    ads = raw["ads"]
    orders = raw["orders"]
    traffic = raw["traffic"]
    for month in ("2025-04", "2025-05", "2025-06"):
        paid = orders[(orders["paid_at"].dt.strftime("%Y-%m") == month) & orders["plan_id"].notna()]
        said = ads[ads["date"].dt.strftime("%Y-%m") == month]
        seen = traffic[(traffic["date"].dt.strftime("%Y-%m") == month) & traffic["plan_id"].notna()]
        assert said["revenue"].sum() == pytest.approx(paid["revenue"].sum(), rel=0.02)
        assert said["orders"].sum() == pytest.approx(len(paid), rel=0.02)
        assert seen["buyers"].sum() == pytest.approx(len(paid), rel=0.04)  # repeat buyers of a day


def test_new_customers_of_the_ads_are_first_orders_of_the_crm(raw):
    first = raw["customers"].dropna(subset="source_plan_id")
    june = first[first["first_order_at"].dt.strftime("%Y-%m") == "2025-06"]
    ads = raw["ads"][raw["ads"]["date"].dt.strftime("%Y-%m") == "2025-06"]
    assert ads["new_customers"].sum() == pytest.approx(len(june), rel=0.02)


def test_visitors_of_a_day_are_the_distinct_users_of_its_sessions(raw):
    sessions = raw["sessions"].assign(date=raw["sessions"]["at"].dt.normalize())
    exact = sessions.groupby(["date", "plan_id"]).agg(
        uv=("user_id", "nunique"), pv=("pageviews", "sum")
    )
    said = raw["traffic"].set_index(["date", "plan_id"]).loc[exact.index]
    assert (exact.to_numpy() == said[["uv", "pv"]].to_numpy()).all()


def test_promotions_are_those_of_the_scheme():
    company = yaml.safe_load((ROOT / "kit/sample/company.yml").read_text("utf-8"))
    keys = ["id", "warm_up", "start", "end", "return_window"]
    ours = {tuple(p[k] for k in [*keys[:4], "after"]) for p in company["promotions"]}
    assert ours == {tuple(p[k] for k in keys) for p in SCHEME["promotions"]}

"""Thresholds of the review stand in the scheme, each explained with its default, and count."""

import re
from pathlib import Path

import pytest
import yaml

from kit.retrospective.anomaly import troubles
from kit.retrospective.findings import detail, findings
from kit.retrospective.waterfall import waterfall
from kit.scheme.sections import Retrospective
from tests.retrospective.desk import Desk, span, steady

PARAMS = Path(__file__).resolve().parents[2] / "params"
DEFAULTS = Retrospective().model_dump()
MAY = span("2025-05-01", "2025-05-31", "2025-05")
JUNE = span("2025-06-01", "2025-06-30", "2025-06")


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_threshold_is_explained_with_its_default(name):
    rows = [
        [cell.strip() for cell in line.split(" | ")]
        for line in (PARAMS / name).read_text("utf-8").splitlines()
        if line.startswith("| `retrospective.")
    ]
    read = {re.sub(r"[|` ]|retrospective\.", "", r[0]): r[-1].strip("|` ") for r in rows}
    given = {k: None if v in ("none", "无") else float(v) for k, v in read.items()}
    assert given == DEFAULTS


def test_the_scheme_file_writes_out_every_default():
    given = yaml.safe_load((PARAMS / "scheme-2025.yml").read_text("utf-8"))["retrospective"]
    assert given == DEFAULTS


@pytest.mark.parametrize("covered, compared", [(0.3, True), (0.9, False)])
def test_a_company_may_compare_months_with_gaps(covered, compared):
    """Twelve of May's 31 days have data: compared from 0.3 on, refused at 0.9."""
    frames = steady()
    frames["ads"] = frames["ads"][frames["ads"]["date"] >= "2025-05-20"]
    assert (waterfall(desk(frames, covered=covered)).reason is None) == compared


@pytest.mark.parametrize("size, seen", [(1.25, True), (9, False)])
def test_a_company_may_leave_small_drops_alone(size, seen):
    """Search loses three quarters of its clicks on one day: a drop, unless 9 times is asked for."""
    frames = steady()
    ads = frames["ads"]
    day = ads["date"].eq("2025-06-24") & ads["plan_id"].isin(["P00", "P04", "P08"])
    ads.loc[day, "clicks"] *= 0.25
    found = troubles(desk(frames, anomaly_channel=size, anomaly_platform=size))
    assert ("drop" in set(found.loc[found["measure"] == "clicks", "kind"])) == seen


@pytest.mark.parametrize("least, judged", [(10, True), (1e9, False)])
def test_a_company_may_ask_more_of_a_segment(least, judged):
    """Orders of P04 double: found, unless a segment needs more orders than there are."""
    frames = steady()
    late = frames["ads"]["date"].ge("2025-06-01") & frames["ads"]["plan_id"].eq("P04")
    frames["ads"].loc[late, ["orders", "revenue"]] *= 2
    shop = desk(frames, segment_least=least)
    assert (len(findings(shop, detail(shop, MAY, JUNE))) > 0) == judged


def desk(frames, **rules):
    return Desk(frames, JUNE, MAY, scheme={"retrospective": Retrospective(**rules)})

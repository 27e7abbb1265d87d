"""Targets proposed for the next period, and what became of actions, on the page."""

import dataclasses

import pandas as pd
import pytest

from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.schema import contract
from kit.pages.retrospective import actions, everywhere
from kit.report.export import csv_of, file_name, tables_of
from tests.pages.retrospective.test_story import opened, shop


def test_proposed_targets_are_a_named_file_that_the_loader_reads(monkeypatch, tmp_path):
    desk = shop()
    v = opened(desk, monkeypatch)
    told, file = actions.proposals(v)
    [whole] = tables_of([{"kind": "table", "id": file.id, "data": file.data}])
    assert not file.html
    name = file_name("4_retrospective", whole, 5)
    assert name in told.html
    (tmp_path / name).write_text(csv_of(whole), encoding="utf-8")
    read, issues = read_file(Place(tmp_path / name), contract()["targets"])
    file = read.to_pandas()
    assert not issues and set(desk.get("targets")) <= set(file)
    assert len(file) == len(v.found.proposals) > 3 and set(file["period_id"]) == {"2025-07"}
    assert file["target"].to_numpy() == pytest.approx(v.found.proposals["target"].to_numpy())


def test_who_gets_no_target_proposed_is_named(monkeypatch):
    v = opened(shop(), monkeypatch)
    who = v.found.proposals["specialist_id"].iloc[0]
    kept = v.found.proposals[v.found.proposals["specialist_id"] != who]
    targets = pd.DataFrame({"specialist_id": list(v.names), "stage": None})
    found = dataclasses.replace(v.found, proposals=kept, targets=targets)
    told, _ = actions.proposals(dataclasses.replace(v, found=found))
    assert f"没有建议的：{v.names[who]}（" in told.html


def test_a_manager_reads_that_other_teams_are_left_out_of_the_rows(monkeypatch):
    v = opened(shop(), monkeypatch)
    mine = dataclasses.replace(v, names=dict([*v.names.items()][:2]))
    left = v.found.bridge.by("specialist_id")["specialist_id"].notna().sum() - 2
    assert f"另有 {left} 人未列" in everywhere.parts(mine, "specialist_id").html
    assert "未列" not in everywhere.parts(v, "specialist_id").html


@pytest.mark.parametrize(
    "sure, harm, tone", [(True, False, "better"), (False, True, "worse"), (False, False, None)]
)
def test_an_action_shows_harm_beyond_chance_as_it_shows_gain(sure, harm, tone):
    [found] = actions._way(pd.DataFrame([{"sure": sure, "harm": harm}]))
    assert found == tone or (tone is None and pd.isna(found))

"""Tests of the data page keep their cache to themselves."""

import pytest

from kit.data.store import cache


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(cache, "HOME", tmp_path_factory.mktemp("cache"))

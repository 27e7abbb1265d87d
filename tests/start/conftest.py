"""A folder of a company that starts: what it has, before the first command."""

import pytest

from tests.start import made


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, and a cache of its own."""
    from kit.data.store import cache

    monkeypatch.setattr(cache, "HOME", tmp_path / "cache")
    work = tmp_path / "我的 资料"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def files(here):
    """Two months of two platforms, and HR's list."""
    made.alimama(here / "六月 导出" / "万相台 5月.csv", "2025-05")
    made.alimama(here / "六月 导出" / "万相台.csv", "2025-06")
    made.google(here / "六月 导出" / "google ads.csv", "2025-06")
    made.roster(here / "人事 名单.xlsx")
    return here

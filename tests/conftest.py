"""Where tests may skip, and where they may not: `.ci/run` demands every one (KIT_DEMAND_ALL)."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.data.store.postgres import programs

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
NEEDS = {
    "shared": (SHARED.is_dir(), "needs ../shared, which stands in the workshop and in CI only"),
    "browser": (
        bool(shutil.which("chromium") or shutil.which("chromium-browser")),
        "needs Chromium (Debian: apt install chromium)",
    ),
    "spark": (
        bool(importlib.util.find_spec("pyspark") and shutil.which("java")),
        "needs Java 17 or newer and pyspark (pip install -r requirements-spark.lock)",
    ),
    "postgres": (
        bool(importlib.util.find_spec("adbc_driver_postgresql") and programs()),
        "needs PostgreSQL (Debian: apt install postgresql) and its driver"
        " (pip install -r requirements-postgres.lock)",
    ),
}

# drawn examples are the same in every run, and a slow machine fails none of them
settings.register_profile(
    "kit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("KIT_ALL"):
        items[:] = [item for item in items if not item.get_closest_marker("matrix")]
    for item in items:
        for mark, (there, reason) in NEEDS.items():
            if item.get_closest_marker(mark) and not there:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Under KIT_DEMAND_ALL a skipped test is a failed one."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("KIT_DEMAND_ALL"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"

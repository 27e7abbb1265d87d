"""A warm process: it runs what it is told, and what it does apart leaves no memory behind."""

import json
import os
from pathlib import Path

import psutil
import pytest

from kit.errors import KitError
from kit.report import warm

pytestmark = pytest.mark.skipif(not warm.can_fork(), reason="forking is used on Linux only")


def refuses():
    raise KitError("report.no_job", found="x")


def asks(path):
    """What a warm process sees of things done apart."""
    told = {"here": os.getpid(), "apart": warm.apart(os.getpid), "sum": warm.apart(sum, [1, 2])}
    try:
        warm.apart(refuses)
    except KitError as error:
        told["fault"] = [error.faults[0].key, error.faults[0].facts]
    Path(path).write_text(json.dumps(told), encoding="utf-8")
    return 7


def test_what_is_done_apart_is_done_in_a_process_that_ends(tmp_path):
    assert warm.called(asks, tmp_path / "told") == 7
    told = json.loads((tmp_path / "told").read_text(encoding="utf-8"))
    assert told["apart"] not in (told["here"], os.getpid()) and told["sum"] == 3
    assert not psutil.pid_exists(told["apart"])
    assert told["fault"] == ["report.no_job", {"found": "x"}]


def test_a_process_that_is_not_warm_does_it_itself():
    assert warm.apart(os.getpid) == os.getpid()
    with pytest.raises(KitError):
        warm.apart(refuses)

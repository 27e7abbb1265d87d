"""The second program of tests/schemes.py: it agrees with the kit, and it would notice a slip."""

import shutil
from pathlib import Path

import pytest

from tests import schemes

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "cases" / "schemes"


@pytest.mark.shared
@pytest.mark.slow
def test_every_point_of_the_published_schemes_is_recomputed(capsys):
    assert schemes.main(SHARED) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" passed, 0 failed")


@pytest.mark.shared
def test_a_slip_of_a_rule_is_noticed(tmp_path, capsys, monkeypatch):
    for name in ("scheme-c19.yml", "p-c19.yml"):
        shutil.copy(SHARED / name, tmp_path / name)
    monkeypatch.setitem(schemes.KINDS, "completion", lambda rule, x, more: 100 * min(1.01, x))
    assert schemes.main(tmp_path) == 1
    assert "order_count" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "down", "actual", "target", "points"),
    [
        ({"kind": "add_deduct", "on": "value", "step": 10, "points": {"add": 2, "deduct": 3},
          "max_add": 10, "max_deduct": 100}, True, 72, 50, 94),
        ({"kind": "anchors", "points": [[0.8, 0], [0.8, 80], [1, 100]]}, False, 80, 100, 80),
        ({"kind": "bands", "on": "ratio", "edge": "upper", "out_of": 10,
          "bands": [[0, 1, 10], [1, 1.1, 8], [1.1, None, 6]]}, True, 1.65, 1.5, 80),
        ({"kind": "completion", "round": 0.5}, False, 9725, 10000, 97.5),
    ],
)  # fmt: skip
def test_the_second_program_gives_the_worked_examples(rule, down, actual, target, points):
    assert schemes.points(rule, down, actual, target) == pytest.approx(points, abs=1e-9)

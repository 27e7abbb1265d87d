"""Where a month's CPU goes (`python -m tests.bench.stages`): the adding-up, by hand numbers."""

import os
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.bench import clocks, stages


@pytest.fixture
def clock(tmp_path, monkeypatch) -> Iterator[list[float]]:
    """A process's CPU seconds, set by hand; what goes to each room goes to tmp_path."""
    now = [0.0]
    monkeypatch.setenv("KIT_CLOCKS", str(tmp_path))
    monkeypatch.setattr(time, "process_time", lambda: now[0])
    vars(clocks._here).clear()
    yield now
    vars(clocks._here).clear()


def written(folder, name, **seconds):
    found = np.zeros(len(clocks.STAGES))
    for stage, used in seconds.items():
        found[clocks.STAGES.index(stage)] = used
    found.tofile(folder / name)


def test_time_goes_to_the_innermost_room_once_and_a_failure_gives_it_back(clock, tmp_path):
    """By hand: 1 s before, 2 s of scoring, 4 s of loading within, 8 s of scoring, 16 s after."""

    def passes(seconds):
        clock[0] += seconds

    def loaded():
        passes(4)
        raise ValueError

    def scored():
        passes(2)
        with pytest.raises(ValueError):
            clocks.timed(loaded, "load")()
        clocks.timed(passes, "score")(8)

    passes(1)
    clocks.timed(scored, "score")()
    passes(16)
    clocks.charge()
    seconds, pages = stages.read(tmp_path)
    assert {s: t for s, t in seconds.items() if t} == {"run": 17, "score": 10, "load": 4}
    assert not any(pages.values())


def test_threads_add_up_and_each_kernel_is_a_page(tmp_path):
    written(tmp_path, "7-7-run", start=3, render=1)
    written(tmp_path, "7-8-run", render=2, drive=1)
    written(tmp_path, "9-9-kernel", execute=1, score=0.5)
    written(tmp_path, "10-10-kernel", execute=2)
    seconds, pages = stages.read(tmp_path)
    known = {"start": 3, "render": 3, "drive": 1, "execute": 3, "score": 0.5}
    assert {s: t for s, t in seconds.items() if t} == known
    assert {s: n for s, n in pages.items() if n} == {"execute": 2, "score": 1}


def test_the_stages_and_what_is_of_none_are_the_whole_and_the_largest_comes_first():
    """By hand: 6 + 3 of 10 s leave 1 s, a tenth."""
    seconds = dict.fromkeys(clocks.STAGES, 0.0) | {"score": 3.0, "text": 6.0}
    pages = dict.fromkeys(clocks.STAGES, 0) | {"score": 2}
    lines, left = stages.table(10, seconds, pages, [seconds, seconds])
    assert left == pytest.approx(0.1)
    assert [line.split()[:4] for line in lines[1:3]] == [
        ["text", "6.0", "60.0%", "all"],
        ["score", "3.0", "30.0%", "2"],
    ]
    assert lines[-1].split()[:2] == ["sum", "10.0"] and "stages 9.0" in lines[-1]


def test_every_stage_of_a_room_is_told_and_a_room_has_the_longest_name_that_fits():
    assert set(stages.ABOUT) == set(clocks.STAGES)
    names = ("kit.show.picture", "kit.show.tables", "kit.stats.pairs", "kit.report.pages")
    assert [clocks.stage_of(name) for name in names] == ["figures", "text", "", "write"]


def test_a_door_is_public_in_its_room_and_is_put_up_once(clock):
    import kit.scoring.rules as rules

    assert "KIT_CLOCKS" in os.environ
    found = {f.__name__ for f in clocks.public(vars(rules))}
    assert "points" in found and not any(name.startswith("_") for name in found)
    doors = {name: clocks.timed(vars(rules)[name], "score") for name in found}
    assert list(clocks.public(doors)) == []

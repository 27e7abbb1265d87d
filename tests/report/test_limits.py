"""Limits of memory: words before the work, and words where a library gives up in its own."""

import errno
import resource
import subprocess
import sys

import duckdb
import pyarrow
import pytest

from kit.params import ROOT
from kit.report import limits
from kit.report.ended import ended


class Args:
    command = "check"


def raising(error):
    """A command that ends with this error."""

    def run(args):
        raise error

    return run


@pytest.mark.parametrize("megabytes", [300, 1200])
def test_a_limit_that_is_too_low_is_told_with_both_figures_before_anything_is_loaded(megabytes):
    done = subprocess.run(
        [sys.executable, "-m", "kit", "check", "params/2025-06.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2),
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"{megabytes} MB" in done.stderr and f"{limits.SPACE} MB" in done.stderr
    assert "什么都没有做" in done.stderr and "nothing was done" in done.stderr


def test_a_container_that_is_too_small_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CONTAINER", tmp_path / "memory.max")
    for text, expected in ((f"{200 * 2**20}\n", {"need": limits.HELD, "most": 200}), ("max\n", {})):
        limits.CONTAINER.write_text(text, encoding="ascii")
        assert limits.short("check") == expected
    limits.CONTAINER.write_text("1000\n", encoding="ascii")
    assert limits.short("audit") == {}


def test_threads_that_cannot_start_under_a_limit_are_told_as_memory(monkeypatch, capsys):
    run = raising(RuntimeError("Failed to launch worker thread: Resource temporarily unavailable"))
    monkeypatch.setattr(limits, "_addresses", lambda: 4000)
    assert ended(run, Args()) == 1 and "内存不够" in capsys.readouterr().err
    monkeypatch.setattr(limits, "_addresses", lambda: -1)
    monkeypatch.setattr(limits, "_container", lambda: -1)
    with pytest.raises(RuntimeError):
        ended(run, Args())


@pytest.mark.parametrize("name", ["allocation_share", "worker thread", "memory"])
def test_a_fault_of_the_kit_that_names_memory_is_no_lack_of_it(name, monkeypatch):
    """A column that is missing is called by its name, whatever stands in it."""
    monkeypatch.setattr(limits, "_addresses", lambda: 4000)
    for error in (KeyError(name), ValueError(f"no {name}"), AttributeError(name)):
        with pytest.raises(type(error)):
            ended(raising(error), Args())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        pyarrow.ArrowMemoryError("malloc of size 64 failed"),
        duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_each_library_that_has_no_memory_is_told_without_any_limit(error, monkeypatch, capsys):
    monkeypatch.setattr(limits, "_addresses", lambda: -1)
    monkeypatch.setattr(limits, "_container", lambda: -1)
    assert ended(raising(error), Args()) == 1 and "内存不够" in capsys.readouterr().err


def test_a_reader_of_the_output_that_has_gone_is_no_fault_of_the_disk():
    """As in `kit scheme --indicators | head -1`."""
    command = [sys.executable, "-m", "kit", "scheme", "--indicators"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as running:
        running.stdout.close()
        assert running.stderr.read() == b"" and running.wait(60) == 1


def test_a_pipe_to_a_child_that_has_gone_is_told_as_a_process_that_ended(capsys):
    assert (
        ended(raising(BrokenPipeError()), Args()) == 1
        and "进程被外部结束" in capsys.readouterr().err
    )

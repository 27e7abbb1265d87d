"""The sample is the same everywhere and always, small, and quick to make."""

import hashlib
import time

from kit.sample.make import write


def digests(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


def test_two_runs_write_the_same_bytes_in_under_twenty_seconds(folder, tmp_path):
    started = time.process_time()
    write(tmp_path)
    assert time.process_time() - started < 20
    assert digests(tmp_path) == digests(folder)


def test_the_whole_sample_takes_at_most_fifteen_megabytes(folder):
    assert sum(f.stat().st_size for f in folder.iterdir()) <= 15e6


def test_no_date_lies_after_the_snapshot_but_what_is_planned(raw):
    late = {name: table["date"].max() for name, table in raw.items() if "date" in table}
    assert max(late.values()) == late["ads"]  # nothing depends on the day it was made
    assert str(late["ads"].date()) == "2025-06-30"


def test_csv_files_are_utf8_and_keep_chinese_words(folder):
    assert "流量一组" in (folder / "roster.csv").read_text("utf-8")

"""CPU of employees' pages: `python -m tests.bench.people_pages`; forked kernels against papermill.

Runs notebook 5 for the sample's people in two languages with the kit's engine, and a few of the
same pages with the plain papermill command line; both warm (results cached). CPU is that of all
descendants: this process reaps the orphans. The figures for a team of 200 are extrapolated:
start-up once, then 400 pages at the measured cost a page; the shared results of 200 people are
larger than the sample's, which is not measured here.
"""

import ctypes
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from kit.data.load import load
from kit.params import ROOT
from kit.people.followup import followup
from kit.people.privacy import members
from kit.report import kernel
from tests.bench.report_bench import _reaped

NOTEBOOK = ROOT / "notebooks" / "5_people.ipynb"
PLAIN_PAGES, TEAM = 3, 200
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl


def asked(n: int) -> list[dict[str, str]]:
    """The first n pages: people of the sample, two languages each."""
    people = sorted(set(members(load("params/2025-06.yml"))["specialist_id"]))
    pages = [{"lang": lang, "audience": "employee", "specialist": person}
             for person in people for lang in ("zh", "en")]  # fmt: skip
    return pages[:n]


def forked(n: int) -> None:
    with kernel.kernels():
        for page in asked(n):
            kernel.execute(NOTEBOOK, page, engine="fork", limits=kernel.Limits())


def plain(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for page in asked(n):
            given = [x for key, value in page.items() for x in ("-p", key, value)]
            out = str(Path(folder) / "out.ipynb")
            subprocess.run([sys.executable, "-m", "papermill", str(NOTEBOOK), out, *given],
                           check=True, capture_output=True, cwd=ROOT)  # fmt: skip


def cpu(way: str, n: int) -> float:
    """CPU seconds of n pages made one way, in a process of their own with all its children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", __spec__.name, way, str(n)], check=True, cwd=ROOT)
    while _reaped():
        pass
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def main() -> None:
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    followup(load("params/2025-06.yml"))
    tries = []  # the two ways by turns, so that a busy machine slows both
    for _ in range(PLAIN_PAGES):
        tries.append((cpu("forked", 4), cpu("plain", 1), cpu("forked", 24)))
    few, single, many = (sorted(column)[PLAIN_PAGES // 2] for column in zip(*tries, strict=True))
    each = (many - few) / 20
    whole = few + each * (2 * TEAM - 4)
    print(f"forked: 4 pages {few:.1f} s, 24 pages {many:.1f} s of CPU: {each:.2f} s a page")
    print(f"papermill command line: {single:.2f} s a page (median of {PLAIN_PAGES})")
    share = whole / (2 * TEAM * single)
    print(f"team of {TEAM}, two languages: {whole:.0f} s, {share:.2f} of the plain way")


if __name__ == "__main__":
    ways = {"forked": forked, "plain": plain}
    ways[sys.argv[1]](int(sys.argv[2])) if len(sys.argv) > 1 else main()

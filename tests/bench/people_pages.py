"""CPU of employees' pages: `python -m tests.bench.people_pages`; forked kernels against papermill.

Runs notebook 5 for 20 people in two languages with the kit's engine (the sample has fewer: some
come twice), and a few of the same pages with the plain papermill command line; both warm (results
cached), each way in a process of its own. CPU is that of all descendants: this process reaps the
orphans. A team of 200 is extrapolated: start-up once, then 400 pages at the measured cost a page;
the shared results of 200 people are larger than the sample's, which is not measured here.
About 3 minutes on a quiet machine.
"""

import ctypes
import itertools
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
FEW = 4
MANY = 40
PLAIN = 2
TEAM = 200  # pages, pages, pages, people
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl


def asked(n: int) -> list[dict[str, str]]:
    """The first n pages: people of the sample, over and over, two languages each."""
    people = sorted(set(members(load("params/2025-06.yml"))["specialist_id"]))
    pages = [
        {"lang": lang, "audience": "employee", "specialist": person}
        for person in people
        for lang in ("zh", "en")
    ]
    return list(itertools.islice(itertools.cycle(pages), n))


def forked(n: int) -> None:
    with kernel.kernels():
        for page in asked(n):
            kernel.execute(NOTEBOOK, page, engine="fork", limits=kernel.Limits())


def plain(n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for page in asked(n):
            given = [x for key, value in page.items() for x in ("-p", key, value)]
            out = str(Path(folder) / "out.ipynb")
            subprocess.run(
                [sys.executable, "-m", "papermill", str(NOTEBOOK), out, *given],
                check=True,
                capture_output=True,
                cwd=ROOT,
            )


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
    single = cpu("plain", PLAIN) / PLAIN
    few = cpu("forked", FEW)
    many = cpu("forked", MANY)
    each = (many - few) / (MANY - FEW)
    whole = few + each * (2 * TEAM - FEW)
    print(f"forked: {FEW} pages {few:.1f} s, {MANY} {many:.1f} s of CPU: {each:.2f} s a page")
    print(f"papermill command line: {single:.2f} s a page (mean of {PLAIN})")
    share = whole / (2 * TEAM * single)
    print(f"team of {TEAM}, two languages: {whole:.0f} s, {share:.2f} of plain (wanted 0.25)")


if __name__ == "__main__":
    ways = {"forked": forked, "plain": plain}
    ways[sys.argv[1]](int(sys.argv[2])) if len(sys.argv) > 1 else main()

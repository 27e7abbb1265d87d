"""Bench of the runner: `python -m tests.bench.report_bench [--periods 1 12] [--repeats 5]`.

The same notebooks with the same parameters (team pages for hr, Chinese), alternating: plain
`papermill` and `jupyter nbconvert` command lines, and our run with two workers. CPU is that of all
descendants (this process reaps the orphans), memory the peak of their summed PSS, the floor the
cells alone in one warm process. Figure counts must agree. Prints medians and the ratios wanted.
Without --repeats: five for one period, one for twelve (sixty notebooks the plain way take a
quarter of an hour, and their sum varies little).
"""

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
MONTHS = [f"2024-{m:02}" for m in range(7, 13)] + [f"2025-{m:02}" for m in range(1, 7)]
DAYS = dict(zip(range(1, 13), (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
WANTED = {1: (0.50, 0.45), 12: (0.30, 0.20)}
REPEATS = {1: 5, 12: 1}


def period_files(folder: Path, n: int) -> list[str]:
    """Period files of the last `n` months of the sample."""
    text = (ROOT / "params" / "2025-06.yml").read_text(encoding="utf-8")
    files = []
    for before, month in list(zip(["2024-06", *MONTHS], MONTHS, strict=False))[-n:]:
        last = DAYS[int(month[-2:])]
        lines = [
            line
            for line in text.splitlines()
            if line.split(":")[0]
            not in ("id", "start", "end", "compare_to", "scheme", "languages", "audiences")
        ]
        lines += [
            f"id: {month}",
            f"start: {month}-01",
            f"end: {month}-{last}",
            "languages: [zh]",
            f"compare_to: {before}",
            "audiences: [hr]",
            f"scheme: {ROOT / 'params' / 'scheme-2025.yml'}",
        ]
        path = folder / f"{month}.yml"
        path.write_text("\n".join(lines), encoding="utf-8")
        files.append(str(path))
    return files


def plain(files: list[str], out: Path) -> None:
    """The command lines that everybody has."""
    for source in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = json.loads(source.read_text(encoding="utf-8"))
        text["cells"] = [c for c in text["cells"] if "analyst" not in c["metadata"].get("tags", [])]
        notebook = out / f".{source.name}"  # ours leaves the analysts' cells out, too
        notebook.write_text(json.dumps(text), encoding="utf-8")
        for file in files:
            done = out / f"{Path(file).stem}-{source.stem}.ipynb"
            told = ["-p", "params_file", file, "-p", "lang", "zh", "-p", "audience", "hr"]
            subprocess.run(
                [BIN / "papermill", notebook, done, *told, "--no-progress-bar"],
                cwd=ROOT,
                check=True,
                stderr=subprocess.DEVNULL,
            )
            subprocess.run(
                [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", done],
                check=True,
                stderr=subprocess.DEVNULL,
            )


def ours(files: list[str], out: Path) -> None:
    """Our run as the command line starts it, but only the team's pages."""
    from kit.report import warm

    sys.exit(warm.called(made, files, out))


def made(files: list[str], out: Path) -> int:
    """The exit code of a run."""
    from kit.report import run

    run.prepare = teams
    return run.run(files, out=out, force=True)


def teams(*given: Any) -> list[Any]:
    """What a run prepares, less the pages about one person."""
    from kit.report import run

    return [
        replace(batch, jobs=tuple(job for job in batch.jobs if not job.specialist))
        for batch in run.prepare(*given)
    ]


def again(files: list[str], out: Path) -> None:
    """What the command line asks first: whether anything is to be made at all."""
    from kit.report import standing

    if not standing.standing(files, out.parent / "warm"):
        sys.exit(1)


def floor(files: list[str], out: Path) -> None:
    """The cells alone in this process, everything imported: prints their CPU seconds."""
    from IPython.core.interactiveshell import InteractiveShell

    import kit.report.preload  # noqa: F401

    begun = time.process_time()
    for file in files:
        for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
            shell = InteractiveShell()
            for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
                tags = cell["metadata"].get("tags", [])
                if cell["cell_type"] == "code" and "analyst" not in tags:
                    shell.run_cell("".join(cell["source"]))
                if "parameters" in tags:
                    shell.user_ns.update(params_file=file, lang="zh", audience="hr")
    (out / "floor").write_text(str(time.process_time() - begun), encoding="utf-8")


def measured(what: str, files: list[str], out: Path) -> dict[str, float]:
    """Wall and CPU seconds and peak PSS (MB) of a way to do it."""
    out.mkdir()
    command = [sys.executable, "-m", __spec__.name, "--do", what, "--out", out, *files]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    peak = [0]
    stop = threading.Event()
    environment = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "KIT_OPAQUE_KEY": "bench",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }
    watch = threading.Thread(target=_watch, args=(peak, stop), daemon=True)
    watch.start()
    subprocess.run(
        [str(c) for c in command], cwd=ROOT, check=True, env=environment, stdout=subprocess.DEVNULL
    )
    wall = time.monotonic() - begun
    stop.set()
    watch.join()
    while _reaped():
        pass
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return {"wall": wall, "cpu": cpu, "pss": peak[0] / 1024}


def figures(out: Path) -> list[int]:
    """Figures of every page, in the order of period and notebook."""
    if pages := sorted(out.glob("*/hr/zh/[1-9]_*.json")):
        return [len(json.loads(p.read_text(encoding="utf-8"))["figures"]) for p in pages]
    import nbformat

    from kit.report.page.render import blocks_of

    pages = [blocks_of(nbformat.read(p, 4)) for p in sorted(out.glob("[0-9]*.ipynb"))]
    return [sum(block["kind"] == "figure" for block in page) for page in pages]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--periods", type=int, nargs="+", default=[1, 12])
    options.add_argument("--repeats", type=int)
    options.add_argument("--do")
    options.add_argument("--out", type=Path)
    options.add_argument("files", nargs="*")
    given = options.parse_args()
    if given.do:
        globals()[given.do](given.files, given.out)
        return
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans' CPU counts too
    for periods in given.periods:
        with tempfile.TemporaryDirectory() as folder:
            print(compared(Path(folder), periods, given.repeats or REPEATS.get(periods, 1)))


def compared(home: Path, periods: int, repeats: int) -> str:
    """Both ways by turns, then the floor and a run that changes nothing; what they tell."""
    files = period_files(home, periods)
    measured("ours", files, home / "warm")  # fills the data cache for both
    rows: dict[str, list[dict[str, float]]] = {"plain": [], "ours": []}
    for n in range(repeats):
        for way, found in rows.items():
            found.append(measured(way, files, home / f"{way}{n}"))
            print(way, n + 1, {k: round(v, 1) for k, v in found[-1].items()}, flush=True)
        same = figures(home / f"plain{n}") == figures(home / f"ours{n}")
        print("figures", figures(home / f"ours{n}"), "agree" if same else "DIFFER", flush=True)
    nothing = measured("again", files, home / "again")
    measured("floor", files, home / "floor")
    cells = float((home / "floor" / "floor").read_text(encoding="utf-8"))
    plain, ours = (
        {k: statistics.median(row[k] for row in found) for k in found[0]} for found in rows.values()
    )
    cpu, wall = (ours[k] / plain[k] for k in ("cpu", "wall"))
    return (
        f"periods {periods}: CPU {cpu:.2f}x, wall {wall:.2f}x of plain"
        f" (wanted {WANTED.get(periods)}); peak PSS {ours['pss']:.0f} MB (wanted 700);"
        f" floor {cells / plain['cpu']:.2f}x CPU: ours is {ours['cpu'] / cells:.2f} times that,"
        f" and keeps {ours['cpu'] / ours['wall']:.2f} of two cores busy;"
        f" nothing changed: {nothing['wall']:.1f} s, CPU {nothing['cpu']:.1f} s"
    )


def _reaped() -> bool:
    try:
        return bool(os.wait())
    except ChildProcessError:
        return False


def _watch(peak: list[int], stop: threading.Event) -> None:
    import psutil

    while not stop.wait(0.3):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            except OSError:
                continue
            total += next((int(x.split()[1]) for x in text.splitlines() if x[:4] == "Pss:"), 0)
        peak[0] = max(peak[0], total)


if __name__ == "__main__":
    main()

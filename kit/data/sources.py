"""Where every table comes from (数据来源): the sample, a folder, or files named one by one."""

from dataclasses import dataclass
from pathlib import Path

from kit.data import cache
from kit.data.issues import Issue
from kit.data.schema import contract
from kit.params import ROOT

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls")
SAMPLE_SEED = 20250630


@dataclass(frozen=True)
class Source:
    """The files of one table, and the report they are if the period file names it."""

    table: str
    files: tuple[Path, ...]
    report: str = ""


def sources(data: str | dict[str, str | tuple[str, ...]]) -> tuple[dict[str, Source], list[Issue]]:
    """Sources by table, and what is wrong with the places named in the period file."""
    if data == "sample":
        return _folder(sample())
    if isinstance(data, str):
        return _folder(ROOT / data)
    found, issues = {}, []
    for table, said in data.items():
        places = (said,) if isinstance(said, str) else said
        files = tuple(f for place in places for f in _files(ROOT / place))
        if table not in contract():
            issues.append(Issue("unknown_table", table=table, facts={"known": list(contract())}))
        elif not files:
            issues.append(Issue("no_file", table=table, file=", ".join(places)))
        else:
            found[table] = Source(table, files)
    return found, issues


def sample() -> Path:
    """The sample company's folder, written on first use and again when its code has changed."""
    from kit.sample.make import write  # beside data: imported only when asked for

    stamp = cache.code_digest(ROOT / "kit" / "sample")
    folder = cache.HOME / "sample"

    def make(target: Path) -> None:
        write(folder, SAMPLE_SEED)
        target.write_text(stamp, encoding="utf-8")

    cache.kept(cache.HOME / f"sample-{stamp}.txt", make)
    return folder


def _folder(folder: Path) -> tuple[dict[str, Source], list[Issue]]:
    if not folder.is_dir():
        return {}, [Issue("no_folder", file=shown(folder))]
    found = {}
    for table in contract():
        files = [f for s in SUFFIXES for f in sorted(folder.glob(f"{table}{s}"))]
        files += _files(folder / table) if (folder / table).is_dir() else []
        if files:
            found[table] = Source(table, tuple(files))
    return found, []


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES)
    if "*" in place.name:
        return sorted(place.parent.glob(place.name))
    return [place] if place.is_file() else []


def shown(path: Path) -> str:
    """A path as people are told it: from the project root where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()

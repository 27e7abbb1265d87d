"""Forgetting (删除与保存期): one person's outputs and cached rows; whole periods past their time.

A person's own pages go. On pages about many the name gives way to a mark and the pictures go, so
that what others were paid on stands, in closed periods too, whose seal says so. Afterwards every
byte is searched by another road (`kit.report.traces`), and what is left is said.
"""

import datetime as dt
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kit.data.store import cache
from kit.errors import KitError
from kit.params import ROOT
from kit.report import audit, close, export, forms, plan, seals, traces
from kit.report.person import Person, period_tables, person, remains
from kit.report.standing import expired
from kit.words import both

TEXTS = {".html", ".json", ".csv", ".ipynb", ".log", ".txt"}
PACKED = ("summary.eml", "summary.pdf")  # what no mark can be put into
MARK = "（已删除 removed）"
NUMERIC = re.compile(r"<t[dh][^>]*\bclass=[\"']?num\b[^>]*>.*?</t[dh]>", re.DOTALL)
FIGURE = re.compile(r'"(?:value|text|raw)": "[^"]*"')  # a printed figure in a sidecar
Periods = list[Any]


def forget(
    specialist: str,
    *,
    names: Sequence[str] = (),
    by: str = "",
    yes: bool = False,
    out: Path | None = None,
) -> int:
    """Remove a person's outputs and cached rows; 1 when something is left that names them.

    Without `yes` it only lists. A run makes open periods anew, from what the sources still hold.
    names : names of the person that no roster holds
    """
    reports = out or plan.REPORTS
    periods = list(period_tables(ROOT / "params"))
    who = person(specialist, names, periods, reports)
    _refuse_tampered(reports, periods, by)
    own, about = _files(reports, who)
    for path in (*own, *about):
        told = "report.removes" if path in own else "report.marks"
        print(both(told, file=path.relative_to(reports).as_posix()))
    rows = "; ".join(remains(who, periods)) or "—"  # reads the sources, hence before the cache goes
    held = [path for path in traces.files_below(cache.HOME) if _holds(path, cache.HOME, who)]
    said = {"own": len(own), "about": len(about), "cached": len(held)}
    left = _act(reports, who, (own, about, held), periods, by) if yes else []
    done = "left" if left else "yes" if yes else "no"
    print(both(f"report.forgotten_{done}", **said, **({"n": len(left)} if left else {})))
    for place in left:
        print(f"  {place}")
    print(both("report.remains", where=rows))
    return 1 if left else 0


def forget_expired(
    *, by: str = "", yes: bool = False, out: Path | None = None, today: dt.date | None = None
) -> int:
    """Remove whole periods past their retention, closed ones too; without `yes` only list them."""
    reports = out or plan.REPORTS
    homes = expired(reports, today)
    log = _log(reports)
    for home in homes:
        place = home.relative_to(reports).as_posix()
        print(place)
        if yes:
            known = seals.log_for(reports, place, log)
            shutil.rmtree(home)
            seals.end(known, place)
            audit.note(known.path, "expire", place, by=by, result="removed")
    if yes and homes:  # what was computed from those periods cannot be told apart
        for name in ("tables", "results"):
            shutil.rmtree(cache.HOME / name, ignore_errors=True)
    print(both(f"report.expired_{'yes' if yes else 'no'}", n=len(homes)))
    return 0


def marked(text: str, who: Person, suffix: str = "") -> str:
    """The text with a mark instead of one person; a longer name that holds this one stays."""
    digits = {t for t in who.texts if t.isdigit()}
    found = forms.pattern(who.texts - digits, who.others)
    text = found.sub(lambda m: MARK if m.lastgroup == "mine" else m[0], text)
    return _digits_marked(text, digits, suffix) if digits else text


def _digits_marked(text: str, digits: set[str], suffix: str) -> str:
    """An id of digits alone, marked where no figure can stand: not in numeric cells."""
    found = forms.pattern(digits)
    if suffix == ".csv":  # only beside the name: any number could be a figure
        lines = text.splitlines(keepends=True)
        return "".join(found.sub(MARK, line) if MARK in line else line for line in lines)
    kept = {".html": NUMERIC, ".json": FIGURE}.get(suffix)
    if kept is None:
        return found.sub(MARK, text)
    figures = [*kept.findall(text), ""]
    between = kept.split(text)
    return "".join(
        found.sub(MARK, part) + figure for part, figure in zip(between, figures, strict=True)
    )


def _refuse_tampered(reports: Path, periods: Periods, by: str) -> None:
    """KitError when a closed period is not as it was sealed: a removal must not hide that."""
    logs = {_place(tables): seals.log_of(tables.period, reports) for tables in periods}
    log = _log(reports)
    for place in seals.closed_places(reports, seals.read(log)):
        known = seals.log_for(reports, place, logs.get(place, log))
        found = seals.compare(reports, place, known)
        close.warn(found)
        if found:
            raise KitError("report.forget_tampered", id=place)
    for tables in periods:
        if by and tables.period.approvers is not None:
            seals.approve(tables.period, by, "forget")


def _files(reports: Path, who: Person) -> tuple[list[Path], list[Path]]:
    """Files of the person alone, and files about several that name the person."""
    every = traces.files_below(reports)
    own = [p for p in every if any(f in p.relative_to(reports).as_posix() for f in who.folders)]
    own += [p for p in every if p.name in PACKED and p not in own and _summed(p, reports, who)]
    texts = [p for p in every if p.suffix in TEXTS and p not in own]
    return own, [p for p in texts if _holds(p, reports, who)]


def _summed(path: Path, reports: Path, who: Person) -> bool:
    """Whether a mail or PDF beside a summary names the person: as the summary itself does."""
    page = path.with_name("summary.html")
    return page.exists() and _holds(page, reports, who)


def _holds(path: Path, root: Path, who: Person) -> bool:
    """Whether a file names the person, in its path, its content or what is packed in it."""
    names = [forms.plain(text) for text in who.texts]
    held = traces.contents(path, root)
    return any(
        forms.may_hold(text, names) and marked(text, who, path.suffix) != text for _, text in held
    )


def _act(
    reports: Path,
    who: Person,
    files: tuple[list[Path], list[Path], list[Path]],
    periods: Periods,
    by: str,
) -> list[str]:
    """Remove, mark, pack anew, seal anew; the places that still name the person."""
    own, about, held = files
    for path in (*own, *held):
        path.unlink(missing_ok=True)
    for path in about:
        _mark(path, who)
    _pack(reports, who)
    _rename(reports, who)
    _empty(reports)
    _notebooks(who)
    for path in Path(tempfile.gettempdir()).glob("kit-[0-9]*-*/*"):
        if path.is_file() and _holds(path, path.parent, who):
            path.unlink(missing_ok=True)
    places = _touched(reports, (*own, *about))
    for place in places:
        _record(reports, place, periods, who, len(own) + len(about))
    audit.note(_log(reports), "forget", "*", by=by, who=who.token, files=len(own) + len(about))
    roots = [reports, cache.HOME, ROOT / "notebooks"]
    return traces.hits([root for root in roots if root.is_dir()], who.texts, who.others)


def _mark(path: Path, who: Person) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.name == "manifest.json":
        said = export.read(path)
        jobs = [j for j in said["jobs"] if not any(f in j["page"] for f in who.folders)]
        text = export.dumped(said | {"jobs": jobs})
    text = marked(_relinked(text, who), who, path.suffix)
    mode = path.stat().st_mode & 0o777
    export.write(path, forms.PICTURE.sub("", text))
    path.chmod(mode)


def _relinked(text: str, who: Person) -> str:
    """Links to a manager's folder and zip lead to where `_rename` moves them."""
    link = rf"(?<=manager/){re.escape(who.id)}(?=[/.\"])|(?<=\.\./){re.escape(who.id)}(?=\.zip)"
    return re.sub(link, who.token, text)


def _pack(reports: Path, who: Person) -> None:
    """Workbooks and zips that name the person, made again from what lies beside them now."""
    for book in reports.rglob("tables.xlsx"):
        if _holds(book, reports, who):
            sides = [export.read(p) for p in sorted(book.parent.glob("*.json"))]
            _replace(book, export.workbook([side for side in sides if side.get("tables")]))
    for packed in reports.rglob("*.zip"):
        if _holds(packed, reports, who):
            with zipfile.ZipFile(packed) as old:  # its indexes lead nowhere outside the zip
                indexes = {
                    n: marked(_relinked(old.read(n).decode(), who), who, ".html")
                    for n in old.namelist()
                    if n.endswith("index.html")
                }
                top = re.search(r'href="(zh|en)/', indexes.get("index.html", ""))
            first = top[1] if top else ""
            _replace(packed, export.bundle(packed.with_suffix(""), indexes, first))


def _replace(path: Path, content: bytes) -> None:
    mode = path.stat().st_mode & 0o777
    export.write(path, content)
    path.chmod(mode)


def _rename(reports: Path, who: Person) -> None:
    """A manager's folder and zip get a name that tells nothing; what is in them is the team's."""
    for path in sorted(reports.rglob("manager/*"), reverse=True):
        if path.name in (who.id, f"{who.id}.zip"):
            path.rename(path.with_name(path.name.replace(who.id, who.token)))
    for path in reports.rglob("failed/*"):
        if who.id in path.name and forms.pattern([who.id]).search(path.name):
            path.rename(path.with_name(forms.pattern([who.id]).sub(who.token, path.name)))


def _empty(reports: Path) -> None:
    """Remove folders in which nothing is left."""
    for folder in sorted((p for p in reports.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _notebooks(who: Person) -> None:
    """Executed notebooks of the analysts: the person is marked out of them too."""
    folder = ROOT / "notebooks"
    for path in traces.files_below(folder) if folder.is_dir() else ():
        if path.suffix == ".ipynb" and _holds(path, folder, who):
            _mark(path, who)


def _touched(reports: Path, paths: Iterable[Path]) -> list[str]:
    """The periods whose files were removed or marked."""
    parts = [path.relative_to(reports).parts for path in paths]
    return sorted({"/".join(p[:2]) if p[0] == "shared" else p[0] for p in parts})


def _record(reports: Path, place: str, periods: Periods, who: Person, n: int) -> None:
    """The seal of a closed period tells how many files were marked or removed, and when."""
    if not (reports / place / seals.SEAL).exists():
        return
    logs = {_place(tables): seals.log_of(tables.period, reports) for tables in periods}
    known = seals.log_for(reports, place, logs.get(place, _log(reports)))
    at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    was = export.digest(reports / place / seals.SEAL)
    close.reseal_as(reports / place, known.path, place, "forgotten", {"at": at, "n": n, "was": was})
    print(both("report.seal_marked", id=place))


def _place(tables: Any) -> str:
    return seals.place_of(tables.period)


def _log(reports: Path) -> Path:
    """The log of seals of periods whose file names none."""
    return (ROOT / "params" if reports == plan.REPORTS else reports) / "seals.log"

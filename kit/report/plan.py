"""Which pages a period needs (任务计划): notebooks × languages × audiences × people, each a job.

A job knows nothing of another; its page lies in <audience>/<lang>/<name>.html below the period's
folder. Employees' folders carry an opaque id (HMAC with a key that stays outside git).
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kit.data.store.opaque import key as _key  # noqa: F401
from kit.data.store.opaque import opaque
from kit.errors import Fault, KitError
from kit.params import ROOT

if TYPE_CHECKING:  # a run that changes nothing ends before they are imported
    import pandas as pd

    from kit.data.tables import Tables

NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"
PEOPLE = "5_people"  # the notebook whose page for one person managers and hr also get
NEEDED = ("params_file", "lang", "audience")


@dataclass(frozen=True)
class Job:
    """One page to be made: what the notebook is told, and where its page lies."""

    params_file: str
    period: str
    notebook: str
    lang: str
    audience: str
    specialist: str
    folder: str
    name: str

    @property
    def page(self) -> PurePosixPath:
        """Path of the page below the period's folder."""
        return PurePosixPath(self.folder, self.lang, f"{self.name}.html")

    @property
    def parameters(self) -> dict[str, str]:
        """What papermill injects."""
        told = {"params_file": self.params_file, "lang": self.lang, "audience": self.audience}
        return told | ({"specialist": self.specialist} if self.specialist else {})

    @property
    def line(self) -> str:
        """The job as one line of JSON, for a scheduler."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def notebooks(wanted: Sequence[str] | None = None) -> dict[str, bool]:
    """Notebooks by name -> whether they take a specialist; `wanted` by name or leading number."""
    found = {path.stem: declared(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    lacking = [
        Fault("report.no_parameter", {"file": name, "missing": sorted(set(NEEDED) - names)})
        for name, names in found.items()
        if not set(NEEDED) <= names
    ]
    names = [Path(w).name.removesuffix(".ipynb") for w in wanted or found]
    chosen = {w: [n for n in found if n == w or n.split("_")[0] == w] for w in names}
    unknown = [w for w, matches in chosen.items() if not matches]
    if unknown or not found:
        lacking.append(Fault("report.no_notebook", {"name": unknown, "known": list(found)}))
    if lacking:
        raise KitError.of(lacking)
    return {n: "specialist" in found[n] for n in found if any(n in m for m in chosen.values())}


def declared(path: Path) -> set[str]:
    """Names set in the cell tagged `parameters`; none when the file is not a notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        source = "".join(
            next(
                "".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", ())
            )
        )
        tree = ast.parse(source)
    except (ValueError, KeyError, StopIteration, SyntaxError):
        return set()
    names = (
        n.targets[0] if isinstance(n, ast.Assign) else getattr(n, "target", None) for n in tree.body
    )
    return {name.id for name in names if isinstance(name, ast.Name)}


def jobs(tables: "Tables", params_file: str, taking: dict[str, bool]) -> list[Job]:
    """Every job of a period, team pages first, so that what people's pages share is there."""
    from kit.people.privacy import members

    pairs = members(tables)
    found = [
        Job(
            params_file,
            tables.period.id,
            notebook,
            lang,
            audience,
            person,
            folder,
            notebook + (f"-{opaque(person)}" if person and audience != "employee" else ""),
        )
        for audience, folder, person in _readers(pairs, tables.period.audiences)
        for lang in tables.period.languages
        for notebook, takes in taking.items()
        if not person or (takes if audience == "employee" else notebook == PEOPLE and takes)
    ]
    return sorted(found, key=lambda job: bool(job.specialist))


def _readers(pairs: "pd.DataFrame", audiences: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(audience, folder, specialist or "") of everything that somebody reads."""
    persons = list(dict.fromkeys(pairs["specialist_id"]))
    managers = sorted(pairs["manager_id"].dropna().unique())
    if "hr" in audiences:
        yield from (("hr", "hr", person) for person in ["", *persons])
    if "manager" in audiences and not managers:
        yield from (("manager", "manager/all", person) for person in ["", *persons])
    if "manager" in audiences:
        for manager in managers:
            own = pairs.loc[pairs["manager_id"] == manager, "specialist_id"]
            name = manager if re.fullmatch(r"[\w-]{1,40}", manager) else opaque(manager)
            yield from ((f"manager/{manager}", f"manager/{name}", p) for p in ["", *own])
    if "employee" in audiences:
        yield from (("employee", f"employee/{opaque(person)}", person) for person in persons)


def parsed(text: str) -> Job:
    """A job from the JSON of `Job.line`; KitError when it is none."""
    try:
        return Job(**json.loads(text))
    except (TypeError, ValueError):
        raise KitError("report.no_job", found=text[:200]) from None

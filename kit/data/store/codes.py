"""People under codes (代号): names and ids give way to codes in every table, before all else reads.

A code is a keyed digest: without the key, which stays outside git, it leads back to nobody. What
is built from such tables - pages, pictures, downloads, folders - cannot name anybody.
"""

from collections.abc import Callable, Mapping
from itertools import count

import narwhals as nw
import pyarrow as pa

from kit.data.schema import contract
from kit.data.store.engine import Engine, collect
from kit.data.store.opaque import code, spoken

NAMED = ("specialist_id", "manager_id", "rater_id")  # looked for in free text too, as are names
PEOPLE = (*NAMED, "interviewer_id", "owner", "author", "decided_by", "set_by", "by")
SHORTEST = 4  # digits of a code
CUSTOMERS = ("user_id", "customer_id", "order_id")  # not of the company, and on no page


def pseudonymised(engine: Engine, names: list[str]) -> Callable[[str], str]:
    """Lay every table anew with people under codes (代号化); returns what does it to a text."""
    pairs = _distinct(engine, "roster", "specialist_id", "name") if "roster" in names else []
    roster = {row[0]: row[1] for row in pairs}
    codes = codes_of(_ids(engine, names, PEOPLE), roster)
    found = spoken({*_ids(engine, names, NAMED), *roster.values()})

    def told(text: str) -> str:
        return found.sub(lambda match: codes[match[0]], text)

    for name in names:
        columns = contract()[name].columns.values()
        texts = [c.name for c in columns if c.type == "text" and c.name not in CUSTOMERS]
        for column in texts:
            old = [value for (value,) in _distinct(engine, name, column)]
            new = [codes[v] for v in old] if column in PEOPLE else [told(v) for v in old]
            if old != new:
                exchange(engine, name, column, pa.table({column: old, "_new": new}))
    return told


def codes_of(ids: set[str], names: Mapping[str, str]) -> dict[str, str]:
    """A code for every id, the same for that person's name; as short as people still differ.

    >>> codes = codes_of({"S01", "M01"}, {"S01": "A. Lin"})
    >>> codes["S01"] == codes["A. Lin"], len(codes["S01"]), codes["M01"] == codes["S01"]
    (True, 5, False)
    """
    digits = next(n for n in count(SHORTEST) if len({code(i, n) for i in ids}) == len(ids))
    codes = {i: code(i, digits) for i in ids}
    return codes | {name: codes[i] for i, name in names.items() if name and i in codes}


def _ids(engine: Engine, names: list[str], columns: tuple[str, ...]) -> set[str]:
    held = [(n, c) for n in names for c in columns if c in contract()[n].columns]
    return {value for n, c in held for (value,) in _distinct(engine, n, c)}


def _distinct(engine: Engine, name: str, *columns: str) -> list[tuple[str, ...]]:
    """Distinct texts of some columns side by side, where all are known."""
    found = collect(engine.scan(name).select(*columns).unique()).dropna()
    return list(found.sort_values(list(columns)).itertuples(index=False, name=None))


def exchange(engine: Engine, name: str, column: str, texts: pa.Table) -> None:
    """From now on with other texts in a column; texts : the column, and `_new`; others stay."""
    engine.add(f"codes_{name}_{column}", texts)
    rows = engine.scan(name).join(engine.scan(f"codes_{name}_{column}"), on=column, how="left")
    new = nw.when(nw.col("_new").is_null()).then(nw.col(column)).otherwise(nw.col("_new"))
    engine.frames[name] = rows.with_columns(new.alias(column)).drop("_new")

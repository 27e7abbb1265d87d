"""Search a finished period for leaks: `python -m tests.bench.report_privacy params/2025-06.yml`.

Every file of every employee and manager, workbooks unpacked, is searched for other people's ids,
names and opaque ids, and for amounts of pay. Prints each find; exit 1 when there is one.
"""

import re
import sys
from pathlib import Path

from kit.data.load import load
from kit.people.privacy import members
from kit.report.plan import REPORTS, opaque
from tests.report.test_privacy import texts

PICTURE = re.compile(r'data:image/[^"]+')


def found(home: Path, folder: str, banned: set[str]) -> list[str]:
    """Finds in one reader's folder: file, text, and what stands around it."""
    words = "|".join(
        rf"(?<![A-Za-z\d,.]){re.escape(b)}(?![A-Za-z\d,])" if b.isascii() else re.escape(b)
        for b in sorted(banned, key=len, reverse=True)
    )
    finds = []
    for path in (p for p in (home / folder).rglob("*") if p.is_file()):
        for place, content in texts(path):
            body = PICTURE.sub("", content)
            finds += [
                f"{place}: {m[0]}: …{body[max(0, m.start() - 30) : m.end() + 30]!r}"
                for m in re.finditer(words, body)
            ]
    return finds


def main(file: str) -> int:
    tables = load(file)
    home = REPORTS / tables.period.id
    pairs = members(tables)
    roster = tables.get("roster")
    pay = tables.get("pay")
    money = {
        f"{v:,.{d}f}"
        for c in ("base", "pool")
        for v in pay[c].dropna().unique()
        if v >= 1000
        for d in (0, 2)
    }
    readers = {f"employee/{opaque(who)}": {who} for who in pairs["specialist_id"]}
    readers |= {f"manager/{m}": set(own["specialist_id"]) for m, own in pairs.groupby("manager_id")}
    finds = []
    for folder, own in readers.items():
        others = roster[~roster["specialist_id"].isin(own)]
        banned = {*others["specialist_id"], *others["name"], *map(opaque, others["specialist_id"])}
        finds += found(home, folder, banned | money)
    print("\n".join(finds), f"{len(readers)} readers, {len(finds)} finds", sep="\n")
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Forgotten means forgotten: names in every form and place, others untouched, proved byte by byte.

The folders are written by hand, so that each place is there without running a notebook.
"""

import html
import io
import json
import pickle
import re
import urllib.parse
import zipfile
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.data.store import cache
from kit.data.store.opaque import code, opaque
from kit.errors import KitError
from kit.report import export, forget, forms, seals, traces
from tests.report.conftest import period

NAMES = ["O'Neil & Söhne", "李倩", '<Li> "Al" Na', "欧阳 娜", "Max", "Bo"]


OTHERS = {"S01": "王堃", "S03": "赵淼", "S12": "李倩倩", "S22": "Maxwell Bo-Lin"}


def spelled(name):
    """A name in the forms in which files carry it (by the standard library, not by the kit)."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    cased = [name.upper()] + ([name.lower()] if name not in ("Max", "Bo") else [])
    return [
        name,
        html.escape(name),
        html.escape(name, quote=False),
        html.escape(html.escape(name)),
        name.replace("&", "&amp;").replace("'", "&#39;"),
        json.dumps(name)[1:-1],
        json.dumps(name, ensure_ascii=False)[1:-1],
        json.dumps(html.escape(name))[1:-1],
        urllib.parse.quote(name),
        urllib.parse.quote_plus(name),
        name.replace('"', '""'),
        name.replace(" ", ""),
        f"{name[0]}\u200b{name[1:]}",
        wide,
        *cased,
        f"与{name}的计划",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_removal_and_proof_each_find_a_name_in_every_form(name):
    found = forms.pattern([name], OTHERS.values())
    looked_for = traces.wanted([name], OTHERS.values())
    for text in spelled(name):
        assert found.search(text), text
        assert traces.stands_in(text, looked_for), text


@pytest.mark.parametrize(
    "text", ["S020 and AS02", "李倩倩", "max-width: 2px", "Maxwell Bo-Lin", "12"]
)
def test_what_is_somebody_elses_or_the_kits_own_is_no_form_of_a_name(text):
    texts = ["S02", "李倩", "Max", "Bo", "2"]
    looked_for = traces.wanted(texts, OTHERS.values())
    assert forms.pattern(texts, OTHERS.values()).sub(_mine, text) == text
    assert not traces.stands_in(text, looked_for)


def _mine(match):
    return "?" if match.lastgroup == "mine" else match[0]


def roster(house, name, id="S02"):
    rows = [{"specialist_id": id, "name": name, "team": "甲", "manager_id": "M01"}]
    rows += [
        {"specialist_id": who, "name": other, "team": "乙", "manager_id": "S02"}
        for who, other in OTHERS.items()
    ]
    pd.DataFrame(rows).to_csv(house / "data" / "roster.csv", index=False)
    period(house, "2025-06", 30)


def planted(house, name, id="S02"):
    """Every place that the kit writes to, with the person in each."""
    reports = house / "reports"
    both = [name, *OTHERS.values()]
    columns = [{"key": "name", "label": "name", "unit": "text"}]
    rows = [{"name": each} for each in both] + [{"name": f"{name}的计划"}]
    table = {"id": "who", "caption": f"{name}", "columns": columns, "rows": rows, "main": True}
    side = {"title": "t", "tables": [table], "cards": [{"label": "n", "value": "1001"}]}
    for place in ("2025-06", "2025-06/later", "shared/2025-06"):
        home = reports / place
        for folder in ("manager/S02", "hr", f"employee/{opaque(id)}", f"employee/{opaque('S01')}"):
            lang = home / folder / "zh"
            mine = folder.endswith(opaque(id))
            shown = OTHERS.values() if folder.endswith(opaque("S01")) else both
            texts = "".join(f"<p title='{html.escape(n)}'>{html.escape(n)}</p>" for n in shown)
            picture = "" if mine else '<img alt="x" src="data:image/png;base64,AAAA">'
            export.write(lang / "5_people.html", texts + picture)
            export.write(lang / "index.html", f'<a href="../../{folder.split("/")[-1]}.zip">x</a>')
            if shown is both:
                export.write(lang / "5_people.json", export.dumped(side))
                export.write(lang / "5_people.1.csv", export.csv_of(table))
            export.write(lang / "tables.xlsx", export.workbook([side] if shown is both else []))
            export.write(home / f"{folder}.zip", export.bundle(home / folder, {}))
        failed = json.dumps({"cells": [f"{id} {name}", urllib.parse.quote(name), "figure 1001"]})
        export.write(home / "failed" / f"manager-{id}.failed.ipynb", failed)
        export.write(home / "index.html", '<a href="manager/S02/zh/index.html">S02</a>')
        export.write(home / "manifest.json", export.dumped({"jobs": [], "by": code(id, 5)}))
    (cache.HOME / "tables").mkdir(parents=True, exist_ok=True)
    (cache.HOME / "results").mkdir(exist_ok=True)
    note = pd.DataFrame({"note": [f"由{name}负责", "other"]})
    note.to_parquet(cache.HOME / "tables" / "notes.parquet")
    pd.DataFrame({"note": ["王堃"]}).to_parquet(cache.HOME / "tables" / "others.parquet")
    (cache.HOME / "results" / "one.pickle").write_bytes(pickle.dumps({"who": f"x {name} y"}))
    (house / "notebooks" / "mine.ipynb").write_text(json.dumps([name]), encoding="utf-8")
    return reports


def everything(root):
    """Path -> text of every file below a folder, what is packed too, by the standard library."""
    found = {}
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        place = path.relative_to(root).as_posix()
        content = path.read_bytes()
        packed = zipfile.is_zipfile(io.BytesIO(content))
        found |= (
            dict(inside(place, content)) if packed else {place: content.decode("utf-8", "replace")}
        )
    return found


def inside(place, content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            held = archive.read(name)
            if zipfile.is_zipfile(io.BytesIO(held)):
                yield from inside(f"{place}/{name}", held)
            else:
                yield f"{place}/{name}", held.decode("utf-8", "replace")


def alone(text, content):
    """Whether a text stands there, in Latin letters as a word of its own."""
    return re.search(rf"(?<![A-Za-z]){re.escape(text)}(?![A-Za-z-])", content)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_left_nowhere_and_nobody_else_is_touched(house, name, capsys):
    roster(house, name)
    reports = planted(house, name)
    assert forget.forget("S02", out=reports) == 0
    assert "5_people.html" in capsys.readouterr().out and "hr/zh/5_people.1.csv" in str(
        everything(reports)
    )
    assert forget.forget("S02", yes=True, by="H01", out=reports) == 0
    told = capsys.readouterr().out
    assert "已删除此人自己的" in told and "2025-06.yml roster: 5" in told
    left = everything(reports) | everything(cache.HOME) | everything(house / "notebooks")
    known = [*spelled(name), "S02", opaque("S02"), *(code("S02", n) for n in range(4, 9))]
    for place, text in left.items():
        bare = (place + text).replace("李倩倩", "").replace("Maxwell Bo-Lin", "")
        assert not [k for k in known if alone(k, bare)], place
    for place in ("2025-06", "2025-06/later", "shared/2025-06"):
        page = left[f"{place}/hr/zh/5_people.html"]
        assert all(html.escape(other) in page for other in OTHERS.values())
        assert f"{place}/employee/{opaque('S01')}/zh/5_people.html" in left
        assert [
            p for p in left if p.startswith(f"{place}/manager/") and p.endswith("5_people.html")
        ]
    assert (cache.HOME / "tables" / "others.parquet").exists()
    assert not (cache.HOME / "tables" / "notes.parquet").exists()
    assert forget.forget("S02", names=[name], yes=True, by="H01", out=reports) == 0
    assert "已删除此人自己的 0 个文件；在 0 个多人文件里" in capsys.readouterr().out


def test_without_a_name_it_stops_and_asks_and_with_one_goes_on(house, capsys):
    roster(house, "李倩")
    reports = planted(house, "钱多多")
    with pytest.raises(KitError) as refused:
        forget.forget("R77", yes=True, by="H01", out=reports)
    assert refused.value.faults[0].key == "report.name_needed"
    assert forget.forget("R77", names=["钱多多"], yes=True, by="H01", out=reports) == 0
    assert "钱多多" not in str(everything(reports)) and "李倩倩" in str(everything(reports))


def test_what_cannot_be_removed_is_listed_and_ends_with_1(house, capsys):
    roster(house, "李倩")
    reports = planted(house, "李倩")
    (reports / "2025-06" / "hr" / "scan.bin").write_bytes("x李倩x".encode())
    assert forget.forget("S02", yes=True, by="H01", out=reports) == 1
    told = capsys.readouterr().out
    assert "没有删除干净" in told and "2025-06/hr/scan.bin" in told


def test_an_id_of_digits_leaves_figures_alone(house):
    roster(house, "李倩", id="1001")
    who = SimpleNamespace(texts={"1001", "李倩"}, others=set(OTHERS.values()))
    page = "<td>1001</td><td class=num>1001</td><p>1,001.5 11001 1001% 工号1001</p>"
    kept = "<td class=num>1001</td><p>1,001.5 11001 1001% 工号（已删除 removed）</p>"
    assert forget.marked(page, who, ".html") == f"<td>（已删除 removed）</td>{kept}"
    rows = "李倩,1001,5\r\n王堃,S01,1001\r\n"
    assert forget.marked(rows, who, ".csv").splitlines()[1] == "王堃,S01,1001"


def test_a_namesake_keeps_the_name_and_it_is_said(house, capsys):
    roster(house, "王堃")
    reports = planted(house, "王堃")
    forget.forget("S02", yes=True, by="H01", out=reports)
    assert "同名" in capsys.readouterr().out
    assert "王堃" in (reports / "2025-06" / "hr" / "zh" / "5_people.html").read_text("utf-8")


def test_a_closed_period_is_sealed_anew_by_the_removal_and_refused_when_it_was_altered(
    house, capsys
):
    roster(house, "李倩")
    reports = planted(house, "李倩")
    home = reports / "2025-06"
    log = house / "params" / "seals.log"
    seals.seal(
        home,
        log,
        {"period": "2025-06", "files": seals.digests(home)},
        {"act": "close", "period": "2025-06"},
    )
    page = home / "hr" / "zh" / "index.html"
    text = page.read_bytes()
    page.chmod(0o644)
    page.write_bytes(text + b" ")
    with pytest.raises(KitError) as refused:
        forget.forget("S02", yes=True, by="H01", out=reports)
    assert refused.value.faults[0].key == "report.forget_tampered"
    page.write_bytes(text)
    assert forget.forget("S02", yes=True, by="H01", out=reports) == 0
    assert seals.everything(reports, log) == []
    assert "李倩" not in log.read_text("utf-8") and opaque("S02") not in log.read_text("utf-8")

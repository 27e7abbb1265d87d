#!/usr/bin/env bash
# A number that lies under a merged range: one library, two answers.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1
# Guess, written down before running: every reader gives the number 20 that the file still holds in B3 under the merge B2:B3.
# Behaviour: openpyxl's usual mode gives None for it, its read-only mode gives 20, calamine gives 20. A sum over the
# same file depends on a flag that is meant to save memory.
# Output seen:
#   openpyxl read_only = False ['B', None]
#   openpyxl read_only = True ['B', 20]
#   calamine ['B', 20.0]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import zipfile, openpyxl
from python_calamine import CalamineWorkbook
book = openpyxl.Workbook()
for row in (["plan", "spend"], ["A", 10], ["B", 20]):
    book.active.append(row)
book.save("plain.xlsx")
with zipfile.ZipFile("plain.xlsx") as old, zipfile.ZipFile("merged.xlsx", "w") as new:
    for name in old.namelist():
        text = old.read(name).decode()
        if name.endswith("sheet1.xml"):
            text = text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>')
        new.writestr(name, text)
for mode in (False, True):
    sheet = openpyxl.load_workbook("merged.xlsx", read_only=mode).active
    print("openpyxl read_only =", mode, [[cell.value for cell in row] for row in sheet.rows][2])
print("calamine", CalamineWorkbook.from_path("merged.xlsx").get_sheet_by_index(0).to_python()[2])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

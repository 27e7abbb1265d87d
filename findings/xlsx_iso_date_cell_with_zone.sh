#!/usr/bin/env bash
# A date cell of type "d" that ends in Z: one reader drops the zone, one gives text.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1
# Guess, written down before running: both readers give the same naive datetime, or both refuse.
# Behaviour: openpyxl gives datetime 16:00 without a zone and without a word (the day before, for a shop in UTC+8);
# calamine gives the text 2025-06-01T16:00:00Z, though a cell without the Z is a date to it.
# Output seen:
#   openpyxl ['2025-06-01 16:00:00', '2025-06-01 16:00:00']
#   calamine [('datetime', '2025-06-01 16:00:00'), ('str', '2025-06-01T16:00:00Z')]
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
for row in (["at"], [1], [2]):
    book.active.append(row)
book.save("plain.xlsx")
def cell(number, text):
    return f'<c r="A{number}" t="d"><v>{text}</v></c>'
with zipfile.ZipFile("plain.xlsx") as old, zipfile.ZipFile("iso.xlsx", "w") as new:
    for name in old.namelist():
        text = old.read(name).decode()
        if name.endswith("sheet1.xml"):
            text = text.replace('<c r="A2" t="n"><v>1</v></c>', cell(2, "2025-06-01T16:00:00"))
            text = text.replace('<c r="A3" t="n"><v>2</v></c>', cell(3, "2025-06-01T16:00:00Z"))
        new.writestr(name, text)
print("openpyxl", [str(row[0]) for row in openpyxl.load_workbook("iso.xlsx").active.values][1:])
rows = CalamineWorkbook.from_path("iso.xlsx").get_sheet_by_index(0).to_python()
print("calamine", [(type(row[0]).__name__, str(row[0])) for row in rows][1:])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

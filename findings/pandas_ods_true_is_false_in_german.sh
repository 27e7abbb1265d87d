#!/usr/bin/env bash
# A TRUE in an OpenDocument sheet that was saved by a German or Chinese office program is False in pandas.
# Versions: pandas 3.1.1, odfpy 1.4.1, python-calamine 0.9.1
# Guess, written down before running: all readers take the cell's stored value (office:boolean-value) and agree.
# Behaviour: pandas with its odf engine compares the displayed text with the English word TRUE; where the cell shows
# WAHR or 真, a stored true is read as False, without a word. calamine reads the stored value.
# Output seen:
#   odf [True, False, False]
#   calamine [True, True, True]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 odfpy==1.4.1 python-calamine==0.9.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import pandas as pd
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
book, sheet = OpenDocumentSpreadsheet(), Table(name="orders")
def line(text, **value):
    row, cell = TableRow(), TableCell(**value)
    cell.addElement(P(text=text)); row.addElement(cell); sheet.addElement(row)
line("new_customer", valuetype="string")
for shown in ("TRUE", "WAHR", "真"):
    line(shown, valuetype="boolean", booleanvalue="true")
book.spreadsheet.addElement(sheet)
book.save("orders.ods")
for engine in ("odf", "calamine"):
    print(engine, pd.read_excel("orders.ods", engine=engine)["new_customer"].tolist())
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

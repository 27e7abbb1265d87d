#!/usr/bin/env bash
# A broken look-up (#N/A) and an empty cell are the same to calamine.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1, xlsxwriter 3.3.1
# Guess, written down before running: to_python gives the text "#N/A" for an error cell.
# Behaviour: it gives "", exactly as for an empty cell; openpyxl gives "#N/A". Whoever sums the column cannot see that
# a value was lost; pandas plans to make calamine its default reader.
# Output seen:
#   calamine [['', 'A'], ['', 'B']]
#   openpyxl [['#N/A', 'A'], [None, 'B']]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 xlsxwriter==3.3.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import openpyxl, xlsxwriter
from python_calamine import CalamineWorkbook
book = xlsxwriter.Workbook("error.xlsx")
sheet = book.add_worksheet()
sheet.write(0, 0, "refund"); sheet.write(0, 1, "plan")
sheet.write_formula(1, 0, "=NA()", None, "#N/A"); sheet.write(1, 1, "A")
sheet.write(2, 1, "B")
book.close()
print("calamine", CalamineWorkbook.from_path("error.xlsx").get_sheet_by_index(0).to_python()[1:])
print("openpyxl", [list(row) for row in openpyxl.load_workbook("error.xlsx", data_only=True).active.values][1:])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

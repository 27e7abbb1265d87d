#!/usr/bin/env bash
# xlsx2csv cuts a rate to the decimals that the cell shows, keeps an amount whole, and writes 年月日 dates with marks.
# Versions: xlsx2csv 0.8.6, xlsxwriter 3.3.1
# Guess, written down before running: all three cells as they are shown (12.3%, 1,234.57, 2025年06月18日), or all three
# with their stored values.
# Behaviour: a rate of 0.12345 shown as 12.3% becomes 0.123, an amount of 1234.5678 shown as 1,234.57 stays 1234.5678,
# and a date in the usual Chinese format yyyy"年"mm"月"dd"日" keeps the quotation marks of the format.
# Output seen:
#   rate 0.123
#   cost 1234.5678
#   day 2025"年"06"月"18"日"
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check xlsx2csv==0.8.6 xlsxwriter==3.3.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import csv
import xlsx2csv, xlsxwriter
book = xlsxwriter.Workbook("plans.xlsx")
sheet = book.add_worksheet()
cells = {"rate": (0.12345, "0.0%"), "cost": (1234.5678, "#,##0.00"), "day": (45826, 'yyyy"年"mm"月"dd"日"')}
for column, (name, (value, shown)) in enumerate(cells.items()):
    sheet.write(0, column, name)
    sheet.write_number(1, column, value, book.add_format({"num_format": shown}))
book.close()
xlsx2csv.Xlsx2csv("plans.xlsx").convert("plans.csv")
with open("plans.csv", encoding="utf-8", newline="") as file:
    for name, value in next(csv.DictReader(file)).items():
        print(name, value)
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

#!/usr/bin/env bash
# The last moment of a month, written to a workbook, comes back as the first of the next month.
# Versions: pandas 3.1.1, openpyxl 3.1.5, xlsxwriter 3.3.1, python-calamine 0.9.1
# Guess, written down before running: the end of June comes back as 30 June 23:59:59 with some fraction cut off.
# Behaviour: Period.end_time (23:59:59.999999) comes back as 1 July 00:00, with both writers and both readers; 23:59:59
# stays. A filter "date <= end of June" that goes through a workbook takes July in.
# Output seen:
#   xlsxwriter calamine ['2025-07-01 00:00:00', '2025-06-30 23:59:59']
#   xlsxwriter openpyxl ['2025-07-01 00:00:00', '2025-06-30 23:59:59']
#   openpyxl calamine ['2025-07-01 00:00:00', '2025-06-30 23:59:59']
#   openpyxl openpyxl ['2025-07-01 00:00:00', '2025-06-30 23:59:59']
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 xlsxwriter==3.3.1 python-calamine==0.9.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import pandas as pd
end = pd.Period("2025-06", "M").end_time
for writer in ("xlsxwriter", "openpyxl"):
    pd.DataFrame({"at": [end, end.floor("s")]}).to_excel("end.xlsx", index=False, engine=writer)
    for reader in ("calamine", "openpyxl"):
        print(writer, reader, [str(at) for at in pd.read_excel("end.xlsx", engine=reader)["at"]])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

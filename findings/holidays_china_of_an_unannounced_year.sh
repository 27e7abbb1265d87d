#!/usr/bin/env bash
# Working days of China for a year that the State Council has not announced.
# Versions: holidays 0.109
# Guess, written down before running: for 2027 only the statutory days are there, nothing is moved; weekend_workdays holds days of the
# years asked for.
# Behaviour: for 2027 "observed" days off stand in the list (3 and 4 May, 9 and 10 February, 4 and 5 October) that nobody
# announced, without make-up days and without a sign that the year is a guess; weekend_workdays of
# CN(years=[2027]) holds days of 2001, 2005, 2006 and 2011, and none of 2027.
# Output seen:
#   observed ['02-09', '02-10', '05-03', '05-04', '10-04', '10-05']
#   make-up years [2001, 2005, 2006, 2011]
#   announced year [2001, 2005, 2006, 2011, 2025]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check holidays==0.109 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import holidays
china = holidays.CN(years=[2027])
print("observed", sorted(day.strftime("%m-%d") for day, name in china.items() if "observed" in name))
print("make-up years", sorted({day.year for day in china.weekend_workdays}))
print("announced year", sorted({day.year for day in holidays.CN(years=[2025]).weekend_workdays}))
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

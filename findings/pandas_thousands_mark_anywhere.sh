#!/usr/bin/env bash
# thousands="," also takes "12,34" and "1,2,3" for numbers.
# Versions: pandas 3.1.1
# Guess, written down before running: a mark that does not stand before three digits leaves the cell, and so the column, text.
# Behaviour: the marks are taken out wherever they stand: "12,34" (a decimal comma) is 1234, a hundred times too much,
# "1,2,3" is 123; no warning.
# Output seen:
#   '1,234' [1234] int64
#   '12,34' [1234] int64
#   '1,2,3' [123] int64
#   ',5' [',5'] str
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import io, pandas
for text in ("spend\n1,234\n", "spend\n12,34\n", "spend\n1,2,3\n", "spend\n,5\n"):
    frame = pandas.read_csv(io.StringIO(text), sep=";", thousands=",")
    print(repr(text.split()[1]), frame["spend"].tolist(), frame["spend"].dtype)
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"

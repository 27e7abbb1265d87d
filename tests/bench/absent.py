"""Pages of companies that lack tables, drawn at random in one process (随机缺表出全页).

`python -m tests.bench.absent [subsets, default 500] [first seed] [pages, default 1]` draws for each
seed the tables that are absent, blank, of another period or without a person, a language, and so
many pages with their readers; it prints how many were made and every one that raised, with what
lacked. A company that `kit check` refuses counts apart. Exit status 1 if any page raised.
"""

import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from kit.data.load import load
from kit.errors import KitError
from kit.words import LANGS
from tests.pages import shop


def drawn(file: Path, draw: random.Random, n: int) -> list[tuple[str, str, str]]:
    """Pages of different notebooks or kinds of reader: notebook, audience, specialist."""
    kinds: dict[tuple[str, str, bool], list[tuple[str, str, str]]] = {}
    for page in shop.readers(file):
        kinds.setdefault((page[0], page[1].split("/")[0], bool(page[2])), []).append(page)
    chosen = draw.sample(sorted(kinds), min(n, len(kinds)))
    return [draw.choice(kinds[kind]) for kind in chosen]


def outcome(place: Path, seed: int, n: int) -> Counter[str]:
    """What became of one company's pages: made, refused by the check, raised (and printed)."""
    draw = random.Random(seed)
    lacking = shop.subset(seed)
    file = shop.write(place, lacking)
    try:
        load(file)
    except KitError as error:
        rules = sorted({fault.key for fault in error.faults})
        print(f"seed {seed}: refused: {rules}")
        return Counter(refused=1)
    lang = draw.choice(LANGS)
    counts: Counter[str] = Counter()
    for notebook, audience, person in drawn(file, draw, n):
        try:
            with redirect_stdout(StringIO()):
                made = shop.page(file, notebook, lang, audience, person)
            counts["made" if made.strip() else "empty"] += 1
        except Exception:  # noqa: BLE001  # a traceback is what is looked for
            counts["raised"] += 1
            print(f"seed {seed}: {notebook} {lang} {audience} {person}, lacking {lacking}")
            traceback.print_exc(file=sys.stdout)
    return counts


def main(n: int, first: int, pages: int) -> int:
    """Draw and count; 1 if any page raised or was empty."""
    counts: Counter[str] = Counter()
    began = time.process_time()
    for seed in range(first, first + n):
        with tempfile.TemporaryDirectory() as folder:
            counts += outcome(Path(folder), seed, pages)
    seconds = time.process_time() - began
    print(f"{n} companies from seed {first}: {dict(counts)}, {seconds:,.0f} s of CPU")
    return int(bool(counts["raised"] or counts["empty"]))


if __name__ == "__main__":
    numbers = [int(x) for x in sys.argv[1:]]
    sys.exit(main(*(numbers + [500, 1000, 1][len(numbers) :])))

"""The byte search of `kit forget` against `bytes.find` of one form over the same unpacked bytes.

`python -m tests.bench forget_speed [megabytes, default 60]`: pages as the kit writes them, nobody
on them. Wanted: at most 3 times the CPU.
"""

import random
import statistics
import sys
import time

from kit.report import traces
from kit.report.forms import plain
from kit.report.sieve import likely

PARTS = (
    '<tr><td class="num">{n}</td><td title="计划 &amp; 渠道">搜索 {n}%</td><td>员工{n}</td></tr>\n',
    '{{"key": "roi", "value": {n}.{n}, "label": "投入产出比", "text": "{n} \\u4e07"}},\n',
    "<p>点击转化率 {n}，比上月高 {n} 个百分点；见 kit run &lt;period&gt;。</p>\n",
)
NAMES = ("李倩", "O'Neil & Söhne", "S02", "P1A2B3", "a1b2c3d4e5f6", "f6e5d4c3b2a1")


def main(megabytes: int) -> None:
    """Medians of five rounds by turns, and their ratio; what the careful search alone costs."""
    draw = random.Random(1)
    lines = [draw.choice(PARTS).format(n=draw.randrange(1000)) for _ in range(10_000)]
    page = "".join(lines)
    held = [page.encode()] * max(1, round(megabytes * 1e6 / len(page.encode())))
    names = [plain(name) for name in NAMES]
    likely(held[:1], names)
    took: dict[str, list[float]] = {"find": [], "all forms": []}
    for _ in range(5):
        begun = time.process_time()
        found = sum(content.find("李倩".encode()) >= 0 for content in held)
        middle = time.process_time()
        found += sum(likely(held, names))
        took["find"].append(middle - begun)
        took["all forms"].append(time.process_time() - middle)
    one, every = (statistics.median(each) for each in took.values())
    told = f"{sum(map(len, held)) / 1e6:.0f} MB, {found} found: find {one:.3f} s"
    print(f"{told}, all forms of {len(NAMES)} names {every:.3f} s: {every / one:.2f}x (wanted 3)")
    begun = time.process_time()
    traces.stands_in(page, traces.wanted(NAMES, ()))
    careful = (time.process_time() - begun) * len(held)
    print(f"without the quick look: {careful / one:.0f}x")


if __name__ == "__main__":
    main(int(next(iter(sys.argv[1:]), "60")))

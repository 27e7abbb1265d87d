"""The table dictionary kit/data/README.md, from the contract: `python -m tests.dictionary`.

tests/test_docs.py holds the file to the contract, so that it cannot lag.
"""

from pathlib import Path

from kit.data.schema import Column, contract, meanings
from kit.words import word

DATA = Path(__file__).resolve().parent.parent / "kit" / "data"
HEAD = """# 数据表 · Tables

每张表一个文件或文件夹（CSV、Excel、Parquet，或 DuckDB 里的表）。
比率是小数，金额用同一种货币，日期 `YYYY-MM-DD` 首尾都含，编号按文字读。
缺少的表不会记零：依赖它的内容写明“没有测到”。加粗的列组成主键；`?` 可以为空。
One file or folder per table (CSV, Excel, Parquet, or a table in
DuckDB). Rates are fractions, money is in one currency, dates are `YYYY-MM-DD` with both
ends included, ids are text. A
missing table is never zero: what depends on it is said to be not
measured. Bold columns form the key; `?` may be empty.

由 / Written by `python -m tests.dictionary`.
"""


def kind(column: Column) -> str:
    parts = [column.type + ("?" if column.nullable else ""), column.unit]
    parts += [" / ".join(column.enum)] if column.enum else []
    parts += [f"{column.range[0]}–{column.range[1]}"] if column.range else []
    return ", ".join(part for part in parts if part)


def dictionary() -> str:
    known = meanings()
    lines = [HEAD]
    for table in contract().values():
        names = word(f"table.{table.name}", "zh"), word(f"table.{table.name}", "en")
        needed = "，必需 · needed" if table.needed else ""
        lines.append(f"## `{table.name}` — {names[0]} · {names[1]}{needed}\n")
        lines.append("| 列 column | 含义 | meaning | 类型、单位、取值 type, unit, values |")
        lines.append("| --- | --- | --- | --- |")
        for column in table.columns.values():
            zh, en = known[column.name].values()
            shown = f"**{column.name}**" if column.name in table.key else column.name
            lines.append(f"| {shown} | {zh} | {en} | {kind(column)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (DATA / "README.md").write_text(dictionary(), encoding="utf-8")

"""The tables of the documents, from one source in both languages: `python -m tests.dictionary`.

A document holds its tables between `<!-- made: NAME -->` and `<!-- end -->`; the rest is prose.
tests/test_docs.py holds every document to its sources, so that no table can lag.
"""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from kit.data.reading.reports import said
from kit.data.schema import Column, contract, meanings
from kit.params import Period
from kit.scheme import Scheme
from kit.scheme.base import Section
from kit.words import word

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"en": "README.md", "zh": "README.zh.md"}
FOLDERS = ("kit/data", "params", "kit/sample")  # whose README.md and README.zh.md hold tables
MADE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.S)
MODELS: dict[str, type[BaseModel]] = {"period": Period, "scheme": Scheme}

HEADS = {
    "keys": {
        "en": ("key", "meaning", "allowed", "default"),
        "zh": ("键", "含义", "取值", "默认"),
    },
    "columns": {
        "en": ("column", "meaning", "type, unit, values"),
        "zh": ("列", "含义", "类型、单位、取值"),
    },
    "platforms": {
        "en": ("report", "feeds", "languages", "one row is", "window", "header list", "seen in"),
        "zh": ("报表", "进入", "语言", "一行是", "归因窗口", "表头", "见于"),
    },
    "unread": {
        "en": ("report", "why, and what to do"),
        "zh": ("报表", "原因和做法"),
    },
}
TERMS = {
    "number": {"en": "number", "zh": "数"},
    "integer": {"en": "whole number", "zh": "整数"},
    "string": {"en": "text", "zh": "文字"},
    "date": {"en": "date", "zh": "日期"},
    "array": {"en": "list", "zh": "列表"},
    "object": {"en": "`key: value` pairs", "zh": "`key: value` 对"},
    "boolean": {"en": "`true` / `false`", "zh": "`true` / `false`"},
    "file": {"en": "file name", "zh": "文件名"},
    "days": {"en": "text, or dates", "zh": "文字或日期"},
    "must": {"en": "must be given", "zh": "必填"},
    "none": {"en": "none", "zh": "无"},
    "empty": {"en": "may be empty", "zh": "可以为空"},
    "fraction": {"en": "as a fraction", "zh": "写成小数"},
    "relative": {"en": "relative change as a fraction", "zh": "相对变化，写成小数"},
    "level": {"en": "a number or level of the item's scale", "zh": "项目量表上的数字或等级"},
    "needed": {"en": "needed", "zh": "必需"},
    "in_zh": {"en": "Chinese", "zh": "中文"},
    "in_en": {"en": "English", "zh": "英语"},
    "in_de": {"en": "German", "zh": "德语"},
    "in_fr": {"en": "French", "zh": "法语"},
    "in_es": {"en": "Spanish", "zh": "西班牙语"},
    "in_pt": {"en": "Portuguese", "zh": "葡萄牙语"},
    "in_ja": {"en": "Japanese", "zh": "日语"},
    "verified": {"en": "checked", "zh": "已核对"},
    "unverified": {"en": "not checked in a file", "zh": "未在文件中核对"},
    "unsaid": {"en": "—", "zh": "—"},
    "window_days": {"en": "days", "zh": "天"},
    "assumed": {"en": "assumed", "zh": "假定"},
    "looked_at": {"en": "looked at only", "zh": "只供查看"},
    "pause": {"en": ", ", "zh": "，"},
    "colon": {"en": ": ", "zh": "："},
}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def term(name: str, lang: str) -> str:
    return TERMS[name][lang]


def rows(head: tuple[str, ...], body: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in [head, ("---",) * len(head), *body]]


# ── keys of the parameter files ────────────────────────────────────────────────────────────────


def keys(model: type[BaseModel], section: str = "") -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every key of a model, its field and its JSON schema; a section's key is `section.key`."""
    schema = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        key, inner = field.alias or name, field.annotation
        if key.startswith("_"):
            continue
        if isinstance(inner, type) and issubclass(inner, Section) and inner is not Scheme:
            yield from keys(inner, f"{key}.")
        else:
            yield section + key, field, schema[key]


def explanations() -> dict[tuple[str, str], dict[str, str]]:
    """(file, key) -> what it means in each language, in the order of params/keys.csv."""
    with (ROOT / "params" / "keys.csv").open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["key"]): row for row in csv.DictReader(file)}


def allowed(schema: dict[str, Any], lang: str) -> str:
    """What may stand there, from the model's JSON schema."""
    options = [o for o in schema.get("anyOf", ()) if o.get("type") != "null"]
    if options:
        return " / ".join(dict.fromkeys(allowed(option, lang) for option in options))
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return term({"Scheme": "file", "Span": "days"}.get(name, "object"), lang)
    choices = schema.get("enum") or [schema[name] for name in ("const",) if name in schema]
    if choices:
        return " / ".join(f"`{choice}`" for choice in choices)
    kind = "date" if schema.get("format") == "date" else schema["type"]
    if kind == "array" and "enum" in schema["items"]:
        return term(kind, lang) + term("colon", lang) + allowed(schema["items"], lang)
    limits = [f"{sign} {schema[bound]:g}" for bound, sign in BOUNDS.items() if bound in schema]
    return term("pause", lang).join([term(kind, lang), *limits])


def default(field: Any, lang: str) -> str:
    """The default as it would be written in the file."""
    if field.is_required():
        return term("must", lang)
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}, ""):
        return term("none", lang)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`[{', '.join(value)}]`" if isinstance(value, tuple) else f"`{number(value)}`"


def number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def key_table(file: str) -> Callable[[str], str]:
    def table(lang: str) -> str:
        known = {key: (field, schema) for key, field, schema in keys(MODELS[file])}
        body = [
            (f"`{key}`", row[lang], allowed(known[key][1], lang), default(known[key][0], lang))
            for (of, key), row in explanations().items()
            if of == file and key in known
        ]
        return "\n".join(rows(HEADS["keys"][lang], body)) + "\n"

    return table


# ── tables of the contract ─────────────────────────────────────────────────────────────────────


def kind(column: Column, lang: str) -> str:
    """Type, whether it may be empty, unit and values of a column, in words."""
    parts = [word(f"forms.type.{column.type}", lang)]
    parts += [term(column.unit, lang)] if column.unit else []
    parts += [" / ".join(f"`{choice}`" for choice in column.enum)] if column.enum else []
    parts += [f"{column.range[0]}–{column.range[1]}"] if column.range else []
    parts += [term("empty", lang)] if column.nullable else []
    return term("pause", lang).join(parts)


def contract_tables(lang: str) -> str:
    known = meanings()
    lines: list[str] = []
    for table in contract().values():
        needed = term("pause", lang) + term("needed", lang) if table.needed else ""
        lines += [f"## `{table.name}` — {word(f'table.{table.name}', lang)}{needed}", ""]
        body = [
            (
                f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`",
                known[column.name][lang],
                kind(column, lang),
            )
            for column in table.columns.values()
        ]
        lines += [*rows(HEADS["columns"][lang], body), ""]
    return "\n".join(lines)


# ── reports of platforms ───────────────────────────────────────────────────────────────────────


def languages(report: dict[str, Any], lang: str) -> str:
    """The languages whose headers a report is read in; those of `columns` first."""
    letters = "".join(report["columns"])
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in letters)
    codes = ["zh" if chinese else "en", *report.get("languages", {})]
    return term("pause", lang).join(term(f"in_{code}", lang) for code in codes)


def window(report: dict[str, Any], lang: str) -> str:
    """The attribution window of a report, where the platform fixes one."""
    stated = report.get("window")
    if stated is None:
        return term("unsaid", lang)
    days = stated["days"] if isinstance(stated, dict) else stated
    assumed = isinstance(stated, dict) and stated.get("assumed")
    return f"{days} {term('window_days', lang)}" + (
        term("pause", lang) + term("assumed", lang) if assumed else ""
    )


def platforms(lang: str) -> str:
    """Every report of headers.yml and the evidence for its headers."""
    body = [
        (
            f"{report['name'][lang]} (`{name}`)",
            f"`{report['table']}`" if report.get("table") else term("looked_at", lang),
            languages(report, lang),
            ", ".join(f"`{column}`" for column in report.get("level", ())) or term("unsaid", lang),
            window(report, lang),
            term(report.get("status", "unsaid"), lang),
            report["source"][lang] if "source" in report else term("unsaid", lang),
        )
        for name, report in said()["reports"].items()
    ]
    return "\n".join(rows(HEADS["platforms"][lang], body)) + "\n"


def unread(lang: str) -> str:
    """Reports that are still refused, and what to export instead."""
    body = [(item["report"][lang], item[lang]) for item in said()["unread"]]
    return "\n".join(rows(HEADS["unread"][lang], body)) + "\n"


# ── stories of the sample ──────────────────────────────────────────────────────────────────────


def stories(lang: str) -> str:
    told = yaml.safe_load((ROOT / "kit/sample/stories.yml").read_text(encoding="utf-8"))
    return "".join(
        f"- **{story['id']}** (`{story['notebook']}`){term('colon', lang)}"
        f"{story[lang].format(**story['find'])}\n"
        for story in told
    )


TABLES: dict[str, Callable[[str], str]] = {
    "period": key_table("period"),
    "scheme": key_table("scheme"),
    "contract": contract_tables,
    "stories": stories,
    "platforms": platforms,
    "unread": unread,
}


def documents() -> dict[Path, str]:
    """Each document that holds tables, as it should be today."""
    found = {}
    for folder in FOLDERS:
        for lang, name in LANGUAGES.items():
            path = ROOT / folder / name
            text = path.read_text(encoding="utf-8")
            found[path] = MADE.sub(lambda m, lang=lang: m[1] + TABLES[m[2]](lang) + m[3], text)
    return found


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")

"""Documents that cannot lag: every parameter is explained, and every command of the README runs."""

import re
from pathlib import Path

import pytest

import start
from kit.__main__ import main, parser
from kit.data.schema import contract, meanings
from kit.params import Period
from kit.scheme import Scheme
from kit.scheme.base import Section
from tests.dictionary import DATA, dictionary

ROOT = Path(__file__).resolve().parent.parent
PARAMETERS = (ROOT / "params" / "README.md").read_text(encoding="utf-8")


def keys(model, prefix=""):
    """Every key of a model; a nested section gives `outer.inner`."""
    for name, field in model.model_fields.items():
        shown = field.alias or name
        if shown.startswith("_"):
            continue
        inner = field.annotation
        nested = isinstance(inner, type) and issubclass(inner, Section)
        if nested and inner not in (Scheme,):
            yield from keys(inner, f"{shown}.")
        else:
            yield prefix + shown


def explained(key):
    """`a.b` may also stand as `.b` in the row of `a`, or be covered by `a.*`."""
    section, _, name = key.rpartition(".")
    rows = [line.split("|")[1] for line in PARAMETERS.splitlines() if line.startswith("| `")]
    forms = {f"`{key}`"} | ({f"`.{name}`", f"`{section}.*`"} if section else set())
    return any(
        form in row and (not section or section in row) for row in rows for form in forms
    ) or (not section and any(row.strip() == f"`{key}`" for row in rows))


@pytest.mark.parametrize("key", [*keys(Period), *keys(Scheme)])
def test_every_parameter_is_explained_in_the_parameters_readme(key):
    section = key.rpartition(".")[0]
    whole = section and f"| `{section}` |" in PARAMETERS
    assert explained(key) or whole, f"{key} is not in params/README.md"


def test_every_command_of_the_readme_exists():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = " ".join(re.findall(r"`([^`\n]+)`", text))
    commands = set(re.findall(r"\bkit ([a-z-]+)\b", code))
    known = set(parser()._subparsers._group_actions[0].choices)
    assert commands <= known and commands
    targets = set(re.findall(r"(?:^|`)(?:make|py start\.py) ([a-z]+)", text, re.M))
    assert {"report", "test"} <= targets <= set(start.TARGETS)


def test_the_readme_names_the_tables_that_are_needed():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    needed = {name for name, table in contract().items() if table.needed}
    lines = re.findall(r"^必需.*?；|^Three tables are needed:.*?\.", text, re.M)
    assert [set(re.findall(r"`(\w+)`", line)) for line in lines] == [needed, needed]


def test_the_help_speaks_both_languages(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    out = capsys.readouterr().out
    assert done.value.code == 0 and "电商推广专员" in out and "appraisal" in out


def test_the_briefs_invented_references_are_never_cited():
    """S61: the brief says itself that its authors and titles are fictitious."""
    titles = [
        "电商营销绩效评估体系" + "研究",
        "数据驱动下的电商推广" + "优化策略",
        "绩效考核与员工激励的" + "协同效应",
        "电商团队管理的挑战" + "与对策",
    ]
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("kit/**/*.*"),
        *ROOT.glob("params/*"),
        *ROOT.glob("notebooks/*.ipynb"),
    ]:
        if path.suffix in {".md", ".py", ".csv", ".yml", ".html", ".ipynb"}:
            text = path.read_text(encoding="utf-8")
            assert not [t for t in titles if t in text], path


def test_the_table_dictionary_follows_the_contract():
    assert (DATA / "README.md").read_text(encoding="utf-8") == dictionary()


def test_every_meaning_belongs_to_a_column():
    columns = {c for table in contract().values() for c in table.columns}
    assert set(meanings()) == columns

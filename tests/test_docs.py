"""Documents that cannot lag: both languages say the same, every key and command is a real one."""

import re
from collections import Counter
from pathlib import Path

import pytest

import start
from kit.__main__ import main, parser
from kit.data.schema import contract, meanings
from kit.params import Period
from kit.scheme import Scheme
from tests.dictionary import documents, explanations, keys

ROOT = Path(__file__).resolve().parent.parent
PAIRS = {
    path.relative_to(ROOT).as_posix(): path
    for path in sorted(ROOT.rglob("*.zh.md"))
    if not {".venv", ".cache", "node_modules"} & set(path.parts)
}
MODELS = {"period": Period, "scheme": Scheme}


def english(path):
    return path.with_name(path.name.replace(".zh.md", ".md"))


def read(path):
    return path.read_text(encoding="utf-8")


def prose(text):
    """A document without code, fenced or inline, and without the files that it links."""
    return re.sub(r"```.*?```|`[^`\n]+`|\[[^]]+\.md\]|\]\([^)]+\)", "", text, flags=re.S)


def fenced(text):
    """Lines of code as they would be run: without what a comment says, or a session prints.

    A session is a block with `kit start`; its lines in full are held by tests/start.
    """
    blocks = re.findall(r"```\n(.*?)```", text, re.S)
    typed = [line for block in blocks for line in commands_of(block)]
    lines = [re.sub(r"\s*#.*", "", line) for line in typed]
    return [line for line in lines if line]


def commands_of(block):
    """The lines that somebody types: all, or those of a session that begin with `kit`."""
    lines = block.splitlines()
    is_session = any(line.startswith("kit start") for line in lines)
    return [line for line in lines if line.startswith("kit ")] if is_session else lines


def skeleton(text):
    """What both languages of a document must share, whatever their words."""
    body = re.sub(r"```.*?```", "", text, flags=re.S)
    links = re.findall(r"\]\(([^)]+)\)", body)
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", body, re.M)],
        "codes": Counter(c.replace(".zh.md", ".md") for c in re.findall(r"`([^`\n]+)`", body)),
        "commands": [re.sub(r"--lang (zh|en)\b", "--lang", line) for line in fenced(text)],
        "links": Counter(link.replace(".zh.md", ".md") for link in links),
        "rows": [line.count(" | ") for line in body.splitlines() if line.startswith("|")],
        "items": len(re.findall(r"^- ", body, re.M)),
        "paragraphs": len(re.findall(r"^(?![#|\-<]).+", body, re.M)),
    }


def test_every_document_for_users_stands_in_both_languages():
    twins = {english(path).relative_to(ROOT).as_posix() for path in PAIRS.values()}
    here = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "params/README.md", "reports/README.md"}
    assert here | {"kit/data/README.md", "kit/sample/README.md"} <= twins
    assert all((ROOT / name).exists() for name in twins)


@pytest.mark.parametrize("path", PAIRS.values(), ids=PAIRS)
def test_both_languages_of_a_document_name_the_same_things(path):
    """Headings, keys, commands, files, links and rows; each names the other in its first line."""
    zh, en = read(path), read(english(path))
    assert skeleton(zh) == skeleton(en)
    assert f"[English]({english(path).name})" in zh.splitlines()[0]
    assert f"[中文]({path.name})" in en.splitlines()[0]


@pytest.mark.parametrize("path", PAIRS.values(), ids=PAIRS)
def test_each_document_is_in_one_language(path):
    """A paragraph, item or cell of the Chinese file has Chinese words; the English one is English.

    English names (Google Ads), codes and figures may stand in both; so may a Chinese name or term
    that an English sentence explains.
    """
    for line in prose(read(path)).splitlines()[1:]:
        for cell in line.strip("|").split(" | "):
            words = re.findall(r"[A-Za-z]{2,}", cell)
            assert len(words) < 6 or re.search("[\u4e00-\u9fff]{2}", cell), cell
    for line in prose(read(english(path))).splitlines()[1:]:
        share = len(re.findall("[\u4e00-\u9fff]", line)) / max(len(line), 1)
        assert share < 0.25, line


@pytest.mark.parametrize("path", PAIRS.values(), ids=PAIRS)
def test_every_link_of_a_document_leads_somewhere(path):
    for document in (path, english(path)):
        for link in re.findall(r"\]\(([^)#]+)\)", read(document)):
            assert "://" in link or (document.parent / link).exists(), f"{document.name}: {link}"


@pytest.mark.parametrize("file", MODELS)
def test_every_parameter_is_explained_and_nothing_else_is(file):
    known = [key for key, _, _ in keys(MODELS[file])]
    rows = [key for of, key in explanations() if of == file]
    assert sorted(rows) == sorted(known), "params/keys.csv: one row for each key"
    assert all(row["zh"] and row["en"] for row in explanations().values())


def test_the_tables_of_the_documents_follow_their_sources():
    old = [p for p, text in documents().items() if read(p) != text]
    assert not old, f"python -m tests.dictionary writes them: {old}"


def commands(text):
    """Every `kit …` that a document tells its reader to type, inline or in a block."""
    lines = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S)) + fenced(text)
    for line in lines:
        for part in re.split(r"\s*(?:[|;]|&&)\s*", line):
            found = re.search(
                r"(?:^|-m |\} \.venv/bin/python -m )kit ([a-z][a-z-]*(?: .*)?)$", part
            )
            if found:
                yield found[1].rstrip('"')


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "params/README.md"])
def test_every_command_of_the_documents_is_taken(name):
    said = list(commands(read(ROOT / name)))
    assert said
    known = set(parser()._subparsers._group_actions[0].choices)
    for command in said:
        words = command.split()
        assert words[0] in known, command
        if len(words) > 1:
            parser().parse_args(words)


def test_every_target_of_the_readme_exists():
    targets = set(
        re.findall(r"(?:^|`)(?:make|py start\.py) ([a-z]+)", read(ROOT / "README.md"), re.M)
    )
    assert {"report", "test"} <= targets <= set(start.TARGETS)


def test_the_readme_names_the_tables_that_are_needed():
    needed = {name for name, table in contract().items() if table.needed}
    said = [
        re.search(r"^Three tables are needed:.*?\.", read(ROOT / "README.md"), re.M)[0],
        re.search(r"^必需三张表：.*?。", read(ROOT / "README.zh.md"), re.M)[0],
    ]
    assert [set(re.findall(r"`(\w+)`", line)) for line in said] == [needed, needed]


def test_a_newcomer_sees_picture_commands_and_the_ways_in_on_the_first_screen():
    for name in ("README.md", "README.zh.md"):
        top = "\n".join(read(ROOT / name).splitlines()[:30])
        assert "reports/example.png" in top and "make report" in top and "make test" in top
        assert all(f"`{way}`" in top for way in ("make lab", "kit start EXPORT… ROSTER"))


def test_every_file_that_contributors_are_sent_to_is_there():
    codes = re.findall(r"`([^`\n]+)`", read(ROOT / "CONTRIBUTING.md"))
    paths = [c for c in codes if re.fullmatch(r"(kit|params|tests|notebooks)/[\w./-]*", c)]
    assert len(paths) > 30
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_step_from_file_to_page_is_a_function_of_its_file():
    steps = re.findall(r"`(\w+)` in `(kit/[\w/]+\.py)`", read(ROOT / "CONTRIBUTING.md"))
    assert len(steps) > 12
    lost = [
        (name, file)
        for name, file in steps
        if not re.search(rf"^(def {name}\(|{name}\b.* =)", read(ROOT / file), re.M)
        and f"    {name}: " not in read(ROOT / file)
    ]
    assert not lost


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


def test_every_meaning_belongs_to_a_column():
    columns = {c for table in contract().values() for c in table.columns}
    assert set(meanings()) == columns

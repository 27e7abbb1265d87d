"""kit scheme on a file of groups: who, in which order, by which scheme, in both languages."""

from kit.__main__ import main
from kit.params import ROOT

FILE = ROOT / "tests" / "cases" / "schemes" / "groups-n06.yml"


def test_a_file_of_groups_is_said_in_words_with_each_groups_scheme_and_pay(capsys):
    assert main(["scheme", str(FILE)]) == 0
    told = capsys.readouterr().out
    zh, en = told.split("Groups, the first")
    assert "主管：岗位 主管 → scheme-n06-manager.yml" in zh and "运营：其余所有人" in zh
    assert "second line: post 美工 / 文案 → scheme-n06-second.yml" in en
    heads = [line for line in en.splitlines() if line.startswith("Group: ")]
    assert heads == ["Group: manager", "Group: second line", "Group: operators"]
    assert "money received × 0.03" in en and "team fund" in en


def test_conditions_of_level_status_and_rank_are_said(tmp_path, capsys):
    text = FILE.read_text("utf-8").split("groups:")[0] + "groups:\n"
    rows = [
        "{id: away, who: {status: [leave]}, exempt: true}",
        "{id: new, scheme: s.yml, who: {status: [probation], hired_within: 90}, rank: false}",
        "{id: juniors, scheme: s.yml, who: {level: [P1]}, rank_with: rest}",
        "{id: rest, scheme: s.yml, who: all}",
    ]
    (tmp_path / "g.yml").write_text(text + "".join(f"  - {row}\n" for row in rows), "utf-8")
    scheme = (FILE.parent / "scheme-n06.yml").read_text("utf-8")
    (tmp_path / "s.yml").write_text(scheme, "utf-8")
    assert main(["scheme", str(tmp_path / "g.yml"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "away: on leave → exempt" in told
    assert "new: on probation / hired within 90 days → s.yml and not ranked" in told
    assert "juniors: level P1 → s.yml and ranked with rest" in told

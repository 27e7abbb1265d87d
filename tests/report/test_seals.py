"""Closed means closed: whatever was done to a closed period or to its log is shown, by a plain run.

The folder in closed-4707ead.zip was closed by commit 4707ead, before there was a chain.
"""

import hashlib
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from kit.data.store.cache import digest_of
from kit.errors import KitError
from kit.params import read_period
from kit.report import audit, chain, close, export, plan, run, seals
from tests.report.conftest import CARDS, HEAD, SHOW, notebook, period

OLD = Path(__file__).with_name("closed-4707ead.zip")
PAGE = "manager/M02/zh/2_kpi_scoring.html"


@pytest.fixture
def closed(house):
    """A period that 4707ead closed, in reports of its own, and its period file."""
    with zipfile.ZipFile(OLD) as archive:
        archive.extractall(house / "reports")
    (house / "notebooks" / "5_people.ipynb").unlink()
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="得分"), CARDS)
    return house, period(house, "2025-06", 30)


def verified(house, file, capsys):
    capsys.readouterr()
    code = close.verify(file, out=house / "reports")
    return code, capsys.readouterr().out


def altered(home):
    """A page with another figure, of the same length and with the same time stamp."""
    page = home / PAGE
    page.chmod(0o644)
    times = page.stat()
    page.write_bytes(page.read_bytes().replace(b"85.2", b"95.2"))
    os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))


def added(home):
    (home / "manager" / "M02" / "zh" / "extra.html").write_text("more", encoding="utf-8")


def removed(home):
    (home / PAGE).unlink()


def rewritten(home):
    """A page altered, and the seal rewritten so that it agrees with it."""
    altered(home)
    record = json.loads((home / "closed.json").read_text("utf-8"))
    record["files"] = seals.digests(home)
    (home / "closed.json").chmod(0o644)
    (home / "closed.json").write_text(export.dumped(record), encoding="utf-8")


def unsealed(home):
    (home / "closed.json").unlink()


def gone(home):
    shutil.rmtree(home)


TAMPERINGS = {
    altered: "有 1 个文件被改动：manager/M02/zh/2_kpi_scoring.html",
    added: "多出 1 个文件：manager/M02/zh/extra.html",
    removed: "有 1 个文件不见了：manager/M02/zh/2_kpi_scoring.html",
    rewritten: "closed.json 被改写",
    unsealed: "不见了",
    gone: "不见了",
}


def test_a_period_closed_by_4707ead_verifies_and_enters_the_chain_once(closed, capsys):
    house, file = closed
    for _ in range(3):
        code, told = verified(house, file, capsys)
        assert code == 0 and "由 张三 于" in told and "7 个文件与封存时一致" in told
    [line] = chain.read(house / "params" / "seals.log").lines
    assert (line["act"], line["remark"]) == ("enter", "sealed before the chain")
    assert line["digest"] == export.digest(house / "reports" / "2025-06" / "closed.json")


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda f: f.__name__)
def test_verify_names_what_was_done_to_a_closed_period(closed, tamper, capsys):
    house, file = closed
    assert verified(house, file, capsys)[0] == 0
    tamper(house / "reports" / "2025-06")
    code, told = verified(house, file, capsys)
    assert code == 1 and TAMPERINGS[tamper] in told and "reseal" in told


def test_an_older_sealed_version_put_back_is_named(closed, capsys):
    house, file = closed
    home = house / "reports" / "2025-06"
    verified(house, file, capsys)
    shutil.copytree(home, house / "backup")
    added(home)
    assert close.reseal(file, by="李四", reason="补一份附件", out=house / "reports") == 0
    assert verified(house, file, capsys)[0] == 0
    shutil.rmtree(home)
    shutil.copytree(house / "backup", home)
    code, told = verified(house, file, capsys)
    assert code == 1 and "较早一次封存的版本" in told


def cut(log):
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))


def edited(log):
    log.write_bytes(log.read_bytes().replace(b"old-id", b"new-id", 1))


def whole(log):
    log.unlink()


@pytest.mark.parametrize("harm", [cut, edited, whole], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", ["seals", "audit"])
def test_a_cut_edited_or_removed_log_is_shown_until_a_named_act_accepts_it(
    closed, harm, name, capsys
):
    house, file = closed
    verified(house, file, capsys)
    log = house / "params" / f"{name}.log"
    for n in range(3):
        chain.append(log, {"act": "close", "period": f"old-id-{n}"})
    chain.append(log, {"act": "expire", "period": "old-id-0"})
    for n in (1, 2):
        chain.append(log, {"act": "expire", "period": f"old-id-{n}"})
    assert verified(house, file, capsys)[0] == 0
    harm(log)
    for _ in range(2):
        code, told = verified(house, file, capsys)
        assert code == 1 and f"日志 {name}.log 的链条断在" in told
    assert close.reseal(file, by="李四", reason="日志损坏", out=house / "reports") == 0
    assert verified(house, file, capsys)[0] == 0


def test_a_plain_run_shows_every_tampering_on_terminal_and_index_and_ends_with_1(closed, capsys):
    house, file = closed
    home = house / "reports" / "2025-06"
    assert run.run([file]) == 0  # makes the pages beside the closed ones
    index = home / "later" / "index.html"
    kept = house / "kept"
    shutil.copytree(home, kept)
    logs = {log: log.read_bytes() for log in (house / "params").glob("seals.*")}
    for tamper, named in TAMPERINGS.items():
        if tamper is gone:
            continue
        tamper(home)
        capsys.readouterr()
        assert run.run([file]) == 1, tamper
        assert named in capsys.readouterr().out
        head = index.read_text("utf-8").split("</h1>")[1]
        assert head.lstrip().removeprefix("<p>").startswith("2025-06："), tamper
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        for log, text in logs.items():
            log.write_bytes(text)
        assert run.run([file]) == 0, tamper
        assert named not in index.read_text("utf-8")


def test_a_copy_on_another_machine_raises_no_alarm_and_says_what_it_cannot_check(
    closed, capsys, monkeypatch
):
    from kit.data.store import opaque

    house, file = closed
    verified(house, file, capsys)
    for name in ("reports", "params"):
        shutil.copytree(house / name, house / "copy" / name)
    monkeypatch.setattr(plan, "REPORTS", house / "copy" / "reports")
    monkeypatch.setenv("KIT_OPAQUE_KEY", "the key of another machine")
    opaque.key.cache_clear()
    code, told = verified(house / "copy", str(house / "copy" / "params" / "2025-06.yml"), capsys)
    assert code == 0 and "另一台机器的密钥签署" in told


def test_only_approvers_close_and_seal_anew_and_the_page_says_whether_they_were_checked(
    closed, capsys
):
    house, file = closed
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("approvers:\n- {id: H01, name: 李四, acts: [reseal]}\n")
    for by, act in (("王五", close.reseal), ("李四", close.close)):
        more = {"reason": "x"} if act is close.reseal else {}
        with pytest.raises(KitError) as refused:
            act(file, by=by, out=house / "reports", **more)
        assert refused.value.faults[0].key == "report.not_approver"
    added(house / "reports" / "2025-06")
    assert close.reseal(file, by="H01", reason="附件", out=house / "reports") == 0
    record = export.read(house / "reports" / "2025-06" / "closed.json")
    [act] = record["resealed"]
    assert (act["by"], act["reason"], act["by_checked"]) == ("H01", "附件", True)
    assert act["was"] and "extra.html" in act["found"][0] and record["by"] == "张三"


def test_the_logs_are_private_name_nobody_and_tell_each_act_once(closed, capsys):
    house, file = closed
    added(house / "reports" / "2025-06")
    close.reseal(file, by="李四", reason="王堃申诉", out=house / "reports")
    for log in (house / "params").glob("*.log"):
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert not any(name in log.read_text("utf-8") for name in ("李四", "张三", "王堃"))
    lines = chain.read(house / "params" / "audit.log").lines
    assert [line["act"] for line in lines] == ["reseal"]
    capsys.readouterr()
    assert audit.show(seals.log_of(read_period(file), house / "reports"), "2025-06", "zh") == 0
    assert "重新封存" in capsys.readouterr().out


def test_a_sealing_that_was_killed_between_log_and_seal_is_finished(closed, monkeypatch, capsys):
    house, file = closed
    added(house / "reports" / "2025-06")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda self, to: (_ for _ in ()).throw(OSError(str(self))))
        patched.setattr(export, "write", lambda path, text: path.write_text(text, "utf-8") and path)
        with pytest.raises(OSError, match="sealing"):
            close.reseal(file, by="李四", reason="附件", out=house / "reports")
    assert verified(house, file, capsys)[0] == 0


def test_what_the_period_file_decides_about_people_is_logged_once_and_names_nothing(closed, capsys):
    house, file = closed
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("confirmed: [{what: budget.budget S3 search 250000, reason: 新品, by: H01}]\n")
        more.write("comments_read_by: 李四\ncomments_held: [1a2b3c4d, 5e6f7a8b]\n")
    period, log = read_period(file), house / "params" / "seals.log"
    for _ in range(2):
        audit.decided(log, period)
    lines = chain.read(audit.log_beside(log)).lines
    acts = [line["act"] for line in lines]
    assert acts == ["confirm", "read_comments", "hold", "hold"] and all(x["by"] for x in lines)
    told = audit.log_beside(log).read_text(encoding="utf-8")
    assert not [t for t in ("S3", "250000", "H01", "新品", "李四", "1a2b3c4d") if t in told]
    found = {line["finding"] for line in lines}
    for what in (("李四",), ("H01",), ("1a2b3c4d",), ("hold", "1a2b3c4d")):
        for way in (digest_of(*what), hashlib.sha256(what[-1].encode()).hexdigest()):
            assert way[:12] not in found, "a digest without a key tells a name to who tries names"
    capsys.readouterr()
    assert audit.show(log, seals.place_of(period), "en") == 0
    assert capsys.readouterr().out.count("comment held back") == 2


def test_a_decision_that_an_earlier_version_logged_is_not_logged_again(closed):
    """Earlier versions kept a digest without a key."""
    house, file = closed
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("comments_read_by: 李四\n")
    period, log = read_period(file), house / "params" / "seals.log"
    old = digest_of("李四")[:12]
    audit.note(log, "read_comments", seals.place_of(period), by="李四", finding=old)
    audit.decided(log, period)
    lines = chain.read(audit.log_beside(log)).lines
    assert [x["finding"] for x in lines if x["act"] == "read_comments"] == [old]

"""Who did what (审计日志): one line an act in `audit.log`, beside the log of the seals.

Chained and readable by its owner alone; people stand as opaque ids, and no score is in it.
"""

import getpass
from pathlib import Path
from typing import Any

from kit.data.store.cache import digest_of
from kit.data.store.opaque import opaque
from kit.params import Period
from kit.report import chain, seals
from kit.report.seals import Finding
from kit.words import word

SHOWN = 12  # digits of a digest in print


def log_beside(seal_log: Path) -> Path:
    """The audit log that belongs to a log of seals."""
    return seal_log.with_name("audit.log")


def note(
    seal_log: Path, act: str, period: str, *, by: str = "", accept: bool = False, **facts: Any
) -> str:
    """Write one line: act, period, account, who decided (as an opaque id), facts; its digest."""
    who = {"by": opaque(f"by {by}")} if by else {}
    seal_head = chain.read(seal_log).head[:SHOWN]
    line = {"act": act, "period": period, "account": opaque(f"account {account()}"), **who, **facts}
    return chain.append(log_beside(seal_log), {**line, "seals": seal_head}, accept=accept)


def decided(seal_log: Path, period: Period) -> None:
    """A line for each decision about people in the period file, once: as an opaque id alone.

    Findings confirmed (确认), 360 comments read (读评语) and held back (扣下评语).
    """
    place, reader = seals.place_of(period), period.comments_read_by or ""
    said = [("confirm", e.by, digest_of(e.what, e.reason, e.by)) for e in period.confirmed]
    said += [("read_comments", reader, digest_of(reader))] if reader else []
    said += [("hold", reader, digest_of("hold", comment)) for comment in period.comments_held]
    lines = chain.read(log_beside(seal_log)).lines
    known = {(x.get("act"), x.get("finding")) for x in lines if x.get("period") == place}
    for act, by, digest in said:
        finding = opaque(digest)  # keyed: a plain digest tells a name to who tries names
        earlier = (act, digest[:SHOWN])  # as versions before wrote it
        if not {(act, finding), earlier} & known:
            note(seal_log, act, place, by=by, finding=finding)


def account() -> str:
    """The account that runs the command; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def findings(seal_log: Path) -> list[Finding]:
    """What is wrong with the audit log itself."""
    return seals.broken(chain.read(log_beside(seal_log)))


def show(seal_log: Path, place: str, lang: str) -> int:
    """Print what was done with a period, oldest first; 1 when the log was cut or edited."""
    lines = [x for x in chain.read(log_beside(seal_log)).lines if x.get("period") in (place, "*")]
    for line in lines:
        print(_sentence(line, lang))
    if not lines:
        print(word("report.audit.none", lang, id=place))
    wrong = [*findings(seal_log), *seals.broken(chain.read(seal_log))]
    for finding in wrong:
        print(finding.told(lang))
    return 1 if wrong else 0


def _sentence(line: dict[str, Any], lang: str) -> str:
    """A line of the log in words: when, what, by which account, and its facts."""
    known = {"act", "period", "account", "by", "at", "n", "before", "key", "mac", "accepted"}
    facts = {name: value for name, value in line.items() if name not in known and value != ""}
    return word(
        "report.audit.line",
        lang,
        at=str(line.get("at", ""))[:19].replace("T", " "),
        act=word(f"report.act.{line.get('act', 'run')}", lang),
        account=line.get("account", ""),
        by=line.get("by", "—"),
        facts=", ".join(f"{name} {value}" for name, value in sorted(facts.items())) or "—",
    )

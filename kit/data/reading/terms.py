"""What a company says of its data once (公司口径): currency, time zone, rates, own reports."""

from dataclasses import dataclass, field
from pathlib import Path

from kit.params import Period


@dataclass(frozen=True)
class Terms:
    """Said in the period file; empty where nothing is said, as for `kit import`.

    currency : of all amounts, ISO code; "" says nothing, and amounts are not compared with it
    timezone : of days and hours, IANA name such as Asia/Shanghai
    rates    : what one unit of another currency is worth, {"USD": 7.1}
    reports  : the company's own reports, a file in the form of headers.yml
    """

    currency: str = ""
    timezone: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    reports: Path | None = None


UNSAID = Terms()


def terms(period: Period) -> Terms:
    """What the period file says of the company's data as a whole (公司口径)."""
    own = period.path.parent / "reports.yml"
    return Terms(period.currency, period.timezone, period.rates, own if own.is_file() else None)

"""What a company says of its data once (公司口径): currency, time zone, rates, own reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kit.params import Period
from kit.scheme.library import Indicator, built_in

SHARES = ("percent", "percent2", "ratio")  # units of what may be written with a percent sign


def _shares(library: Mapping[str, Indicator]) -> tuple[str, ...]:
    return tuple(name for name, spec in library.items() if spec.unit in SHARES)


@dataclass(frozen=True)
class Terms:
    """Said in the period file; empty where nothing is said, as for `kit import`.

    currency : of all amounts, ISO code; "" says nothing, and amounts are not compared with it
    timezone : of days and hours, IANA name such as Asia/Shanghai
    rates    : what one unit of another currency is worth, {"USD": 7.1}
    reports  : the company's own reports, a file in the form of headers.yml
    shares   : indicators that are a share or a ratio, whose target may be 4.5%
    """

    currency: str = ""
    timezone: str = ""
    rates: dict[str, float] = field(default_factory=dict)
    reports: Path | None = None
    shares: tuple[str, ...] = field(default_factory=lambda: _shares(built_in()))


UNSAID = Terms()


def terms(period: Period) -> Terms:
    """What the period file says of the company's data as a whole (公司口径)."""
    own = period.path.parent / "reports.yml"
    reports = own if own.is_file() else None
    shares = _shares(period.scheme.library)
    return Terms(period.currency, period.timezone, period.rates, reports, shares)

"""One place where a figure becomes text (数字格式): units, 千分位, 万/亿 or k/M, intervals.

A unit is a word, with its detail after a colon: text, int, money (CNY; "money:USD"), percent
(0–1 shown as 12.3 %), pp (0–1, percentage points), ratio (2 decimals), points (1), coef (3),
days, hours, minutes, date, p, chance (>99%, <1%: never certain). A digit after it sets the
decimals: percent2, pp2, and money0 in a column with thousands. A leading "+" always
shows the sign: "+percent". Tables know three more, see
kit.show.tables.Column: interval, pm and mixed.
Missing is "—"; halves go up, as a hand calculation does; minus is a true −.
"""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from kit.words import word

MISSING = "—"
DECIMALS = {
    "int": 0,
    "percent": 1,
    "pp": 1,
    "ratio": 2,
    "points": 1,
    "coef": 3,
    "days": 0,
    "hours": 1,
    "minutes": 0,
    "chance": 0,
}
DIGITS = "0123456789"  # after a unit: its decimals
HUNDREDFOLD = {"percent", "pp", "chance"}
LONG = {  # step, name, and where it begins: 99,995,000 is 1亿, not 10,000万
    "zh": [(1e8, "亿", 1e8 - 5e3), (1e4, "万", 1e4)],
    "en": [(1e9, "bn", 1e9 - 5e5), (1e6, "M", 1e6 - 5e2), (1e3, "k", 1e3)],
}


def missing(value: object) -> bool:
    """Whether `value` is not measured: None, NaN, NaT; infinity is no measurement either."""
    return bool(pd.isna(value)) or value in (math.inf, -math.inf)  # type: ignore[call-overload]


def number(value: object, unit: str, lang: str, *, bare: bool = False) -> str:
    """`value` in `unit` as text (数字); `bare` leaves the % away, for columns that name it.

    >>> number(0.1234, "percent", "zh"), number(520000.4, "money", "en"), number(None, "int", "en")
    ('12.3%', '520,000', '—')
    >>> number(-0.032, "+pp", "zh"), number(0.0004, "p", "en"), number(86.25, "points", "en")
    ('−3.2', '<0.001', '86.3')
    """
    signed = unit.startswith("+")
    kind = unit.lstrip("+").partition(":")[0]
    if missing(value):
        return MISSING
    if kind == "text" or (isinstance(value, str) and kind != "date"):
        return str(value)
    if kind == "date" or isinstance(value, (date, datetime)):
        return str(value)[:10]
    if isinstance(value, (bool, np.bool_)):
        return word("kit.yes" if value else "kit.no", lang)
    exact = Decimal(repr(float(value))) * (100 if kind.rstrip(DIGITS) in HUNDREDFOLD else 1)  # type: ignore[arg-type]
    if kind == "p":
        return "<0.001" if exact < Decimal("0.001") else _rounded(exact, 3)
    if kind == "chance":
        return ">99%" if exact > 99 else "<1%" if exact < 1 else _rounded(exact, 0) + "%"
    text = _rounded(exact, _decimals(exact, kind), signed)
    return text + ("%" if kind.startswith("percent") and not bare else "")


def apart(before: object, after: object, unit: str, lang: str) -> str:
    """`unit` with as many decimals as two figures need to look different (看得出变化的位数).

    >>> apart(0.01941, 0.01943, "percent2", "en"), apart(0.8333, 1, "percent", "en")
    ('percent3', 'percent')
    """
    kind = unit.partition(":")[0].rstrip(DIGITS)
    finer = [unit, *(f"{kind}{digits}" for digits in range(1, 9))]
    pairs = ((each, number(before, each, lang), number(after, each, lang)) for each in finer)
    return next((each for each, *texts in pairs if texts[0] != texts[1]), unit)


def short(value: object, unit: str, lang: str) -> str:
    """`value` for cards and axes (简写): 52 万, 1.2 亿; 520k, 1.2M; other units as in `number`.

    >>> short(523_000, "money", "zh"), short(523_000, "int", "en"), short(-1.5e8, "money", "zh")
    ('52.3万', '523k', '−1.5亿')
    """
    kind = unit.lstrip("+").partition(":")[0]
    if missing(value) or kind not in {"int", "money"}:
        return number(value, unit, lang)
    size = float(value)  # type: ignore[arg-type]
    unit = unit.replace("money", "int") if size == 0 or abs(size) >= 100 else unit
    for step, name, begin in LONG[lang]:
        if abs(size) >= begin:
            scaled = Decimal(repr(size)) / Decimal(step)
            few = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2  # three digits
            text = _rounded(scaled, few, unit.startswith("+"))
            return (text.rstrip("0").rstrip(".") if few else text) + name
    return number(value, unit, lang)


def quantity(value: object, unit: str, lang: str, *, brief: bool = False) -> str:
    """`value` with its unit, for sentences and cards (带单位): 520,000 元 / CNY 520,000; 3 天.

    brief : 52 万元 / CNY 520k, as `short` writes it
    >>> quantity(520000, "money", "zh"), quantity(520000, "money:USD", "en")
    ('520,000 元', 'USD 520,000')
    >>> quantity(1, "days", "en"), quantity(5236000, "money", "zh", brief=True)
    ('1 day', '524万元')
    """
    text = (short if brief else number)(value, unit, lang)
    name = unit_word(unit, lang)
    kind = unit.lstrip("+").partition(":")[0]
    if missing(value) or not name or kind.startswith("percent"):
        return text
    if lang == "en" and kind.startswith("money"):
        return f"{name} {text}"
    if lang == "en" and text in {"1", "1.0", "−1", "+1"} and kind in {"days", "hours", "minutes"}:
        name = name.removesuffix("s")
    return f"{text}{name}" if text[-1] in "万亿" and not name.isascii() else f"{text} {name}"


def day(value: date, lang: str) -> str:
    """A date with its weekday, for what is to be done (日期与星期).

    >>> day(date(2025, 7, 11), "zh"), day(date(2025, 7, 11), "en")
    ('7-11（周五）', 'Fri 11 Jul')
    """
    names = word("show.days_of_week", lang).split()
    months = word("show.months", lang).split()
    facts = {"weekday": names[value.weekday()], "day": value.day, "month": months[value.month - 1]}
    return word("show.day", lang, **facts)


def interval(low: object, high: object, unit: str, lang: str, *, bare: bool = False) -> str:
    """Interval as a reader says it (区间): 3.30–3.90; −1.2% 至 3.4% when a sign would be lost.

    >>> interval(3.3, 3.9, "ratio", "zh"), interval(-0.012, 0.034, "percent", "en")
    ('3.30–3.90', '−1.2% to 3.4%')
    """
    if missing(low) or missing(high):
        return MISSING
    ends = [number(end, unit, lang, bare=bare) for end in (low, high)]
    if "−" in "".join(ends) or "+" in "".join(ends):
        return word("show.from_to", lang, low=ends[0], high=ends[1])
    return f"{ends[0].removesuffix('%')}–{ends[1]}"


def unit_word(unit: str, lang: str) -> str:
    """Name of `unit` for a header (单位): 元, %, 分; empty for counts, ratios and text."""
    kind, _, detail = unit.lstrip("+").partition(":")
    if kind in {"interval", "pm"}:
        return unit_word(detail, lang)
    kind = kind.rstrip(DIGITS)
    if kind == "money":
        return word("unit.money", lang) if detail in {"", "CNY"} else detail
    if kind.startswith("percent"):
        return "%"
    if kind in {"text", "mixed", "spark", "date", "int", "ratio", "coef", "p", "chance"}:
        return ""
    return word(f"unit.{kind}", lang)


def _decimals(value: Decimal, kind: str) -> int:
    """Money has cents under 1,000; parts under one percentage point have two decimals."""
    few = {"money": 1000, "pp": 1}.get(kind)
    fine = few is not None and abs(value) < few and (value or kind == "money")
    digits = kind[len(kind.rstrip(DIGITS)) :]
    return 2 if fine else int(digits) if digits else DECIMALS.get(kind, 0)


def _rounded(value: Decimal, decimals: int, signed: bool = False) -> str:
    exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "−" if exact < 0 else "+" if signed and exact > 0 else ""
    return f"{sign}{abs(exact):,.{decimals}f}"

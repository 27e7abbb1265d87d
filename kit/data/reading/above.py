"""Lines above a header that say what amounts count (表头上方的单位与币种): 单位：万元."""

import re
from dataclasses import replace

from kit.data.issues import Issue
from kit.data.reading.headers import Header
from kit.data.reading.units import SIGNS, unit

UNITS = re.compile(
    r"(?:金额)?单位\s*[:：]?\s*([^\s,，;；()（）:：]{1,8})|\bunits?\s*[:：]\s*(\w{1,12})", re.I
)
CURRENCY = re.compile(
    r"(?:币种|货币|currency|währung|devise|moneda|divisa|moeda|通貨)\s*[:：]?\s*([^\s,，;；:：]{1,12})",
    re.I,
)


def with_units_above(header: Header, lines: list[list[str]]) -> tuple[Header, list[Issue]]:
    """The header with the unit and currency that lines above it name, and what is to be said.

    A unit that a header or cell names itself goes before the one above.
    """
    texts = [" ".join(cell.strip() for cell in line if cell.strip()) for line in lines]
    report, issues = header.report, []
    for text in texts:
        found = UNITS.search(text)
        said = (found[1] or found[2]) if found else ""
        if said and unit(said).text and not report.unit:
            report = replace(report, unit=said)
            issues.append(Issue("unit_above", "note", value=said))
        money = CURRENCY.search(text)
        if money and (codes := SIGNS.get(money[1].strip("()（）").lower())):
            report = replace(report, currency=codes[0])
            issues.append(Issue("currency_above", "note", value=money[1]))
    return replace(header, report=report), issues

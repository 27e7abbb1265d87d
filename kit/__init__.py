"""The kit: a map of its rooms (房间地图), and the door through which an analyst works.

Rooms, from left to right; each imports only from those before it:

- `words.py`, `errors.py` : every text in Chinese and English; what went wrong, in both
- `stats/` : intervals, tests, shrinkage that several rooms share
- `scheme/` : the appraisal scheme as checked, frozen sections (考核方案)
- `params.py` : period and scheme files, every fault with file and line (参数)
- `sample/` : a seeded company to try everything on (示例数据)
- `data/` : any export → checked tables and daily facts (数据)
- `scoring/` : facts → indicator values → points → totals, grades, ranks (评分)
- `abtest/` : what a test showed, how sure, and what to do (A/B 测试)
- `retrospective/` : what moved, why, and what next (复盘)
- `people/` : lists, pay, growth, interviews, appeals, fairness (人员)
- `formulas.py` : single formulas on plain numbers, for an analyst's own cases (单个公式)
- `show/` : tables, figures, sentences: the toolkit of every page (展示)
- `pages/` : one page each behind the notebooks load, scoring, abtest, retrospective, people (页面)
- `report/` : plan, run, render, index, close, forget (报告)
- `start/` : from a pile of files to a company's workbook, parameters and pages (开始)
- `__main__.py` : the command line

The door: `import kit`, then the names below, each with its own help. They are loaded when first
used, so that the import itself costs nothing. `kit/README.md` shows each on real data.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kit.abtest.any_frame import compare_days, compare_users
    from kit.abtest.portfolio import experiments
    from kit.abtest.sizing import plan_test
    from kit.data.load import load
    from kit.people.frames import team
    from kit.report.check import check
    from kit.report.run import run
    from kit.retrospective.explain import explain_change
    from kit.retrospective.frames import review
    from kit.scoring.any_rule import points
    from kit.scoring.what_if import scorecards

_DOOR = {
    "load": "kit.data.load",
    "check": "kit.report.check",
    "scorecards": "kit.scoring.what_if",
    "points": "kit.scoring.any_rule",
    "experiments": "kit.abtest.portfolio",
    "compare_days": "kit.abtest.any_frame",
    "compare_users": "kit.abtest.any_frame",
    "plan_test": "kit.abtest.sizing",
    "review": "kit.retrospective.frames",
    "explain_change": "kit.retrospective.explain",
    "team": "kit.people.frames",
    "run": "kit.report.run",
}

__all__ = [
    "check",
    "compare_days",
    "compare_users",
    "experiments",
    "explain_change",
    "load",
    "plan_test",
    "points",
    "review",
    "run",
    "scorecards",
    "team",
]


def __getattr__(name: str) -> Any:
    """A name of the door, imported when it is first used (PEP 562)."""
    if name not in _DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_DOOR[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The names of the door, for completion."""
    return sorted({*globals(), *__all__})

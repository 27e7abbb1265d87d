"""Plans, days, users and periods of tests, made by hand (手工小例), and what a verdict tells."""

import datetime as dt

import numpy as np
import pandas as pd

from kit.abtest.decisions import Decision
from kit.abtest.verdict import evaluate
from kit.data.load import load
from kit.params import ROOT
from kit.words import LANGS, word

SOUND = dt.date(2025, 7, 31)


def plan(**given):
    row = {
        "test_id": "T1",
        "specialist_id": "S1",
        "hypothesis": "h",
        "indicator": "ctr",
        "better": "up",
        "design": "same_days",
        "kind": "superiority",
        "split": "A:0.5;B:0.5",
        "start_date": pd.Timestamp("2025-06-01"),
        "end_date": pd.Timestamp("2025-06-14"),
        "declared_on": pd.Timestamp("2025-05-28"),
        "looks": 1.0,
        "min_effect": 0.05,
    }
    return row | given


def days(lift=1.0, n=14, variants="AB", noise=0.02, **columns):
    """N days of 10,000 impressions; the second variant clicks `lift` times as often."""
    rng = np.random.default_rng(8)
    dates = pd.date_range("2025-06-01", periods=n)
    frames = []
    for k, name in enumerate(variants):
        clicks = np.round(300 * (lift if k else 1) * np.exp(rng.normal(0, noise, n)))
        frames.append(
            pd.DataFrame(
                {
                    "test_id": "T1",
                    "variant": name,
                    "date": dates,
                    "impressions": 10_000.0,
                    "clicks": clicks,
                    "orders": np.round(clicks / 20),
                    "revenue": clicks * 5.0,
                    "spend": clicks * 1.0,
                }
            )
        )
    return pd.concat(frames, ignore_index=True).assign(**columns)


def users(n=(4000, 4000), rates=(0.05, 0.07), **columns):
    """One row a user; the first x of each variant buy for 100 yuan."""
    frames = []
    for name, size, rate in zip("ABC", n, rates, strict=False):
        bought = np.arange(size) < round(size * rate)
        frames.append(
            pd.DataFrame(
                {
                    "test_id": "T1",
                    "user_id": [f"{name}{i}" for i in range(size)],
                    "variant": name,
                    "converted": bought.astype(float),
                    "revenue": bought * 100.0,
                    "refund_amount": 0.0,
                    "orders": bought.astype(float),
                }
            )
        )
    return pd.concat(frames, ignore_index=True).assign(**columns)


SPLIT = {"indicator": "pay_conversion", "design": "user_split"}


def period(folder, rows, **tables):
    """A period file over tables written as CSV."""
    pd.DataFrame(rows).to_csv(folder / "experiments.csv", index=False)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "june.yml").write_text(
        f"id: june\ntype: month\nstart: 2025-06-01\nend: 2025-06-30\n"
        f"scheme: {ROOT / 'params/scheme-2025.yml'}\ndata: {folder}\n",
        encoding="utf-8",
    )
    return load(str(folder / "june.yml"))


def said(row, d=None, u=None, **more):
    found = evaluate(row, d, u, as_of=more.pop("as_of", SOUND), **more)
    assert found.decision in set(Decision)
    for lang in LANGS:  # every verdict can be told
        facts = [found.reason, *found.faults]
        facts += (
            [*found.case.trial.deviations, *found.case.beside.cautions, *found.case.beside.skipped]
            if found.case
            else []
        )
        assert all(f.told(lang) for f in facts)
        assert word(f"abtest.next.{found.next_step}", lang)
        assert word(f"abtest.decision.{found.decision}", lang)
    return found


def deviations(found):
    return {f.key.rpartition(".")[2] for f in found.case.trial.deviations}

"""Strong words need a measured rate: each text that is sure of something stands in the register."""

import json
import re
from pathlib import Path

import yaml

from kit.words import table

ROOT = Path(__file__).resolve().parent.parent
REGISTER = ROOT / "tests" / "bench" / "claims.yml"
RATES = ROOT / "tests" / "bench" / "trust.json"
STRONG = {
    "zh": re.compile(
        "可靠|确定|一定|显著|超出偶然|明显|不是偶然|只是偶然|偶然解释|[已未]定(?!稿)|稳|超出.{0,4}(波动|误差)"
    ),
    "en": re.compile(
        r"\b(reliably|certain|certainly|beyond chance|clearly|significant|significantly|sure|surely"
        r"|not chance|chance alone|by chance|settled|firm|(by|at) the noise"
        r"|(beyond|outside) the margin of error)\b",
        re.IGNORECASE,
    ),
}
STATES = {"shown", "partly", "not_shown", "none"}


def strong(texts: dict[str, dict[str, str]]) -> set[str]:
    """Keys of texts that are sure of something, in either language."""
    return {
        key
        for key, text in texts.items()
        if any(STRONG[lang].search(text[lang]) for lang in STRONG)
    }


def register() -> list[dict]:
    return yaml.safe_load(REGISTER.read_text(encoding="utf-8"))


def test_every_strong_text_has_an_entry_in_the_register():
    known = {key for claim in register() for key in claim["words"]}
    assert sorted(strong(table()) - known) == []


def test_the_register_names_texts_that_exist_each_once():
    keys = [key for claim in register() for key in claim["words"]]
    assert [key for key in keys if key not in table()] == []
    assert len(keys) == len(set(keys))


def measured(claim: dict, rows: list[dict]) -> str:
    """What may be said of a claim by its rows: none that is met, or one that missed, is nothing.

    Its rows: those of its fault, and of its statistic where it names one.
    """
    rows = [row for row in rows if row["fault"] == str(claim.get("fault"))]
    mine = {row["state"] for row in rows if row["statistic"] in claim.get("of", [row["statistic"]])}
    if "met" not in mine or "missed" in mine:
        return "not_shown"
    return "shown" if mine == {"met"} else "partly"


def test_each_claim_says_what_was_measured_neither_more_nor_less():
    rows = json.loads(RATES.read_text(encoding="utf-8"))["rows"]
    assert {claim["state"] for claim in register()} <= STATES
    claims = [claim for claim in register() if claim["state"] != "none"]
    said = {claim["id"]: claim["state"] for claim in claims}
    assert said == {claim["id"]: measured(claim, rows) for claim in claims}
    assert not [c["id"] for c in register() if c["state"] == "none" and "fault" in c]


def test_a_missed_row_takes_a_claim_back_and_an_unproven_one_part_of_it():
    row = {"fault": "2", "state": "met", "statistic": "s"}
    assert measured({"fault": 2}, [row]) == "shown"
    assert measured({"fault": 2}, [row, row | {"state": "not shown"}]) == "partly"
    assert measured({"fault": 2}, [row, row | {"state": "missed"}]) == "not_shown"
    assert measured({"fault": 3}, [row]) == "not_shown"
    assert measured({"fault": 2}, [row | {"state": "not shown"}]) == "not_shown"
    other = row | {"state": "missed", "statistic": "other"}
    assert measured({"fault": 2, "of": ["s"]}, [row, other]) == "shown"


def test_a_new_strong_text_without_an_entry_would_be_found():
    said = [
        "显著更好",
        "差异明显",
        "约一半不是偶然",
        "等级已定",
        "等级未定",
        "说明有多稳",
        "超出日常波动",
    ]
    made = {f"zh.{n}": {"zh": text, "en": "better"} for n, text in enumerate(said)}
    said = ["half is not chance", "not settled", "above the target by the noise of sales", "firm"]
    made |= {f"en.{n}": {"zh": "更好", "en": text} for n, text in enumerate(said)}
    calm = {"x.calm": {"zh": "本期已定稿", "en": "unsure"}}
    assert strong(made | calm) == set(made)

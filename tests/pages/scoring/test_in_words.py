"""A scheme in words, as its approvers read it."""

import re

import pytest

from kit.__main__ import main
from kit.errors import ParamsError
from kit.pages.people.pay_in_words import pay
from kit.pages.scoring.example import example
from kit.pages.scoring.in_words import approval, dictionary
from kit.params import ROOT, read_scheme
from kit.scheme.components import Pay
from kit.words import LANGS


def test_a_scheme_is_said_line_by_line_with_its_weights_and_grades():
    lines = approval(read_scheme("params/scheme-2025.yml"), "en")
    month = lines[lines.index("Months:") + 1 : lines.index("", lines.index("Months:"))]
    assert len(month) == 12  # the leaves of profiles.month, counted in the file
    assert month[0].startswith("  Sales: weight 18.0%; ") and "100.0% → 100" in month[0]
    assert [line for line in lines if line.startswith("Grades: A from 95 points")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_scheme_without_a_floor_of_coverage_says_nothing_of_one(lang):
    scheme = read_scheme("params/scheme-2025.yml")
    said = {"zh": "没有总分", "en": "has no total"}[lang]
    assert any(said in line for line in approval(scheme, lang))
    bare = scheme.model_copy(update={"coverage_floor": 0.0})
    assert not any(said in line for line in approval(bare, lang))


@pytest.mark.parametrize("lang", LANGS)
def test_every_indicator_is_listed_with_the_tables_it_needs(lang):
    scheme = read_scheme("params/scheme-2025.yml")
    lines = dictionary(scheme, lang)
    assert len(lines) == len(scheme.library)
    ctr = next(line for line in lines if line.startswith("ctr "))
    assert ("点击 ÷ 展现" if lang == "zh" else "clicks ÷ impressions") in ctr


def test_the_command_names_what_is_missing(capsys):
    assert main(["scheme"]) == 2
    assert "--indicators" in capsys.readouterr().err
    assert main(["scheme", "params/scheme-2025.yml", "--lang", "en"]) == 0
    assert "weight 15.0%" in capsys.readouterr().out


def test_points_of_a_measured_line_are_typed_by_named_people_alone(tmp_path):
    text = (ROOT / "params" / "scheme-2025.yml").read_text("utf-8")
    own = (
        "\n  leads: {name: {zh: 询盘, en: leads}, measured: sum, unit: int, better: up,"
        " duty: ads, rule: standard, raters: {peer: 1}}\n"
    )
    file = tmp_path / "s.yml"
    file.write_text(text.replace("\nindicators:\n", "\nindicators:" + own, 1), encoding="utf-8")
    with pytest.raises(ParamsError, match="peer") as caught:
        read_scheme(file)
    assert [f.key for f in caught.value.faults] == ["params.no_such_name"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_is_a_hand_sum_of_its_own_lines(lang):
    lines = example(read_scheme("params/scheme-2025.yml"), lang)
    parts = [float(line.rsplit("= ", 1)[1]) for line in lines if " = " in line]
    total = float(re.search(r"\d+\.\d", lines[-1])[0])
    assert len(parts) == 12
    assert sum(parts) == pytest.approx(total, abs=0.1)


@pytest.mark.parametrize("lang", LANGS)
def test_pay_is_said_with_every_tier_and_an_example(lang):
    said = {"name": {"zh": "销售提成", "en": "commission"}, "on": "sales", "by": "completion"}
    said |= {"tiers": [[0, 0.015], [1, 0.02]], "marginal": True}
    made = Pay.model_validate({"components": {"x": said}, "cap": 50000})
    scheme = read_scheme("params/scheme-2025.yml").model_copy(update={"pay": made})
    told = "\n".join(pay(scheme, lang))
    assert "0 → 0.015" in told and "1 → 0.02" in told and "50,000.00" in told
    assert "100,000 × 0.015 = 1,500.00" in told  # sales 105,000 of 100,000
    assert "5,000 × 0.02 = 100.00" in told


FORM = """
id: form
version: "1"
rules:
  finish: {kind: completion, cap: 1.2, floor: 0.6, zero_below: 0.5}
  cost: {kind: completion_lower, cap: 1.2, method: reflect}
indicators:
  sales: {group: core, rule: finish}
  cac: {rule: cost}
  net:
    {name: {zh: 净额, en: net sales}, formula: revenue - refund_amount, unit: money, better: up,
     duty: ads, rule: finish, target: 42000}
  net_roi:
    {name: {zh: 净 ROI, en: net ROI}, formula: (revenue - refund_amount) / spend, unit: ratio,
     better: up, duty: ads, rule: finish, target: 3}
profiles:
  month: {sales: 0.5, cac: 0.5}
grades: [{grade: A, min: 90}, {grade: B, min: 0}]
feedback: {relations: {manager: 1}}
rounding: {points: 0.5, total: 0.1}
coverage_floor: 0.4
bonus: {curve: [[60, 0], [100, 1.5]], share: 0.3}
pay:
  components:
    cut:
      {name: {zh: 提成, en: cut}, on: net, by: completion, tiers: [[0, 0.01], [1, 0.02]],
       gate: [{of: net_roi, at_least: 2}], least: 100, cap: 5000, resettle: 2,
       times: [{by: grade, map: {A: 1.2, B: 1}}, {by: total, on: value, steps: [[0, 0], [60, 0.8]]}]
      }
    beyond:
      {name: {zh: 超额, en: beyond}, on: net_roi, above: target, rate: 0.0123457,
       times: [{by: net, curve: [[0.8, 0], [1, 1]]}]}
"""


@pytest.fixture
def form(tmp_path):
    (tmp_path / "form.yml").write_text(FORM, encoding="utf-8")
    return read_scheme(tmp_path / "form.yml")


def test_who_approves_reads_every_end_of_a_rule_and_of_the_total(form):
    text = "\n".join(approval(form, "en"))
    assert "at least 0.60 times; under 50.0% of completion 0 points" in text
    assert "completion = 2 − actual ÷ target" in text
    assert "Core indicators: Sales; the scheme sets no floor." in text
    assert "Rounding: points of each line rounded half up to 0.5" in text
    assert "under 40.0% of the weight measured has no total" in text
    assert "60 → 0 and 100 → 1.5, straight lines between; share of the base 30.0%" in text


def test_who_approves_reads_every_condition_of_an_amount(form):
    lines = [line.strip() for line in pay(form, "en")]
    for told in (
        "tier by completion",
        "gate: net ROI value ≥ 2, else 0",
        "factor by grade: A → 1.2 and B → 1",
        "factor by total value, the highest line reached: 0 → 0 and 60 → 0.8",
        "100.00 at least",
        "5,000.00 at most",
        "corrected in the 2 periods after by the data of then",
        "only what lies above the target counts, times the denominator",
        "factor by net sales completion: 0.8 → 0 and 1 → 1, straight lines between",
    ):
        assert told in lines, told
    assert len(pay(form, "zh")) == len(lines)


def test_the_example_of_pay_passes_the_schemes_own_targets_by_a_twentieth(form):
    """By hand: net ROI 3.15 against 3, 0.15 × 100,000 = 15,000; × 0.0123457 = 185.1855 → 185.19."""
    lines = [line.strip() for line in pay(form, "en")]
    ratio = "net ROI 3.15; what is above 3, times its denominator 100,000: 15,000"
    assert ratio in lines
    assert "amount 185.1855, to the fen, half up, 185.19" in lines
    assert "completion of net sales = 44,100 ÷ 42,000 = 1.05" in lines

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

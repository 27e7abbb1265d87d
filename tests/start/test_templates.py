"""Templates of kit start: whole schemes of no company, on its first files and on the sample."""

import pytest
import yaml

from kit.__main__ import main
from kit.data.load import load
from kit.data.reading.filled import target_header
from kit.pages.scoring import page
from kit.pages.scoring.view import view
from kit.params import ROOT, read_scheme, span_of
from kit.report.check import check
from kit.scoring.card import scorecards as scored
from kit.scoring.what_if import scorecards
from kit.start import weights
from tests.start import made

FOLDER = ROOT / "kit" / "start" / "templates"
NAMES = ["agency", "cross_border", "live_stream", "single_shop"]
# Of a form, what the sample company's data and targets measure: ROI 30 + CTR 10 + budget 5;
# sales 25 + conversion 15; sales 30 + ROI 20 + CTR 10 + refunds 5; sales 30 + ROI 25 + 15 + 10.
COVERED = {"agency": 0.45, "cross_border": 0.40, "live_stream": 0.65, "single_shop": 0.80}
SHARES = {"agency": 0.65, "cross_border": 0.65, "live_stream": 0.75, "single_shop": 0.80}
OWNERS = dict(zip(made.PLANS, ["张三 (001)", "李四 (002)", "王五 (003)"] * 2, strict=False))
OWNERS |= {"Search 1": "李四 (002)", "Search 2": "王五 (003)"}
GOALS = {
    "agency": {"roi": 3, "cpa": 30, "ctr": 0.05},
    "cross_border": {"sales": 60000, "cost_ratio": 0.3, "click_conversion": 0.04},
    "live_stream": {"sales": 60000, "roi": 3, "per_thousand": 150, "ctr": 0.05},
    "single_shop": {"sales": 60000, "roi": 3, "click_conversion": 0.04, "ctr": 0.05},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_said_in_words_in_both_languages(name, capsys):
    assert main(["scheme", str(FOLDER / f"{name}.yml")]) == 0
    told = capsys.readouterr().out
    scheme = read_scheme(FOLDER / f"{name}.yml")
    for lang in ("zh", "en"):
        assert all(scheme.label(n, lang) in told for n in scheme.weights("month"))
    assert scheme.approved_by == "" and scheme.promotions == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_computed_on_the_sample_company(name, tmp_path):
    keys = yaml.safe_load((ROOT / "params" / "2025-06.yml").read_text("utf-8"))
    text = (FOLDER / f"{name}.yml").read_text("utf-8")
    (tmp_path / "scheme.yml").write_text(text, encoding="utf-8")
    keys = {k: v for k, v in keys.items() if k not in ("what_if", "confirmed")}
    said = yaml.safe_dump(keys | {"scheme": "scheme.yml"}, allow_unicode=True)
    (tmp_path / "2025-06.yml").write_text(said.replace("'", ""), encoding="utf-8")
    found = check(str(tmp_path / "2025-06.yml"))
    assert found[found["severity"] == "refuse"]["en"].tolist() == []
    share, reached = COVERED[name], COVERED[name] >= 0.6
    told = found.loc[found["rule"] == "data.coverage_unreachable", ["severity", "en"]].to_numpy()
    assert [severity for severity, _ in told] == ["warn"] * (not reached)
    assert all(f"at most {share:.1%} of the weight, under 60.0%" in text for _, text in told)
    v = view(scorecards(load(tmp_path / "2025-06.yml")), "zh", "hr")
    assert v.totals["coverage"].tolist() == pytest.approx([share] * 14)
    assert v.totals["total"].notna().tolist() == [reached] * 14
    assert page.first(v) and str(page.heat(v).html)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two exports and HR's list, in a folder of their own with a cache of its own."""
    from kit.data.store import cache

    monkeypatch.setattr(cache, "HOME", tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    made.alimama(tmp_path / "june" / "alimama.csv", "2025-06")
    made.google(tmp_path / "june" / "google.csv", "2025-06")
    made.roster(tmp_path / "june" / "roster.xlsx")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_the_first_files_give_everybody_a_total(name, files):
    """Two exports, roster, owners, targets; every optional sheet blank; coverage as in the form."""
    code, told = made.printed("june", "--template", name)
    assert code == 0 and f"（{name}）的整张表" in told, told
    book = next((files / "company").glob("*.xlsx"))
    goals = {target_header(n, "zh"): goal for n, goal in GOALS[name].items()}
    made.fill(book, OWNERS, goals)
    assert made.printed("company")[0] == 0
    tables = load(files / "company" / "params" / "2025-06.yml")
    totals = scored(tables).totals
    assert totals["total"].notna().all() and len(totals) == 3
    assert totals["coverage"].tolist() == pytest.approx([SHARES[name]] * 3)
    assert tables.scheme.id == "scheme-2025" and "整张表" in tables.scheme.note.zh


def test_exports_that_measure_too_little_of_a_form_take_what_they_measure():
    """By hand: sales and ROI are 55 of 100; under 60 the two are scaled to 1: 30/55, 25/55."""
    sums = {"revenue": 5.0, "spend": 2.0}
    assert weights.whole(sums, "single_shop") is None
    shares = weights.choose(sums, "single_shop").shares
    assert {n: float(w) for n, w in shares.items()} == {"sales": 0.5455, "roi": 0.4545}


def test_a_template_counts_its_own_formula_as_measured_by_the_columns_in_it():
    """Sales 30 + ROI 20 + sales per thousand impressions 15 = 65 of 100: enough for the form."""
    sums = {"revenue": 5.0, "spend": 2.0, "impressions": 99.0}
    form = weights.whole(sums, "live_stream")
    assert form is not None
    assert form.unmeasured == ("ctr", "interaction", "refund_rate", "rating")


def test_a_formula_that_the_whole_form_alone_has_is_said_to_be_left_out():
    """Sales 30 + 15 are under 60: sales alone is kept, and the other one is named."""
    chosen = weights.choose({"revenue": 5.0, "impressions": 99.0}, "live_stream")
    assert chosen.own == ("per_thousand",) and set(chosen.unmeasured) == {"roi", "ctr"}
    assert {name: float(share) for name, share in chosen.shares.items()} == {"sales": 1.0}
    assert "千次展现成交额" in weights.note(chosen, "zh")
    assert "though measured" in weights.note(chosen, "en")


@pytest.mark.parametrize("name", NAMES)
def test_a_new_companys_scheme_holds_nothing_of_the_sample_company(name):
    """E21: brand words, skills, promotions and who approved are asked for, never taken over."""
    sample = yaml.safe_load((ROOT / "params" / "scheme-2025.yml").read_text(encoding="utf-8"))
    parts = [part for part in sample.values() if isinstance(part, dict)]
    own = {
        word for part in parts for key in ("brand_terms", "skills") for word in part.get(key, ())
    }
    own |= {sample["approved_by"], *(p["id"] for p in sample["promotions"])}
    assert {"栖木", "618-2025", "数据分析", "人力资源部 / HR"} <= own
    sums = {"revenue": 5.0, "spend": 2.0, "clicks": 9.0, "impressions": 99.0, "orders": 1.0}
    span = span_of("2025-06")
    texts = [weights.scheme_text(weights.choose(sums, name), span)]
    if form := weights.whole(sums, name):
        texts.append(weights.whole_text(form, span))
    for text in texts:
        assert not [word for word in own if word in text]
        assert yaml.safe_load(text)["approved_by"] == ""

"""Rates and currency of `kit start`, month after month: each period file keeps its own."""

import pytest
import yaml

from kit.data.load import load
from tests.start import made
from tests.start.made import meta


def kept(here, period, folder="company"):
    """Keys of a period file."""
    return yaml.safe_load((here / folder / f"params/{period}.yml").read_text(encoding="utf-8"))


def two_months(here):
    """May at 7.25 and June at 7.1, each with dollars and yuan."""
    for month, rate in (("05", "7.25"), ("06", "7.1")):
        meta(here / "meta.csv")
        text = (here / "meta.csv").read_text(encoding="utf-8").replace("2025-06", f"2025-{month}")
        (here / "meta.csv").write_text(text, encoding="utf-8")
        made.alimama(here / "万相台.csv", f"2025-{month}")
        words = ("--rate", f"USD={rate}", "--period", f"2025-{month}", "--into", "company")
        assert made.printed("meta.csv", "万相台.csv", *words)[0] == 0


def test_an_earlier_month_keeps_its_own_rates(here):
    two_months(here)
    assert made.printed("company", "--period", "2025-05")[0] == 0
    assert kept(here, "2025-05")["rates"] == {"USD": 7.25}
    assert kept(here, "2025-06")["rates"] == {"USD": 7.1}
    assert made.printed("company", "--period", "2025-05", "--rate", "EUR=8")[0] == 0
    assert kept(here, "2025-05")["rates"] == {"USD": 7.25, "EUR": 8}


def test_a_month_chosen_by_its_days_is_read_at_its_own_rates(here):
    """June is chosen for want of --period, though a file of later days says another rate."""
    two_months(here)
    late = kept(here, "2025-06") | {"id": "2025-Q3", "start": "2025-07-01", "end": "2025-09-30"}
    late |= {"type": "quarter", "rates": {"USD": 9}}
    (here / "company/params/2025-Q3.yml").write_text(yaml.safe_dump(late), encoding="utf-8")
    assert made.printed("company")[0] == 0
    assert kept(here, "2025-06")["rates"] == {"USD": 7.1}
    rows = made.rows(here / "company/考核填写表-2025-06.xlsx", "plans")
    [spend] = [r for r in rows if r["推广计划名称"] == "Prospecting"]
    assert spend["花费 2025-06"] == pytest.approx(30 * 2.5 * 7.1)


def test_the_rates_told_are_those_of_the_period_at_hand(here):
    """New days of June, whose file says 7.1, beside a file of later days that says 9."""
    two_months(here)
    late = kept(here, "2025-06") | {"id": "2025-Q3", "start": "2025-07-01", "end": "2025-09-30"}
    late |= {"type": "quarter", "rates": {"USD": 9}}
    (here / "company/params/2025-Q3.yml").write_text(yaml.safe_dump(late), encoding="utf-8")
    text = (
        (here / "meta.csv")
        .read_text(encoding="utf-8")
        .replace("Prospecting,2.5", "Retargeting,3.5")
    )
    (here / "more.csv").write_text(text, encoding="utf-8")
    code, told = made.printed("company", "more.csv")
    assert code == 0, told
    assert "汇率 7.1" in told and "汇率 9" not in told


@pytest.mark.parametrize("name", ["2025-05", "大促"])
def test_rates_of_another_periods_file_are_told_with_its_name(here, name):
    """July has no file when it is read; what its rate is, the last file says, however named."""
    two_months(here)
    late = kept(here, "2025-06") | {"id": name, "end": "2025-06-30", "rates": {"USD": 6.9}}
    (here / "company/params/2025-06.yml").unlink()
    (here / f"company/params/{name}.yml").write_text(yaml.safe_dump(late), encoding="utf-8")
    (here / "company/params/notes.yml").write_text("a: [", encoding="utf-8")
    text = (here / "meta.csv").read_text(encoding="utf-8").replace("2025-06", "2025-07")
    (here / "july.csv").write_text(text.replace("-30,", "-31,"), encoding="utf-8")
    code, told = made.printed("company", "july.csv", "--period", "2025-07")
    assert code == 0 and f"{name}.yml（USD 6.9）" in told
    assert kept(here, "2025-07")["rates"] == {"USD": 6.9}
    code, told = made.printed("company", "--period", "2025-07")
    assert code == 0 and "还没有周期文件" not in told


@pytest.mark.parametrize(
    ("rates", "says"),
    [({"USD": "7.1"}, ""), ({"USD": None}, "rates.USD"), ([7.1], "rates"), ({"USD": -1}, "rates")],
)
def test_rates_are_read_as_the_period_file_means_them_or_refused_at_the_line(here, rates, says):
    """A number in quotes is one, as everywhere in a period file; what is none is named."""
    two_months(here)
    late = kept(here, "2025-06") | {"rates": rates}
    file = here / "company/params/2025-06.yml"
    file.write_text(yaml.safe_dump(late), encoding="utf-8")
    code, told = made.printed("company", "--period", "2025-06")
    assert code == (2 if says else 0) and (not says or (says in told and "2025-06.yml" in told))


def test_a_new_period_takes_the_rates_of_the_file_that_ends_last(here):
    two_months(here)
    late = kept(here, "2025-06") | {"id": "2025-01-x", "start": "2025-01-01", "end": "2025-12-31"}
    late |= {"rates": {"USD": 6.9}}
    (here / "company/params/2025-01-x.yml").write_text(yaml.safe_dump(late), encoding="utf-8")
    assert made.printed("company", "--period", "2025-B3")[0] == 0
    assert kept(here, "2025-B3")["rates"] == {"USD": 6.9}


@pytest.mark.parametrize(
    "rate", ["USD=0", "USD=-1", "=7", "USD=nan", "USD=inf", "USD=", "dollar=7"]
)
def test_a_rate_is_three_letters_and_a_finite_number_above_nothing(here, rate):
    meta(here / "meta.csv")
    code, told = made.printed("meta.csv", "--rate", rate)
    assert code == 2 and f"--rate {rate} 看不懂" in told and "Traceback" not in told
    assert not (here / "company").exists()


def test_a_currency_is_three_letters(here):
    meta(here / "meta.csv")
    code, told = made.printed("meta.csv", "--currency", "dollar")
    assert code == 2 and "--currency DOLLAR" in told and "/tmp" not in told


def test_a_currency_typed_later_replaces_that_of_the_period_file_and_its_rates(here):
    made.google(here / "google.csv", "2025-06")
    assert made.printed("google.csv", "--rate", "EUR=8")[0] == 0
    assert kept(here, "2025-06")["currency"] == "CNY"
    code, told = made.printed("company", "--currency", "USD")
    assert code == 0 and "CNY" in told and "USD" in told
    assert kept(here, "2025-06")["currency"] == "USD" and "rates" not in kept(here, "2025-06")
    code, told = made.printed("company")
    assert kept(here, "2025-06")["currency"] == "USD" and "CNY" not in told


def test_a_file_without_a_currency_counts_in_yuan_as_the_kit_does(here):
    """Eight was what a euro is worth in yuan: it does not hold in a company that is in dollars."""
    made.google(here / "google.csv", "2025-06")
    assert made.printed("google.csv", "--rate", "EUR=8")[0] == 0
    file = here / "company/params/2025-06.yml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(x for x in lines if "currency" not in x), encoding="utf-8")
    code, told = made.printed("company", "--currency", "USD")
    assert code == 0 and "改为 USD" in told and "按 CNY 写的汇率" in told
    assert kept(here, "2025-06")["currency"] == "USD" and "rates" not in kept(here, "2025-06")


def test_a_sign_is_not_taken_for_the_one_dollar_that_has_a_rate(here):
    """Hong Kong dollars have a rate since May; what $ is in June's file nobody has said."""
    made.alimama(here / "万相台.csv", "2025-05")
    assert made.printed("万相台.csv", "--rate", "HKD=0.92")[0] == 0
    meta(here / "meta.csv", spend="$2.50")
    text = (here / "meta.csv").read_text(encoding="utf-8").replace(" (USD)", "")
    (here / "meta.csv").write_text(text, encoding="utf-8")
    code, told = made.printed("company", "meta.csv")
    assert code == 2 and "可能是 USD、HKD、AUD" in told and "--rate USD=…" in told
    assert made.printed("company", "meta.csv", "--rate", "USD=7")[0] == 0, "now it was said"
    assert kept(here, "2025-06")["rates"] == {"HKD": 0.92, "USD": 7, "$": 7}


def test_what_a_sign_was_taken_for_is_told_and_kept(here):
    meta(here / "meta.csv", spend="$2.50")
    text = (here / "meta.csv").read_text(encoding="utf-8").replace(" (USD)", "")
    (here / "meta.csv").write_text(text, encoding="utf-8")
    code, told = made.printed("meta.csv", "--rate", "HKD=0.92")
    assert code == 0 and "“$”按 HKD 计" in told
    assert kept(here, "2025-06")["rates"] == {"HKD": 0.92, "$": 0.92}


def test_advice_names_the_currencies_and_the_report_at_hand(here):
    """A company that counts in dollars gets an export of Alimama, which is in yuan throughout."""
    meta(here / "meta.csv")
    made.printed("meta.csv")
    made.alimama(here / "万相台.csv", "2025-06")
    code, told = made.printed("company", "万相台.csv")
    assert code == 2 and "列 alimama" not in told and "报表“" in told
    assert "--rate CNY=…（1 CNY 合多少 USD）" in told and "7.1" not in told
    assert made.printed("company", "万相台.csv", "--rate", "CNY=0.14")[0] == 0


@pytest.mark.parametrize(
    ("cells", "rates", "kept_rates"),
    [
        (("人民币", "美元"), ("USD=7.1",), {"USD": 7.1}),
        (("人民币", "US$"), ("USD=7.1",), {"USD": 7.1}),
        (("USD", "KR"), ("USD=7.1", "SEK=0.7"), {"USD": 7.1, "SEK": 0.7, "kr": 0.7}),
        (("kr", "SEK"), ("SEK=0.7",), {"SEK": 0.7}),
    ],
)
def test_a_rate_is_found_under_whatever_name_a_cell_gives_its_currency(
    here, cells, rates, kept_rates
):
    """15 days each at 10 of the first and of the second; the sum by hand."""
    head = "date,plan_id,plan_name,spend,impressions,clicks,orders,revenue,currency"
    lines = [f"2025-06-{n:02d},P1,收纳,10,100,10,1,50,{cells[n % 2]}" for n in range(1, 31)]
    (here / "ads.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    code, told = made.printed("ads.csv", *(word for rate in rates for word in ("--rate", rate)))
    assert code == 0, told
    assert kept(here, "2025-06")["rates"] == kept_rates
    worth = {"人民币": 1, "美元": 7.1, "US$": 7.1, "USD": 7.1, "KR": 0.7, "kr": 0.7, "SEK": 0.7}
    days = load(here / "company/params/2025-06.yml", refuse=False).plan_days
    assert days["spend"].sum() == pytest.approx(150 * sum(worth[c] for c in cells))


def test_advice_on_several_currencies_leads_through(here):
    """A column of codes with yuan and $: which dollar it is, then the command that is named."""
    head = "date,plan_id,plan_name,spend,impressions,clicks,orders,revenue,currency"
    lines = [
        f"2025-06-{n:02d},P1,收纳,10,100,10,1,50,{'人民币' if n % 2 else '$'}" for n in range(1, 31)
    ]
    (here / "ads.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    code, told = made.printed("ads.csv")
    assert code == 2 and "--rate USD=…" in told and "--rate 人民币" not in told
    code, told = made.printed("ads.csv", "--rate", "USD=7.1")
    assert code == 0, told
    assert kept(here, "2025-06")["rates"] == {"USD": 7.1, "$": 7.1}

"""First screens speak plainly: words that are banned there, and one name for one thing.

Held for the texts that open a page (cards, answers, titles, captions, heads) and for everything
that the agenda and the summary say; notes and error texts follow in their turn.
"""

import re

from kit.words import table

FIRST = re.compile(
    r"^(people\.(agenda|hint|todo|first_ask|worth|card|say|fold|h|t|first|team|person|sheet)\."
    r"|report\.(summary|book|page)\.|abtest\.(decision|next|reason)\."
    r"|abtest\.page\.(title|question|card|answer|todo|forest)"
    r"|scoring\.(title|question|card|say|verdict|own|rank|grade|aim|pair|caption|heat|recalc)"
    r"|retrospective\.(move|t|own|outside|change|waterfall_title)_|retrospective\.(title|question)$"
    r"|load\.(title|question|verdict|card|warned|owes|gates)"
    r"|show\.(grade_lines|over_line|under_line)|page\.(status|key|stage)\.)"
)
BANNED = {
    "zh": "(?<!多大)(?<!检验)把握|分不出高下|与零分不清|分不清|扛得住|守住了|不由我们决定|我们自己"
    "|说好的|与众不同|闭环|代价|应有水平|凑巧|多次抽奖|随便|随意|第 \\{|名次|收缩|Φ|p 值|不是评判"
    "|需要辅导",
    "en": r"told apart|\bbeside\b|\bstands?\b|\bholds?\b|beyond chance|out of line|\bbrought\b"
    r"|\bgives\b(?!})|\bmend|merit nor fault|a row a person|tail wind|lottery|\d sure\b"
    r"|rank interval|stays in the denominator|no ground to",
}
GLOSSARY = {  # what a thing is called in every text, first screen or not
    "zh": r"试验|把握度|分流有误|误报预算|单均金额|按成交付佣的",
    "en": r"(?<!to-)\bcart rate\b|lottery ticket",
}


def banned(texts: dict[str, dict[str, str]]) -> list[str]:
    """Keys of first texts that hold a banned word, with the word."""
    found = []
    for key, words in texts.items():
        if FIRST.match(key):
            for lang, pattern in BANNED.items():
                hit = re.search(pattern, words[lang], re.IGNORECASE)
                found += [f"{key} {lang}: {hit[0]}"] if hit else []
    return found


def test_no_first_text_holds_a_banned_word():
    assert banned(table()) == []


def test_a_banned_word_would_be_found():
    made = {"scoring.say_x": {"zh": "分不出高下", "en": "near the average"}}
    assert banned(made) == ["scoring.say_x zh: 分不出高下"]


def test_a_thing_has_one_name_in_every_text():
    found = [
        f"{key} {lang}: {hit[0]}"
        for key, words in table().items()
        for lang, pattern in GLOSSARY.items()
        if (hit := re.search(pattern, words[lang], re.IGNORECASE))
    ]
    assert found == []


def test_chinese_first_texts_have_no_half_width_colon():
    texts = {key: words["zh"] for key, words in table().items() if FIRST.match(key)}
    assert [key for key, text in texts.items() if re.search(r"[一-鿿]:", text)] == []

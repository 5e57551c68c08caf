"""Whether a text in Chinese or Japanese lacks the number, the person or the measure that a question asks for."""

from __future__ import annotations

import re

from bookwheel.lazy_regex import lazy_regex

_NUMBER = r"[0-9０-９一二两三四五六七八九十百千万〇]+"
_CLASSIFIERS = "本册名个位辆台张只间件条份栋家口头棵部套种次"
# "有多少本书": how many of what; of money, time and the like other words are asked.
_COUNTED = lazy_regex(
    rf"(?:多少|几)[{_CLASSIFIERS}]?(?!钱|时间|天|年|个月|小时|分钟|度|米|公里|公斤|克|岁|点|号|元|久|次|[?？])"
    r"([一-鿿]{1,4}?)(?=[？?。，,]|$)"
)
# "何人", "何冊", "何台": the number has the same counter.
_COUNTER = lazy_regex(r"何(人|名|冊|台|個|本|匹|枚|軒|回|室|席|頭|羽|種類)")
_PEOPLE = "人名"
# "At most four a person" and "500 yen for one person" do not say how many there are.
_LIMIT = lazy_regex(r"最多|至多|每人|每次|每位|一人(?:につき|あたり|当たり)|まで|未满")
_CLAUSE = lazy_regex(r"[。！？；，、\n]")
_WHO = lazy_regex(r"誰|だれ|どなた")
_PERSON = lazy_regex(
    r"さん|さま|様|氏|先生|くん|ちゃん|教授|博士|夫妻|会社|店|委員|部長|課長|係|会長|館長|[ァ-ヺー]{2,}・[ァ-ヺー]{2,}"
    r"|(?<![^\W\d_])[一-鿿]{2,3} ?[一-鿿]{1,3}(?=が|です|だ|。|$)(?<!日)(?<!時)(?<!場)"
)
_MEASURES: tuple[tuple[str, str], ...] = (
    ("面積|面积|広さ", r"平方|㎡|m2|m²|ヘクタール|アール|坪|公顷|亩|畳"),
    (
        "高さ|長さ|深さ|幅|直径|距離|高度|身高|长度|深度|宽度|距离",
        r"メートル|センチ|ミリ|キロ|米|厘米|公里|毫米|[ckm]?m(?![a-z])",
    ),
    ("重さ|体重|重量|多重", r"キロ|グラム|トン|公斤|千克|克|吨|斤|k?g(?![a-z])"),
)
_MEASURE_PATTERNS = [(lazy_regex(asked), lazy_regex(rf"{_NUMBER}\s*(?:{said})")) for asked, said in _MEASURES]


def lacks_what_is_asked(question: str, text: str) -> bool:
    """Whether `text` has no count, person or measure for a question in Chinese or Japanese that asks for one."""
    if _WHO.search(question) is not None and _PERSON.search(text) is None:
        return True
    if any(asked.search(question) and not said.search(text) for asked, said in _MEASURE_PATTERNS):
        return True
    clauses = [clause for clause in _CLAUSE.split(text) if _LIMIT.search(question) or not _LIMIT.search(clause)]
    if (counter := _COUNTER.search(question)) is not None:
        same = _PEOPLE if counter[1] in _PEOPLE else counter[1]
        return not any(re.search(rf"{_NUMBER}\s*(?:{same if same == counter[1] else f'[{same}]'})(?!{_NUMBER})", one)
                       for one in clauses)  # fmt: skip
    if (counted := _COUNTED.search(question)) is not None:
        of_it = re.escape(counted[1])
        said = rf"{_NUMBER}[{_CLASSIFIERS}]?{of_it}|{of_it}(?:数|总数|数量)?[共一有为是：:]{{1,3}}{_NUMBER}"
        return not any(re.search(said, one) for one in clauses)
    return False

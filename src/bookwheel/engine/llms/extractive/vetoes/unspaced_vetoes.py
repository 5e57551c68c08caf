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
    r"さん|さま|様|氏|先生|くん|ちゃん|教授|博士|夫妻|会社|店|[部課班係団社局署組会](?=が|は|で|の|に|。|$)|委員|部長|課長|係|会長|館長|[ァ-ヺー]{2,}・[ァ-ヺー]{2,}"
    r"|(?<![^\W\d_])[一-鿿]{2,3} ?[一-鿿]{1,3}(?=が|です|だ|。|$)(?<!日)(?<!時)(?<!場)"
)
_MEASURES: tuple[tuple[str, str], ...] = (
    (
        "面積|面积|広さ|大きさ|多大(?!年纪|岁数|了)",
        r"平方|㎡|m2|m²|ヘクタール|アール|坪|公顷|亩|畳|メートル|センチ|リットル|米|厘米|升|[ckm]?m(?![a-z])|[间个層层岁歳]",
    ),
    (
        "多[高深宽远厚]|高さ|長さ|深さ|幅|直径|距離|高度|身高|长度|深度|宽度|距离|標高|海抜|海拔",
        r"メートル|センチ|ミリ|キロ|米|厘米|公里|毫米|[ckm]?m(?![a-z])",
    ),
    ("多长(?!时间)", r"公?里|[分厘毫]?米|[ckm]?m(?![a-z])|个?小时|分钟|秒|天|日|周|个?月|年"),
    ("重さ|体重|重量|多重", r"キロ|グラム|トン|公斤|千克|克|吨|斤|k?g(?![a-z])"),
)
_MEASURE_PATTERNS = [(lazy_regex(asked), lazy_regex(rf"{_NUMBER}\s*(?:{said})")) for asked, said in _MEASURES]
# "谁创办了", "谁是馆长": the verb or the office has to be there; "在哪里" asks for a place.
_WHO_DID = lazy_regex("谁(?!是|的|有|在|会|要|能|可)([一-鿿]{2})")
_WHO_IS = lazy_regex("谁是[^？?]*?([一-鿿]{2})[？?]|([一-鿿]{2})是谁")
_WHERE = lazy_regex("哪里|哪儿|什么地方|在哪(?=[一-鿿]?[？?])")
_PLACE = lazy_regex("在|于|地点|地址|楼|室|路|街|厅|馆|门|处|旁|边|里|内|外|上|下|前|后|侧|区|站|园|院|号|店|房")
_WHERE_JA = lazy_regex("どこ|どちら")
_PLACE_JA = lazy_regex(
    r"場所|会場|住所|所在|地|駅|館|室|階|棟|店|町|市|区|県|園|校|院|寺|橋|港|庭|裏|前|横|隣|上|下|中|内|で|に"
)
_WHEN_LABEL = lazy_regex(
    r"\A\W*(?:日時|日程|時間|開催日|期日|期間|日付|担当|電話|連絡先|料金|費用|参加費|持ち物)\s*[：:]"
)
_TIMES = lazy_regex("[上下中]午|晚上|早上|以[上下内前后外]|[之]?[前后]后?|星期[一二三四五六日天]?|点")
# "いつ建てられましたか": the sign of the verb must be there, but not that of "begins".
_WHEN_JA = lazy_regex("いつ[^一-鿿]*([一-鿿])[^一-鿿]*(?:ました|ます|た)か")
_OF_SCHEDULES = "始開終閉行来出着休"
_THING_JA = lazy_regex(r"([^、。？?はが]{1,8})[はが]どこ")
_WHICH_YEAR = lazy_regex("何年に|哪一?年")
_YEAR = lazy_regex(r"[\d一二三四五六七八九〇零○]{2,4}\s?年|(?:昭和|平成|令和|大正|明治)|[去昨今前]年")
# "茶仓的面积是多少": a name of a property that no rule knows must be in the text.
_PROPERTY = lazy_regex("的([一-鿿]{2,4}?)(?:是|有|为)?(?:多少|多大|多高|多长|什么|哪)")
_KNOWN = lazy_regex("价格?$|价钱|钱|费用|收费|时间|日期|名|原因|地址|地点|电话|年|月|人数|数|长|高|大小|重|温度")


# What is said of the opening is not said of the closing, unless both are there.
_OPPOSITES = (
    ("开放|开门|开馆|开始|开业|营业", "关闭|关门|闭馆|结束|停业|打烊"),
    ("入住|出发|上车|进场|借", "退房|返回|到达|下车|退场|还"),
    ("最高|最大|最多|上限", "最低|最小|最少|下限"),
    ("開始|開館|開店|始ま|開く|開き|開け", "終了|閉館|閉店|終わ|閉ま|閉め"),
    ("出発|入場|入室|チェックイン", "到着|退場|退室|チェックアウト"),
)
_OPPOSITE_PATTERNS = [(lazy_regex(one), lazy_regex(other)) for one, other in _OPPOSITES]
_IS_SPAN = lazy_regex(r"至|到|～|〜|から|まで|[-–—]")


def _is_only_of_attribute(thing: str, text: str) -> bool:
    """Whether a text only names what the thing has, as "the heat of the store" where the store is asked for."""
    return thing in text and not re.search(rf"{re.escape(thing)}(?!の(?!場所|中|隣|前|横|奥|裏|所在))", text)


def _says_opposite(question: str, text: str) -> bool:
    """Whether a text says of the opening what is asked of the closing, and gives no span that has both."""
    for one, other in (*_OPPOSITE_PATTERNS, *((other, one) for one, other in _OPPOSITE_PATTERNS)):
        if one.search(question) and not other.search(question) and not one.search(text):
            return other.search(text) is not None and _IS_SPAN.search(text) is None
    return False


def _lacks_word(question: str, text: str) -> bool:
    """Whether the verb of who did it, the office of who it is, or the property that is asked for is nowhere."""
    for pattern in (_WHO_DID, _WHO_IS):
        if (match := pattern.search(question)) is not None:
            return next(filter(None, match.groups())) not in text
    if _WHERE.search(question) is not None:
        return _PLACE.search(_TIMES.sub("", text)) is None
    if _WHICH_YEAR.search(question) is not None and _YEAR.search(text) is None:
        return True
    if _WHERE_JA.search(question) is not None:
        if (thing := _THING_JA.match(question)) and _is_only_of_attribute(thing[1], text):
            return True
        return _WHEN_LABEL.match(text) is not None or _PLACE_JA.search(text) is None
    if (when := _WHEN_JA.search(question)) is not None and when[1] not in _OF_SCHEDULES:
        return when[1] not in text
    named = _PROPERTY.search(question)
    if named is None or _KNOWN.search(named[1]):
        return False
    return not any(named[1][at : at + 2] in text for at in range(len(named[1]) - 1))


def lacks_what_is_asked(question: str, text: str) -> bool:
    """Whether `text` has no count, person or measure for a question in Chinese or Japanese that asks for one."""
    if _lacks_word(question, text) or _says_opposite(question, text):
        return True
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

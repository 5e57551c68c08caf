"""Things that a question names exactly: codes, numbered things ("flat 5"), dates, files. A similar one is not a match.

An answer about invoice 2024-118 does not answer a question about invoice 2024-181, however alike the two are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from bookwheel.engine.text.dates import MONTHS, season_in
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.value_patterns import is_amount_word
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

ThingKind = Literal["code", "numbered", "date", "file"]

MOST_OFFERED = 3
MIN_LIKENESS, MIN_LIKENESS_OF_SHORT = 0.55, 0.5
SHORT_CODE = 3
# Word processors write these between the parts of a code.
_PLAIN_HYPHENS = str.maketrans("\u2010\u2011\u2212", "---")
_AFTER_LETTER = lazy_regex(
    r"\s*(?:[?.,;:!)]|$|(?:in|on|at|of|for|to|from|is|was|has|had|have|does|do|did|will|cost|weigh|use|hold|and|or"
    r"|im|am"
    r"|hat|ist|war|kostet|est|a|et|es|tiene|è|ha)\b)"
)
# A date is a day; a month of a year is one too, with the day 0, and a season, which has no month, is one of its months.
Day = tuple[int, int, int]
OF_SEASON = -1

_TOKEN = lazy_regex(r"(?<![\w-])[^\W_][\w]*(?:[-/._:#]+[\w]+)*(?:\+\+|#)?|(?<![\w-])\w+(?:[-/._:#]+\w+)*")
_FILE = lazy_regex(r"(?i)(?<![\w/])[\w-]+(?:\.[\w-]+)*\.(?:md|txt|csv|tsv|json|jsonl|ya?ml|toml|ini|html?|pdf"
r"|docx?|xlsx?|pptx?|odt|ods|rtf|epub"
                   r"|eml|mbox|py|js|ts|go|rs|c|cpp|h|java|rb|sh|sql|tex|rst|org|ipynb|log|srt|vtt|xml)\b")  # fmt: skip
_PLAIN_NUMBER = lazy_regex(r"[-+]?\d+(?:[.,:]\d+)*")
_AMOUNT = lazy_regex(
    r"(?i)\d+(?:[.,]\d+)?[-–]?(?:st|nd|rd|th|er|e|ème|º|ª|s|x|h|am|pm|k|m|mm|cm|km|g|kg|mg|l|ml|gb|mb|kb|tb|kwh"
    r"|kw|w|v|hz|nm|db|°c?|%|(?:years?|months?"
    r"|weeks?|days?|hours?|minutes?|metres?|meters?|miles?|pounds?|euros?|dollars?|degrees?|pages?|persons?"
    r"|people|times?|fold|jährig\w*)(?:-\w+)*)"
)
# "120-Liter-Tonne", "5-km-Lauf".
_SO_MUCH_EACH = lazy_regex(
    r"(?i)\d+(?:[.,]\d+)?-(?:mm|cm|m|km|g|kg|ml|l|kw|kwh|w|v|h|min|(?:milli|zenti|centi|kilo)?(?:liter|litre|meter"
    r"|metre"
    r"|gramm?|watt)|tonnen?|tage?s?|stunden?|euro)-\w+"
)
_NAMED_VERSION = lazy_regex(r"(?:\b(?i:version|release|v\.?|rev\.?)|[A-Z]\w+)\s+v?(\d+(?:\.\d+)+)\b")
# "What changed in squirrel 2.2?", but not "Is a value above 6.5 good?".
_VERSION_AT_END = lazy_regex(
    r"\b(?:in|of|with|for|since|does|did|is|from|to|de|von|bei|mit|seit|en|avec|con|desde|depuis)"
    r" [a-z][\w-]{2,} v?(\d+(?:\.\d+)+)(?=\s*[?!,]|\s*$)"
)
# "What is new in 2.2?", and any number of three parts that are not thousands: "2.2.1".
_VERSION_OF_CHANGES = lazy_regex(
    r"(?i)\b(?:new|neu|chang\w+|fix\w*|add\w*|remov\w+|introduc\w+|deprecat\w+|drop\w*|improv\w+|geändert|behoben"
    r"|entfernt"
    r"|nouveau|neuf|nuevo|nuovo|novo|nieuw)(?: \w+)? (?:in|with|since|by|mit|seit|dans|avec|en|con|desde|em)"
    r" (?:version |release |v\.? ?)?v?(\d+(?:\.\d+)+)(?=\s*[?!,]|\s*$)"
)
_LONG_VERSION = lazy_regex(r"(?<![\w.,/:-])v?((?!\d{1,3}(?:\.\d{3})+\b)\d+(?:\.\d+){2,})(?![\w.]\w|\w|[/:-])")
_IS_VERSION = lazy_regex(r"v?(\d+(?:\.\d+)+)")
# An IBAN, and the number of an account, a telephone or a book: written in groups, or in one.
_LONG_NUMBER = lazy_regex(
    r"(?<![\w.,/-])(?:[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?"
    r"|(?!\d{1,3}(?: \d{3})+(?! ?\d)|(?:1\d|20)\d\d[ -](?:1\d|20)\d\d)(?:\+|\b)\d(?:[ -]?\d){8,18}X?)(?![\w-]|[.,]\d)"
)
# Chinese and Japanese; the counters of things that are told apart by their numbers.
_UNSPACED = lazy_regex(r"[\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff1a-\uffef]+")
_COUNTED = lazy_regex(r"(\d{1,6})(号|號|番|条|條|款|章|节|節|室|楼|樓|层|階|月)")
_NUMERALS = "〇 一 二 三 四 五 六 七 八 九 十 十一 十二".split()
_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_BETWEEN_SIGNS = r"[ \u00a0\u202f/-]?"
_BETWEEN_GROUPS = lazy_regex(_BETWEEN_SIGNS)
_INNER_CAPITAL = lazy_regex(r"[a-z][A-Z]")
_NUMBER_NAMES = "One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve"
# "Qn 6", "DN 50": short words in capitals, or without a vowel; not the volts of "12 V 3", nor "On 5".
_SHORT_NUMBERED = r"(?<!\d )(?:(?!PM|IN|ON|NO|OF|TO|DO)[B-HJ-Z][A-Z]|[B-DF-HJ-NP-TV-Z][b-df-hj-np-tv-xz])"
_NUMBERED = lazy_regex(
    rf"\b([^\W\d_]{{3,}}|{_SHORT_NUMBERED})\s+(?:[Nn]o\.?\s*|[Nn]r\.?\s*|#)?(\d{{1,4}}[a-z]?|[A-Z]|[IVX]{{1,4}}"
    rf"|{_NUMBER_NAMES})\b(?![.,:]?\d|[-/]\w)"
)
# "Ctrl+T", "Strg-T", "--verbose".
_KEYS = lazy_regex(
    r"(?i)(?<!\w)(?:ctrl|control|strg|alt|altgr|shift|cmd|meta|super|option)"
    r"(?: ?[+-] ?(?:alt|shift|ctrl|strg|cmd))* ?[+-] ?(?:[a-z][a-z]{0,9}\d{0,2}|[^\w\s])(?!\w)"
)
_OPTION = lazy_regex(r"(?<![\w-])--?[A-Za-z][\w-]*")
# "What does ! mean?", "the key `/`"; French writes a blank before the "?" of any question.
_SIGN_NAMED = lazy_regex(
    r"(?i)\b(?:mark|sign|symbol|character|key|press|type|does|do|is|zeichen|taste|drückt|drücke|bedeutet|heißt|signe"
    r"|symbole"
    r"|caractère|touche|signifie|signo|símbolo|tecla|carácter|significa|segno|simbolo|tasto)"
    r" [`'\"“„«]?([!#$%&*+/<=>?@\\^|~{}\[\]]{1,3})[`'\"”“»]?(?=[ ?,.])"
)
# "The country with the code DE", "Which station has the abbreviation ARN?".
_NAMED_CODE = lazy_regex(
    r"\b(?i:codes?|abbreviation|acronym|symbol|ticker|kürzel|abkürzung|sigle|abréviation|código|siglas?|abreviatura"
    r"|codice|abbreviazione) (?i:of |for |von |de )?[\"'“„«]?([A-Z]{2,4})\b"
)
_SECTION = lazy_regex(r"§ ?\d{1,4}[a-z]?\b|\bN(?:o|r|º|°)\.? ?\d{1,5}[a-z]?\b(?![.,:]?\d|[-/]\w)")
# "Clause 14.1" is neither 14.2 nor 14.12.
_PART_OF_TEXT = lazy_regex(
    r"(?i)\b(?:sections?|sect?\.|clauses?|chapters?|articles?|art\.|paragraphs?|para\.?|figures?|fig\.|tables?|annex"
    r"|appendix|item|rule|step|requirement|abschnitt|kapitel|ziffer|punkt|absatz|artikel|klausel|abbildung|abb\."
    r"|tabelle"
    r"|anhang|chapitre|paragraphe|tableau|annexe|règle|sección|cláusula|capítulo|artículo|apartado|figura|tabla|anexo"
    r"|sezione|clausola|capitolo|articolo|tabella|allegato)"
    r" (?:no\.? |nr\.? |n[°º] ?)?(\d{1,3}(?:\.\d{1,3}){1,4})(?![\w%€$£]|[.,]\d|-\w)"
)
# Folded, as the words that are compared with them.
_NOT_NUMBERED = frozenset(
    """than the and for until till from about after before over under between with within during since least most only
    mehr als bis und fur nach vor uber unter etwa mindestens hochstens noch seit pro
    plus moins que avant apres entre avec pendant pour mas menos antes despues con para
    are were was has have does did can may must will would into onto per its his her our not but how what which whose
    kosten kostet wiegen wiegt coutent cuestan pesan costano custam
    anos anni annees
    last first next past previous these those other another top exactly about around some just only all keep
    letzten ersten nachsten vorigen diese anderen genau rund alle
    derniers dernieres premiers premieres prochains prochaines ces autres exactement
    ultimos ultimas primeros primeras proximos proximas estos otros exactamente
    ultimi ultime primi prime prossimi prossime questi altri
    abschnitt nr mr dr st""".split()
)
# Without 5 and 10: "line V" and "line X" are letters.
_ROMAN = {
    "1": "I", "2": "II", "3": "III", "4": "IV", "6": "VI", "7": "VII", "8": "VIII", "9": "IX", "11": "XI", "12": "XII",
    "13": "XIII", "14": "XIV", "15": "XV", "16": "XVI", "17": "XVII", "18": "XVIII", "19": "XIX", "20": "XX",
}  # fmt: skip
_OTHER_NUMERALS = _ROMAN | {roman: figure for figure, roman in _ROMAN.items()}
# "May 80 cows graze there?" names no month.
_MAY = lazy_regex(r"^\W*May (?=\d+ (?!(?:is|was|were|are|will|and|or|to|in|at|on|the|a|an|by|for)\b)[a-z])")
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_WRITTEN_DAYS = (
    lazy_regex(
        rf"(?i)\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+"
        rf"|di\s+)?({_MONTH})\b\.?,?(?:\s+(?:de[l]?\s+)?(\d{{4}}))?"
    ),
    lazy_regex(rf"(?i)\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{{4}}))?"),
    lazy_regex(rf"(?i)\b({_MONTH})\b\.?,?\s+(?:de[l]?\s+)?(\d{{4}})\b"),
)
_NUMERIC_DAY = lazy_regex(r"(?<!\d)(?:(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4}))(?!\d)")
_CJK_DAY = lazy_regex(r"(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]")
_FILE_MONTH = lazy_regex(r"(?<!\d)(\d{4})[-_](\d{2})(?![\d])")


@dataclass(frozen=True, slots=True)
class ExactThing:
    """A thing as the question writes it."""

    kind: ThingKind
    text: str

    @property
    def is_number(self) -> bool:
        """Whether it is a bare number, as a version: "1.8" may be anything's."""
        return _IS_VERSION.fullmatch(self.text) is not None

    def is_another_in(self, text: str) -> bool:
        """Whether `text` names another of the same numbered things and not this one: "flat 7" for "flat 17"."""
        return self.kind == "numbered" and not self.is_in(text) and any(_others(self, text))

    def is_in(self, text: str) -> bool:
        """Whether `text` names this thing, to the letter or, for a date, to the day."""
        match self.kind:
            case "date":
                return any(_is_same_day(asked, there) for asked in days_in(self.text) for there in days_in(text))
            case "numbered":
                word, number = self.text.rsplit(" ", 1)
                if _is_enumerated(word, number, text) or _is_in_range(word, number, text):
                    return True
                other = _OTHER_NUMERALS.get(number, "(?!)")
                word = rf"(?i:\b{re.escape(_singular(word))}\w{{0,2}})"
                # "Oxygen-16", "World War II" for "World War 2".
                written = rf"{word}(?:[-–](?i:{re.escape(number)})(?![\w-])|[ -]{other}\b)"
                # "NHL 2: 4 hours" has no NHL 4; "flats 15 and 17" have a flat 17.
                listed = r"(?:\d+[a-z]?(?:, ?| ?(?:and|or|und|oder|et|ou|y|o|e|en|[–/&-]) ?))+"
                between = rf"(?:[^.\n\d]{{0,24}}?|[^.\n\d]{{0,8}}{listed})"
                near = rf"{word}\b{between}(?:[Nn][or]\. ?)?(?<![\w.,-])(?i:{re.escape(number)})(?![\w-])"
                return re.search(rf"{written}|{near}", text) is not None
            case "code" if _UNSPACED.search(text) is not None or _COUNTED.fullmatch(self.text) is not None:
                return _is_in_unspaced(self, text)
            case "code" | "file" if not text.isascii() and (plain := text.translate(_PLAIN_HYPHENS)) != text:
                return self.is_in(plain)
            case "code" if _KEYS.fullmatch(self.text):
                first, *keys = (part for part in re.split(r" ?[+-] ?", self.text) if part)
                first = "(?:ctrl|control|strg)" if first.lower() in ("ctrl", "control", "strg") else re.escape(first)
                written = r" ?[+-] ?".join([first, *map(re.escape, keys)])
                return re.search(rf"(?i)(?<!\w){written}(?!\w)", text) is not None
            case "code" if not any(map(str.isalnum, self.text)):
                # Not the sign of a heading or of a list item, which begins its line.
                return re.search(rf"[ `'\"“„«(]{re.escape(self.text)}(?=[`'\"”“»),.;:]|\s|$)", text) is not None
            case "code" if version := _IS_VERSION.fullmatch(self.text):
                return re.search(rf"(?i)(?<![\w.])v?{re.escape(version[1])}(?![\w-]|\.\d)", text) is not None
            case "code" if _LONG_NUMBER.fullmatch(self.text):
                signs = _BETWEEN_SIGNS.join(map(re.escape, _BETWEEN_GROUPS.sub("", self.text)))
                return re.search(rf"(?i)(?<![\w-]){signs}(?![\w]|-\w)", text) is not None
            case _:
                # `-U` is another option than `-u`.
                case = "" if _OPTION.fullmatch(self.text) and len(self.text) == len("-u") else "(?i)"
                return re.search(rf"{case}(?<![\w-]){re.escape(self.text)}(?![\w]|-\w)", text) is not None


def _is_in_unspaced(thing: ExactThing, text: str) -> bool:
    if (counted := _COUNTED.fullmatch(thing.text)) is not None:
        return re.search(_written_count(*counted.groups()), text) is not None
    return thing.is_in(_UNSPACED.sub(" ", text))


def _written_count(number: str, counter: str) -> str:
    """A pattern for a number before its counter: "7号" as "７号" and "七号" too."""
    value = int(number)
    written = [str(value), str(value).translate(_WIDE_DIGITS), *_NUMERALS[value : value + 1]]
    return rf"(?<![\d{''.join(_NUMERALS[1:11])}])(?:{'|'.join(written)}){counter}"


def _is_enumerated(word: str, number: str, text: str) -> bool:
    """Whether it is a later one of several: "Exit code 0 means success, 2 that files are missing"."""
    pattern = (
        rf"(?i)\b{re.escape(_singular(word))}\w{{0,2}} \w{{1,4}}\b[^.\n]*"
        r"(?:[,;]|\band|\bor|\bund|\boder|\bet|\bou|\by|\bo)"
        rf" {re.escape(number)} (?:means?|is|that|for|if|when|says|heißt|bedeutet|dass|für|wenn|que|si|pour|para)\b"
    )
    return re.search(pattern, text) is not None


def _is_in_range(word: str, number: str, text: str) -> bool:
    """Whether it is within a range: week 8 within "Weeks 7 to 9"."""
    if not number.isdigit():
        return False
    pattern = (
        rf"(?i)\b{re.escape(_singular(word))}(?:s|n|en|e)?:? (\d{{1,4}}) ?(?:-|–|to|until|through|bis|à|au|al?|tot)"
        r" ?(\d{1,4})\b(?![.,:]\d)"
    )
    return any(int(match[1]) <= int(number) <= int(match[2]) for match in re.finditer(pattern, text))


def exact_things(question: str) -> list[ExactThing]:
    """The codes, numbered things, dates and files in a question, in that order."""
    rest = question = _MAY.sub("", question.translate(_PLAIN_HYPHENS))
    files = [match[0] for match in _FILE.finditer(question)]
    for name in files:
        rest = rest.replace(name, " ")
    dates: list[str] = []
    for pattern in (_NUMERIC_DAY, *_WRITTEN_DAYS, _CJK_DAY):
        dates += [match[0] for match in pattern.finditer(rest)]
        rest = pattern.sub(" ; ", rest)
    numbers = [match[0] for match in _LONG_NUMBER.finditer(rest)]
    rest = _LONG_NUMBER.sub(" ; ", rest)
    forms = (_NAMED_CODE, _NAMED_VERSION, _VERSION_AT_END, _VERSION_OF_CHANGES, _LONG_VERSION)
    signed = [match[0] for one in (_KEYS, _OPTION) for match in one.finditer(rest)]
    signed += [match[1] for match in _SIGN_NAMED.finditer(rest)]
    for text in signed:
        rest = rest.replace(text, " ; ")
    named = (found for one in forms for found in one.findall(rest))
    codes = list(dict.fromkeys([*numbers, *codes_in(rest), *signed, *named]))
    return [
        *(ExactThing("code", code) for code in codes),
        *(ExactThing("code", match[0]) for match in _SECTION.finditer(rest)),
        *(ExactThing("code", match[1]) for match in _PART_OF_TEXT.finditer(rest)),
        *(ExactThing("numbered", f"{word} {number}") for word, number in _numbered(rest)),
        *(ExactThing("date", date) for date in dates),
        *(ExactThing("file", name) for name in files),
    ]


def codes_in(text: str) -> Iterator[str]:
    """What looks like a code: letters and digits together, parts joined by signs, `snake_case`, `CamelCase`.

    In scripts without spaces between words a number is one with its counter alone: "7号", "2月".
    """
    if _UNSPACED.search(text) is not None:
        yield from (match[0] for match in _COUNTED.finditer(text))
        text = _UNSPACED.sub(" ", text)
    for match in _TOKEN.finditer(text):
        token = match[0].rstrip("._:/-")
        if _PLAIN_NUMBER.fullmatch(token) or _AMOUNT.fullmatch(token) or _SO_MUCH_EACH.fullmatch(token):
            continue
        has_digit, has_letter = any(map(str.isdigit, token)), any(map(str.isalpha, token))
        if (has_digit and (has_letter or re.search(r"[-/_]", token))) or "_" in token or _INNER_CAPITAL.search(token):
            yield token


def nearest_things(thing: ExactThing, texts: Iterable[str]) -> list[str]:
    """The things of the same kind in the texts, the nearest first, days by their distance; at most three."""
    plain = (text.translate(_PLAIN_HYPHENS) for text in texts)
    there = dict.fromkeys(other for text in plain for other in _others(thing, text))
    if thing.kind == "date" and (asked := days_in(thing.text)):
        apart = {other: min(_days_apart(asked[0], day) for day in days_in(other)) for other in there if days_in(other)}
        return sorted(apart, key=lambda other: apart[other])[:MOST_OFFERED]
    from difflib import SequenceMatcher  # imported late: most questions name nothing that is missing

    likeness = {other: SequenceMatcher(None, fold(thing.text), fold(other)).ratio() for other in there}
    # Of a short code one sign is much: "F7" and "F6".
    least = MIN_LIKENESS if len(thing.text) > SHORT_CODE else MIN_LIKENESS_OF_SHORT
    best = [other for other in there if likeness[other] >= least and len(other) <= 2 * len(thing.text) + SHORT_CODE]
    return sorted(best, key=lambda other: -likeness[other])[:MOST_OFFERED]


def _days_apart(one: Day, other: Day) -> int:
    """About how many days lie between two days; without a year they are of the same one."""
    years = one[0] - other[0] if one[0] and other[0] else 0
    return abs(years * 372 + (one[1] - other[1]) * 31 + one[2] - other[2])


def is_of_month(thing: ExactThing, text: str) -> bool:
    """Whether a text names only the month of an asked day."""
    asked = [day for day in days_in(thing.text) if day[2]] if thing.kind == "date" else []
    return bool(asked) and not any(day[1:] == there[1:] for day in asked for there in days_in(text))


def days_in(text: str) -> list[Day]:
    """The days (year, month, day) that a text names; 0 for what it leaves out."""
    found: list[Day] = []
    for match in _NUMERIC_DAY.finditer(text):
        if match[1]:
            found.append((int(match[1]), int(match[2]), int(match[3])))
        else:
            first, second, year = int(match[4]), int(match[5]), int(match[6])
            found += [(year, second, first), (year, first, second)]
    for day, month, year in _WRITTEN_DAYS[0].findall(text):
        found.append((int(year or 0), MONTHS[month.lower()], int(day)))
    for month, day, year in _WRITTEN_DAYS[1].findall(text):
        found.append((int(year or 0), MONTHS[month.lower()], int(day)))
    # "March 2025" within "13 March 2025" is not a month alone.
    rest = _WRITTEN_DAYS[1].sub(" ; ", _WRITTEN_DAYS[0].sub(" ; ", text))
    for month, year in _WRITTEN_DAYS[2].findall(rest):
        found.append((int(year), MONTHS[month.lower()], 0))
    for year, month, day in _CJK_DAY.findall(text):
        found.append((int(year or 0), int(month), int(day)))
    return [day for day in found if day[1] <= 12 and day[2] <= 31]


def day_of_document(*named: str) -> Day | None:
    """The first day among a document's date, title, heading and file name."""
    for text in named:
        if days := days_in(text):
            return days[0]
        if match := _FILE_MONTH.search(text):
            return int(match[1]), int(match[2]), 0
        if (season := season_in(text)) is not None:
            return (*season, OF_SEASON)
    return None


def _numbered(question: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBERED.finditer(question):
        word, number = match[1], match[2]
        following = re.match(r"[-\s]*([^\W\d_]+|[°%€$£])", question[match.end() :])
        is_amount = number[0].isdigit() and following is not None and is_amount_word(following[1].lower())
        # "Who directs Three Men?"
        is_title = number.istitle() and len(number) > 1 and following is not None and following[1].istitle()
        # "What did I see", "Has A Bank"; "shed A" stands before a sign or one of these words.
        is_letter_alone = number == "I" or (number == "A" and not _AFTER_LETTER.match(question, match.end()))
        if (
            fold(word) in _NOT_NUMBERED
            or fold(word) in MONTHS
            or is_amount
            or (is_title and word[0].islower())
            or is_letter_alone
            or (number.isdigit() and len(number) == 4 and 1500 < int(number) < 2100)
        ):
            continue
        yield word, number


def _others(thing: ExactThing, text: str) -> Iterator[str]:
    match thing.kind:
        case "code" if thing.text.startswith("§"):
            yield from _SECTION.findall(text)
        case "code" if _LONG_NUMBER.fullmatch(thing.text):
            yield from (match[0] for match in _LONG_NUMBER.finditer(text))
        case "code" if signed := next((one for one in (_KEYS, _OPTION) if one.fullmatch(thing.text)), None):
            yield from (match[0] for match in signed.finditer(text))
        case "code":
            yield from codes_in(text)
        case "numbered":
            word = _singular(thing.text.rsplit(" ", 1)[0])
            # "Train: 4" of a table as well, but not "Date of invoice: 6 May 2025".
            day = r"(?!\.? [^\W\d_]{3,9}\.? \d{4})"
            numbers = rf"(?i)\b({re.escape(word)}\w{{0,2}}):? (\d{{1,4}}|[A-Z]|{_NUMBER_NAMES})\b{day}"
            yield from (" ".join(match) for match in re.findall(numbers, text))
        case "date":
            for pattern in (_NUMERIC_DAY, *_WRITTEN_DAYS[:2], _CJK_DAY):
                yield from (match[0] for match in pattern.finditer(text))
        case "file":
            return


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") else word


def _is_same_day(asked: Day, there: Day) -> bool:
    return all(one == other for one, other in zip(asked, there, strict=True) if one and other) and asked[1] == there[1]

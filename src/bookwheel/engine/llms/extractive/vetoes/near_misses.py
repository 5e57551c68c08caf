"""Sentences that have the words of a question and do not answer it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from itertools import pairwise

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.framing_words import HOW_LONG_KEPT
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.question_kinds import asks_where_it_is
from bookwheel.engine.text.question_terms import content_terms, synonyms, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.engine.text.value_patterns import HAS_VALUE, MONTHS_BY_NAME
from bookwheel.lazy_regex import lazy_regex

_WHEN_WAS = lazy_regex(
    r"(?i)^\W*(?:when (?:was|were|did)|wann (?:wurde[n]?|war|hat)|quand (?:a|ont|était)|cuándo (?:fue|se)|quando"
    r" (?:è|fu|foi)) (?!.*\b(?:end|expire|stop|cease|until|due|enden|ablaufen)\b)"
)
_WORDS = lazy_regex(r"\w+")
_END_CELL = lazy_regex(
    r"(?i)(?:^|(?<=; ))[^:;\n]*\b(?:until|till|expir\w+|valid|due|ends?|bis|gültig\w*|ablauf|fällig\w*|jusqu\w*"
    r"|échéance|hasta|vence|caduc\w+|fino|scad\w+|tot)\b[^:;\n]*: [^;\n]*"
)
_EVENT_CELL = lazy_regex(
    r"(?i)(?:^|(?<=; ))(?P<event>(?:date |year |last )?(?:built|made|founded|established|opened|bought|purchased"
    r"|acquired|delivered|ordered|paid|signed|renewed|updated|created|modified|joined|hired|installed|inspected"
    r"|repaired|sold|sent"
    r"|planted|painted|gebaut|baujahr|gegründet|eröffnet|gekauft|geliefert|bestellt|bezahlt|erstellt|geändert|gepflanzt"
    r"|construite?|fondée?|ouverte?|achetée?|livrée?|payée?|plantée?|construid[oa]|fundad[oa]|comprad[oa]|pagad[oa]"
    r"|costruit[oa]|fondat[oa]|comprat[oa]|pagat[oa])(?: on| in| am| en)?): [^;\n]*"
)
_BIRTH_CELL = lazy_regex(
    r"(?i)\b(?:born|birth[^:;|]*|geboren|geburtstag|geburtsdatum|né[^:;|]*"
    r"|naissance|nacido|nato|nascido): [^;\n]*"
)
_ASKS_WHAT_IS_NOT = lazy_regex(
    # What a relative clause denies may be known without being said; "No. 7" is a number.
    r"(?i)^(?!\W*(?:why|warum|wieso|pourquoi|por qué|perché|porque|waarom|почему)\b)"
    r"(?:(?!\b(?:that|who|which) (?!n)|\b(?:only|just|whether or|or|if|why) not\b).|\A\W*(?:who|which) )*?"
    r"(?:\b(?:not(?! only\b)|cannot|never|no(?= [^\W\d_]{3})|non(?=[ -])|nicht(?! nur\b)|kein\w*|nie|niemals"
    r"|pas|jamais|nunca|mai|não|niet|geen|nooit)\b|n['’]t\b)"
)
_DENIES = lazy_regex(
    r"(?i)\b(?:not?|never|without|nobody|none|nothing|except|only|forbidden|prohibited|banned|unless|cannot|nor"
    r"|unable|fail\w*|refus\w+|reject\w*|prevent\w*|avoid\w*|refrain\w*|abstain\w*|bar(?:s|red)"
    r"|(?:keep|stay) (?:off|away|out)|verzicht\w*|[ée]vit\w*|instead|rather|non-?[^\W\d_]+|[^\W\d_]{3,}(?:less|los)"
    r"|clos(?:e|es|ed|ing)|shut|stop\w*|suspend\w*|cancel\w*|geschlossen|eingestellt|ausgesetzt|entf[aä]ll\w*"
    r"|abgesagt"
    r"|fermée?s?|annulée?s?|cerrad[oa]s?|cancelad[oa]s?|chius[oa]|gesloten"
    r"|lack(?:s|ed|ing)?|exceptions?|missing|absent|fehl\w*|mangel\w*|ausnahmen?|manque\w*|exceptée?s?|falta\w*"
    r"|carece\w*"
    r"|excepto|excepción|manca\w*|eccezion[ei]|ontbreek\w*|uitzondering\w*"
    r"|un[^\W\d_]{3,}ed"
    r"|nicht|kein\w*|nie|ohne|verboten|untersagt|außer|nur|pas|jamais|sans|aucun\w*|interdit\w*|sauf|nunca|sin"
    r"|prohibid\w*|salvo"
    r"|non|mai|senza|vietat\w*|tranne|não|sem|proibid\w*|niet|geen|zonder)\b|n['’]t\b|: false\b"
)
_COSTS = lazy_regex(
    r"(?i)\b(?:the|an?|der|die|das|eine?|les?|la|une?|el|los|las|un[ao]?|il|i|gli|os?|as?|de|het|een) ([^\W\d_]+(?:"
    r" [^\W\d_]+)?)"
    r"(?:\s(?:of|with|for|mit|von|für|de|avec|pour|con|para|di|per)\s[^.;]{1,24}?)?"
    r" (?:costs?|kosten|kostet|coûte(?:nt)?|cuestan?|costa(?:no)?|custam?)\b"
)
_CALLED_BY_SIZE = lazy_regex(
    r"(?i)(?<!than )(?<!up to )(?<!least )(?<!of )(?<![\d.,])(\d[\d.,]*)[ -]?(mm|cm|m|inch|kg|g|ml|l|litres?|liters?"
    r"|watts?|w|kw|v|volts?|ah|gb|tb|mb|zoll|liter)[ -]"
    r"(?!(?:long|wide|high|deep|tall|of|in|at|on|from|to|and|or|is|are|per|von|und|ist|lang|breit"
    r"|hoch)\b)([^\W\d_]{3,})"
)
_HOW_MANY_UNSPACED = lazy_regex(r"(?:多少|几|幾)(?P<unit>[个個名位本只张張台件家])?(?P<things>[\u4e00-\u9fff]{1,4})")
_WHICH_YEAR_UNSPACED = lazy_regex("哪一?年|何年")
_YEAR_UNSPACED = lazy_regex(
    r"[\d一二三四五六七八九〇零○]{2,4}\s?年|(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|[去今前]年|(?:昭和|平成|令和|大正|明治)"
)
_NUMBER_UNSPACED = "[一二三四五六七八九十百千万两0-9]"


# What a place begins with.
_PLACES = {
    "english": lazy_regex(
        r"(?i)\b(?:in|at|on|behind|under|beside|near|next|opposite|between|above|below|inside|outside|from|into|onto"
        r"|to|by"
        r"|through|along|around|across|up|down|here|there|north|south|east|west|left|right)\b"
    ),
    "german": lazy_regex(
        r"(?i)\b(?:im|in|am|an|auf|hinter|unter|neben|bei|beim|zwischen|über|vor|aus|nach|zum|zur|ins|ans|aufs"
        r"|gegenüber|links"
        r"|rechts|oben|unten|hier|dort|durch|entlang|vom)\b"
    ),
    "french": lazy_regex(
        r"(?i)\b(?:à|aux?|en|dans|sur|sous|près|derrière|devant|dessous|dessus|dehors|dedans|autour|chez|entre|vers"
        r"|contre|ici|là|depuis|rue|place"
        r"|nord|sud|est de"
        r"|ouest|gauche|droite)\b"
    ),
    "spanish": lazy_regex(
        r"(?i)\b(?:en|al?|debajo|encima|arriba|abajo|alrededor|detrás|delante|junto|detrás|sobre|bajo|cerca|entre"
        r"|frente|dentro|fuera|desde|hacia|aquí|allí|calle|plaza|norte|sur"
        r"|este|oeste|izquierda|derecha)\b"
    ),
    "italian": lazy_regex(
        r"(?i)\b(?:in|a[il]?|all[ao]|nel\w*|sul?\w*|sotto|vicino|dietro|presso|sopra|dentro|fuori|accanto|davanti"
        r"|fra|tra|verso|da|dal\w*|via|piazza|qui"
        r"|lì|nord|sud|ovest|sinistra|destra)\b"
    ),
}

_KEEPS = lazy_regex(
    r"(?i)\b(?:froze\w*|freez\w*|eingefroren|tiefgekühlt|gefror\w*|congel\w*|ke(?:ep|pt)\w*|last\w*|sta(?:y|id)\w*|stor(?:e|ed|es|age|ing)|fresh|good|use[ds]?|best|shelf|spoil\w*"
    r"|borrow\w*|len[dt]\w*|loans?|hired?|rent\w*|return\w*|give[ns]? back|back"
    r"|(?:aus|ver)?leih\w*|(?:aus|ver)?geliehen|rückgabe|zurück\w*|emprunt\w*|prêt\w*|rend\w*|rendu|prest\w*|devol\w*"
    r"|consum\w*|eat\w*"
    r"|hält|halten|hielt|haltbar\w*|frisch|lager\w*|aufbewahr\w*|aufgehoben|verbrauch\w*|gut|conserv\w*|gard\w*"
    r"|frais|consomm\w*"
    r"|fraîche?|guard\w*|dura\w*|aguant\w*|fresc[oa]s?)\b"
)
_GOES_ON = lazy_regex(
    r"(?i)\b(?:takes?|took|runs?|ran|valid\w*|guarant\w*|warrant\w*|holds?|held|covers?|ended?|ends|goes on)\b"
)
_SMALL = (
    r"minutes?|hours?|days?|weeks?|nights?|fortnights?|minuten?|stunden?|tagen?|tage|wochen?|nächten?|heures?|jours?"
    r"|semaines?|nuits?|horas?|días?|semanas?|noches?|minut[oi]s?|or[ea]|giorn[oi]|settiman[ae]|dias?"
)
_SMALL_UNITS = lazy_regex(rf"(?i)\b(?:how many|wie viele|combien d[e'’]|cuánt[oa]s|quant[ieoa]s?) ?(?:{_SMALL})\b")
_ANY_SMALL = lazy_regex(rf"(?i)\b(?:{_SMALL})\b|\d ?(?:h|min|d)\b")
_LARGE_UNITS = lazy_regex(
    r"(?i)\b(?:months?|years?|monate?n?|jahre?n?|mois|ans?|années?|mes(?:es)?|años?|mes[ei]|ann[oi]|anos?)\b"
)
_OF_OTHER = lazy_regex(
    r"(?i)\W*(?:(?:then|before that|in \d{4}|later|until then|danach|vorher|puis|luego|poi),? )?(?:he|she|er|il|elle"
    r"|él|ella|egli|lei)\b"
    r"|\W*(?-i:[A-ZÄÖÜ][^\W\d_]+(?: [A-ZÄÖÜ][^\W\d_]+)?) (?:[a-z]+ed|came|went|took|left|won|lost|ran|kam|ging|nahm"
    r"|wurde)\b"
)
_CLAUSE_BREAK = lazy_regex(r"[;:]\s|,\s(?:and|but|und|aber)\s|\s(?:and|but|und|aber)\s(?!(?:the|an?|der|die|das)\b)")
_IS = lazy_regex(
    r"(?i)\b(?:is|are|was|were|lies?|lay|stands?|stood|hangs?|hung|sits?|sat|kept|found|located|situated|there|here"
    r"|runs?"
    r"|ran|ist|sind|war|waren|liegt|liegen|lag|lagen|steht|stehen|stand|hängt|hängen|hing|befind\w+|dort|hier|da)\b"
)

_SUBJECT = lazy_regex(r"(?:\A|(?<=[.!?] ))(?:[^\W\d_a-zß-ÿ][\w’'-]+ )+(?=[a-zß-ÿ])")
_AT = frozenset("in at on inside from im am an auf bei beim aus".split())
# What a preposition goes with: up to four words.
_PHRASE = lazy_regex(
    r"(?:\s+[\w.:'’-]+){1,4}?(?=[,;.!?)]|\s+(?:in|at|on|by|to|and|of|im|am|an|auf|und|der|des)\b|\Z)"
    r"|(?:\s+[\w.:'’-]+){4}"
)
_TIME = lazy_regex(
    # "In cupboard 3", "at 12 Mill Lane" and "from the lower spring" are places.
    rf"(?i)\A(?:\s+(?:the|about|around|year|jahr|den|dem|el|la|las|le|il|les|l))*\s+\d[\d.:,/-]*"
    rf"(?!\d| (?!(?:{MONTHS_BY_NAME}|uhr|tage?n?|jahre?n?|monate?n?|wochen?|stunden?"
    rf"|minuten?)\b)(?-i:[A-ZÄÖÜ][a-zäöüß]))"
    rf"|\b(?:{MONTHS_BY_NAME})\b|(?:\A|\bthe|\bearly|\blate|\blast|\bnext|\bthis)\s+spring\b"
    r"|\b(?:morning|afternoon|evening|night|noon|summer|autumn|winter|week\w*|month|year|(?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)days?|\w+tags?|morgens?|abends?|nachts?|woche|monat|jahr|frühjahr|sommer|herbst"
    r"|jours?|semaines?|mois|ans?|années?|heures?|minutes?|matin|soir|été|hiver|automne|printemps|euros?|días?|semanas?"
    r"|mes(?:es)?|años?|horas?|minutos|mañana|tarde|noche|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|or[ae]|minuti"
    r"|mattina|sera"
    r"|notte)\b"
)


def without_births(text: str) -> str:
    """A row without the cells for a birth: they do not say when a course of the row is."""
    return _BIRTH_CELL.sub(" ", text)


def without_ends(question: str, text: str) -> str:
    """A row without the cells for an end or for another event than the past one that is asked for.

    "Supported until: 2027" released nothing, and "Built: 1998" does not say when the captain came.
    """
    if _WHEN_WAS.match(question) is None:
        return text
    asked = frozenset(terms(question))

    def kept(match: re.Match[str]) -> str:
        named = terms(match["event"])
        is_asked = any(not asked.isdisjoint((term, *synonyms(term))) for term in named)
        return match[0] if is_asked else " "

    return _EVENT_CELL.sub(kept, _END_CELL.sub(" ", text))


def lacks_denial(question: str, text: str) -> bool:
    """Whether it is asked what is not so, and the text denies nothing: "Which dogs are not vaccinated?"."""
    return _ASKS_WHAT_IS_NOT.search(question) is not None and _DENIES.search(text) is None


def is_value_of(category: frozenset[str], text: str) -> bool:
    """Whether a line gives a value of the category asked for: "languages: en, pl"."""
    key, _, value = text.partition(":")
    return bool(category) and bool(value) and category <= frozenset(terms(key))


def without_subjects(text: str) -> str:
    """A text without the names that its sentences begin with: who tells of it, as in "Old Tom told …", is no place."""
    return _SUBJECT.sub(" ", text)


def lacks_place(question: str, text: str, language: str, *, has_name: bool) -> bool:
    """Whether it is asked where something is, and a text names no place, or only what else is in the place itself."""
    is_bare = not has_name and _says_no_place(text, language)
    return is_bare or _is_the_place_itself(question, text, language)


def lasts_otherwise(question: str, text: str) -> bool:
    """Whether it is asked how long a thing keeps, and a text tells of another time: "The jam boils for an hour"."""
    kept = HOW_LONG_KEPT.search(question)
    if kept is None or _KEEPS.search(text) is not None:
        return False
    # A guarantee lasts as it runs or holds, an exam as it takes its time.
    return kept[1] != "last" or _GOES_ON.search(text) is None


def lasts_in_larger_units(question: str, text: str) -> bool:
    """Whether "How many days?" is asked, and a text has only months and years."""
    if _SMALL_UNITS.search(question) is None:
        return False
    return _LARGE_UNITS.search(text) is not None and _ANY_SMALL.search(text) is None


def says_not_where(question: str, text: str, language: str) -> bool:
    """Whether it is asked where something is, and a sentence only says something else of it: that she inherited it."""
    known = frozenset(content_terms(question))
    if language not in _PLACES or not asks_where_it_is(question):
        return False
    clauses = [one for one in _CLAUSE_BREAK.split(text) if not known.isdisjoint(terms(one)) or _IS.search(one)]
    is_said = any(not known.isdisjoint(terms(clause)) for clause in clauses)
    if not is_said:
        # "Petrel came second, behind a boat" in a text about the school.
        return all(_OF_OTHER.match(one) or _says_no_place(one, language) for one in plain_sentences(text))
    return all(_says_no_place(clause, language) for clause in clauses)


def _says_no_place(text: str, language: str) -> bool:
    """Whether no place can be in a text in English or German: "volunteers mend things together"."""
    if language not in _PLACES:
        return False
    return all(_is_time(text, match.end()) for match in _PLACES[language].finditer(text))


def _is_time(text: str, start: int) -> bool:
    """Whether a preposition goes with a time, as in "sank in 1938", and not with a place."""
    phrase = _PHRASE.match(text, start)
    return phrase is not None and _TIME.search(phrase[0]) is not None


def _is_the_place_itself(question: str, text: str, language: str) -> bool:
    """Whether it is asked where a place is, and the text only says what is there: "a film in the hall at 7 pm"."""
    if language not in _PLACES or not asks_where_it_is(question):
        return False
    known, is_there = frozenset(content_terms(question)), False
    for match in _PLACES[language].finditer(text):
        phrase = _PHRASE.match(text, match.end())
        words = phrase[0] if phrase is not None else ""
        if language == "german":
            # "Auf dem Friedhof begraben": a place is a noun.
            words = " ".join(word for word in words.split() if not word.islower())
        is_known = not known.isdisjoint(terms(words))
        # "The key to the hall" is not in it.
        is_there |= is_known and match[0].casefold() in _AT
        if not (is_known or _is_time(text, match.end())):
            return False
    return is_there


def is_price_of_another(text: str, wanted: AbstractSet[str], subject: frozenset[str]) -> bool:
    """Whether a text without the `subject` says what another thing costs: "The filter costs 34 euros" of a pump."""
    of_subject, of_others = list[str](), list[str]()
    for sentence in plain_sentences(text):
        (of_others if subject.isdisjoint(terms(sentence)) else of_subject).append(sentence)
    if not subject or any(HAS_VALUE["money"].search(sentence) for sentence in of_subject):
        return False
    return any(wanted.isdisjoint(terms(match[1])) for one in of_others for match in _COSTS.finditer(one))


def lacks_count(question: str, text: str) -> bool:
    """Whether "how many" or "which year" is asked in Chinese or Japanese, and no such number is in the text."""
    if _WHICH_YEAR_UNSPACED.search(question) is not None:
        return _YEAR_UNSPACED.search(text) is None
    match = _HOW_MANY_UNSPACED.search(question)
    if match is None:
        return False
    counted, unit = re.escape(match["things"][-2:]), match["unit"] or ""
    there = rf"{_NUMBER_UNSPACED}(?:[名人位个個本只張张台件家冊匹頭{unit}]|[^，。、]{{0,2}}{counted})"
    return re.search(there, text) is None


def is_of_another_size(question: str, text: str) -> bool:
    """Whether a thing is called by its size, and the text has it in another: "4 mm felt" of "8 mm felt"."""
    for match in _CALLED_BY_SIZE.finditer(question):
        number, unit = re.escape(match[1]), re.escape(match[2])
        if re.search(rf"(?i)(?<![\d.,]){number}[ -]?{unit}(?![\w/])", text) is not None:
            continue
        is_other = re.search(rf"(?i)\d[ -]?{unit}(?![\w/])", text) is not None
        if is_other and not frozenset(terms(match[3])).isdisjoint(terms(text)):
            return True
    return False


def is_of_another_sort(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a row is one of the things, but of another sort: "Youth bands" of "school bands"."""
    is_other = asked.is_yes_no or asked.is_list or asked.is_comparison or not best.is_row or not best.cells
    words = _WORDS.findall(best.cells[0][1]) if not is_other else []
    if len(words) != 2 or not all(map(str.isalpha, words)):
        return False
    sort, kind = frozenset(terms(words[0])), frozenset(terms(words[1]))
    known = frozenset(terms(f"{best.text} {best.answer}")) | best.covered | best.synonyms | best.kinds | asked.light
    return any(
        before.islower() and kind == frozenset(terms(word)) and not known.issuperset(content_terms(before))
        for before, word in pairwise(_WORDS.findall(asked.text))
    ) and sort.isdisjoint(asked.terms)

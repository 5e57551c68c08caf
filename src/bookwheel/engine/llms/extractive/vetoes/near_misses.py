"""Sentences that have the words of a question and do not answer it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.framing_words import HOW_LONG_KEPT, IS_WRONG
from bookwheel.engine.text.question_kinds import asks_where_it_is
from bookwheel.engine.text.question_terms import content_terms, synonyms, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, UNITS
from bookwheel.lazy_regex import lazy_regex

_SENTENCE_END = lazy_regex(r"[.!?]\s")
_NAME = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+ [^\W\d_a-zß-ÿ][^\W\d_]+")
_SAYS_AGE = lazy_regex(
    r"(?i)\b(?:aged?|im alter von|à l['’]âge de|a la edad de|con) \d|\d[ -]years?[ -]old\b|\d jahren? alt\b"
)
_WHEN_WAS = lazy_regex(
    r"(?i)^\W*(?:when (?:was|were|did)|wann (?:wurde[n]?|war|hat)|quand (?:a|ont|était)|cuándo (?:fue|se)|quando"
    r" (?:è|fu|foi)) (?!.*\b(?:end|expire|stop|cease|until|due|enden|ablaufen)\b)"
)
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
    r"|unable|fail\w*|refus\w+|reject\w*|prevent\w*|avoid\w*|instead|rather|non-?[^\W\d_]+|[^\W\d_]{3,}(?:less|los)"
    r"|clos(?:e|es|ed|ing)|shut|stop\w*|suspend\w*|cancel\w*|geschlossen|eingestellt|ausgesetzt|entf[aä]ll\w*|abgesagt"
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

_HOW_HIGH = lazy_regex(
    r"(?i)\b(?:how (?:high|large|big)|wie hoch|hoe hoog|quelle hauteur|qué altura|quanto è alt[oa])\b"
)
_OF_MONEY = lazy_regex(
    r"(?i)\b[^\W\d_]{3,}(?: [^\W\d_]+){0,2}?"
    r" (?:of|is|was|are|amounts? to|von|beträgt|betrug|ist|war|de|est de|es de|è di|é de"
    rf"|van|bedraagt) (?:(?:[€$£¥]|eur|chf|usd) ?\d|\d[\d.,]* ?(?:{UNITS['money']}))"
)

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

# "Where was the mine?", "Wo lag das Bergwerk?", but not "Where was the concert held?".
_WHERE_WAS = lazy_regex(
    r"(?i)^\W*(?:where (?:was|were|lies?|did) (?:the|an?|his|her|its|their|our|my) (?:[^\W\d_]+ ){0,2}"
    r"(?!held|built|made|born|found|kept|sold|sent|put)(?![^\W\d_]+ed\b)(?:[^\W\d_]+|[^\W\d_]+ (?:lie|stand|hang))\W*\Z"
    r"|wo (?:war|waren|lag|lagen|stand|standen|hing|befand(?:en)?)\b(?!.*(?:ge[^\W\d_]+|[bv]er[^\W\d_]+)[tn]\W*\Z))"
)
_FAULT = lazy_regex(
    r"(?i)\b(?:diagnos\w*|symptom\w*|complaints?|befund\w*|not?|never|without|hardly|nothing|n['’]t|too|wrong|bad\w*"
    r"|poor\w*|faults?|faulty|defect\w*|damag\w+|br[eo]k\w*"
    r"|crack\w*|leak\w*|worn|wear|tor[en]|tears?|los[te]|loses|loose|miss\w+|lack\w*|fail\w*|stuck|st[iu]ck\w*|jam\w*"
    r"|rust\w*|rot\w*|dirt\w*|squeak\w*|nois\w+|rattl\w+|stop\w*|slow\w*|cold|wet|damp|blocked|clogged|burnt?|bent"
    r"|ill|sick"
    r"|injur\w+|wound\w*|hurt\w*|infect\w*|error\w*|problem\w*|trouble\w*|nicht|kein\w*|ohne|kaputt|defekt\w*|schad\w*"
    r"|beschädig\w*|gebrochen|riss\w*|undicht|verschlissen|locker|fehl\w*|rost\w*|krank|wunde?\w*|verletz\w*|klemm\w*"
    r"|quietsch\w*|pas|plus|cass\w*|fuit\w*|usée?s?|fêl\w+|panne|malade|bless\w*|manqu\w*|sin|rot[oa]s?|averi\w*"
    r"|fuga\w*"
    r"|gastad\w*|enferm\w*|herid\w*|falt\w*|rott[oaie]|guast\w*|perd\w+)\b|n['’]t\b"
)
_KEEPS = lazy_regex(
    r"(?i)\b(?:ke(?:ep|pt)\w*|last\w*|sta(?:y|id)\w*|stor(?:e|ed|es|age|ing)|fresh|good|use[ds]?|best|shelf|spoil\w*"
    r"|consum\w*|eat\w*"
    r"|hält|halten|hielt|haltbar\w*|frisch|lager\w*|aufbewahr\w*|aufgehoben|verbrauch\w*|gut|conserv\w*|gard\w*"
    r"|frais|consomm\w*"
    r"|fraîche?|guard\w*|dura\w*|aguant\w*|fresc[oa]s?)\b"
)
_IS_FINE = lazy_regex(r"(?i)\b(?:passed|ok|okay|fine|yes|ja|oui|sí|bestanden|in ordnung|réussi|superado)\b")
_GOES = lazy_regex(
    r"(?i)\b(?:came|comes?|went|goes|gets?|got|gives?|gave|given|bought|sold|lent|lends?|borrow\w*|return\w*|stands?"
    r"|stood"
    r"|hangs?|lies|lay|built|made|deliver\w*|arriv\w*|mov\w+|open\w*|belongs?|kam|kommt|ging|geht|bekam\w*|bekomm\w*"
    r"|kauf\w*"
    r"|gekauft|verkauf\w*|steht|stand|hängt|liegt|lag|gebaut|geliefert|gehört|revenue?s?|revient|parti\w*|reçu\w*"
    r"|achet\w*"
    r"|vend\w*|arriv\w*|volvi\w*|vuelve|compr\w*|lleg\w*|torn\w*|arrivat\w*)\b"
)
_CLAUSE_BREAK = lazy_regex(r"[;:]\s|,\s(?:and|but|und|aber)\s|\s(?:and|but|und|aber)\s(?!(?:the|an?|der|die|das)\b)")
_IS = lazy_regex(
    r"(?i)\b(?:is|are|was|were|lies?|lay|stands?|stood|hangs?|hung|sits?|sat|kept|found|located|situated|there|here"
    r"|runs?"
    r"|ran|ist|sind|war|waren|liegt|liegen|lag|lagen|steht|stehen|stand|hängt|hängen|hing|befind\w+|dort|hier|da)\b"
)

_SUBJECT = lazy_regex(r"(?:\A|(?<=[.!?] ))(?:[^\W\d_a-zß-ÿ][\w’'-]+ )+(?=[a-zß-ÿ])")
# "They are not kept here but on the blue stick" does not say where the stick is.
_HERE = frozenset("here there hier dort ici là aquí allí qui lì".split())
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


def is_maker(question: str, text: str) -> bool:
    """Whether the text only says who made a thing: "founded in 2009 by Ada Rook" does not say how old she is."""
    name = _NAME.search(question)
    if name is None or _SAYS_AGE.search(text) is not None:
        return False
    who = re.escape(name[0])
    made = (
        r"(?:has |had |hat )?(?:founded|built|made|opened|established|set up|started|planted|gründete|baute|fonda|fundó"
        r"|fondò)"
    )
    return re.search(rf"\b(?:by|von|par|por|da|door) {who}|{who} {made}\b", text) is not None


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


def says_no_fault(question: str, text: str, own: str) -> bool:
    """Whether it is asked what is wrong with a thing, and a text only says where it went, or who got it.

    The text without headings is `own`: where it does not name the thing, it has to name a fault.
    """
    if IS_WRONG.match(question) is None or _FAULT.search(text) is not None:
        return False
    is_of_other = frozenset(content_terms(question)).isdisjoint(terms(own))
    return is_of_other or _GOES.search(text) is not None or _IS_FINE.search(text) is not None


def lasts_otherwise(question: str, text: str) -> bool:
    """Whether it is asked how long a thing keeps, and a text tells of another time: "The jam boils for an hour"."""
    return HOW_LONG_KEPT.search(question) is not None and _KEEPS.search(text) is None


def says_not_where(question: str, text: str, language: str) -> bool:
    """Whether it is asked where something is, and a sentence only says something else of it: that she inherited it."""
    known = frozenset(content_terms(question))
    if language not in _PLACES or not (asks_where_it_is(question) or _WHERE_WAS.match(question)):
        return False
    clauses = [one for one in _CLAUSE_BREAK.split(text) if not known.isdisjoint(terms(one)) or _IS.search(one)]
    is_said = any(not known.isdisjoint(terms(clause)) for clause in clauses)
    return all(_says_no_place(clause, language) for clause in (clauses if is_said else (text,)))


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
        is_known = not known.isdisjoint(terms(words))
        # "The key to the hall" is not in it.
        is_there |= is_known and match[0].casefold() in _AT
        if match[0].casefold() in _HERE:
            continue
        is_doer = match[0].casefold() == "by" and words.strip()[:1].isupper()
        if not (is_known or is_doer or _is_time(text, match.end())):
            return False
    return is_there


def is_price_of_another(text: str, wanted: AbstractSet[str], subject: frozenset[str]) -> bool:
    """Whether a text without the `subject` says what another thing costs: "The filter costs 34 euros" of a pump."""
    if not subject or not subject.isdisjoint(terms(text)):
        return False
    return any(wanted.isdisjoint(terms(match[1])) for match in _COSTS.finditer(text))


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


def is_sum_of(matter: AbstractSet[str], question: str, text: str) -> bool:
    """Whether it is asked how high a sum is, and the text says it of that thing: "a security of 900 pounds"."""
    if _HOW_HIGH.search(question) is None:
        return False
    return any(not matter.isdisjoint(terms(match[0])) for match in _OF_MONEY.finditer(text))

"""What kind of value a question asks for (money, a duration, a date, a name …), and whether a text has one."""

from __future__ import annotations

import re
from collections.abc import Callable

from bookwheel.engine.text.named_values import is_of_another_sort
from bookwheel.engine.text.question_kinds import begins_with_when, names_people
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.engine.text.value_patterns import (
    ASKS_FOR_VERSION,
    DAY_AND_MONTH,
    HAS_VALUE,
    IS_PAST,
    IS_PRESENT,
    MONTHS_BY_NAME,
    MOVES,
    OF_AN_ERA,
    SHORT_DATE,
    UNITS,
    WAY_IN_TIME,
    WEEKDAYS,
    WORD_NUMBERS,
    ValueKind,
    is_amount_word,
    without_times,
)
from bookwheel.engine.text.values.counted_nouns import counted_noun, without_other_amounts
from bookwheel.engine.text.values.dimensions_elsewhere import dimensions, says_dimension
from bookwheel.engine.text.values.other_amounts import (
    REFERENCE,
    SHARE,
    STAMP,
    figures_in,
    is_height,
    is_of_another_measure,
    is_of_long_thing,
    masses_in,
    says_since_when,
    sizes_in,
    without_names_of,
    without_other_times,
)
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_MONEY_OF = (
    r"(?:(?:the|a|an|its|our|my|her|his|this|[^\W\d_]+['’]s?) (?:\w+ )?){0,2}(?:money|cash|rent|fee|deposit|tax|fine"
    r"|grant|loan|invoice|bill|donation|prize|budget|debt|salary|credit|refund|claim|endowment|fund|economy|deficit"
    r"|investment|gift)\b"
)
# In order: the first that fits counts. The words that a pattern matches need not stand in the answer.
_ASKED: tuple[tuple[ValueKind, str], ...] = (
    ("figure", (r"\b(?:what|which) (?:percentage|percent|proportion)\b|\bhow many percent\b|\bprozentsatz\b"
        r"|\bwie ?viel prozent\b|\bpourcentage\b|\bporcentaje\b|\bpercentuale\b|\bporcentagem\b|\bpercentagem\b")),
    ("phone", (r"\b(?:(?:tele)?phone|fax) numbers?|\bnumber of (?:the |our |your )?(?:[\w-]+ )?(?:tele)?phone\b"
        r"|\btelefonnummer|numéro de téléphone|(?:número de )?teléfono|numero di telefono|电话|電話番号")),
    ("address", r"\be-?mail address|\bwebsite|\burl\b|e-mail-adresse|adresse e-?mail|dirección de correo"),
    (
        "money",
        (r"\bhow much (?:money|is|are|was|were|does|do|did|must|will|would)\b.*?\b(?:costs?|charged?|pay|paid"
        r"|earn|spend|spent|fined?|price|raise|donate)\b"
        r"|\bwhat (?:does|do|did|will|would)\b.*\b(?:costs?|charge|earn|pay(?! (?:with|in|by)\b))\b"
        r"|\b(?:price|costs?)\b|\b(?:what|which|how much) (?:\w+ )?(?:rent|fee|deposit|salary|wage|sum|fare|premium"
        r"|amount(?!s? of)|allowance)s?\b"
        rf"|\b(?:(?:what|which) amount|size) of {_MONEY_OF}"
        r"|^\W*(?:the |our |my )?(?:\w+ )?(?:rent|fee|deposit|salary|wage|fare|premium) (?:of|for|per)\b"
        r"|\b(?:sell|sold) for\b|^\W*(?:for how much|für wie ?viel|pour combien|por cuánto|per quanto|por quanto"
        r"|voor hoeveel)"
        r" [^?]*\b(?:s[eo]ld?|sell|b(?:uy|ought)|(?:ver)?kauf\w*|vend\w*|achet\w*|compr\w*|(?:ver)?kocht)\b"
        r"|\bhow much (?:is|are|was|were) .{2,60} worth\b"
        r"|\bhow (?:big|large|high|small|low) (?:is|are|was|were|may|can) (?:the|a|our|your|my) (?:[^\W\d_]+ ){0,2}"
        r"(?:amount|sum|fee|fine|rent|deposit|budget|price|cost|discount|allowance|bill|salary|wage|grant|loan"
        r"|donation)s?\b"
        r"|\b(?:how (?:high|big|large|much)|what) (?:is|are|was|were|will) (?:(?:the|my|our|a) )?(?:\w+ ){0,2}?"
        r"(?:rent|fee|deposit|salary|wage|fine|charge|tax|grant|budget|fare|subscription|premium|allowance)s?\b"
        r"|\bwie hoch (?:ist|sind|war) (?:\w+ ){0,3}?\w*(?:miete|gebühr|preis|kaution|gehalt|lohn|strafe|kosten|beitrag"
        r"|steuer|zuschuss|budget|prämie)\b"
        r"|\bhoe hoog (?:is|zijn|was) (?:\w+ ){0,2}?\w*(?:huur|prijs|waarborgsom|kosten|boete|loon|contributie"
        r"|belasting|toeslag|bijdrage)\b|\b(?:quel est le montant|cuál es el importe|qual è l'importo)\b|\bhow "
        r"(?:expensive|dear)\b|\bwie ?viel .*(?:kost\w+|zahl\w+|verdien\w+)"
        r"|\bwie ?viel (?:bekomm\w+|erh(?:ält|alten)|kriegt)\b.*\b(?:je|pro|für)\b|\bhow much (?:does|do|did) .*"
        r"\b(?:get|receive|charge|ask|take)s? (?:per|for|an?|each)\b|\bcuánto (?:cobr|gan)\w+"
        r"|\bcombien (?:gagne|touche)\w*|\bquanto (?:guadagna|prende|cobr)\w*"
        r"|\bwas (?:(?:hat|haben|hatte|wird) .*)?(?:ge)?kost\w+|\bpreis\b|wie teuer"
        r"|combien (?:(?:a |ont )?coût\w+|vaut|paie)|\bprix\b"
        r"|^\W*(?:que|qué|was|che|che cosa) (?:paie|paye|paga|zahlt|zahlen|zahle)\b"
        r"|cuánto (?:cuesta|cost[óa]|vale|valió|paga)\w*|\bprecio\b|quanto (?:costa|custa|paga)\w*"
        r"|\b(?:prezzo|preço)\b|\bwat kost\w*|多少钱|いくら|сколько сто[ия]\w+"),
    ),
    ("age", (r"\bhow old\b|\bwhat age\b|\bwhat is the (?:\w+ )?age of\b|l['’]âge d"
        r"|\bwie alt\b|quel âge|cuántos años tiene|quanti anni ha|quantos anos tem"
        r"|hoe oud|\b(?:ab|bis zu|mit|in) welchem alter\b|多大(?:年纪|岁数|了)|(?:今年|现在)多大|几岁|何歳|おいくつ")),
    (
        "duration",
        (r"\bhow much time\b|\bhow soon\b"
        r"|\bhow long (?=(?:does|did|do|can|must|may|will|would|should|has|have|had|was|were|are|before|after|ago)\b)"
        r"|\bhow (?:many )?(?:time|years|months|weeks|days|hours|minutes) |\bwie lange?\b(?: dauer\w*)?"
        r"|combien de temps(?: dur\w+)?|cuánto (?:tiempo|dur[aó]|(?:se )?tard[aó])\w*"
        r"|quanto (?:tempo|dura)\w*|hoe lang(?: duur\w*)?|多久|多长时间|(?<![積さ幅径離重量]は)どのくらい|何[日時]間"
        r"|\bна (?:сколько|какой срок)\b|\bкак долго\b|\bсколько (?:времени|длит\w+|идёт|продолжа\w+)\b"
        r"|\b(?:die dauer|la durée|la duración|la durata|a duração|de duur|(?:the|its) duration)\b"),
    ),
    ("often", (r"\bhow (?:often|frequently)\b|\bwie oft\b|combien de fois|con qué frecuencia|cuántas veces"
        r"|\bogni quanto\b|con che frequenza|à quelle fréquence"
        r"|com que frequência|quante volte|quantas vezes|hoe vaak|どのくらいの頻度|\bсколько раз\b|\bкак часто\b")),
    ("mass", (r"\bhow heavy\b|\bweigh(?:s|ed)?\b|\bweight\b|\bwie schwer\b|\bwieg\w*|(?<!\bmaß und )\bgewicht\b"
        r"|\bp[eè]s(?:e|ent|ait|aient)\b|\bpoids\b|\bpes(?:o|an?|aba|ó|ava|am)\b|hoe zwaar|\bвесит\b")),
    ("sound", r"\bhow loud\b|\bwie laut\b|\bnoise level\b"),
    ("heat", (r"\bhow (?:hot|warm|cold)\b|\btemperatures?\b|\bwie (?:heiß|warm|kalt)\b|\btemperatur\b|\btempérature\b"
        r"|\bdegrés\b|\bgrados\b|\btemperatura\b|\bgradi\b|hoe (?:warm|heet|koud)|多少度|温度|何度")),
    ("speed", (r"\bhow (?:fast|quickly|slow(?:ly)?)\b|\bwie schnell\b|\bspeed\b|\bgeschwindigkeit\b|\bvitesse\b"
        r"|\bvelocidad\b|\bvelocità\b|\bvelocidade\b|\bsnelheid\b|\bhoe snel\b")),
    ("power", (r"\bhow much (?:power|energy|electricity|current)\b|\bhow (?:strong|powerful) (?:is|are) (?:the|our|its)"
        r" [^?]*\b(?:motor|engine|pump|heater|charger|drive|turbine|generator|amplifier|lamp)\b|"
        r"\bwie ?viel (?:strom|leistung|energie)\b"
        r"|combien (?:de puissance|d'énergie|d'électricité|de courant)|cuánta (?:potencia|energía|electricidad)"
        r"|quanta (?:potenza|energia|corrente|potência)|hoeveel (?:stroom|energie|vermogen)")),
    ("length", (r"\bhow (?:tall|deep|wide|far|thick|broad)\b|\bwie (?:tief|breit|weit|dick)\b|\bhoe (?:diep"
        r"|breed|ver)\b")),
    (
        "hour",
        (r"\b(?:opening|office|surgery|business|visiting|consultation) (?:hours|times)\b|\b(?:öffnungs|sprech)zeiten\b"
            r"|\bheures d'ouverture\b|\bhorario\b|\borari\b|\bopeningstijden\b|часы работы|\bche ora\b"
            r"|\b(?:at )?what time\b|(?:partir de )?(?:quelle heure|qué hora)\b|\bque horas\b|wie ?viel uhr"
            r"|hoe laat|几点|何時(?!間)|\bво сколько\b"),
    ),
    ("version", ASKS_FOR_VERSION),
    ("date", (r"(?:^\W*|[,;:] |\b(?:since|until|till|by|from|and|depuis|jusqu'à|da|di|desde|até|e|et|en|sinds|tot|bis"
        r"|seit|ab) )"
        r"(?:when|quand|quando|wanneer|wann|cuándo)\b|\bwhen (?:did|do|does|is|are|was|were|will|would|has|have"
        r"|had|can|may|must|should)\b"
        r"|\b(?:what|which) (?:year|date|day|month|century|decade)\b(?: of the (?:week|month|year)\b)?"
        r"|\bwann\b|\ban? welche[mn] tag\b|welche[mns]? (?:jahr|tag|monat)\b"
        r"|quelle (?:année|date)|quel jour|\bcuándo\b|qué (?:año|día|fecha)|什么时候|何时|哪一年|哪天"
        r"|星期几|周几|礼拜几|何曜日|いつ")),
    ("size", (r"\bhow (?:large|big|high|long is)\b|^[^?]{0,30}\bsize of\b|\bwie (?:groß|hoch)\b|\bhoe (?:groot|hoog)\b"
        r"|quelle (?:taille|hauteur|longueur)|qué (?:tamaño|altura)|quanto è (?:grande|alto)")),
    (
        "count",
        (r"\bhow many\b|\bwie ?viele\b|\bcombien d(?:e |['’])|\bcuánt[oa]s\b|\bquant[ie]\b|\bquant[oa]s\b"
        r"|\bhoeveel\b|多少|几|いくつ|何[人個本冊店台回]|сколько(?! составля)"),
    ),
    ("length", (r"^[^?]{0,30}(?:\b(?:length|height|depth|width) of\b"
        r"|\b(?:länge|höhe|tiefe|breite|größe) (?:der|des|von|vom)\b"
        r"|\b(?:longueur|hauteur|profondeur|largeur) d[eu]\b|\b(?:altura|profundidad|anchura) de\b)")),
    ("figure", (r"\bhow much\b|\bwie ?viel\b|\bcombien\b|\bcuánt[oa]\b|\bquanto\b|\bhow far\b"
        # "The number of the permit" is its name, not how many there are.
        r"|\bnumber of\b(?! (?:the|my|our|your|his|her|its|their|this|that) (?:[\w'’-]+ ){0,2}?[\w-]*[^\Ws]\W*$)"
        r"|\b(?:what|which) amounts? of\b|\bсколько составля\w+")),
    ("firm", (r"\b(?:which|what) (?:company|firm|(?:[a-z]+ )?brand|bank|supplier|manufacturer|insurer|agency"
        r"|publisher)\b|welche (?:firma|marke|bank)|quelle (?:entreprise|société)|qué (?:empresa|marca)")),
    ("language", (r"\b(?:which|what) (?:\w+ )?languages?\b|\bwelche[rn]? (?:\w+)?sprachen?\b"
        r"|\b(?:quelle|dans quelle) langue\b|\bqu[ée] (?:idioma|lengua)\b|\b(?:che|quale) lingua\b"
        r"|\bque língua\b|\bwelke taal\b")),
    ("colour", (r"\b(?:which|what) colou?rs?\b|\bwelche farben?\b|\bquelle couleur\b|\bqué color\b"
        r"|\b(?:che|quale) colore\b|\bque cor\b|\bwelke kleur\b")),
    ("reason", (r"\bwhy\b|^\W*what (?:caused?|causes|led to|made|(?:is|was|were) the (?:\w+ )?(?:cause|reason)s?"
        r" (?:of|for|behind|why))\b|^\W*was (?:ist|war) d(?:ie ursache|er grund)\b|^\W*quelle (?:est|était) la (?:cause"
        r"|raison)\b|^\W*cuál (?:es|fue) (?:la (?:causa|razón)|el motivo)\b|^\W*qual (?:è|era) (?:la causa|il motivo)\b"
        r"|^\W*what (?:was|were) (?!.*\b(?:used?|built|made|meant|intended|known|famous|called|named|needed) for\b)"
        r".{3,60} for\W*$|\bwarum\b|^\W*porqu[eê]\b|\bwieso\b|\bweshalb\b|\bpourquoi\b|\bpor qué\b|\bperché\b"
        r"|\bpor que\b|\bwaarom\b|为什么|なぜ|どうして|почему")),
)  # fmt: skip
_ASKED_PATTERNS: list[tuple[ValueKind, re.Pattern[str]]] = [
    (kind, lazy_regex(pattern, re.IGNORECASE)) for kind, pattern in _ASKED
]
# A question about the past asks for a date or a year: opening hours do not answer "when was it opened".
_YEAR_OR_DAY = lazy_regex(
    rf"{OF_AN_ERA}|(?i:{SHORT_DATE})|(?<![\d.,])(?:1\d|20)\d\d(?!\d|[.,]\d)|[年月]|\d\s?[日号]"
    rf"|(?i:\b(?:century|jahrhunderts?|siècles?|siglos?|secol[oi])\b|{DAY_AND_MONTH}"
    rf"|\d\.? (?:of |de )?(?:{MONTHS_BY_NAME})\b|\b(?:{MONTHS_BY_NAME}) \d)"
)
# "Wann hat er Dienst?" is of no past event; with a participle at its end it is.
_PAST = lazy_regex(
    r"(?i)\b(?:was|were|did|had|wurden?|war|fue|se (?:abrió|construyó)|a été|è stat[oa]|foi|werd)\b"
    r"|\bhat\b.*\b(?:[^\W\d_]*ge[^\W\d_]+|(?:be|ver|er|ent|zer)[^\W\d_]+|[^\W\d_]+iert)\W*$"
)
_AGO = r"\b(?:ago|earlier|il y a|hace|fa|geleden|atrás)\b|\bvor \S+(?: \S+)? (?:jahr|monat|woche|tag|stunde)\w*"
_OPENING = lazy_regex(r"(?i)(?:\bhours|\btimes|zeiten)\b")
_DAY = lazy_regex(
    rf"{OF_AN_ERA}|(?i:{_AGO}|{SHORT_DATE})|"
    rf"(?<![\d.,])(?:1\d|20)\d\d(?!\d|[.,]\d)|[年月曜]|星期|周[一二三四五六日]|\d\s?[日号]|(?i:\b(?:{MONTHS_BY_NAME}|century"
    rf"|jahrhunderts?|siècles?|siglos?|secol[oi]|{WEEKDAYS}|yesterday|spring"
    rf"|summer|autumn|winter|christmas|easter|января|февраля|марта|апреля|мая|июня|июля"
    rf"|августа|сентября|октября|ноября|декабря)\b|{DAY_AND_MONTH})"
)
_WHICH_DAY = lazy_regex(r"(?i)\b(?:which|what) (?:day|date)\b|\bwelche[mn] tag\b")
_OPENING_DAYS = lazy_regex(rf"(?i)\b(?:{WEEKDAYS})\s*(?:to|until|till|through|bis|-|–)\s*(?:{WEEKDAYS})\b")
MONTH_OR_WEEKDAY = lazy_regex(rf"(?i)\b(?:{MONTHS_BY_NAME}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b")
_FAR = lazy_regex(r"(?i)\b(?:how far|wie weit|hoe ver)\b")
_WAY = (HAS_VALUE["length"], WAY_IN_TIME)
# "When a state changes, what is it called?" asks for no date.
_WHEN_CLAUSE = lazy_regex(
    r"(?i)^\W*when (?!did|does|do|is|are|was|were|will|would|has|have|had|can|may|must|should|exactly)[^?,]{6,},"
    r" (?=what|who|which|how|where|why)"
)
# "How can I limit what a trip costs?" asks what to do; "How can I find out what it costs?" asks for the costs.
_HOW_TO_DO = lazy_regex(
    r"(?i)^\W*how (?:do|can|could|should|must|would) (?:i|we|you|one)"
    r" (?!find|know|see|tell|learn|check|get to know|work out|calculate|look)\w+\b[^?]*?(?=\bwhat |\bhow |\bwhen )"
)
_HOW_MANY = lazy_regex(
    r"(?i)\W*(?:(?:approximately|about|roughly|exactly|ungefähr|etwa) )?(?:how many|wie ?viele)\b(?! of\b)"
)
_NOT_COUNTED = ("money", "phone", "address", "mass", "sound", "heat", "speed", "power", "length")
_PERSON = lazy_regex(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|M|Mme|Mlle|Sra?|Señora?|Don|Doña|Signora?)\b\.? [^\W\d_a-z][\w’'-]+"
    r"(?: [^\W\d_a-z][\w’'-]+)?"
)
# What is that far is not that tall.
_FAR_AWAY = lazy_regex(
    r"(?i)[\w.,]+[ -]?(?:km|kilomet\w+|miles?|meilen|leagues?|quil[óo]met\w+|kilómet\w+|chilomet\w+)\b"
)
_IS_SO_MUCH = lazy_regex(
    r"(?i)(?:\b(?:is|was|are|were|measures?|reaches|stands|rises|grows|ist|war|sind|misst|est|fait|mesure|es|mide|è"
    r"|misura|é|mede|meet))((?: \w+){0,2} ?[^\n]{0,3}?\d[^\n]{0,16})"
)
_QUOTED = lazy_regex(r"\"[^\"]{3,80}\"|“[^”]{3,80}”|„[^“”]{3,80}[“”]|«[^»]{3,80}»")
_AMOUNT_IN_WORDS = lazy_regex(rf"(?i)\b(?!(?:one|eine?[nmrs]?|une?|un[ao]|uma?|een) )(?:{WORD_NUMBERS}) [^\W\d_]{{3,}}")
_FIGURE, _NAME_WITH_FIGURE = lazy_regex(r"\d(?:[\d.,:]*\d)?"), lazy_regex(r"\b[A-Z][A-Za-z]{0,3}-?\d{1,4}\b")
# "Replaced every months: 18" says how often.
_EVERY = lazy_regex(r"(?i)\b(?:every|each|alle|jede[rns]?|tou(?:te)?s les|cada|ogni|elke)\s*\Z")
_OF_DEFAULT = lazy_regex(r"(?i)\bdefault\b|\bstandardmäßig\b|\bpar défaut\b|\bpor defecto\b")
_GIVES_DEFAULT = lazy_regex(
    r"(?i)\b(?:defaults?|standard|voreinstellung|par défaut|por defecto)\b\W*(?:(?:value )?(?:is|to|of|ist|est|es)\b)?"
    r"[\s:=`'\"(*]*\d"
)
# The number of a list item is not a value.
_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|[-*+•])\s+")
# The sign behind 14 in `"C14"` ends a quotation, in `14"` it means inches.
_QUOTATION = lazy_regex(r'(?<!\d)"[^"\n]*"')


@dataclass(frozen=True, slots=True)
class AskedValue:
    """The kind of value asked for, and the terms of the question that ask for it."""

    kind: ValueKind
    terms: frozenset[str]


def asked_value(question: str) -> AskedValue | None:
    """What value the question asks for, outside quotation marks; None when it asks for none of those kinds."""
    question = _WHEN_CLAUSE.sub("", _QUOTED.sub(" ", question))
    if (todo := _HOW_TO_DO.match(question)) is not None:
        question = todo[0]
    counts = _HOW_MANY.match(question)
    # "When was the price raised?" asks for no price.
    is_of_time = begins_with_when(question)
    for kind, pattern in _ASKED_PATTERNS:
        if is_of_time and kind not in ("hour", "date"):
            continue
        if (match := pattern.search(question)) is not None:
            if counts is not None and kind in _NOT_COUNTED and not is_amount_word(counted_noun(question).casefold()):
                # "How many names are on the website?" asks for no address.
                return AskedValue("count", frozenset(terms(counts[0])) & _ATTRIBUTES())
            # Without "hours" every line with a time would answer "opening hours".
            words = "" if _OPENING.search(match[0]) else match[0]
            if kind == "money":
                # "How much does a day ticket cost?": which ticket it is stands inside.
                words = " ".join((*words.split()[:3], *words.split()[-1:]))
            if kind == "size" and match[0].casefold().startswith("how long") and not is_of_long_thing(question):
                kind = "duration"  # "How long is the card valid?"
            return AskedValue(kind, frozenset(terms(words)) & _ATTRIBUTES())
    return None


def has_value(asked: AskedValue, question: str, text: str) -> bool:
    """Whether `text` has a value of the kind asked for that is not in the question already."""
    # "Maximum number of writes. Default is 16."
    gives_default = _OF_DEFAULT.search(question) is not None and _GIVES_DEFAULT.search(text) is not None
    return gives_default or _has_value(asked, question, text)


def _has_value(asked: AskedValue, question: str, text: str) -> bool:
    if asked.kind == "count":
        text = _MARKER.sub("", STAMP.sub(" ", text))
        text = without_other_amounts(question, without_times(text))
    rest = _MARKER.sub("", text)
    rest = _without_figures_of(question, REFERENCE.sub(" ", rest) if asked.kind in ("size", "figure") else rest)
    rest = rest if MOVES.search(rest) else _OPENING_DAYS.sub(" ", rest)
    if asked.kind == "firm" and is_of_another_sort(question, text):
        return False
    if asked.kind == "duration" and says_since_when(question, rest):
        return True
    searched = _without_others(asked.kind, question, rest)
    if not any(pattern.search(searched) for pattern in _patterns_for(asked, question, text)):
        return _names_unit_elsewhere(asked, question, text, rest) or _is_in_words(asked.kind, question, searched)
    if asked.kind == "size" and is_of_long_thing(question) and HAS_VALUE["duration"].search(searched):
        # "Height: 2,590 m; Time: 2 h 50 min" says how long the walk is.
        return True
    return asked.kind not in ("length", "size") or _is_of_dimension(asked, question, text, searched)


def _is_in_words(kind: ValueKind, question: str, text: str) -> bool:
    # Imported late: a question whose first candidates have a figure does without it.
    from bookwheel.engine.text.values.values_in_words import is_said_in_words

    of_people = kind == "count" and names_people(counted_noun(question))
    return is_said_in_words(kind, question, text, is_past=_PAST.search(question) is not None, of_people=of_people)


_WITHOUT_OTHERS: dict[ValueKind, Callable[[str, str], str]] = {
    "duration": without_other_times, "figure": figures_in, "mass": masses_in, "size": sizes_in,
}  # fmt: skip


def _without_others(kind: ValueKind, question: str, text: str) -> str:
    """The text without what looks like a value of the kind and is none: people for firms, "every day" for a span."""
    if kind == "firm":
        return _PERSON.sub(" ", MONTH_OR_WEEKDAY.sub(" ", without_names_of(question, text)))
    if kind in ("length", "often"):
        # "every_days = 3" of a settings file says how often.
        return _QUOTATION.sub(" ", text) if kind == "length" else text.replace("_", " ")
    without = _WITHOUT_OTHERS.get(kind)
    return text if without is None else without(question, text)


def _is_of_dimension(asked: AskedValue, question: str, text: str, searched: str) -> bool:
    """Whether a length in the text may be the one that is asked for: a depth is not a width."""
    asked_terms = terms(question)
    dimension = next((names for names in dimensions() if not names.isdisjoint(asked_terms)), None)
    if dimension is None:
        return True
    there = frozenset(terms(text))
    if not dimension.isdisjoint(there) or says_dimension(dimension, text):
        return True
    others = frozenset(term for names in dimensions() if names is not dimension for term in names)
    if not others.isdisjoint(there):
        return False
    if dimension.isdisjoint(terms("tall deep thick")):
        return True
    # "Six lanes of 25 metres" does not say how deep they are; "the pit is 4 m" may.
    searched = _FAR_AWAY.sub(" ", searched)
    if dimension.isdisjoint(terms("deep thick")):
        return any(pattern.search(searched) for pattern in _patterns_for(asked, question, text))
    said = "\n".join(match[1] for match in _IS_SO_MUCH.finditer(searched))
    return any(pattern.search(said) for pattern in _patterns_for(asked, question, text))


def _patterns_for(asked: AskedValue, question: str, text: str) -> tuple[re.Pattern[str], ...]:
    if asked.kind == "date" and _WHICH_DAY.search(question):
        return (_DAY,)
    if asked.kind == "date" and _PAST.search(question):
        if IS_PAST.search(text):
            return (_DAY, HAS_VALUE["hour"])
        return (_YEAR_OR_DAY,) if IS_PRESENT.search(text) else (_DAY,)
    if asked.kind in ("duration", "size") and is_of_long_thing(question):
        return (HAS_VALUE["length"], HAS_VALUE["duration"])
    if asked.kind == "size" and is_height(question):
        return (HAS_VALUE["length"], HAS_VALUE["money"], SHARE)
    return _WAY if asked.kind == "length" and _FAR.search(question) else (HAS_VALUE[asked.kind],)


def _names_unit_elsewhere(asked: AskedValue, question: str, text: str, rest: str) -> bool:
    """A column or key that names the unit ("Price in euros: 22", "depth_cm: 20"), with a figure after it."""
    unit = UNITS.get("length" if is_height(question) else asked.kind)
    if unit is None or _FIGURE.search(rest) is None:
        return False
    # Of "Weight (kg): 2; Days: Mon" only the cell with the unit counts; a header row has no figures.
    cell = "" if "|" in text else r"\s*[^;\n]{0,12}\d"
    named = text.replace("_", " ")
    if not _is_of_dimension(asked, question, named, rest):
        # "Climb (m): 310" does not say how deep the lake is, nor "depth_m" how wide it is.
        return False
    found = re.finditer(rf"([^:|;=\n]*)\b(?:{unit})([^:|=\n]{{0,20}})[:|=]{cell}", named, re.IGNORECASE)
    return any(
        asked.kind == "money"
        or (not is_of_another_measure(match[1], match[2], question) and not _EVERY.search(match[1]))
        for match in found
    )


def _without_figures_of(question: str, text: str) -> str:
    for code in frozenset(_NAME_WITH_FIGURE.findall(question)):
        # "The T15 roasts up to 15 kg": its name has a figure, which is not that of the value.
        text = text.replace(code, " ")
    known = set(_FIGURE.findall(_NAME_WITH_FIGURE.sub(" ", question)))
    for amount in frozenset(_AMOUNT_IN_WORDS.findall(question)):
        # "The Seven Years War" does not say how long it lasted.
        text = re.sub(rf"(?i)\b{re.escape(amount)}\b", " ", text)
    return _FIGURE.sub(lambda match: " " if match[0] in known else match[0], text)


_ATTRIBUTES = lazy_terms(
    "montant importe importo power energy electricity current strom leistung puissance électricité courant potencia"
    " energía electricidad potenza corrente stroom vermogen much many long old high tall deep wide far thick broad"
    " large big heavy loud hot warm cold fast often expensive dear weigh länge höhe tiefe breite größe longueur hauteur"
    " profondeur largeur altura profundidad anchura temperature cost price charge earn sum amount size phone number"
    " telephone fax address website speed time day dauer duration durée duración durata duração duur week year date"
    " month hour viel viele dauern dauert alt hoch weit dick schwer laut heiß kalt schnell oft teuer wiegen gewicht"
    " kosten preis telefonnummer uhr tag jahr temps âge coûter prix poids pèse degré heure jour année combien fois"
    " tiempo dura durar tarda años cuesta precio peso pesa grado temperatura hora día fecha veces costa prezzo gradi"
    " ora anni volte preço custa hoog diep breed oud kost zwaar vaak company firm brand bank firma marke entreprise"
    " empresa quickly strong powerful geschwindigkeit vitesse velocidad velocità snelheid snel version release versão"
    " versie language sprache langue idioma lengua lingua taal colour color farbe couleur cor kleur tempo tijd duurt"
    " duurde zeit ogni frecuencia frequenza slow frequência fréquence frequently раз laat partir"
)

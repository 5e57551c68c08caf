"""What kind of value a question asks for (money, a duration, a date, a name …), and whether a text has one."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bookwheel.engine.text.figures import is_scale
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

ValueKind = Literal[
    "money", "duration", "length", "mass", "sound", "heat", "age", "size", "speed", "often", "count", "figure",
    "date", "hour", "phone", "address", "firm", "reason",
]  # fmt: skip

_WORD_NUMBERS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven"
    r"|eigh|nine)ty(?:-\w+)?"
    r"|dozens?|hundreds?|thousands?|[mb]illions?|half|once|twice|none|ein(?:e[mnrs]?|mal)?|zwei|drei|vier|fünf"
    r"|sechs|sieben|acht|neun"
    r"|elf|zwölf|\w*(?:zehn|[zß]ig|hundert|tausend)|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize"
    r"|quatorze|quinze|seize"
    r"|vingt|trente|quarante|cinquante|soixante|cents?|mille|une?|uno|dos|tres|cuatro|cinco|seis|siete|ocho"
    r"|nueve|diez|once|doce|trece"
    r"|catorce|quince|veint\w+|treinta|cuarenta|cincuenta|sesenta|cien\w*|mil|due|tre|quattro|cinque|sei|sette"
    r"|otto|nove|dieci|venti\w*"
    r"|trenta|cento|mila|dois|duas|três|quatro|oito|dez|vinte|trinta|cem|twee|drie|vijf|zes|zeven|negen|tien"
    r"|twaalf|honderd|duizend"
)
_N = rf"(?:\d[\d.,/ ]{{0,12}}|\b(?:{_WORD_NUMBERS})\b[ -]?)"
# "Turns a minute", "tours par minute", "mal in der Minute": so much in a span of time.
_PER = (
    r"(?:an?|per|each|every|in (?:an?|one)|pro|je|in (?:der|einer)|im|par|à la|por|a la|al|all|alla|ogni|cada"
    r"|chaque|elke?)[ ’'] ?(?:second|minute|hour|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr"
    r"|seconde|heure|jour|semaine|mois|an|année|segundo|minuto|hora|día|semana|mes|año|secondo|ora|giorno"
    r"|settimana|mese|anno|dia|ano|uur|dag|maand|jaar|minuut)s?\b|(?<=l)['’]an(?:no|née)?\b"
)
_CJK_N = "[一二三四五六七八九十百千万两0-9]"
_UNITS: dict[ValueKind, str] = {
    "money": (
        r"€|\$|£|¥|eur\b|euros?\b|dollars?\b|usd\b|pounds?\b|pence\b|cents?\b|centimes?\b|francs?\b"
        r"|franken\b|chf\b|crowns?\b"
        r"|kron\w+|kč|zł|shillings?\b|pesos?\b|reais\b|rupees?\b|rs\b|yuan\b|rubel\w*|руб\w*|₽"
    ),
    "duration": (
        r"(?:s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|fortnights?|months?"
        r"|years?|decades?|centur\w+"
        r"|sekunden?|minuten?|stunden?|tagen?|tage|wochen?|monaten?|monate|jahren?|jahre|uhr"
        r"|secondes?|heures?|jours?|semaines?|mois|ans?|années?|segundos?|minutos?|horas?|d[íi]as?|semanas?"
        r"|mes(?:es)?|años?"
        r"|secondi|minuti|or[ae]|giorn[io]|settiman[ae]|mes[ei]|ann[io]|dias?|anos?|seconden|minuut|uur|uren"
        r"|dag(?:en)?|week|weken|maand(?:en)?"
        r"|jaar|минут\w*|час\w*|дн\w+|недел\w*|месяц\w*|лет|год\w*)\b"
    ),
    "length": (
        r"(?:mm|cm|dm|m|km|inch(?:es)?|in|ft|feet|foot|yards?|miles?|metres?|meters?|metern?|kilomet\w+"
        r"|centimet\w+|millimet\w+"
        r"|zoll|mètres?|metros?|metri|nautical|fathoms?|paces|steps|storeys|leagues|schritte?n?|passos|pasos|passi)\b"
        r"|[\"′″]"
    ),
    "mass": (
        r"(?:mg|g|kg|kilos?|grams?|gramm\w*|grammes?|gramos?|grammi|tons?|tonnes?|tonnen|t|lbs?|pounds?"
        r"|ounces?|oz|stone)\b"
    ),
    "sound": r"(?:db|decibels?|dezibel)\b",
    "heat": r"(?:°|degrees?\b|grad\b|degrés?\b|grados\b|gradi\b|graus\b|graden\b|c\b|f\b|kelvin\b|градус\w*)",
    "speed": (
        r"(?:km/h|mph|knots?|knoten|nœuds|nudos|nodi|m/s|kmh|rpm|bit/s|[mk]b/s|u/min|tr/min|stundenkilometern?"
        r"|km (?:pro|per|par|por) \w+)"
    ),
}
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz"
    r"|mai|juni|juli"
    r"|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero"
    r"|febrero|marzo|abril"
    r"|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno"
    r"|luglio|settembre|ottobre"
    r"|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|januari|februari|maart|mei|augustus"
)
_DATE = (
    rf"\b(?:1\d{{3}}|20\d\d)(?:s|er)?\b|\b\d0(?:s|er)\b|\b\d{{1,2}}[:.]\d\d\b|[年月]|\d\s?[日号]|曜|周[一二三四五六日]|星期|(?i:\b(?:{_MONTHS}|(?:mon"
    rf"|tues|wednes|thurs|fri|satur|sun)days?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes"
    r"|martes|miércoles|jueves"
    r"|viernes|sábado|domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica"
    r"|(?:segunda|terça|quarta|quinta|sexta)-feira"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag|spring|summer|autumn|winter|frühling|sommer|herbst|century"
    r"|jahrhunderts?|siècles?|siglos?|secol[oi]"
    r"|yesterday|tomorrow|daily|weekly|monthly|yearly|noon|midnight|dawn|dusk|evening|morning"
    r"|christmas|easter|weihnachten|ostern|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября"
    r"|ноября|декабря)\b)"
)
_HOUR = (
    r"\d{1,2}[:.]\d\d|\d{1,2} ?h(?: ?\d\d)?\b|\d{1,2}\s?(?:o'clock|uhr|am\b|pm\b|a\.m|p\.m|uur|点|時|시)|\b(?:noon"
    r"|midnight|mittags?|mitternacht"
    r"|midi|minuit|mediodía|medianoche)\b|\b(?:at|from|to|until|till|between|by) \d{1,2}\b"
)

# A bare hour: "at 9", "um neun", "a las nueve"; "at nine revolutions" is not one.
_BARE_HOURS = (
    r"[12]?\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eins|zwei|drei|vier|fünf|sechs|sieben"
    r"|acht|neun|zehn|elf|zwölf|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|due|tre|quattro|cinque"
    r"|sei|sette|otto|nove|dieci|undici|dodici"
)
_BARE_HOUR = (
    r"\b(?:at|from|to|until|till|between|by|before|after|um|ab|bis|von|gegen|a las?|de las?|hasta las?|alle|dalle"
    r"|fino alle)(?: about| around| half past| quarter (?:past|to)| halb| viertel (?:nach|vor))?"
    rf" (?:{_BARE_HOURS})(?=\W*$|\s*[.,;:!?)–-]|\s+(?:and|or|to|until|till|in the|at|on|every|each|sharp|tomorrow"
    r"|und|oder|bis|am|an|jeden|y|de la|en punto|todos|e|di|in punto|ogni|del)\b)"
    r"|\b(?:une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|\d{1,2}) heures?\b"
)
# A time may also be given by what comes before or after it, or by how regularly it comes.
_RELATIVE = (
    r"\b(?:before|after|as soon as|once|during|whenever|vor|nach|sobald|während|avant|après|dès que|pendant|antes"
    r"|después|durante|dopo|prima|appena|every (?:day|night)|jeden tag|chaque jour|always)\b"
)

_HAS: dict[ValueKind, re.Pattern[str]] = {
    "money": lazy_regex(
        rf"(?:€|\$|£|¥|CHF|USD|EUR)\s?\d|{_N}\s?(?:mio\.?|million|mrd\.?|billion|k)?\s?(?:{_UNITS['money']})"
        rf"|{_CJK_N}\s?[元円块]|\bfree\b|\bgratis\b"
        r"|kostenlos|gratuit|percent|prozent|%|\bhalf\b|\bhälfte\b|\bmoitié\b|\bmitad\b|\bmetà\b",
        re.IGNORECASE,
    ),
    "duration": lazy_regex(
        rf"{_N}[ -]?(?:{_UNITS['duration']})|{_CJK_N}\s?(?:天|日|小时|時間|分|週|周|か月|个月|年)"
        r"|\b(?:until|till|forever"
        rf"|indefinite\w*|unbestimmt\w*"
        r"|bis|jusqu|hasta|fino|overnight|all (?:day|night))\b|\d\s?[–-]\s?\d",
        re.IGNORECASE,
    ),
    "length": lazy_regex(
        rf"{_N}[ -]?(?:{_UNITS['length']})"
        rf"|{_N} ?[^\W\d_]+ (?:deep|wide|thick|broad|tall|high|tief|breit|dick|hoch)\b"
        rf"|{_CJK_N}\s?(?:米|公里|メートル|キロ|厘米)",
        re.IGNORECASE,
    ),
    "mass": lazy_regex(rf"{_N}[ -]?(?:{_UNITS['mass']})|{_CJK_N}\s?(?:克|公斤|キロ|グラム|吨)", re.IGNORECASE),
    "sound": lazy_regex(rf"{_N}\s?(?:{_UNITS['sound']})|分贝", re.IGNORECASE),
    "heat": lazy_regex(rf"{_N}\s?(?:{_UNITS['heat']})|{_CJK_N}\s?[度℃]", re.IGNORECASE),
    "speed": lazy_regex(
        rf"{_N}\s?{_UNITS['speed']}|{_PER}|\b(?:in|within|en|under) {_N}\s?{_UNITS['duration']}|\b(?:walking|snail’s"
        r"|snail's) pace|schritt(?:geschwindigkeit|tempo)|au pas\b|al passo\b|al paso\b|\bmal so schnell|as fast as",
        re.IGNORECASE,
    ),
    "age": lazy_regex(
        r"\baged? \d|\d[- ]years?[- ]old|\d+ years? of age|\d jahre\b|\bjährig|\d ans\b|\d años|\d anni|\d anos"
        r"|\d jaar|\bborn\b|\bgeboren"
        rf"|{_N}\s?(?:mill\w+|mili\w+|billion\w*|thousand|tausend|mil)?\s?(?:de |di )?"
        r"(?:years?|months?|weeks?|days?|decades?"
        r"|jahren?|ans|años|anni|centur\w+|jahrhunderte?|monate|wochen|tage|mois|siècles?|mes(?:es)?"
        rf"|siglos?|mesi|secoli) (?:old|alt)?\b"
        r"|\bage of \d|\b(?:built|founded|made|planted|dates? (?:from|back)|erbaut|gebaut|gegründet|stammt"
        r"|date de|data del?"
        r"|risale)\b"
        r"[^.]{0,40}\d{3,4}"
        rf"|\bné[e]?\b|\bnacid|\bnat[oa]\b|\d\s?[岁歳]|\b(?:{_WORD_NUMBERS}) years? old|\b(?:was|is) "
        rf"(?:{_WORD_NUMBERS})\b|\bturned \d",
        re.IGNORECASE,
    ),
    "size": lazy_regex(rf"\d|{_CJK_N}|\b(?:{_WORD_NUMBERS})\b", re.IGNORECASE),
    "often": lazy_regex(
        r"\b(?:every|each|once|twice|times|daily|weekly|monthly|yearly|annually|per|jede\w*|täglich|wöchentlich"
        r"|monatlich|jährlich|mal"
        r"|chaque|fois|tous les|toutes les|cada|veces|ogni|volte|alle|elke|keer|quarterly|always|never|rarely|seldom"
        r"|regularly|(?:halb|viertel)jährlich|(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)mal"
        r"|immer|nie|selten|mensuel\w*|hebdomadaire\w*|quotidien\w*|annuel\w*"
        r"|trimestr\w+|semanal\w*|mensual\w*|diari\w+|anual\w*|settimanal\w+|mensil\w+|quotidian\w+|annual\w+|una vez"
        rf"|una volta|todos los|todas las|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
        rf"|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs)\b|{_PER}|每|毎|\d (?:days?|weeks?"
        r"|months?)\b|\ba (?:day|week|month|year)\b",
        re.IGNORECASE,
    ),
    "count": lazy_regex(rf"\d|{_CJK_N}|\b(?:{_WORD_NUMBERS})\b", re.IGNORECASE),
    "figure": lazy_regex(rf"\d|{_CJK_N}|\b(?:{_WORD_NUMBERS})\b", re.IGNORECASE),
    "date": lazy_regex(rf"{_DATE}|(?i:{_HOUR}|{_BARE_HOUR}|{_RELATIVE})"),
    "hour": lazy_regex(rf"{_HOUR}|{_BARE_HOUR}", re.IGNORECASE),
    "phone": lazy_regex(r"\+?\d[\d /()-]{5,}\d"),
    "address": lazy_regex(r"@|https?://|www\."),
    "firm": lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(]?[^\W\d_a-z]\w+|[\u4e00-\u9fff]"),
    "reason": lazy_regex(
        r"(?i:\b(?:because|since|as|so that|so|due|thus|therefore|hence|for|reasons?|caused?|leads?|results?|in "
        r"order|owing|after|when|to"
        r"|weil|denn|da|damit|wegen|aufgrund|nachdem|um|zu|parce|car|puisque|pour|afin|porque|ya que|para|por"
        r"|perché|poiché|per|pois|omdat"
        r"|want|zodat|потому|поскольку|чтобы|из-за)\b)|因为|因|为了|から|ため|ので"
    ),
}

# In order: the first that fits counts. The words that a pattern matches need not stand in the answer.
_ASKED: tuple[tuple[ValueKind, str], ...] = (
    ("phone", (r"\b(?:(?:tele)?phone|fax) numbers?|\btelefonnummer|numéro de téléphone|(?:número de )?teléfono"
        r"|numero di telefono|电话|電話番号")),
    ("address", r"\be-?mail address|\bwebsite|\burl\b|e-mail-adresse|adresse e-?mail|dirección de correo"),
    (
        "money",
        (r"\bhow much (?:money|is|are|was|were|does|do|did|must|will|would)\b.*?\b(?:costs?|charged?|pay|paid"
        r"|earn|spend|spent|fined?|price|raise|donate)\b"
        r"|\bwhat (?:does|do|did|will|would)\b.*\b(?:costs?|charge|pay|earn)\b|\b(?:price|cost|costs)\b|\bhow "
        r"(?:expensive|dear)\b"
        r"|\bwie ?viel .*(?:kost\w+|zahl\w+|verdien\w+)|\bwas kost\w+|\bpreis\b|wie teuer|combien (?:coût\w+"
        r"|vaut|paie)|\bprix\b"
        r"|cuánto (?:cuesta|vale|paga)\w*|\bprecio\b|quanto (?:costa|custa|paga)\w*|\b(?:prezzo|preço)\b|\bwat "
        r"kost\w*|多少钱|いくら"),
    ),
    ("age", (r"\bhow old\b|\bwhat age\b|\bwie alt\b|quel âge|cuántos años tiene|quanti anni ha|quantos anos tem"
        r"|hoe oud|多大年纪|几岁|何歳")),
    (
        "duration",
        (r"\bhow long (?=(?:does|did|do|can|must|may|will|would|should|has|have|had|was|were|are|before|after|ago)\b)"
        r"|\bhow (?:many )?(?:time|years|months|weeks|days|hours|minutes) |\bwie lange?\b|combien de temps"
        r"|cuánto (?:tiempo|dura|tarda)\w*"
        r"|quanto (?:tempo|dura)\w*|hoe lang|多久|多长时间|どのくらい|何日間"),
    ),
    ("often", (r"\bhow (?:often|frequently)\b|\bwie oft\b|combien de fois|con qué frecuencia|cuántas veces"
        r"|\bogni quanto\b"
        r"|con che frequenza|à quelle fréquence|com que frequência|quante volte|quantas vezes|hoe vaak")),
    ("mass", (r"\bhow heavy\b|\bweigh(?:s|ed)?\b|\bweight\b|\bwie schwer\b|\bwieg\w*|\bgewicht\b|\bpèse\b"
        r"|\bpoids\b|\bpesa\b|\bpeso\b|hoe zwaar")),
    ("sound", r"\bhow loud\b|\bwie laut\b|\bnoise level\b"),
    (
        "heat",
        (r"\bhow (?:hot|warm|cold)\b|\btemperatures?\b|\bwie (?:heiß|warm|kalt)\b|\btemperatur\b|\btempérature\b"
        r"|\bdegrés\b|\bgrados\b|\btemperatura\b"
        r"|\bgradi\b|hoe (?:warm|heet|koud)|多少度|温度|何度"),
    ),
    ("speed", (r"\bhow (?:fast|quickly)\b|\bwie schnell\b|\bspeed\b|\bgeschwindigkeit\b|\bvitesse\b|\bvelocidad\b"
        r"|\bvelocità\b|\bvelocidade\b|\bsnelheid\b|\bhoe snel\b")),
    ("length", (r"\bhow (?:tall|deep|wide|far|thick|broad)\b|\bwie (?:tief|breit|weit|dick)\b|\bhoe (?:hoog|diep"
        r"|breed|ver)\b")),
    (
        "hour",
        (r"\b(?:at )?what time\b|à quelle heure|\ba qué hora|\ba che ora|\ba que horas|um wie ?viel uhr"
            r"|hoe laat|几点|何時"),
    ),
    (
        "date",
        (r"(?:^\W*|[,;:] |\b(?:since|until|till|by|from|and|depuis|jusqu'à|da|di|desde|até|e|et|en|sinds|tot|bis"
        r"|seit|ab) )"
        r"(?:when|quand|quando|wanneer|wann|cuándo)\b|\bwhen (?:did|do|does|is|are|was|were|will|would|has|have"
        r"|had|can|may|must|should)\b"
        r"|\b(?:what|which) (?:year|date|day|month|century|decade)\b|\bwann\b|\ban? welche[mn] tag\b"
        r"|welche[mns]? (?:jahr|tag|monat)\b"
        r"|quelle (?:année|date)|quel jour|\bcuándo\b|qué (?:año|día|fecha)|什么时候|何时|哪一年|哪天|いつ"),
    ),
    (
        "size",
        (r"\bhow (?:large|big|high|long is)\b|\bwie (?:groß|hoch)\b|\bhoe groot\b|quelle (?:taille|hauteur"
        r"|longueur)|qué (?:tamaño|altura)|quanto è (?:grande|alto)"),
    ),
    (
        "count",
        (r"\bhow many\b|\bwie ?viele\b|\bcombien d(?:e |')|\bcuánt[oa]s\b|\bquant[ie]\b|\bquant[oa]s\b"
        r"|\bhoeveel\b|多少|几|いくつ|何[人個本冊店台回]|сколько"),
    ),
    ("figure", r"\bhow much\b|\bwie ?viel\b|\bcombien\b|\bcuánt[oa]\b|\bquanto\b|\bhow far\b|\bnumber of\b"),
    ("firm", (r"\b(?:which|what) (?:company|firm|brand|bank|supplier|manufacturer|insurer|agency|publisher)\b"
        r"|welche (?:firma|marke|bank)|quelle (?:entreprise|société)|qué (?:empresa|marca)")),
    ("reason", (r"\bwhy\b|\bwarum\b|\bwieso\b|\bweshalb\b|\bpourquoi\b|\bpor qué\b|\bperché\b|\bpor que\b"
        r"|\bwaarom\b|为什么|なぜ|どうして|почему")),
)  # fmt: skip
_ASKED_PATTERNS: list[tuple[ValueKind, re.Pattern[str]]] = [
    (kind, lazy_regex(pattern, re.IGNORECASE)) for kind, pattern in _ASKED
]
REACH_BEHIND, REACH_AHEAD = 5, 2
COUNTED = lazy_regex(
    r"(?i)\b(?:how many|how much|wie ?viele?|combien d(?:e |')|cuánt[oa]s?|quant[ieoa]s?|hoeveel)\s+(?:(?:of"
    r"|different|other) )?([^\W\d_]+)"
)
# A question about the past asks for a date or a year: opening hours do not answer "when was it opened".
_PAST = lazy_regex(r"(?i)\b(?:was|were|did|had|wurden?|war|hat|fue|se (?:abrió|construyó)|a été|è stat[oa]|foi|werd)\b")
_DAY = lazy_regex(
    rf"\d{{4}}|[年月]|\d\s?[日号]|(?i:\b(?:{_MONTHS}|century|jahrhunderts?|siècles?|siglos?|secol[oi]|(?:mon|tues|wednes|thurs|fri"
    rf"|satur|sun)day|yesterday|spring"
    rf"|summer|autumn|winter|christmas|easter|\d{{1,2}}[./]\d{{1,2}}|января|февраля|марта|апреля|мая|июня|июля"
    rf"|августа|сентября|октября|ноября|декабря)\b)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun|diens|donners|frei|sams|sonn)(?:day|tag)s?|mittwochs?"
_OPENING_DAYS = lazy_regex(rf"(?i)\b(?:{_WEEKDAY})\s*(?:to|until|till|through|bis|-|–)\s*(?:{_WEEKDAY})\b")
_CALENDAR = lazy_regex(rf"(?i)\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b")
_FAR = lazy_regex(r"(?i)\b(?:how far|wie weit|hoe ver)\b")
# "Ten minutes on foot" says how far it is.
_WAY = (_HAS["length"], _HAS["duration"])
_FIGURE = lazy_regex(r"\d(?:[\d.,:]*\d)?")
# The number of a list item is not a value.
_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|[-*+•])\s+")
# A value of one measure must not pass for another: "eleven miles long" does not say how deep.
_DIMENSIONS = ("tall high height hoch höhe", "deep depth tief tiefe",
               "wide width broad breit breite", "long length lang länge", "far distance weit",
               "thick dick")  # fmt: skip
_DIMENSION_SETS = [frozenset(terms(line)) for line in _DIMENSIONS]


class AskedValue(NamedTuple):
    """The kind of value asked for, and the terms of the question that ask for it."""

    kind: ValueKind
    terms: frozenset[str]


def asked_value(question: str) -> AskedValue | None:
    """What value the question asks for; None when it asks for none of those kinds."""
    for kind, pattern in _ASKED_PATTERNS:
        if (match := pattern.search(question)) is not None:
            words = match[0] if kind in ("money", "figure") else question[match.start() : match.end()]
            return AskedValue(kind, frozenset(terms(words)) & _ATTRIBUTES)
    return None


def has_value(asked: AskedValue, question: str, text: str) -> bool:
    """Whether `text` has a value of the kind asked for that is not in the question already."""
    if asked.kind == "count" and _is_counted_elsewhere(question, text):
        return False
    rest = _OPENING_DAYS.sub(" ", _without_figures_of(question, _MARKER.sub("", text)))
    searched = _CALENDAR.sub(" ", rest) if asked.kind == "firm" else rest
    if not any(pattern.search(searched) for pattern in _patterns_for(asked, question)):
        return _names_unit_elsewhere(asked, text, rest)
    dimension = next((names for names in _DIMENSION_SETS if not names.isdisjoint(terms(question))), None)
    if dimension is None or asked.kind not in ("length", "size"):
        return True
    there = frozenset(terms(text))
    others = frozenset(term for names in _DIMENSION_SETS if names is not dimension for term in names)
    return not dimension.isdisjoint(there) or others.isdisjoint(there)


def _patterns_for(asked: AskedValue, question: str) -> tuple[re.Pattern[str], ...]:
    if asked.kind == "date" and _PAST.search(question):
        return (_DAY,)
    return _WAY if asked.kind == "length" and _FAR.search(question) else (_HAS[asked.kind],)


def _is_counted_elsewhere(question: str, text: str) -> bool:
    """Whether the things to be counted stand in the text without a number near them."""
    match = COUNTED.search(question)
    counted = frozenset(terms(match[1])) if match else frozenset[str]()
    tokens = re.findall(r"\w+", text)
    where = [at for at, token in enumerate(tokens) if counted.intersection(terms(token))]
    if not where or not text.isascii():
        return False
    numbers = [
        at
        for at, token in enumerate(tokens)
        if _HAS["count"].fullmatch(token) or token.isdigit() or _HAS["count"].match(token)
    ]
    return not any(-REACH_AHEAD <= place - number <= REACH_BEHIND for place in where for number in numbers)


def _names_unit_elsewhere(asked: AskedValue, text: str, rest: str) -> bool:
    """A column or key that names the unit ("Price in euros: 22", "depth_cm: 20"), with a figure behind it."""
    unit = _UNITS.get(asked.kind)
    if unit is None:
        return False
    return _FIGURE.search(rest) is not None and re.search(rf"(?:\b|_)(?:{unit})", text, re.IGNORECASE) is not None


def _without_figures_of(question: str, text: str) -> str:
    known = set(_FIGURE.findall(question))
    return _FIGURE.sub(lambda match: " " if match[0] in known else match[0], text)


_ATTRIBUTES = frozenset(
    terms(
        "much many long old high tall deep wide far thick broad large big heavy loud hot warm cold fast often "
        "expensive dear weigh weight"
        " temperature cost price charge earn size phone number telephone fax address website speed time day "
        "year date month hour"
        " viel viele lange alt hoch tief breit weit dick groß schwer laut heiß warm kalt schnell oft teuer "
        "wiegen gewicht temperatur kosten"
        " preis telefonnummer uhr tag jahr"
        " temps âge coûter prix poids pèse température degré heure jour année combien fois"
        " tiempo dura durar tarda años cuesta precio peso pesa grado temperatura hora día año fecha veces"
        " costa prezzo gradi ora anni volte preço custa hoog diep breed oud kost zwaar vaak company firm brand bank"
        " firma marke entreprise empresa quickly geschwindigkeit vitesse velocidad velocità velocidade snelheid snel"
        " ogni frecuencia frequenza fréquence frequência frequently"
    )
)


def is_amount_word(word: str) -> bool:
    """Whether a word only scales or measures: "million", "kg", "hours"."""
    return is_scale(word) or any(re.fullmatch(unit, word, re.IGNORECASE) for unit in _UNITS.values())

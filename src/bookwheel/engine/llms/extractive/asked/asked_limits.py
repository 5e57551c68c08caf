"""A measure in a yes-or-no question ("five days", "100 kg", "a child of six"), and the sentences that limit it."""

from __future__ import annotations

import re

from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.engine.text.value_patterns import WORD_NUMBERS
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_N = rf"(?:[-−]?\d[\d.,]*|\b(?:an? )?(?:{WORD_NUMBERS})\b)"
# Units that measure the same; "5 °C" limits "3 degrees", and "10 days" limits "two weeks".
_MEASURES = (
    (
        r"(?:seconds?|minutes?|min|hours?|h|days?|nights?|weeks?|fortnights?|months?|years?|sekunden?|minuten?"
        r"|stunden?"
        r"|tage?n?|nächten?"
        r"|wochen?|monate?n?|jahre?n?|secondes?|heures?|jours?|nuits?|semaines?|mois|ans?|années?|segundos?|minutos?"
        r"|horas?|d[íi]as?"
        r"|noches?|semanas?|mes(?:es)?|años?|minuti|or[ae]|giorn[io]|nott[ei]|settiman[ae]|mes[ei]|ann[io]|anos?|uur"
        r"|dag(?:en)?"
        r"|weken|week|maand(?:en)?|jaar)\b"
    ),
    r"(?:mm|cm|dm|m|km|inch(?:es)?|ft|feet|foot|yards?|miles?|metres?|meters?|metern|mètres?|metros?|metri|zoll)\b(?!/)",
    r"(?:mg|g|kg|kilos?|kilogram\w*|grams?|gramm|grammes?|tons?|tonnes?|tonnen|(?-i:t)|lbs?|pounds?|stone)\b",
    r"(?:° ?[CF]?|degrees?\b|grad\b|degrés?\b|grados\b|gradi\b|graus\b|graden\b)",
    r"(?:km/h|mph|knots?|knoten|nœuds|nudos|nodi|m/s|kmh|rpm)(?!\w)",
    r"(?:l|ml|cl|litres?|liters?|litern?|litros?|litri|liter|gallons?|pints?|m³)(?!\w)",
    r"(?:(?-i:k?V|mV)|volts?)\b",
    r"(?:(?-i:m?A)|amps?|amperes?)\b",
    r"(?:(?-i:[kM]?W)|watts?)\b",
    r"(?:bar|psi|hPa|mbar)\b",
    r"(?:%|percent|per cent|prozent|pour cent|por ciento|per cento|por cento|procent)",
    r"(?:€|\$|£|euros?|pounds?|dollars?|francs?|franken|pence|cents?)(?!\w)",
    r"(?:lux|lx|lumens?)\b",
    r"(?:[kmgt]b|megabytes?|gigabytes?)\b",
)
_AGES = lazy_regex(
    rf"(?i)\b({_N})[- ]?(?:years?[- ]olds?|jährige?\w*|jahre alt|jaar oud)\b|\b(?:aged?|age of) ({_N})"
    rf"|\b(?:child|children|boy|girl|kid|baby|person|kind|kinder|enfant|niñ[oa]|bambin[oa]|criança)"
    rf" (?:of|von|de|di|van) ({_N})"
    r"(?!\W*\w*(?:kg|cm))"
    # "A presenter of 17", not "a group of 17" or "a pot of 15 kg".
    r"|\b(?:an?|une?|una|um|eine?) (?!group|class|party|set|row|box|team|family|table|pack|crew|batch|group[eo]"
    r"|gruppe)"
    r"[^\W\d_]{3,} (?:of|von|de|di|van) ([1-9]\d)(?= [a-z]{3,}\b(?!s? of\b)|\W*\Z)(?! (?:euros?|pounds?|kilos?"
    r"|metres?|meters?"
    r"|litres?|people|persons?|pages?|degrees?|watts?|volts?|hours?|minutes?|days?|weeks?|months?|francs?|tonnes?"
    r"|tons?)\b)"
)
_MEASURING = lazy_terms("measure weigh messen misst wiegen wiegt mesurer peser medir pesar misurare pesare meten wegen")
# What else a question with a measure may say: "is it possible", "at once"; who asks need not be named.
_AT_ONCE = lazy_terms("once time together gleichzeitig zugleich")
_POSSIBLE = lazy_terms(
    "possible allowed permitted feasible okay fine enough möglich erlaubt gestattet zulässig posible permitido permis"
    " autorisé possibile permesso possível mogelijk toegestaan"
)
_ROLES = lazy_terms(
    "nurse caretaker carer doctor teacher clerk officer trustee tenant resident owner driver parent employee worker"
    " volunteer helper cook porter warden guide leader chair treasurer secretary student pupil member reader patient"
    " relative neighbour man woman pflegerin pfleger hausmeister lehrer lehrerin mieter mieterin fahrer mitarbeiter"
    " mitarbeiterin mitglied schüler schülerin nachbar infirmière gardien locataire membre élève enfermera portero"
    " inquilino socio alumno infermiera custode inquilino membro allievo verpleegster huurder lid leerling"
)
_WHO_MAY = lazy_regex(
    r"(?i)^\W*(?:may|can|could|must|darf|kann|puede|può|pode|mag|kan|peut|un[ae]? [^\W\d_]+ peut-)"
    r" (?:an?|the|our|my|eine?|der|die|das|une?|le|la|el|una?|il|een|de|het) ([^\W\d_]{3,})"
)
_SCALE = r"(?:force|strength|level|grade|windstärke|stärke|stufe|niveau|nivel|forza|fuerza|força|kracht)"
_ON_SCALE = lazy_regex(rf"(?i)\b{_SCALE} (\d+)\b")
_COUNTED = lazy_regex(rf"(?i)({_N}) ([^\W\d_]{{3,}})\b(?: ([^\W\d_]{{4,}}s)\b)?")
# "At most two of them" limits what the question above it names.
_OF_THEM = r"(?:of (?:them|these|those)|davon|d['’]entre (?:eux|elles)|de ell[oa]s|di (?:essi|esse|loro)|ervan)"
# "At most 12 places" limits how many people may come.
_OF_PEOPLE = lazy_regex(
    r"(?i)(?:people|persons?|participants?|guests?|visitors?|passengers?|children|adults?|pupils|students|leute"
    r"|personen"
    r"|menschen|teilnehmer\w*|gäste|kinder|erwachsene|personnes|gens|enfants|adultes|personas|gente|niños|adultos"
    r"|persone"
    r"|bambini|pessoas|mensen|personen)"
)
_PLACES = (
    r"(?:(?:[^\W\d_]+ )?(?:people|persons?|places|seats|participants|guests|passengers|spaces|plätze|personen|leute"
    r"|teilnehmer\w*|gäste|personnes|places|personas|plazas|persone|posti|pessoas|lugares|plaatsen)\b)"
)
# "Groups of at most 12."
_AT_MOST = (
    r"\b(?:at most|up to|no more than|max\w*|höchstens|bis zu|maximal|au plus|au maximum|como máximo|hasta|al massimo"
    rf"|fino a|no máximo|até|hoogstens|maximaal) {_N}(?=\W*(?:\Z|[.;,\n]))(?![:.]\d)"
)
_NO_MEASURE = lazy_regex(r"(?i)(?:one|once|half|none|eine?[mnrs]?|une?|uno|una|uma?|een|due|sei|sette|mil|dos) ?$")
_MORE_THAN = (
    r"(?:more|less|fewer|longer|shorter|heavier|lighter|stronger|older|younger|higher|lower|deeper|larger|bigger"
    r"|smaller|faster"
    r"|slower|later|earlier|warmer|colder) than"
)
_LIMIT = (
    rf"(?:at most|at least|up to|{_MORE_THAN}|over|under|above|below|until|till|from|between|within|only"
    r"|(?:small|larg|bigg|long|short|heavi|light|great|high|low)est|(?:kleinst|größt|längst|kürzest|schwerst"
    r"|leichtest)\w*"
    r"|plus (?:petite?|grande?|lourde?|courte?|longue?)|más (?:pequeñ|grande|pesad|cort|larg)\w*|più (?:piccol|grand"
    r"|pesant|cort|lung)\w*|beyond|max\w*|min\w*|limit\w*|not|exceed\w*|stops? at|age of"
    r"|höchstens|mindestens|bis|ab|über|unter|mehr als"
    r"|weniger als|\w+er als|zwischen|nur|nicht|maximal|au plus|au maximum|au moins|jusqu['’]à|plus de|moins de"
    r"|à partir de|entre|dès|seulement"
    r"|como (?:máximo|mínimo)"
    r"|al menos|hasta|más de|menos de|a partir de|desde|solo|sólo|al massimo|fino a|più di|meno di|almeno|entro|oltre"
    r"|no máximo|até"
    r"|mais de|pelo menos|hoogstens|minstens|maximaal|tot|vanaf|meer dan|minder dan|onder|boven|tussen|alleen)"
)
# "Seven oars may be out on one key", "five people at a time".
_AT_A_TIME = (
    r"(?: (?:may|can|must|are (?:allowed|enough)|dürfen|können|peuvent|pueden|possono|podem|mogen)\b"
    r"|[^.;]{0,40}\b(?:at (?:a|the"
    r" same|any|one) time|at once|together|gleichzeitig|zugleich|auf einmal|à la fois|a la vez|alla volta"
    r"|tegelijk)\b)"
)
_ITEMS = r"(?:items?|things?|pieces?|objects?|articles?|stück|gegenstände|objets?|objetos?|oggetti|pezzi|stuks)\b"
_OR_LESS = (
    r"(?:or (?:less|more|fewer|older|younger|over|under)|at (?:the )?most|maximum|minimum|oder (?:weniger|mehr)"
    r"|ou (?:plus|moins))"
)
# "max_altitude_m: 120", "Minimum height: 18": a limit in a record.
_LIMIT_OF_RECORD = lazy_regex(
    r"(?i)(?<![^\W_])(?:(?:max|min)(?:imum|imal\w*)?[_ .-]|limit|highest|lowest|höchst|mindest|largest"
    r"|smallest)[^:;=\n]{0,30} ?[:=] ?\d"
)
_AGE_SAID = lazy_regex(
    rf"(?i)\b(?:age of|aged?|at least|from|under|over|until|up to|below|above|(?:old|young)er than|ab|unter|über|bis"
    rf"|mindestens|dès|à partir de|moins de|plus de|desde|a partir de|menos de|más de|dai|da|almeno|vanaf|onder)"
    rf" (?:the age of |age )?{_N}"
    r"(?! ?(?:kg|cm|m|km|%|€|euros?|pounds?|days?|weeks?|hours?|minutes?|o'clock|uhr|people|persons)\b)"
    r"|\b(?:age|alter|âge|edad|età|idade|leeftijd)s?\b[^:;\n]{0,15}: ?(?:[^\W\d_]+ )?\d|\b\d{1,2}\+(?!\w)"
)


_DAYS = (
    *(rf"{day}days?" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")),
    *(rf"{day}tags?" for day in ("mon", "diens", "donners", "frei", "sams", "sonn")),
    "mittwochs?", "lundis?", "mardis?", "mercredis?", "jeudis?", "vendredis?", "samedis?", "dimanches?",
    "lunes", "martes", "miércoles", "jueves", "viernes", "sábados?", "domingos?",
    "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica",
)  # fmt: skip
_HOURS = (
    r"(?:\d{1,2}(?:[:.]\d\d)?(?! ?(?:euros?|pounds?|€|%))|closed|shut|geschlossen|fermée?|cerrad[oa]|chius[oa]|noon"
    r"|midday|mittags?)"
)


@dataclass(frozen=True, slots=True)
class AskedLimit:
    """The measure as the question writes it, the terms that only measure, and a pattern of a limit for it."""

    text: str
    terms: frozenset[str]
    said: re.Pattern[str]
    measured: re.Pattern[str]
    # How many words of the question must be near the limit.
    fewest: int = 1

    def is_limited_in(self, text: str) -> bool:
        """Whether a text says up to what, or from what on, a thing of this measure goes."""
        text = " ".join(text.split())
        return self.said.search(text) is not None or _LIMIT_OF_RECORD.search(text) is not None

    def is_measured_in(self, text: str) -> bool:
        """Whether a text has a limit or any measure of the kind, or the measure itself."""
        text = " ".join(text.split())
        return self.is_limited_in(text) or self.measured.search(text) is not None or self.text.lower() in text.lower()

    def has(self, thing: str) -> bool:
        """Whether what looks like the number of a thing ("take 60", "force 6") is this measure."""
        number = thing.rpartition(" ")[2]
        return re.search(rf"(?<![\w-]){re.escape(number)}(?![\w-])", self.text) is not None


def unsaid_beside_limit(question: str) -> frozenset[str]:
    """The terms that a sentence with the limit need not have: "possible", and the nurse of "May a nurse accept …?"."""
    match = _WHO_MAY.match(question)
    who = frozenset(terms(match[1])) & _ROLES() if match is not None else frozenset[str]()
    return _POSSIBLE() | who


def asked_limit(question: str) -> AskedLimit | None:
    """The first measure of a question that may be compared with a limit; None if it has none."""
    if match := _AGES.search(question):
        number = next(filter(None, match.groups()))
        return AskedLimit(match[0], frozenset(terms(f"{number} years old")), _AGE_SAID, _AGE_SAID)
    if match := _ON_SCALE.search(question):
        said = rf"(?i)\b{_LIMIT}\b[^.;]{{0,25}}?\b{_SCALE} \d"
        return AskedLimit(match[0], frozenset(terms(match[1])), re.compile(said), re.compile(rf"(?i)\b{_SCALE} \d"))
    for unit in _MEASURES:
        if match := re.search(rf"(?i)({_N})[ -]?{unit}", question):
            return AskedLimit(match[0], frozenset(terms(match[0])) | _MEASURING(), *_limit_of(unit))
    for match in _COUNTED.finditer(question):
        if _NO_MEASURE.match(match[1]) is None and (noun := next(iter(terms(match[2])), "")):
            # "Three gas bottles": the last of two nouns is counted.
            words = {match[2], noun} if match[3] is None else {match[3], *terms(match[3])}
            stems = "|".join(re.escape(word[:-1] if len(word) > 4 else word) for word in sorted(words))
            unit = rf"(?:(?:[^\W\d_]+ )?(?:{stems})\w*|{_OF_THEM})"
            if _OF_PEOPLE.fullmatch(match[2]) is not None:
                said, measured = _limit_of(rf"(?:{unit}|{_PLACES})")
                of_people = re.compile(rf"{said.pattern}|{_AT_MOST}"), re.compile(rf"{measured.pattern}|{_AT_MOST}")
                return AskedLimit(match[1], frozenset(terms(match[1])), *of_people)
            said, measured = _limit_of(unit)
            of_items = rf"{_N} (?:[^\W\d_]+ )?{unit}{_AT_A_TIME}|{_N} {_ITEMS}{_AT_A_TIME}|\b{_LIMIT} {_N} {_ITEMS}"
            said, measured = (re.compile(rf"{one.pattern}|{of_items}") for one in (said, measured))
            return AskedLimit(match[1], frozenset(terms(match[1])) | _AT_ONCE(), said, measured)
    return _opening_day(question)


def _opening_day(question: str) -> AskedLimit | None:
    """The day of "on Friday afternoon", which a text with hours for that day limits."""
    for day in _DAYS:
        if match := re.search(rf"(?i)\b{day}\b", question):
            # Any text may say in other words what is done on a day.
            return AskedLimit(
                match[0],
                frozenset(terms(match[0])),
                re.compile(rf"(?i)\b{day}\b[^.;\n]{{0,30}}?\b{_HOURS}"),
                re.compile(""),
                fewest=2,
            )
    return None


def _limit_of(unit: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    measure = rf"{_N}(?: (?:to|and|bis|und|à|et|a|y|e|en) {_N})?[ -]?{unit}"
    said = rf"(?i)\b{_LIMIT}\b[^.;]{{0,25}}?{measure}|{measure}[^.;]{{0,12}}\b{_OR_LESS}\b"
    return re.compile(said), re.compile(rf"(?i){measure}")

"""What a question says when it compares two things, or a measure of its own with what a text allows."""

from __future__ import annotations

from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.value_patterns import UNITS
from bookwheel.lazy_regex import lazy_regex

# "Which takes more time, A or B?"
COMPARED_QUALITY = lazy_regex(
    r"(?i)\b(?:more|less|fewer|mehr|weniger|plus de|moins de|plus d['’]|moins d['’]|más|menos|più|meno|mais"
    r"|meer|minder)\s?([^\W\d_]{3,})"
)
_COMPARED_VERB = lazy_regex(
    r"(?i)^\W*(?:who|which \w+|wer|welche\w? \w+|qui|quién|chi) ([^\W\d_]{3,})"
    r" (?:more|less|fewer|mehr|weniger|plus|moins|más|menos|più|meno)\b(?: [^\W\d_]+ ([^\W\d_]{4,}))?.*[, ](?:or|oder"
    r"|ou|o) "
)
COMPARISON = lazy_regex(
    r"(?i)\b(?:compare|comparison|difference|differ|versus|vs|vergleich\w*|unterschied\w*|compar\w+|différence"
    r"|diferencia|differenza)\b"
    r"|^\W*(?:which|what|who|wer|qui|quién|chi|welche\w*|quel\w*|cuál) .*\b(?:more|less|fewer|\w+er|mehr|weniger|plus"
    r"|moins|más"
    r"|menos|first|last|zuerst)\b.*[, ](?:or|oder|ou|o) "
    r"|\b(?:more|less|fewer|higher|lower|mehr|weniger) .* than\b"
    r"|^\W*(?:is|are|was|does|do|did|has|have|had|ist|hat|est|es|è|é) .* (?:or|oder|ou|o) .*\b(?:more|less"
    r"|fewer|mehr|weniger|plus|moins|más|menos|più|meno|mais|meer|minder|(?!(?:other|after|water|number|paper|member"
    r"|over|ever|never|under)\b)[a-z]{3,}er)\b"
    r"|\b(?!(?:rather|other|later|earlier|after)\b)\w{2,}er than\b"
    r"|\b(?!(?:oder|aber|immer|wieder)\b)\w{3,}er als\b|\b(?:plus|moins|aussi) \w+ que\b|\b(?:más|menos) \w+ que\b"
    r"|\b(?:più|meno) \w+ (?:di|del\w*|che)\b|\b\w{3,}er dan\b"
)
COMPARED = lazy_regex(
    r"(?i)(?<![\w-])\d[\d.,]*(?:[-\s]?(?:years?[-\s]old|jährig\w*))?(?![\w-])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
    r"-year-olds?\b|\b\d+-years?-olds?\b|\b(?:mon"
    r"|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|\b(?:mon|diens|donners|frei|sams|sonn)tags?\b|\bmittwochs?\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|due|tre|quattro"
    r"|cinque)"
    r" (?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|minuten|stunden|tage|wochen|monate|jahre|heures"
    r"|jours|semaines|mois|horas|días|semanas|meses|ore|giorni|settimane|mesi|people|persons|personen)\b"
    r"|\b(?:on|in|am|im|le|el|al|op) (?:the |de )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth|\d+(?:st|nd|rd|th|\.|e|º)"
    r"|ersten|zweiten|dritten|vierten|fünften|sechsten|siebten|premier|deuxième|troisième|quatrième|cinquième|primer"
    r"|segundo"
    r"|tercer|cuarto|quinto)"
    r" (?:day|night|week|month|year|tag|woche|monat|jahr|jour|semaine|mois|día|mes|año|giorno|mese|dag)\b"
    r"|\b(?:midnight|noon|midday|nights?|evenings?|mornings?|afternoons?|weekends?|christmas|easter|mitternacht"
    r"|mittags?"
    r"|nachts|abends|morgens|wochenende|minuit|midi|soir|matin|medianoche|mediodía|noche|domingos?|sábados?|lunes"
    r"|mezzanotte"
    r"|mezzogiorno|domenica|sabato|dimanche|samedi|zondag|zaterdag|middernacht)\b"
)
OF_AGE = lazy_regex(
    r"(?i)\b\d+[- ]?years?[- ]olds?\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen)-year-olds?\b"
    r"|\b\d+-?jährig\w*"
)
# "A load of 120 kg": the noun only carries the figure.
OF_SO_MUCH = lazy_regex(
    r"(?i)\b([^\W\d_]{3,}) (?:of|von|de|di|van) (?:(?:up to|more than|less than|over|under|about|mehr als|bis zu"
    r"|über|unter) )?"
    rf"\d[\d.,]* ?(?:{'|'.join(UNITS[kind] for kind in ('length', 'mass', 'speed', 'power', 'heat', 'sound'))})"
)

# "More lead than the limit", "as many litres as the target", "reach the required strength".
AGAINST_LIMIT = lazy_regex(
    r"(?i)\b(?:than|as|reach(?:es|ed)?|meets?|met|exceed(?:s|ed)?|under|over|above|below|within|über|unter|als"
    r"|erreicht\w*"
    r"|überschreitet|überschritten|dépasse\w*|atteint|supera|alcanza) (?:the |our |its |their |den |dem |das |die "
    r"|der |le"
    r" |la |el |il )?(limits?|thresholds?|targets?|minimum|maximum|required|requirements?|norms?|quota|allowance"
    r"|planned|plan"
    r"|goal|grenzwerts?|höchstwert|mindestwert|sollwert|zielwert|soll|vorgabe|limite|seuil|objectif|límite|umbral"
    r"|objetivo"
    r"|mínimo|máximo|soglia|obiettivo)\b"
)

# "Who saw more meteors, the camera or the people?"
MORE_OF_TWO = lazy_regex(
    r"(?i)\b(?:more|fewer|less|mehr|weniger|plus de|moins de|más|menos|più|meno|mais)\b[^?]*,[^?]*\b(?:or|oder|ou|o)\b"
)


def compared_verb(question: str) -> frozenset[str]:
    """The terms of the verb of "Who saw more hares, Ada or Ben?", which "Ada 12 hares, Ben 9" lacks."""
    match = _COMPARED_VERB.match(question)
    return frozenset(terms(f"{match[1]} {match[2] or ''}")) if match is not None else frozenset()

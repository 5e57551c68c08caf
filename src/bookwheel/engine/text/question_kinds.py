"""What kind of answer a question asks for, and how well a sentence looks like one."""

from __future__ import annotations

import re
from typing import Literal

from bookwheel.engine.text.passage_units import UnitKind
from bookwheel.lazy_regex import lazy_regex

QuestionKind = Literal["who", "when", "where", "count", "how", "why", "what_is", "other"]

_ASKS: dict[QuestionKind, str] = {
    "count": r"\bhow (many|much|long|old|far|large|big|tall|high|deep|fast|often|wide)\b"
    r"|\b(wie ?viele?|wie (lange|alt|groß|hoch|weit|oft)|combien|quant[oiae]s?|cuánt[oa]s?|hoeveel)\b"
    r"|多少|几个|いくつ|何人|何個",
    # "What happens when it stops?" does not ask for a date: these words join clauses too.
    "when": r"(?:^\W*|[,;:] |\b(?:since|until|till|by|from|and|depuis|jusqu'à|da|di|desde|até|e|et|en|sinds|tot) )"
    r"(?:when|quand|quando|wanneer)\b|\bwhen (?:did|do|does|is|are|was|were|will|would|has|have|had|can|should)\b"
    r"|\b((what|which) (year|date|day|month|century|decade)|wann|welche[mns]? jahr|quelle année|cuándo|qué año)\b"
    r"|什么时候|何时|哪一年|いつ",
    "who": r"(?<!\bcelui )(?<!\bcelle )(?<!\bceux )(?<!\bcelles )(?<!\bpeople )(?<!\bthose )(?<!\banyone )"
    r"(?<!\bmembers )(?<!\bguests )(?<!\bsomeone )\b(who|whom|whose|wer|wem|wen|qui|quién|quiénes|chi"
    r"|quem)\b|谁|誰",
    "where": r"\b(where|wo|wohin|woher|où|dónde|dove|onde|waar)\b|哪里|どこ",
    "why": r"\b(why|what (causes|caused|reason)|warum|weshalb|pourquoi|por qué|perché|waarom)\b|^\W*porqu[eê]\b"
    r"|为什么|なぜ",
    "how": r"\b(how (do|does|can|could|should|would|to|is|are|did)|(what|which) (keys?|command|steps|option)"
    r"|wie (kann|mache|geht|muss|soll|füge|starte)|comment|cómo|come|como|hoe)\b|怎么|如何|どうやって|方法",
    "what_is": r"^\W*(what|who) (is|are|was|were)\b|^\W*(was (ist|sind)|qu'est-ce|qué (es|son))\b|是什么|とは",
}

# Case-sensitive where a capital letter shows a name.
_LOOKS_LIKE: dict[QuestionKind, str] = {
    "count": r"\d|[一二三四五六七八九十百千万]|(?i:\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|[mb]illions?|half|once|twice"
    r"|none"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|elf|zwölf|\w*(?:zehn|[zß]ig|hundert|tausend)|millionen|hälfte"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|(?:trei|quator|quin|sei)ze|vingts?|trente"
    r"|(?:quar|cinqu|soix)ante|cents?|mille|moitié|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
    r"|(?:tre|cator|quin)ce|veint\w+|(?:trei|cuare|cincue|sese|sete|oche|nove)nta|cien\w*|mil|mitad"
    r"|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|venti\w*|(?:tre|quara|cinqua|sessa|setta|otta|nova)nta|cento"
    r"|mila"
    r"|dois|duas|três|quatro|oito|dez|vinte|trinta|cem|twee|drie|vijf|zes|zeven|negen|tien|twaalf|honderd|duizend)\b)",
    "when": r"\b(?:1\d{3}|20\d\d)\b|\b\d{1,2}[:.]\d\d\b|年|月|(?i:\b(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century"
    r"|januar"
    r"|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|enero|febrero|marzo"
    r"|abril|mayo|junio|julio|agosto)\b)",
    "who": r"(?<=[\w,;:)\]\"'’”] )[\"'“(]?[^\W\d_a-z]\w+|[\u4e00-\u9fff]",
    "where": r"\b(?:in|at|near|on|from|to|im|am|bei|nach|à|dans|en|a) (?:the |der |la |el )?[^\W\d_a-z]\w+|`[^`]*[/\\]",
    "why": r"(?i:\b(?:because|since|so that|due to|thus|therefore|reason|caused?|leads?|results?|in order to|owing"
    r"|weil|denn|parce|car|porque)\b)|因为|から|ため",
    "how": r"`[^`]+`|(?i:\b(?:press|type|run|click|use|choose|open|set|start|select|enter|add|install|call|go to|ctrl"
    r"|key|command|drücken?|wählen?|starten?|appuye[rz]|pulsa)\b)",
    "what_is": r"(?i:\b(?:is|are|was|were|means?|refers? to|called|known as|defined|ist|sind|est|sont|es)\b)|是|とは",
}

_FIGURE = lazy_regex(r"\d[\d.,]*")

_ASKS_FOR: dict[QuestionKind, re.Pattern[str]] = {
    kind: lazy_regex(pattern, re.IGNORECASE) for kind, pattern in _ASKS.items()
}
_HAS_FORM: dict[QuestionKind, re.Pattern[str]] = {kind: lazy_regex(pattern) for kind, pattern in _LOOKS_LIKE.items()}


_WHERE_IS = lazy_regex(
    r"(?i)^\W*(?:where (?:is|are|(?:can|do|must|should) (?:i|we|you|one) (?:find|get|collect|fetch|pick up|leave)"
    r"|do (?:i|we|you|one) put)"
    r"|wo (?:ist|sind|liegt|liegen|steht|stehen|hängt|hängen|befinde[nt]|finde)"
    r"|où (?:est|sont|se trouve(?:nt)?)|dónde (?:está|están|quedan?|se encuentran?)|dov'è|dove (?:è|sono|si trovano?)"
    r"|onde (?:fica|está|ficam)|waar (?:is|zijn|ligt|staat)|где)\b"
)
_IS_AT = lazy_regex(
    r"(?i)\b(?:is|are|been|lies?|stands?|hangs?|located|situated|found|kept|us)"
    r" (?:in|at|on|behind|under|beside|near|between|above|below|inside|opposite|next to)\b"
    r"|\bfind (?:it|us|them|him|her)"
    r" (?:in|at|on|behind|under|beside|near|between|above|below|inside|opposite|next to)\b"
    r"|\b(?:ist|sind|liegt|liegen|steht|stehen|hängt|befindet sich|befinden sich)"
    r" (?:im|in|am|an|auf|hinter|unter|neben|bei|zwischen|über|vor)\b"
    r"|\b(?:est|sont|se trouve|située?s?) (?:dans|à|au|aux|en|sur|sous|derrière|devant|près|chez)\b"
    r"|\b(?:está|están|queda|se encuentra) (?:en|detrás|sobre|bajo|junto|cerca|debajo|al)\b"
    r"|\b(?:è|sono|si trova) (?:in|nel\w*|ne[il]|al\w*|su\w*|sotto|dietro|presso|vicino)\b"
    r"|\b(?:fica|está|ficam) (?:em|n[oa]s?|atrás|sobre|sob|perto|junto)\b"
    r"|\b(?:is|zijn|ligt|staat|hangt) (?:in|op|achter|onder|naast|bij|tussen)\b|находится|расположен\w*|стоит|лежит"
)


_WHO_DID = lazy_regex(
    r"(?i)\bwho(?:m)?(?: \w+ly)? (?!need\b|bleed\b|feed\b|speed\b|can\b)(?:did|has|have|had"
    r"|\w+(?:ed|ote|old|ought|ew|ave|ook|ent|ilt|ade|an|ost|ound))\b"
    r"|\bwer (?:hat|hatte|war|ließ)\b|\bqui (?:a|ont|avait)\b|\bquién (?:ha|había)\b|\bchi (?:ha|aveva)\b|\bwie heeft\b"
)
_WHO_HAS_A_ROLE = lazy_regex(
    r"(?i)\b(?:who|wer|qui|quién(?:es)?|chi|quem|wie) (?:is|are|was|were|ist|sind|war|est|était|es|son|era|è|é|foi) "
    r"(?:the|an?|our|my|der|die|das|unser\w*|l[ea']|une?|notre|el|la|nuestr[oa]|il|lo|[oa]|de|het|onze)"
)
_ASKS_WHEN = lazy_regex(
    r"(?i)^\W*(?:(?:since|until|till|by|from|bis|seit|ab|depuis|jusqu['’]à|desde|hasta|da|fino a|até|sinds|tot) )?"
    r"(?:when|wann|quand|cuándo|quando|wanneer)\b"
)
_BARE_PHRASE = lazy_regex(
    r"(?i)^\W*(?:(?:the|der|die|das|la|le|el|il) )?[^\W\d_]+ (?:of|for|von|für|de|du|des|del|di|da)"
    r" (?:(?:the|our|my|der|dem|das|die|la|le|el|il) )?[^\W\d_]+\W*$"
)
_PLANNED = lazy_regex(
    r"(?i)\b(?:(?:want|plan|intend|hope|need|would like|going|vote|decide)[sd]? to|will|should|shall"
    r"|wollen|soll|sollen|möchten?|planen|werden wir|wir werden|veut|voulons|allons|devrait"
    r"|quieren?|queremos|vamos a|debería|vogliamo|vorremmo|dovrebbe|willen|gaan|zullen)\b"
)


_OF_PEOPLE = lazy_regex(
    r"(?i)\b(?:people|persons?|men|women|children|adults|souls|staff|crew|teams?|pupils|students|families|population"
    r"|army"
    r"|inhabitants|residents|citizens|deaths?|dead|killed|died|victims|lives|jobs|servants|patients|guests|clerks"
    r"|[^\W\d_]{3,}(?:ers|ors|ists|ees|iens|ians)|leute|personen|menschen|einwohner\w*|mitarbeiter\w*|angestellte\w*"
    r"|frauen"
    r"|männer|kinder|gäste|[^\W\d_]{4,}innen|personnes|gens|habitants|employés|salariés|femmes|hommes|enfants|bénévoles"
    r"|personas|gente|habitantes|empleados|trabajadores|mujeres|hombres|niños|persone|abitanti|dipendenti|donne|uomini"
    r"|bambini|socios|soci[oa]?s?|miembros|vecinos|alumn[oa]s|asistentes|participantes|invitad[oa]s|visitantes|voluntari[oae]s?"
    r"|clientes|membres|participants|visiteurs|élèves|adhérents|invités|mitglieder\w*|teilnehmer\w*|besucher\w*"
    r"|schüler\w*|anwesende\w*|helfer\w*|iscritti|partecipanti|visitatori|alunni|membros|alunos|leden|deelnemers"
    r"|bezoekers|leerlingen|vrijwilligers|pessoas|funcionários|mulheres|homens|crianças|mensen|personen|inwoners|medewerkers|kinderen"
    r"|of us|von uns|wir sind|somos|sommes|siamo)\b"
)
_ASKS_FOR_ROWS = lazy_regex(
    r"(?i)^\W*(?:the )?(?!(?:rest|best|test|west|guest|forest|request|interest|harvest|contest)\b)[a-z]{3,}est [a-z]"
    r"|^\W*(?:(?:in|on|at|to|for|from|with) )?(?:which|what|who|list|name|show|how many"
    r"|(?:when|where) (?:is|are|was|were|does|did) (?:the|it)|wann|wo|quand|où|cuándo|dónde|quando|dove|onde"
    r"|wanneer|waar|welche\w*|wer|was|wie viele|quel\w*|qui|combien|qué|quién\w*|cuál\w*|cuánt\w+"
    r"|qual[ei]?|chi|quant[ie]|quem|quais|welke?|wie|hoeveel)\b"
)

# The first letters of months, weekdays, seasons and ordinals, and times: what `calendar_terms` knows.
_MAY_NAME_TIME = lazy_regex(
    r"(?i)\b(?:jan|gen|ene|f[eéè]|m[aäe][rijy]|mrz|a[pbvgo]|ju[nlií]|jui|giu|lug|lui|sep|set|o[kcu]t|nov|d[ei][zc]|déc"
    r"|mo[n]|tue|wed|thu|fri|sat|sun|die|mit|don|sam|son|lun|mar|mer|mi[ée]|jeu|jue|ven|vie|dim|dom|s[áa]b|gio|seg|ter"
    r"|qua|quin|sex|maa|din|woe|vri|zat|zon|[^\W\d_]*(?:янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|ник|реда"
    r"|верг"
    r"|ница|ббота|сенье)|summ|winter|spring|autumn|somm|früh|herb|aut|été|hiv|prin|prim|ver|est|oto|inv|out|zom"
    r"|lente|her"
    r"|first|seco|thir|four|fif|six|sev|eig|nin|ten|ele|twe)[^\W\d_]*\b|\d{1,2}(?:[:.]\d\d|\s?h|\s?[ap]\.?m|st|nd|rd"
    r"|th)\b"
)


# A name: "the Doctor Who magazine".
_NAMED_WHO = lazy_regex(r"(?<=[A-Z][a-z]{5} )Who\b|(?<=[A-Z][a-z] )Who\b|(?<=[A-Z][a-z]\. )Who\b|\bThe Who\b")


def may_name_time(question: str) -> bool:
    """Whether a question may name a month, a day of the week, a season, a time of day or an ordinal."""
    return _MAY_NAME_TIME.search(question) is not None


def begins_with_when(question: str) -> bool:
    """Whether the first word asks for a time: "Until when must it be paid?"."""
    return _ASKS_WHEN.match(question) is not None


def asks_for_rows(question: str) -> bool:
    """Whether a question may ask for rows: "which …", "how many …"."""
    return _ASKS_FOR_ROWS.search(question) is not None


def names_people(text: str) -> bool:
    """Whether a text says of some things that they are people: "six volunteers", "a population of 300"."""
    return _OF_PEOPLE.search(text) is not None


def asks_who_did(question: str) -> bool:
    """Whether the question asks who has done something, as "Who painted the stairs?" does."""
    return _WHO_DID.search(question) is not None


def asks_who_has_a_role(question: str) -> bool:
    """Whether the question asks for the person with a role: "Who is the author of the report?"."""
    return _WHO_HAS_A_ROLE.search(question) is not None


def is_bare_phrase(question: str) -> bool:
    """Whether it is only a thing of a thing: "warranty of the piano"."""
    return _BARE_PHRASE.match(question) is not None


def says_what_is_planned(text: str) -> bool:
    """Whether a text says that something is still to be done: "In autumn we want to paint the stairs"."""
    return _PLANNED.search(text) is not None


def asks_where_it_is(question: str) -> bool:
    """Whether the question asks where something is, as "Where is the key?" does."""
    return _WHERE_IS.search(question) is not None


def says_where_it_is(text: str) -> bool:
    """Whether a text says that something is in a place."""
    return _IS_AT.search(text) is not None


def kind_of(question: str) -> QuestionKind:
    """The kind of answer that the question asks for."""
    question = _NAMED_WHO.sub("", question)
    kinds: list[QuestionKind] = [kind for kind, pattern in _ASKS_FOR.items() if pattern.search(question)]
    return kinds[0] if kinds else "other"


def has_new_figure(question: str, text: str) -> bool:
    """Whether a text has a number or a date that is not in the question; true when the question asks for neither."""
    kind = kind_of(question)
    if kind not in ("count", "when"):
        return True
    new_figures = set(_FIGURE.findall(text)).difference(_FIGURE.findall(question))
    return bool(new_figures) or looks_like_answer(kind, _FIGURE.sub("", text), "sentence")


def looks_like_answer(kind: QuestionKind, text: str, unit: UnitKind) -> bool:
    """Whether a quotation has the form of an answer of this kind (a date for "when", steps for "how do I")."""
    if kind == "how" and unit in ("item", "code"):
        return True
    return kind in _HAS_FORM and _HAS_FORM[kind].search(text) is not None

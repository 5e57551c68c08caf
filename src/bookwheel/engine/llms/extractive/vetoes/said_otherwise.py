"""What a text says without the word that the question has for it: a role by an office, a place by "in", a year."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

_ROLES = lazy_terms(
    "role position job profession occupation office title rank post beruf funktion amt rolle stellung posten rôle"
    " métier profession poste fonction trabajo puesto cargo profesión oficio papel ruolo professione carica mestiere"
    " profissão beroep functie"
)
_ORIGINS = lazy_terms("nationality nationalität staatsangehörigkeit nationalité nacionalidad nazionalità nacionalidade")
_AWARDS = lazy_terms(
    "award prize medal honour auszeichnung ehrung preis récompense premio galardón prêmio onderscheiding"
)
_OFFICE = lazy_regex(
    r"(?i)\b(?:\w*(?:president|director|manager|secretary|chair(?:man|woman|person)?|minister|officer|treasurer|captain"
    r"|coach|head of|leader|teacher|professor|engineer|doctor|nurse|singer|actor|actress|writer|author|painter"
    r"|architect|lawyer|judge|economist|historian|scientist|physicist|chemist|biologist|mathematician|philosopher|journalist|editor"
    r"|producer|composer|farmer|clerk|mayor|governor|bishop|priest|general|admiral|keeper|player|defender)"
    r"|\w*(?:präsident|direktor|leiter|sekretär|vorsitzende|minister|kanzler|trainer|lehrer|professor|ingenieur|ärzt"
    r"|arzt|schauspieler|schriftsteller|autor|maler|architekt|anwält|anwalt|richter|wissenschaftler|historiker|physiker"
    r"|chemiker|philosoph|journalist|komponist|bürgermeister|bischof|meister|spieler)\w{0,4}"
    r"|(?:présid|direct|secrétaire|ministre|médecin|professeu|ingénieur|écrivain|peintre|économist|histori|maire"
    r"|évêque|avocat|president|secretari|ministr|médic|profesor|ingenier|escritor|pintor|economist|alcalde|obispo"
    r"|abogad|jugador|scrittor|pittor|avvocat|sindaco|vescovo|professor)\w*)\b"
)
_ORIGIN = lazy_regex(
    r"\b[A-Z][a-z]+(?:ian|ean|can|ish|ese)\b|\b(?:French|Dutch|Greek|Swiss|Welsh|German|Thai|Danish|Czech)\b"
    r"|\b\w+(?:isch|ösisch|deutsch)(?:e[nrms]?)?\b|\b(?:fran[cç]ais|allemand|espagnol|anglais|italien|español|alem|inglés"
    r"|italian|corean|coréen|american|américain)\w*"
)
_AWARD = lazy_regex(
    r"(?i)\b(?:awards?|prizes?|medals?|honou?rs?|winn(?:er|ing)s?|laureate|nominee|\w*preis\w*|\w*medaille\w*|\w*orden"
    r"|\w*gewinner\w*|\w*preisträger\w*|prix|médaille\w*|lauréat\w*|premio\w*|medalla\w*|medaglia\w*|ganador\w*"
    r"|vincitor\w*|prêmio\w*)\b"
)
_LOCATED = lazy_terms(
    "located situated based found lie lies stand stands liegt liegen gelegen befindet befinden steht stehen situé"
    " située trouve ubicado ubicada situado situada encuentra sede situato situata trova fica localizado ligt gevestigd"
)
_PLACE = lazy_regex(
    r"\b(?:[Ii]n|[Aa]t|[Oo]n|[Nn]ear|[Bb]eside|[Bb]ehind|[Oo]pposite|[Oo]utside|[Ii]nside|[Aa]bove|[Uu]nder|im|am|an|auf"
    r"|bei|beim|neben|vor|hinter|à|au|aux|dans|en|sur|près d[eu]|a|ad|nel\w*|presso|em|n[oa]s?|op|bij|te)"
    r" (?:the [^\W\d_]+ of )?(?:(?:the|der|dem|den|die|das|la|le|les|el|los|las|il|lo|o|a|de|het)"
    r" |l['’])?([^\W\d_a-zß-ÿ][\w’'-]+)"
)
_PLACES = lazy_terms(
    "country county city town village river state region continent province district street island nation lake mountain"
    " ocean pays ville fleuve rivière région île país ciudad pueblo río región isla paese città fiume regione isola"
    " cidade rio região ilha"
)
_NAMING = lazy_terms(
    "name nickname term word synonym expression abbreviation title bezeichnung name begriff wort ausdruck spitzname"
    " abkürzung nom terme mot surnom sigle nombre término palabra apodo nome termine parola naam woord"
)
_NAMES = lazy_regex(
    r"(?i)\b(?:called|named|known as|termed|nicknamed|abbreviated|referred to as|the (?:\w+ )?(?:term|name|word"
    r"|nickname)|hei(?:ß|ss)\w*|genannt|bezeichnet\w*|appelée?s?|nommée?s?|surnommée?s?|llamad\w+|denominad\w+"
    r"|conocid\w+ como|chiamat\w+|detto|chamad\w+|genoemd)\b"
)
_POPULATION = lazy_terms("population bevölkerung einwohnerzahl población popolazione população bevolking")
_INHABITANTS = lazy_regex(
    r"(?i)\d[\d., ]* (?:people|inhabitants|residents|souls|einwohner\w*|bewohner\w*|habitant\w*|habitantes|abitanti"
    r"|inwoners)\b"
)
_AGES = lazy_terms("age alter âge edad età idade leeftijd")
_AGED = lazy_regex(
    r"(?i)\b(?:aged?|im alter von|âgée?s? de|de) \d|\d[\d–-]*[ -](?:years?[ -]old|jahre|ans|años|anni|anos)\b"
)


def gives_kind(category: AbstractSet[str], text: str) -> bool:
    """Whether a text gives what a question calls a role, a nationality or an award: "manager", "Korean", "medal"."""
    kinds = ((_ROLES(), _OFFICE), (_ORIGINS(), _ORIGIN), (_AWARDS(), _AWARD))
    return any(not category.isdisjoint(asked) and said.search(text) is not None for asked, said in kinds)


def asks_for_place(category: AbstractSet[str]) -> bool:
    """Whether a kind of place is asked for, which a name answers and a number does not."""
    return not category.isdisjoint(_PLACES())


def gives_year(names: AbstractSet[str], text: str) -> bool:
    """Whether a year stands right behind a name of the question: "under the Harbour Act 1981"."""
    found = re.finditer(r"([^\W\d_a-zß-ÿ]\w+) [^\W\d_a-zß-ÿ]\w+,? (?:of )?\(?(?:1\d|20)\d\d\b", text)
    return any(not names.isdisjoint(terms(match[1])) for match in found)


def gives_place(asked: AbstractSet[str], question: str, text: str) -> bool:
    """Whether "located" or the like is all that is asked, and a new name stands behind "in" or "at"."""
    if not asked or not asked <= _LOCATED():
        return False
    known = frozenset(re.findall(r"\w+", question.casefold()))
    found = (match[1].casefold() for match in _PLACE.finditer(MONTH_OR_WEEKDAY.sub(" ", text)))
    return any(known.isdisjoint(re.findall(r"\w+", name)) for name in found)


def gives_year_or_place(asked: AskedQuestion, asked_of: AbstractSet[str], names: AbstractSet[str], text: str) -> bool:
    """Whether the day or the place that a question asks for is there without the words `asked_of` of the names."""
    if asked.value is not None and asked.value.kind == "date":
        return gives_year(names, text)
    return asked.kind == "where" and gives_place(asked_of, asked.text, text)


def gives_head(head: AbstractSet[str], text: str) -> bool:
    """Whether a text gives a name, a role, an age or a population without that word: "called Old Tom", "aged 9"."""
    given = ((_NAMING(), _NAMES), (_ROLES(), _OFFICE), (_AGES(), _AGED), (_POPULATION(), _INHABITANTS))
    return any(not head.isdisjoint(asked) and said.search(text) is not None for asked, said in given)

"""What a text says without the word that the question has for it: a role by an office, an age by "aged", a year."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

# What is asked for as a role or a trade, and a text names as an office: "manager".
_ROLES = lazy_terms(
    "role position job profession occupation office title rank post beruf funktion amt rolle stellung posten rôle"
    " métier profession poste fonction trabajo puesto cargo profesión oficio papel ruolo professione carica mestiere"
    " profissão beroep functie"
)
_OFFICE = lazy_regex(
    r"(?i)\b(?:\w*(?:president|director|manager|secretary|chair(?:man|woman|person)?|minister|officer|treasurer"
    r"|captain"
    r"|coach|head of|leader|teacher|professor|engineer|doctor|nurse|singer|actor|actress|writer|author|painter"
    r"|architect|lawyer|judge|economist|historian|scientist|physicist|chemist|biologist|mathematician"
    r"|philosopher|journalist|editor|producer|composer|farmer|clerk|mayor|governor|bishop|priest|general|admiral"
    r"|keeper|player|defender)"
    r"|\w*(?:präsident|direktor|leiter|sekretär|vorsitzende|minister|kanzler|trainer|lehrer|professor|ingenieur|ärzt"
    r"|arzt|schauspieler|schriftsteller|autor|maler|architekt|anwält|anwalt|richter|wissenschaftler|historiker"
    r"|physiker"
    r"|chemiker|philosoph|journalist|komponist|bürgermeister|bischof|meister|spieler)\w{0,4}"
    r"|(?:présid|direct|secrétaire|ministre|médecin|professeu|ingénieur|écrivain|peintre|économist|histori|maire"
    r"|évêque|avocat|president|secretari|ministr|médic|profesor|ingenier|escritor|pintor|economist|alcalde|obispo"
    r"|abogad|jugador|scrittor|pittor|avvocat|sindaco|vescovo|professor)\w*)\b"
)
_ORIGINS = lazy_terms("nationality nationalität staatsangehörigkeit nationalité nacionalidad nazionalità nacionalidade")
_ORIGIN = lazy_regex(
    r"\b[A-Z][a-z]+(?:ian|ean|can|ish|ese)\b|\b(?:French|Dutch|Greek|Swiss|Welsh|German|Thai|Danish|Czech)\b"
    r"|\b\w+(?:isch|ösisch|deutsch)(?:e[nrms]?)?\b|\b(?:fran[cç]ais|allemand|espagnol|anglais|italien|español|alem"
    r"|inglés"
    r"|italian|corean|coréen|american|américain)\w*"
)
_AWARDS = lazy_terms(
    "award prize medal honour auszeichnung ehrung preis récompense premio galardón prêmio onderscheiding"
)
_AWARD = lazy_regex(
    r"(?i)\b(?:awards?|prizes?|medals?|honou?rs?|winn(?:er|ing)s?|laureate|nominee|\w*preis\w*|\w*medaille\w*"
    r"|\w*orden"
    r"|\w*gewinner\w*|\w*preisträger\w*|prix|médaille\w*|lauréat\w*|premio\w*|medalla\w*|medaglia\w*|ganador\w*"
    r"|vincitor\w*|prêmio\w*)\b"
)
_AGES = lazy_terms("age alter âge edad età idade leeftijd")
_AGED = lazy_regex(
    r"(?i)\b(?:aged?|im alter von|âgée?s? de|de) \d|\d[\d–-]*[ -](?:years?[ -]old|jahre|ans|años|anni|anos)\b"
)
_POPULATION = lazy_terms("population bevölkerung einwohnerzahl población popolazione população bevolking")
_INHABITANTS = lazy_regex(
    r"(?i)\d[\d., ]* (?:people|inhabitants|residents|souls|einwohner\w*|bewohner\w*|habitant\w*|abitanti|inwoners)\b"
)


def gives_kind(category: AbstractSet[str], text: str) -> bool:
    """Whether a text gives what a question calls a role, a nationality or an award: "manager", "Korean", "medal"."""
    kinds = ((_ROLES(), _OFFICE), (_ORIGINS(), _ORIGIN), (_AWARDS(), _AWARD))
    return any(not category.isdisjoint(asked) and said.search(text) is not None for asked, said in kinds)


def gives_head(head: AbstractSet[str], text: str) -> bool:
    """Whether a text gives a role, an age or a population without that word: "aged 9", "700 inhabitants"."""
    given = ((_ROLES(), _OFFICE), (_AGES(), _AGED), (_POPULATION(), _INHABITANTS))
    return any(not head.isdisjoint(asked) and said.search(text) is not None for asked, said in given)


def gives_year(names: AbstractSet[str], text: str) -> bool:
    """Whether a year stands right behind a name of the question: "under the Harbour Act 1981"."""
    found = re.finditer(r"([^\W\d_a-zß-ÿ]\w+) [^\W\d_a-zß-ÿ]\w+,? (?:of )?\(?(?:1\d|20)\d\d\b", text)
    return any(not names.isdisjoint(terms(match[1])) for match in found)

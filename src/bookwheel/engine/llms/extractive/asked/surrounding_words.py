"""The words of a question that name its surroundings, not the matter: "at the tool shop", "of Barkdale", "the agency".

Papers of a firm do not say on each page whose they are. What such a phrase names is the folder or the letter, and the
question without it is asked there: `named_surroundings.py` finds where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.text.names import is_german
from bookwheel.engine.text.question_terms import content_terms, content_words, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# What the house is called whose papers these are; the words of one line may stand for each other.
_HOUSES = tuple(
    """agency agentur agence agencia agenzia agência agentschap
    firm company business enterprise firma unternehmen betrieb entreprise société empresa sociedad azienda ditta bedrijf
    office bureau kanzlei büro cabinet étude oficina despacho bufete ufficio kantoor escritório solicitors
    hut lodge refuge hütte berghütte cabane refugio cabaña rifugio malga capanna berghut
    library bücherei bibliothek bibliothèque biblioteca bibliotheek
    practice surgery clinic hospital praxis klinik krankenhaus clinique hôpital clínica ambulatorio clinica ospedale
    studio workshop pottery werkstatt atelier töpferei taller estudio laboratorio bottega
    shop store bakery laden geschäft bäckerei boutique magasin boulangerie tienda negozio panetteria winkel
    club society association group verein gesellschaft gruppe asociación associazione associação vereniging
    cooperative genossenschaft coopérative cooperativa coöperatie
    school college university schule universität école université escuela universidad scuola università
    kindergarten kennel nursery crèche guardería asilo kita
    desk helpdesk hotline
    network netz netzwerk réseau red rete netwerk
    museum gallery musée museo galerie galería galleria
    hotel inn guesthouse hostel pension gasthof gasthaus hôtel auberge posada albergue albergo locanda
    farm estate hof bauernhof ferme granja finca fattoria podere boerderij
    home house heim haus maison casa residencia residenza huis
    theatre theater théâtre teatro
    campsite campground campingplatz camping
    restaurant café pub ristorante restaurante
    project programme projekt projet proyecto progetto
    parish church gemeinde kirche paroisse église parroquia iglesia parrocchia chiesa
    pool baths schwimmbad freibad hallenbad piscine piscina zwembad
    garage autowerkstatt carrozzeria
    brewery brauerei brasserie cervecería birrificio brouwerij
    dairy creamery käserei molkerei fromagerie quesería caseificio
    vineyard winery weingut domaine bodega cantina
    stable stables reitstall écurie cuadra scuderia
    gym fitnessstudio gimnasio palestra
    laboratory lab labor laboratoire
    archive archives archiv archivo archivio
    observatory sternwarte observatoire observatorio osservatorio
    choir orchestra chor orchester chœur orchestre coro orquesta
    foundation charity stiftung fondation fundación fondazione
    pharmacy apotheke pharmacie farmacia apotheek
    bookshop buchhandlung librairie librería libreria boekhandel
    mill mühle moulin molino mulino molen
    shelter tierheim""".splitlines()
)
_HOUSE_WORDS = frozenset(" ".join(_HOUSES).split())
_WORDS = lazy_regex(r"[^\W\d_]+")
_NOUNS = "|".join(dict.fromkeys(sorted(" ".join(_HOUSES).split(), key=lambda word: (-len(word), word))))
_BEFORE = (
    r"at|in|on|of|from|for|with|within|inside|by|to|auf|im|bei|beim|am|an|von|vom|der|des|zum|zur|à|au|aux|chez|dans|de"
    r"|du|en|del|al|por|nel|nella|alla|allo|di|della|dello|dal|dalla|presso|na|no|da|do|bij|van|op"
)
_THE = (
    r"the|our|your|this|die|das|dem|den|unser\w*|dieser|diese[ms]?|la|le|les|notre|cette?|el|nuestr[oa]|est[ea]|il|lo|i"
    r"|nostr[oa]|quest[oa]|het|onze|o|a(?= [^\W\d_]+ [^\W\d_])|an(?= [^\W\d_]+ [^\W\d_])"
)
_HOUSE = lazy_regex(
    rf"(?i)(?P<before>\b(?:{_BEFORE})\s+)?(?:(?P<the>\b(?:{_THE})\s+|\b(?:[ld]|dell|all|nell)['’]\s?)"
    rf"(?P<sort>[^\W\d_][\w-]{{2,}}\s+)??)?\b(?P<noun>{_NOUNS})\b(?P<of>['’]s\b)?"
)
_NAME = lazy_regex(
    rf"(?P<before>\b(?i:{_BEFORE})\s+)?(?P<the>\b(?i:the|la|le|el|il|het|den|dem|die|das)\s+)?"
    r"(?P<noun>(?:(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Mme|M|Madame|Monsieur|Sr|Sra|Signora?)\.?\s+)?"
    r"[^\W\d_a-zß-ÿ][\w-]*[a-zß-ÿ](?:(?:\s+|\s+(?:&|of|de|di|van|von)\s+)[^\W\d_a-zß-ÿ][\w-]*[a-zß-ÿ])*)"
    r"(?P<of>['’]s\b)?"
)
_ASKING = lazy_regex(
    r"(?i)\b(?:do|does|did|is|are|was|were|has|have|had|can|could|may|might|must|will|would|should)\s+\Z"
)
# "Which company insures it?" asks for one of all.
_WHICH = lazy_regex(
    r"(?i)\b(?:which|what|whose|how many|each|every|another|other|any|no|some|several|many|two|three|four)\s+\Z"
)
_NEXT = lazy_regex(r"\s+([\w'’-]+)")
_CARRIED = lazy_regex(rf"(?i)\b(?:{_NOUNS})\b")
_CARRIED_NAME = lazy_regex(r"\b[^\W\d_a-zß-ÿ][\w-]+(?: [^\W\d_a-zß-ÿ][\w-]+)*")
_HIMSELF = lazy_regex(r"(?i)\s+(?:him|her|it|them)sel(?:f|ves)\b")
_VERSION = lazy_regex(r"\s+v?\d+(?:\.\d+)+")
_PLACES = frozenset(
    "at in on inside within auf im bei beim am an à au aux chez dans en nel nella presso na no bij op".split()
)
# Beside what stands for the doer or the thing itself more must be left than beside "at the desk".
LEAST_BESIDE_PLACE, LEAST_BESIDE_DOER = 1, 2


@dataclass(frozen=True, slots=True)
class SurroundingPhrase:
    """A phrase that may name the surroundings: its terms, the words for such a house (none for a name), and the rest.

    `sort` are the terms of the word before the noun: "tool" of "the tool shop". `least` words of the question
    without it, `rest`, must say what is asked. `is_of_place` is True for "at", "in" and the like, `is_doer` where the
    phrase is who does something or what it is done to: a person, often. It `is_carried` from an earlier question.
    """

    named: frozenset[str]
    house: tuple[str, ...]
    sort: frozenset[str]
    rest: str
    least: int
    is_of_place: bool
    is_doer: bool
    is_carried: bool = False


def surrounding_phrases(question: str) -> list[SurroundingPhrase]:
    """The phrases of a question that may name its surroundings, those for a house first."""
    # What he pays himself is what you pay yourself.
    question = _HIMSELF.sub("", question)
    return [*_houses(question), *_names(question)]


def carried_phrases(before: str, question: str) -> list[SurroundingPhrase]:
    """The same for the words of earlier questions that stand before one: "bed cost hut And for a child?"."""
    found: list[SurroundingPhrase] = []
    # Every German noun looks like a name.
    names = () if is_german(question) else _CARRIED_NAME.finditer(before)
    for match in (*_CARRIED.finditer(before), *names):
        rest = f"{before[: match.start()]}{before[match.end() :].lstrip()}{question}"
        words = _words_for(match[0].casefold())
        named = frozenset(content_terms(match[0]))
        found.append(
            SurroundingPhrase(named, words, frozenset(), rest, 1, is_of_place=True, is_doer=False, is_carried=True)
        )
    return found


def _words_for(noun: str) -> tuple[str, ...]:
    """The words of the line of a house; none for other words."""
    return tuple(word for line in _HOUSES if noun in line.split() for word in line.split())


def _houses(question: str) -> Iterator[SurroundingPhrase]:
    if _HOUSE_WORDS.isdisjoint(_WORDS.findall(question.casefold())):
        # Most questions have none, and the pattern takes five milliseconds to compile.
        return
    for match in _HOUSE.finditer(question):
        follows = _NEXT.match(question, match.end())
        # "House C" and "Hotel Meridian" are one of several.
        is_one = follows is not None and not (follows[1].islower() and follows[1].isalpha() and len(follows[1]) > 1)
        if is_one and not is_german(question):
            continue
        of_thing = _is_of_thing(question, match)
        if not match["the"] and not of_thing and not _has_article_in(match["before"]):
            continue
        rest, least = _rest(question, match, of_thing=of_thing)
        noun = match["noun"].casefold()
        words = _words_for(noun)
        sort = frozenset(content_terms(match["sort"] or ""))
        yield SurroundingPhrase(frozenset(terms(noun)), words, sort, rest, least, is_of_place=True, is_doer=False)


def _names(question: str) -> Iterator[SurroundingPhrase]:
    if question[1:].islower():
        return
    of_german = is_german(question)
    for match in _NAME.finditer(question):
        name = match["noun"]
        is_first = not question[: match.start("noun")].strip(" ¿\"'„“«(")
        if is_first or (of_german and len(name.split()) < 2 and (match["before"] or "").strip() != "bei"):
            continue
        named = frozenset(content_terms(name))
        if not named:
            continue
        if _VERSION.match(question, match.end()):
            # "In Quill Ledger 3.1": the version is the matter.
            rest, least = f"{question[: match.start('noun')]}{question[match.end() :].lstrip()}", LEAST_BESIDE_PLACE
        else:
            rest, least = _rest(question, match, of_thing=bool(match["of"]))
        is_of_place = (match["before"] or "").strip().casefold() in _PLACES
        is_doer = least == LEAST_BESIDE_DOER
        yield SurroundingPhrase(named, (), frozenset(), rest, least, is_of_place=is_of_place, is_doer=is_doer)


def _has_article_in(before: str | None) -> bool:
    """Whether a preposition has the article in it: "im", "au", "nella"."""
    return (before or "").strip().casefold() in (
        "im beim am vom zum zur der des au aux du del al nel nella alla allo della dello dal dalla na no da do".split()
    )


def _is_of_thing(question: str, match: re.Match[str]) -> bool:
    """Whether the noun only says of which thing: "a library card", "the library's card"."""
    if match["of"]:
        return True
    follows = _NEXT.match(question, match.end())
    if follows is None or not content_words(follows[1]):
        return False
    before = question[: match.start()]
    if _ASKING.search(before) or _WHICH.search(before):
        return False
    return not is_german(question) and (match["the"] or "the").strip().casefold() in ("the", "our", "your", "a", "an")


def _rest(question: str, match: re.Match[str], *, of_thing: bool) -> tuple[str, int]:
    """The question without a phrase, and how many words it must have."""
    if of_thing:
        start = match.start("sort") if "sort" in match.groupdict() and match["sort"] else match.start("noun")
        return f"{question[:start]}{question[match.end() :].lstrip()}", LEAST_BESIDE_PLACE
    if match["before"]:
        return f"{question[: match.start()].rstrip()}{question[match.end() :]}", LEAST_BESIDE_PLACE
    return f"{question[: match.start()]}it{question[match.end() :]}", LEAST_BESIDE_DOER

"""Answers "Which documents mention the kiln?" with a sentence about it from each document found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_DOCUMENTS = 8

_X = r"(?P<what>[^?!.;]{2,120}?)"
_EN = (
    r"(?:of )?(?:the |my |our |these |your )?(?:documents?|files?|notes?|papers?|pages?|e?-?mails?|minutes|chapters?"
    r"|texts?|sources?|books?|articles?|reports?|letters?|folders?)"
)
_DE = (
    r"(?:der |den |die |meine[nr]? |unsere[nr]? )?(?:dokumente?n?|datei(?:en)?|notiz(?:en)?|unterlagen|texte?n?|seiten?"
    r"|mails?|protokolle?n?|kapiteln?|berichte?n?|briefe?n?)"
)
_FR = r"(?:les |mes |nos )?(?:documents?|fichiers?|notes?|textes?|pages?|mails?|chapitres?|rapports?|lettres?)"
_ES = (
    r"(?:los |las |mis |nuestr[ao]s )?(?:documentos?|archivos?|notas?|textos?|páginas?|correos?|capítulos?|informes?"
    r"|cartas?)"
)
_IT = r"(?:i |gli |le |i miei )?(?:document[oi]|file|not[ae]|test[oi]|pagin[ae]|capitol[oi]|letter[ae])"
_MENTION = (
    r"(?:mentions?|talks? about|discuss(?:es)?|refers? to|deals? with|(?:is|are) about|speaks? of|writes? about"
    r"|says? (?:something|anything) about|names?)"
)
_MENTIONED = r"(?:mentioned|discussed|described|named|talked about|written about|referred to)"
# A recipe is asked for by what is in it.
_WITH = (
    r"(?:(?:that |which )?(?:uses?|contains?|needs?|calls? for|includes?|ha(?:s|ve)|(?:is|are) (?:made )?(?:with|for"
    r"|of))|with|for|using|containing)"
)
_OF_FR = r"(?:de la |de l['’]|du |des |de |d['’])"
_OF_IT = r"(?:dell[aoe] |dell['’]|de[il] |di )"
_ANY = r"(?:anything|something|any information|information|any mention|a (?:note|document|file|page))"
# A list of the places is asked for.
_ASKS_WHERE = (
    rf"(?:in )?(?:which|what) {_EN} (?:also )?{_MENTION} {_X}",
    rf"(?:(?:which|what)|(?:show|list|find|give)(?: me)?(?: all)?(?: the)?) recipes? {_WITH} {_X}",
    rf"(?:all )?recipes (?:with|for|using|containing) {_X}",
    rf"welche rezepte (?:enthalten|haben|brauchen|verwenden|sind mit|gibt es (?:mit|für|zu)|mit) {_X}",
    rf"quelles recettes (?:contiennent|utilisent|demandent|sont avec|avec) {_X}",
    rf"(?:qué|cuáles) recetas (?:llevan|tienen|contienen|usan|hay con|con) {_X}",
    rf"quali ricette (?:contengono|usano|hanno|sono con|con) {_X}",
    rf"(?:in|on) (?:which|what) {_EN} (?:is|are|was|were|do (?:i|we) find|can (?:i|we) find) {_X}(?: {_MENTIONED})?",
    rf"where (?:is|are|was|were) {_X} {_MENTIONED}",
    rf"where (?:do|does) (?:it|they|you|we|{_EN}) (?:mention|talk about|discuss|write about|speak of) {_X}",
    rf"(?:show|list|find|give)(?: me)?(?: all)?(?: the)? (?:mentions of|{_EN} (?:about|on|that mention)) {_X}",
    rf"(?:all |any )?mentions? of {_X}",
    rf"welche[nrms]? {_DE} (?:erwähnen|erwähnt|nennen|nennt|handeln von|handelt von|sprechen von) {_X}",
    rf"in welche[rnm] {_DE} (?:steht(?: etwas| was)?(?: über| zu| von)?|geht es um) {_X}",
    rf"(?:in welche[rnm] {_DE}|wo) (?:wird|werden) {_X} (?:erwähnt|genannt|behandelt|beschrieben)",
    rf"wo (?:steht (?:etwas|was) (?:über|zu)|geht es um) {_X}",
    rf"(?:in welche[rnm] {_DE}|wo) kommt {_X} vor",
    rf"quel(?:le)?s? {_FR} (?:mentionnent? |(?:parlent?|traitent?) {_OF_FR}){_X}",
    rf"(?:où|dans quel(?:le)?s? {_FR}) (?:parle-t-on|est-ce qu['’]on parle|on parle) {_OF_FR}{_X}",
    rf"où (?:mentionne-t-on|est mentionnée?) {_X}",
    rf"(?:qué|cuáles) {_ES} (?:mencionan? |(?:hablan?|tratan?) (?:del? ))(?:la |los |las )?{_X}",
    rf"(?:dónde|en qué {_ES}) se (?:menciona|habla del?) {_X}",
    rf"quali? {_IT} (?:menzionano |parlano {_OF_IT}|parla {_OF_IT}){_X}",
    rf"(?:dove|in quali? {_IT}) (?:si parla {_OF_IT}|si menziona |viene menzionat[oa] ){_X}",
)
# Anything about it is asked for: the best sentences answer, else the mere mention.
_ASKS_FOR_ANY = (
    rf"(?:is|are|was) there {_ANY} (?:in {_EN} )?(?:about|on|regarding|of) {_X}(?: in {_EN})?",
    rf"(?:is|are) there (?:a |an |any |some )?recipes? {_WITH} {_X}(?: in {_EN})?",
    rf"(?:do|have) (?:i|we|you) (?:have |got )?(?:a |any |some )?recipes? {_WITH} {_X}",
    rf"gibt es (?:ein |irgendein |auch ein )?rezepte? (?:mit|für|zu|von) {_X}",
    rf"(?:habe ich|haben wir) (?:ein )?rezepte? (?:mit|für|zu|von) {_X}",
    rf"(?:y a-t-il|est-ce qu['’]il y a|avez-vous) (?:une |des )?recettes? (?:avec|{_OF_FR.strip()}|pour) ?{_X}",
    rf"hay (?:una |alguna )?recetas? (?:con|del?|para) {_X}",
    rf"(?:c['’]è|ci sono) (?:una |qualche )?ricett[ae] (?:con|{_OF_IT.strip()}|per) ?{_X}",
    rf"(?:do|does|did) (?:it|they|{_EN}) (?:mention|say (?:anything|something) about|talk about) {_X}",
    rf"what (?:do|does|did) (?:it|they|{_EN}) say about {_X}",
    rf"what (?:do (?:i|we) (?:need|have) to know|is (?:said|written|known)) about {_X}",
    rf"(?:gibt es|steht(?: dort| da)?) (?:irgend)?(?:etwas|was) (?:über|zu|von) {_X}",
    rf"was (?:steht|sagen {_DE}|muss (?:ich|man)) (?:(?:dort|da|in {_DE}) )?(?:über|zu) {_X}(?: wissen)?",
    rf"y a-t-il (?:quelque chose|des informations) sur {_X}",
    rf"que disent {_FR} (?:{_OF_FR}|sur ){_X}",
    rf"hay (?:algo|información) sobre {_X}",
    rf"qué dicen {_ES} (?:del? |sobre ){_X}",
    rf"c['’]è qualcosa su(?:l|lla|i)? {_X}",
)
_WHERE, _AT_ALL = (
    [lazy_regex(rf"\W*{pattern}\W*", re.IGNORECASE) for pattern in patterns]
    for patterns in (_ASKS_WHERE, _ASKS_FOR_ANY)
)


def mentioned(question: str) -> str:
    """What a question asks to be found wherever it is mentioned: "the kiln"; empty for other questions."""
    return _asked_of(_WHERE, question)


def mentioned_at_all(question: str) -> str:
    """What a question asks anything about: "Is there anything about dogs?"; empty for other questions."""
    return _asked_of(_AT_ALL, question)


def _asked_of(patterns: Sequence[re.Pattern[str]], question: str) -> str:
    for pattern in patterns:
        if (match := pattern.fullmatch(question)) is not None:
            return match["what"]
    return ""


def mention_quotes(what: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The first text of each document that has all words of `what`, in it or in the headings above it.

    A form of the word counts, another word for it does not: that would be no mention.
    """
    wanted = frozenset(content_terms(what))
    found: dict[str, Quote] = {}
    for passage in passages if wanted else ():
        at = _place_of(wanted, passage)
        if at is not None:
            found.setdefault(passage.document, Quote(passage.node, (passage.units[at],), passage.score))
    return list(found.values())[:MOST_DOCUMENTS]


def _place_of(wanted: frozenset[str], passage: PassageView) -> int | None:
    """The unit that says all of it itself, else the first one below a heading that does."""
    quotable = [at for at, unit in enumerate(passage.units) if unit.kind not in ("heading", "header", "rule", "front")]
    for at in quotable:
        if wanted.issubset(passage.raw_terms[at]):
            return at
    for at in quotable:
        above = f"{passage.heading_over(at)} {passage.units[at].heading} {passage.title}"
        if wanted.issubset((*passage.raw_terms[at], *terms(above))):
            return at
    return None

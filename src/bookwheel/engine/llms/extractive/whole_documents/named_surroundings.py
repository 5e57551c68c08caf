"""Answers a question without the words for its surroundings, in the folder or the letter that they name.

"Who walks the dogs at Barkdale?" is answered by a page of Barkdale's that says "we", "By when is Ms Ferrier to pay?" by
a letter to her that says "you". Only where nothing else answers: these words are left out last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.surrounding_words import (
    SurroundingPhrase,
    carried_phrases,
    surrounding_phrases,
)
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_regex import lazy_regex

Ask = Callable[[AskedQuestion, Sequence[PassageView]], list[Quote]]

MOST_PHRASES = 3
# A letter names its sender and whom it is for in so many lines.
MOST_IN_HEAD = 14
LINES_OF_HEAD = 4
# A name in the heads of so many papers of a folder is that of their owner.
PAPERS_OF_OWNER = 2
_SPEAKS_FOR_FOLDER = lazy_regex(
    r"(?i)(?:read[ _-]?me|index|about|overview|contributing|liesmich|lisez[ _-]?moi|leggimi)\b"
)
_SALUTATION = lazy_regex(
    r"(?im)^[^\w\n]*(?:dear\b|hello\b|hi\b|sehr geehrte|liebe[rs]?\b|guten tag|hallo\b|ch[eè]re?s?\b|mesdames|madame\b"
    r"|monsieur\b|messieurs|bonjour\b|estimad|querid|muy señor|gentil|egregi|cara?o?\b|spett|buongiorno\b|prezad"
    r"|beste\b|geachte\b)"
)
# "Between Bell & Sons and Jon Ward": a contract names the parties in its head, and then says "the tenant".
_PARTIES = lazy_regex(
    r"(?im)^[^\w\n]*(?:made )?(?:between|zwischen|entre|tra|fra|tussen)\b(.{4,300}?\b(?:and|und|et|y|e|en)\b.{2,120})$",
    re.DOTALL,
)
_YOU = lazy_regex(
    r"(?i)\b(?:you|your|yours|vous|votre|vos|usted(?:es)?|ihre?n?[rms]?|dich|dir|du|dein\w*|tu|ton|toi|te|lei|voi|vostr[oaie]"
    r"|tuo|tua|u|uw)\b|\b(?:Sie|Ihnen|Le|La)\b"
)
_SELF = lazy_regex(
    r"(?i)\b(?:I|we|me|us|my|our|ich|wir|mich|mir|uns|mein\w*|unser\w*|je|j['’]\w+|nous|notre|nos|mon|ma|mes|yo|nosotros"
    r"|nuestr\w+|mi|io|noi|nostr\w+|mio|mia|ik|wij|onze|ons)\b"
)


def within_surroundings(asked: AskedQuestion, views: Sequence[PassageView], ask: Ask) -> list[Quote]:
    """The quotations for the question without a phrase for its surroundings, from where that phrase leads."""
    if asked.is_yes_no or asked.is_comparison:
        return []
    before = asked.completed.removesuffix(asked.text)
    phrases = surrounding_phrases(asked.text) + (carried_phrases(before, asked.text) if before else [])
    # "The shop of the allotment society": the society is left out before the shop.
    for phrase in sorted(phrases, key=lambda phrase: phrase.least)[:MOST_PHRASES]:
        rest = (
            AskedQuestion(phrase.rest, f"{before}{phrase.rest}")
            if not phrase.is_carried
            else AskedQuestion(asked.text, phrase.rest)
        )
        left = len(frozenset(rest.terms) - rest.light - rest.category)
        if left == 1 and not (rest.value is not None or rest.things or rest.kind in ("who", "where", "when")):
            # Of "rent of the shop" one word is left, which does not say what is asked.
            continue
        for place, speaks_to in _places(phrase, views) if left else ():
            if left < phrase.least and speaks_to is None:
                # Too little is left to say what the house does; of who is addressed it is enough.
                continue
            quotes = ask(rest, place)
            if quotes and (speaks_to is None or any(map(speaks_to, quotes[0].texts))):
                return quotes
    return []


def _places(
    phrase: SurroundingPhrase, views: Sequence[PassageView]
) -> Iterator[tuple[list[PassageView], Callable[[str], object] | None]]:
    """The passages of each folder and letter that the phrase names, with what a quotation from there must have."""
    for folder in dict.fromkeys(folder for view in views if (folder := _folder(view))):
        of_folder = [view for view in views if _folder(view) == folder]
        is_here = _is_house(phrase, folder, of_folder) if phrase.house else _is_owner(phrase, folder, of_folder)
        if is_here:
            yield of_folder, None
    for document in dict.fromkeys(view.document for view in views if not phrase.house):
        of_document = [view for view in views if view.document == document]
        is_named, speaks_to = _in_letter(phrase, of_document)
        if is_named:
            yield of_document, speaks_to


def _folder(view: PassageView) -> str:
    return (view.node.node.path or "").replace("\\", "/").rpartition("/")[0]


def _own_name(folder: str) -> frozenset[str]:
    return frozenset(terms(folder.rpartition("/")[2].replace("_", " ").replace("-", " ")))


def _is_house(phrase: SurroundingPhrase, folder: str, views: Sequence[PassageView]) -> bool:
    """Whether the papers of a folder are those of such a house: its name, a title or "our agency" says so."""
    own = _own_name(folder)
    if not phrase.sort <= own | _titles(views):
        return False
    kinds = frozenset(term for word in phrase.house for term in terms(word))
    if (phrase.sort and phrase.sort <= own) or not kinds.isdisjoint(own | _titles(views)):
        return True
    return any(_names_house(view, phrase.house) for view in views)


def _titles(views: Sequence[PassageView]) -> frozenset[str]:
    return frozenset(term for view in views for term in terms(f"{view.title} {view.file_name.replace('-', ' ')}"))


def _names_house(view: PassageView, words: Sequence[str]) -> bool:
    """Whether a text speaks of the house as of its own: "when it leaves the agency"."""
    text = f" {' '.join(fold(view.node.node.text).split())} "
    articles = ("the", "our", "this", "die", "der", "das", "unser", "unsere", "la", "le", "notre", "el", "il", "het")
    return any(f" {article} {fold(word)}" in text for word in words for article in articles)


def _is_owner(phrase: SurroundingPhrase, folder: str, views: Sequence[PassageView]) -> bool:
    """Whether a name is that of the owner of a folder: in its name, its introduction, or the heads of its papers.

    The head of minutes lists who came: such a person does not own the folder, but a place there may.
    """
    named, own, papers = phrase.named, _own_name(folder), dict[str, frozenset[str]]()
    introduced = (view for view in views if _SPEAKS_FOR_FOLDER.match(view.file_name))
    if named <= own or any(named <= own | frozenset(terms(f"{v.title} {v.headings[:1]}")) for v in introduced):
        return True
    for view in () if phrase.is_doer else views:
        is_first = phrase.is_of_place and not view.node.node.start_char_idx
        head = view.node.node.text.split("\n", LINES_OF_HEAD)[:LINES_OF_HEAD] if is_first else []
        headings = view.headings[:1] if is_first else []
        there = frozenset(terms("\n".join((view.title, _domain(view), *head, *headings)))) | own
        papers[view.document] = papers.get(view.document, frozenset()) | there
    return sum(named <= there for there in papers.values()) >= PAPERS_OF_OWNER


def _domain(view: PassageView) -> str:
    """The names in the address of who sent a mail."""
    sender = next((text for text in view.texts[:6] if "@" in text), "") if view.is_mail else ""
    return sender.rpartition("@")[2].rpartition(".")[0].replace("-", " ")


def _in_letter(phrase: SurroundingPhrase, views: Sequence[PassageView]) -> tuple[bool, Callable[[str], object] | None]:
    """Whether a letter or contract names someone, or a place, in its head, and what a sentence about them must have."""
    named, first = phrase.named, next((view for view in views if not view.node.node.start_char_idx), None)
    if first is None:
        return False, None
    text = first.node.node.text
    parties = _PARTIES.search("\n".join(text.split("\n", MOST_IN_HEAD)[:MOST_IN_HEAD]))
    if parties is not None and named <= frozenset(content_terms(parties[1])):
        return True, None
    greeting = _SALUTATION.search(text)
    if greeting is None or text.count("\n", 0, greeting.start()) > MOST_IN_HEAD:
        return False, None
    end = text.find("\n", greeting.start())
    greeted = frozenset(content_terms(text[greeting.start() : end if end > 0 else None]))
    head = frozenset(content_terms(text[: greeting.start()]))
    signed = frozenset(content_terms(" ".join(views[-1].node.node.text.strip().split("\n")[-3:])))
    if not named.isdisjoint(greeted) and named <= greeted | head:
        return True, _YOU.search
    if named <= signed:
        return True, _SELF.search
    return phrase.is_of_place and named <= head, None

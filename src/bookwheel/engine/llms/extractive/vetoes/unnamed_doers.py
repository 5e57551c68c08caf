"""Whether "who" is asked, and a text gives no name: it mentions the office, tells what to do, or says "somebody"."""

from __future__ import annotations

import re

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.asked_names import has_new_name
from bookwheel.engine.text.question_kinds import asks_who_did
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

LONG_SENTENCE = 28
_OFFICE = lazy_regex(
    r"(?i)^\W*who (?:is|was|are|were) (?:the |our |your |[^?]{2,40}['’]s )(?:[a-z]+ )?(?P<en>[^\W\d_]{4,})"
    r"(?=\W*$| (?:of|in|at|on|for)\b)"
)
_SOMEBODY = lazy_regex(
    r"(?i)\b(?:somebody|someone|nobody|no one|jemand|niemand|quelqu['’]un|personne n|alguien|nadie|qualcuno|nessuno)\b"
)
_WHO_DOES = lazy_regex(r"(?i)^\W*who (?:makes?|builds?|owns?|designs?|produces?|sells?|writes?|runs?)\b")
_SUCCEEDS = lazy_regex(
    r"(?i)^\W*who (?:will |is (?:going )?to |would |has |had )?(?:take[sn]? over|took over|succeed\w*|replace[sd]?"
    r"|follow(?:s|ed)?)\b"
)
_SUCCESSION = lazy_regex(
    r"(?i)\b(?:take[sn]? over|taking over|took over|succe\w+|replac\w+|follow\w*|instead|(?:his|her|their|the) place"
    r"|new|next|from now on|in charge|becomes?|became|takes|took)\b"
)
_WHO_ACTED = lazy_regex(
    r"(?i)^\W*who (?P<verb>stole|took|broke|hit|lost|left|tore|threw|shot|ate|drank|bit|spilt|set|cut)\b"
)
_PASSIVE = lazy_regex(r"(?i)\b(?:was|were|been|being) (?:\w+ly )?[^\W\d_]{2,}(?:ed|en|wn|ne|lt|nt|pt|ght|rn|ut|it)\b")
_NUMBERED = lazy_regex(r"\A\s*(?:#\. |\(?\d{1,2}[.)] )(?:[A-Z][a-z]+)\b")
_NAME = r"(?-i:(?:[A-Z]\. ?)*[^\W\d_a-zß-ÿ][\w’'-]+)"
_LINK = r"(?:is|was|are|were|:|,|–|—|-)"
_TITLES = r"(?:(?:the|now|currently|still|Dr|Mr|Mrs|Ms|Miss|Prof)\.? )*"


def names_nobody(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a sentence says neither who has the office nor who did it."""
    if asked.kind != "who" or asked.is_yes_no or asked.compares_counts or best.is_row or best.is_asked_above:
        return False
    if (office := _OFFICE.match(asked.text)) is not None:
        return best.is_prose and _only_mentions(best.answer, office["en"])
    if _SUCCEEDS.match(asked.text) and _SUCCESSION.search(best.answer) is None:
        # "Ada leaves in May" does not say who comes.
        return True
    if (acted := _WHO_ACTED.match(asked.text)) is not None and best.is_prose:
        is_told = best.covered.isdisjoint(terms(acted["verb"])) or _PASSIVE.search(best.own_text) is not None
        if is_told and not has_new_name(best.answer, asked.completed):
            # "Two boats were stolen in the night" does not say who did it.
            return True
    own = _NUMBERED.sub("", best.own_text)
    if _SOMEBODY.search(own) is not None and not has_new_name(_SOMEBODY.sub(" ", own), asked.completed):
        return True
    if not (asks_who_did(asked.text) or _WHO_DOES.match(asked.text)):
        return False
    # "4. Write down how much was taken" tells what to do.
    told = _NUMBERED.sub("", best.answer)
    return told != best.answer and not has_new_name(told, asked.completed)


def _only_mentions(text: str, office: str) -> bool:
    """Whether the office stands in a text with no name at it: "Complaints are made to the referee"."""
    word = re.escape(office)
    if re.search(rf"(?i)\b{word}s?\b", text) is None or len(text.split()) > LONG_SENTENCE:
        return False
    named = (
        # "The referee is Ada Rook", "referee of the race: Ada Rook", "referee Ada Rook", "her husband, Ada".
        rf"\b{word}s?(?: (?:of|at|in|for) [^.;:()]{{2,40}}?)? ?{_LINK}\W{{1,4}}(?:[a-z]+ )?{_TITLES}{_NAME}"
        rf"|\b{word}s?,? {_TITLES}{_NAME}"
        # "Ada Rook is the referee", "Ada Rook, our referee", "led by Ada Rook", "Ada Rook (referee)".
        rf"|{_NAME},? (?:(?:is|was|as|becomes?|became|remains|has been|took over as|elected|appointed|chosen) )?"
        rf"(?:(?:the|our|its|a|an|as) )?\(?(?:[a-z]+ ){{0,2}}{word}"
        rf"|\bby {_NAME}|\b(?:we|i|you)\b[^.;]{{0,20}}\b{word}"
    )
    return re.search(rf"(?i){named}", text) is None

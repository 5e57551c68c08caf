"""Questions that stand in a document with their answer: "*May two stand there?* No."."""

from __future__ import annotations

import re

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate, asks_itself
from bookwheel.engine.llms.extractive.quotable.form_bonus import ASKS
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.follow_ups import points_back
from bookwheel.engine.text.question_kinds import kind_of
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

# For the question itself with its answer.
IS_ANSWERED = 1.4
_IS_UNKNOWN = lazy_regex(
    r"(?i)\b(?:nobody|no one|not) kn[eo]ws?\b|\b(?:unknown|unclear|undecided|weiß niemand|unbekannt)\b"
)
# The last question of a unit, behind the name of the speaker and other sentences; in a row it is a cell.
_ASKED_LAST = lazy_regex(
    r"(?:^|[:.!?–—-]\s+)(?:(?:and|but|und|aber|et|mais|y|e|ma|en|maar) )?([^:.!?;\n]{3,200}\?)(?=\W*\Z|;)", re.I
)
# The line over a message in an export of a chat: its time and its sender.
_HEAD_OF_MESSAGE = lazy_regex(
    r"\W{0,3}[\d./, :-]{8,24}(?: ?[AaPp]\.?[Mm]\.?)?\W{0,3}[\w.#-]{1,40}(?: [\w.#-]{1,40}){0,2}"
)
# What a pronoun stands for was said in one of so many units above.
MOST_BEFORE = 4
# "Who can bring the tent on Saturday?" for "Who brings the tent?".
MOST_MORE = 1
_IS_WORD = lazy_regex(r"[^\W_]")
_QUOTED_QUESTION = lazy_regex(r"[\"“„«]([^\"“”„«»]+[?？])[\"”“»]")


def answer_to_itself(passage: PassageView, at: int, over: frozenset[str], own: frozenset[str]) -> Candidate | None:
    """The question itself with the answer that follows it: "*May two stand there?* No."; None without one."""
    is_answered_here = _IS_WORD.search(passage.texts[at].rpartition("?")[2]) and passage.units[at].kind != "row"
    group = [at] if is_answered_here else [at, at + 1]
    if len(group) > 1 and at + 2 < len(passage.units) and _HEAD_OF_MESSAGE.fullmatch(passage.texts[at + 1]):
        group.append(at + 2)
    is_next = group[-1] < len(passage.units) and passage.units[group[-1]].block < passage.units[at].block + len(group)
    answer = passage.texts[group[-1]].rpartition("?")[2] if is_next else ""
    if (
        "?" not in passage.texts[at]
        or not answer
        or _IS_UNKNOWN.search(answer)
        or ASKS.search(passage.texts[group[-1]])
    ):
        return None
    return Candidate(passage, at, group, over, own, IS_ANSWERED - 0.02 * passage.rank)


def is_answered_next(asked: AskedQuestion, passage: PassageView, at: int) -> bool:
    """Whether a unit asks much the same and the next one, of the same paragraph or list, is its answer."""
    if len(frozenset(content_terms(passage.texts[at])) - asked.light - asked.own_terms) > MOST_MORE:
        return False
    if not passage.texts[at].rstrip(" *_").endswith(("?", "？")) or at + 1 >= len(passage.units):
        return False
    return passage.units[at + 1].block == passage.units[at].block and not asks_itself(passage, at + 1)


def asked_terms(asked: AskedQuestion, passage: PassageView, at: int, own: frozenset[str]) -> frozenset[str]:
    """The terms of the question, where a unit asks it; empty for other units. `own` are those that it has."""
    text = passage.texts[at]
    is_question = len(own) > 1 or (own and text.endswith(("?", "？")))
    return own if is_question and _is_asked_in(asked, text) else _asked_again(asked, passage, at)


def _asked_again(asked: AskedQuestion, passage: PassageView, at: int) -> frozenset[str]:
    """The terms of the question, where a unit of a conversation asks it.

    A pronoun stands for what was said before it: "Who closed it?" below "When was the pier closed?".
    """
    question = _ASKED_LAST.search(passage.texts[at]) if "?" in passage.texts[at] else None
    if question is None or kind_of(question[1]) != asked.kind:
        return frozenset()
    own = frozenset(content_terms(question[1]))
    missing = asked.own_terms - own
    if missing and points_back(question[1]):
        missing -= frozenset[str]().union(*map(passage.own, range(max(at - MOST_BEFORE, 0), at)))
    more = own - asked.light - asked.own_terms
    is_same = own & asked.own_terms - asked.light and not missing and len(more) <= MOST_MORE
    return asked.own_terms if is_same else frozenset()


def _is_asked_in(asked: AskedQuestion, text: str) -> bool:
    """Whether the text contains the question itself, or a quoted question with the same terms."""
    quoted = (match[1] for match in _QUOTED_QUESTION.finditer(text))
    before, found, rest = " ".join(fold(text).split()).partition(asked.plain)
    # "Notice period" and "who looks after the kiln" also occur in the sentence that answers.
    is_alone = asked.kind != "other" and not any(map(str.isalpha, before))
    is_repeated = bool(found) and (is_alone or rest.startswith(("?", " ?", "？")))
    return is_repeated or any(asked.own_terms == frozenset(content_terms(question)) for question in quoted)

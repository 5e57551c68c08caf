"""Questions that stand in a document with their answer: "*May two stand there?* No."."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate
from bookwheel.engine.llms.extractive.quotable.form_bonus import ASKS
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

# For the question itself with its answer.
IS_ANSWERED = 1.4
_IS_UNKNOWN = lazy_regex(
    r"(?i)\b(?:nobody|no one|not) kn[eo]ws?\b|\b(?:unknown|unclear|undecided|weiß niemand|unbekannt)\b"
)
_IS_WORD = lazy_regex(r"[^\W_]")
_QUOTED_QUESTION = lazy_regex(r"[\"“„«]([^\"“”„«»]+[?？])[\"”“»]")


def answer_to_itself(passage: PassageView, at: int, over: frozenset[str], own: frozenset[str]) -> Candidate | None:
    """The question itself with the answer that follows it: "*May two stand there?* No."; None without one."""
    group = [at] if _IS_WORD.search(passage.texts[at].rpartition("?")[2]) else [at, at + 1]
    is_next = group[-1] < len(passage.units) and passage.units[group[-1]].block <= passage.units[at].block + 1
    answer = passage.texts[group[-1]].rpartition("?")[2] if is_next else ""
    if (
        "?" not in passage.texts[at]
        or not answer
        or _IS_UNKNOWN.search(answer)
        or ASKS.search(passage.texts[group[-1]])
    ):
        return None
    return Candidate(passage, at, group, over, own, IS_ANSWERED - 0.02 * passage.rank)


def is_asked_in(asked: AskedQuestion, text: str) -> bool:
    """Whether the text contains the question itself, or a quoted question with the same terms."""
    quoted = (match[1] for match in _QUOTED_QUESTION.finditer(text))
    before, found, rest = " ".join(fold(text).split()).partition(asked.plain)
    # "Notice period" and "who looks after the kiln" also occur in the sentence that answers.
    is_alone = asked.kind != "other" and not any(map(str.isalpha, before))
    is_repeated = bool(found) and (is_alone or rest.startswith(("?", " ?", "？")))
    return is_repeated or any(asked.own_terms == frozenset(content_terms(question)) for question in quoted)

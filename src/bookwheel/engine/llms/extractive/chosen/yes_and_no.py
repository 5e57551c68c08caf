"""How a sentence answers a yes-or-no question without its words: by a limit, or by a denial of what is asked for."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.form_bonus import says_whether, says_yes_or_no
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.told_words import WARNS
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

# What counts for a sentence that limits the measure of the question, denies a word of it, rules it or warns of it.
IS_LIMITED, IS_DENIED, IS_RULED, IS_WARNED = 6.0, 3.0, 1.0, 2.0
# What has all other words of the question and no measure of the kind compares nothing.
IS_NOT_MEASURED = -15.0
# "Never cut" denies what is done, perhaps to something else: only nouns count, "no fines", "not in the hall".
_DENIED = lazy_regex(
    r"(?i)\b(?:(?:no|without|kein\w*|ohne|pas de|pas d['’]|aucune?|sans|ningun[oa]?|ningún|sin|nessun\w*|senza"
    r"|nenhuma?|sem|geen|zonder)|(?:not|nicht|pas|no|non|não|niet) (?:in|on|at|for|with|im?|am|an|auf|für|mit|dans"
    r"|pour|avec|en|para|con|per|em|com|op|voor|met))(?: (?:the|any|an?|der|die|das|dem|den|le|la|les|el|il|een|het"
    r"|de))* ([^\W\d_]{3,})"
)


def answers_whether(asked: AskedQuestion, best: BestUnit, near: frozenset[str], matter: frozenset[str]) -> float:
    """What a limit or a denial adds to the weight of a unit; 0 where the question asks for something else."""
    if not asked.is_yes_no:
        return 0.0
    about = (matter - asked.light) & near
    if asked.limit is not None and len(about) >= asked.limit.fewest and asked.limit.is_limited_in(best.own_text):
        return IS_LIMITED
    if asked.limit is not None and not asked.limit.is_measured_in(best.answer) and says_yes_or_no(best.answer) is None:
        return IS_NOT_MEASURED
    if asked.may_one and about and about == matter - asked.light and says_whether(best.own_text):
        # "Drones have to be announced" for "May I use a drone?".
        return IS_RULED
    if asked.may_one and len(about) > 1 and WARNS.search(best.own_text):
        # "Paracetamol kills cats" for "Can I give my cat paracetamol?".
        return IS_WARNED
    denied = (frozenset(terms(match[1])) for match in _DENIED.finditer(best.own_text))
    return IS_DENIED if any(matter & words for words in denied) else 0.0

"""The words of a question that only say how it is asked, and that no answer need repeat."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_codes import unsaid_of_codes
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

STEPS = lazy_regex(
    # The steps of stairs are counted.
    r"(?i)\b(?:how many steps(?![^?]*\b(?:have|has|had|there (?:in|on|up)|lead|leads|led|up to)\b)"
    r"|wie ?viele schritte|combien d['’]étapes|cuántos pasos|quanti passi)\b"
    r"|^\W*(?:the )?steps (?:to|for|when|in case of|after|before)\b"
    r"|^\W*(?:die )?schritte (?:zu[mr]?|für|bei|nach|vor)\b"
    r"|^\W*(?:les )?étapes (?:pour|après|avant|en cas)\b|^\W*(?:los )?pasos (?:para|en caso|después|antes)\b"
)
_OF_STEPS = "step take need schritt étape paso passo"
# "How do I prepare an animal for an operation?" over "Before an operation".
# "Where can I collect lost things?" asks where they are.
_FETCHING = "find get collect fetch pick leave finden liegen stehen hängen befinden trouver trouvent encontrar trovare"
# "Whom do I call about the lift?" asks who sees to it.
_CALLING = lazy_regex(
    r"(?i)^\W*whom? (?:do|should|must|can) (?:i|we|you|one) (call|ask|contact|ring|phone|write|turn|tell)\b"
)
_DOING = "prepare handle perform manage treat vorbereiten préparer preparar preparare voorbereiden behandeln"
# What is wrong with a thing is its fault, which a text names otherwise; whom one calls about it is who sees to it.
_IS_WRONG = lazy_regex(
    r"(?i)^\W*(?:what (?:is|was|are|were) (?:wrong|the (?:matter|problem|trouble)) with\b|was fehlt\b)"
)
_WRONG = "wrong matter problem trouble fehlt"
# "How long does the lease run?" asks for its term, and no text need say "run".
_LASTING = lazy_regex(r"(?i)^\W*how long (?:does|do|did|will) .{3,60} (run|last|take|apply|go on|hold)\W*$")


def framing_terms(question: str, *, is_how_to: bool, is_of_place: bool) -> frozenset[str]:
    """The terms that only ask for a place, for a code, or for how something is done."""
    found = frozenset(terms(_WRONG)) if _IS_WRONG.match(question) else frozenset[str]()
    found |= frozenset(terms(_FETCHING if is_of_place else ""))
    found |= frozenset(term for calling in _CALLING.findall(question) for term in terms(calling))
    found |= unsaid_of_codes(question)
    if (lasting := _LASTING.search(question)) is not None:
        found |= frozenset(terms(lasting[1]))
    if is_how_to:
        found |= frozenset(terms(f"{_DOING} {_OF_STEPS}" if STEPS.search(question) else _DOING))
    return found

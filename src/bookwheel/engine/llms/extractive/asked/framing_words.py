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
    r"|^\W*an wen\b.*?\b(wenden?|richten?|schreiben?)\b|^\W*à qui\b.*?\b(adresser|demander|écrire|téléphoner)\b"
    r"|^\W*a quién\b.*?\b(dirijo|dirigir|pregunt[oa]r?|llam[oa]r?)\b"
)
_DOING = "prepare handle perform manage treat vorbereiten préparer preparar preparare voorbereiden behandeln"
# What is wrong with a thing is its fault, which a text names otherwise; whom one calls about it is who sees to it.
IS_WRONG = lazy_regex(
    r"(?i)^\W*(?:what (?:is|was|were|are|'s) (?:wrong|the (?:matter|problem|trouble|fault)) with\b"
    r"|what went wrong with\b|was (?:war|ist) (?:mit .* los|an .* (?:kaputt|defekt))|was fehlt(?:en?|e)?\b"
    r"|qu['’]est-ce qui (?:n['’]allait pas|cloch\w+)"
    r"|qu['’]avait\b|qué (?:le|les) pasa(?:ba)?\b|cosa (?:aveva|c['’]era che non andava)\b)"
)
_WRONG = "wrong matter problem trouble fehlt"
# "How long does the lease run?" asks for its term, and no text need say "run".
_LASTING = lazy_regex(r"(?i)^\W*how long (?:does|do|did|will) .{3,60} (run|last|take|apply|go on|hold)\W*$")
# "How long can I keep it?": how a text says that is known by its verb.
HOW_LONG_KEPT = lazy_regex(
    r"(?i)\bhow long (?:can|may|should|will|does|do|could)\b.*\b(keep|stored?|last)\W*"
    r"(?:$|(?:the|a|an|my|it|them|in|at)\b)"
    r"|\bwie lange (?:kann|darf|soll|können|lassen|hält|halten)\b.*\b(aufbewahren|lagern|halten|haltbar|aufheben"
    r"|sich)\b"
    r"|\bcombien de temps\b.*\b(garder|conserv\w+)\b|\bcuánto (?:tiempo )?\b.*\b(guardar|conserva\w*|aguanta)\b"
)
# "How many people came to hear the concert?" asks how many came.
_COMING = lazy_regex(
    r"(?i)\b(?:c[ao]me|went|go|gone|turned up) to (hear|see|watch|listen|visit|attend|join|look)\b"
    r"|\b(?:venue?s?|vin(?:rent|t)) (écouter|voir|entendre|assister)\b|\bvinieron a (ver|oír|escuchar)\b"
    r"|\bkamen?\b.*\bzu (hören|sehen)\b"
)
# "When is the fair held?" asks when it is.
_HELD = lazy_regex(
    r"(?i)^\W*(?:(?:on |in |at )?(?:when|where|what|which)\b).*\b(?:is|are|was|were|be|being)\b"
    r".*\b(held|celebrated|staged|hosted)\b"
)
# "A question concerning the orchard" is one about it.
_ABOUT = lazy_regex(
    r"(?i)\b(concerning|regarding|relating|pertaining|betreffend|bezüglich|concernant|respecto|riguardo)\b"
)


def framing_terms(question: str, *, is_how_to: bool, is_of_place: bool) -> frozenset[str]:
    """The terms that only ask for a place, for a code, or for how something is done."""
    found = frozenset(terms(_WRONG)) if IS_WRONG.match(question) else frozenset[str]()
    found |= frozenset(terms(_FETCHING if is_of_place else ""))
    found |= unsaid_of_codes(question)
    of_text = (
        match for pattern in (_CALLING, HOW_LONG_KEPT, _COMING, _HELD, _ABOUT) for match in pattern.findall(question)
    )
    found |= frozenset(
        term for match in of_text for term in terms(match if isinstance(match, str) else " ".join(match))
    )
    if (lasting := _LASTING.search(question)) is not None:
        found |= frozenset(terms(lasting[1]))
    if is_how_to:
        found |= frozenset(terms(f"{_DOING} {_OF_STEPS}" if STEPS.search(question) else _DOING))
    return found

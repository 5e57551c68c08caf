"""Two questions in one, split: "Who signed it, and what did it cost?", "the guarantee on the pump and on the lid"."""

from __future__ import annotations

import re

from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

_QUESTION_WORD = (
    r"what|which|who|whom|whose|when|where|why|how|is|are|does|do|did|was|were|wer|was|wann|wo|wie|warum"
    r"|welche\w?|qui|que|quand|où|comment|combien|quel\w*"
    r"|qué|quién|cuándo|dónde|cómo|cuánt\w+|cuál\w*|chi|che|quando|dove|come|quanto|wie|wat|waar|hoe"
)
# "And at which speed is it cut?"
_WITH_PREPOSITION = (
    r"(?:above|below|over|up to|before|after|between|around|within"
    r"|at|from|in|on|for|to|with|by|of|into|until|since|under|über|an|auf|aus|bei|bis|für|mit|nach|seit|von|zu|à|de"
    r"|dans|pour"
    r"|avec|depuis|en|con|desde|para|por|a|da|di|per|su|met|op|tot|van|voor) (?:what|which|whom|how|welch\w+|wem|wen"
    r"|wie ?viel\w*|quel\w*|combien|qué|cuál\w*|cuánt\w+|qual[ei]|quant[oaie]|welke?|hoeveel)"
)
_AND = lazy_regex(
    rf"(?i)(?:,|;|\?)?\s+(?:and|und|et|y|e|en)\s+(?=(?:{_QUESTION_WORD}|{_WITH_PREPOSITION})\b)|\?\s+(?=\S)"
)
# "The guarantee on the pump and on the lid": the same preposition twice.
_TWICE = lazy_regex(
    r"(?i)^(?P<before>.{6,80}?\s)(?P<word>on|for|of|at|in|with|to|from|by|für|auf|bei|von|mit|aus|pour|sur|de|du|avec"
    r"|para|por|en|con|per|su|com|voor|op|van|met|для|на|из) (?P<one>[^,;]{2,50}?),? (?:and|und|et|y|e|en|и)"
    r" (?P=word) (?P<other>[^,;]{2,50}?)\W*$"
)
# "What do the fence and the gate cost?"
_OF_BOTH = lazy_regex(
    r"(?i)^(?P<before>(?:what|how (?:much|long|high|heavy)|was|wie (?:viel|lange)|combien|cuánto) (?:do|does|did|kosten"
    r"|wiegen)) (?P<one>[^,;]{2,50}?),? and (?P<other>[^,;]{2,50}?) (?P<verb>cost|weigh|take|last|need|mean)\W*$"
)
_ASKED = r"(?:how (?:many|much|long|often|far|high|old|large|deep|heavy)|what|when|where|which|who)"
_THING = r"(?P<thing>(?:the|that|those|an?|our|my|your|his|her|their) [^\W\d_][\w’' -]{2,60}?)"
_WITHOUT_VERB = lazy_regex(
    rf"(?i)^\W*(?P<asked>{_ASKED}) "
    r"(?!.*\b(?:is|are|was|were|do|does|did|has|have|had|may|can|must|will|would|should)\b)"
    rf"{_THING}\W*$"
)
_WITH_VERB = lazy_regex(
    rf"(?i)^\W*(?P<before>{_ASKED}\b.*?\b(?:is|are|was|were|do|does|did|has|have|may|can|must|will|should)) {_THING}"
    r"(?P<verb>(?: (?:have|be|cost|last|take|weigh|run|need|open|close|start|begin|end|measure|hold|get|keep|go|come"
    r"|stand|[a-z]{3,}ed|[a-z]{3,}en|built|made|sold|kept|held))?)\W*$"
)


def parts_of(question: str) -> list[str]:
    """The questions in this one: "Who signed it, and what did it cost?" are two."""
    found = [part.strip(" ,;") for part in _AND.split(question) if part and part.strip(" ,;?")]
    is_each_whole = len(found) == 2 and all(len(content_terms(part)) >= 1 and len(part.split()) >= 3 for part in found)
    if len(found) == 2 and (whole := _in_full(found[0], found[1])):
        return [found[0], whole]
    return found if is_each_whole else [question]


def _in_full(first: str, second: str) -> str:
    """The second part with the verb of the first: "how many the one on the spring" of "How many pages may … have"."""
    short, whole = _WITHOUT_VERB.match(second), _WITH_VERB.match(first)
    if short is None or whole is None or not whole["before"].casefold().startswith(short["asked"].casefold()):
        return ""
    head = whole["thing"].split()[-1]
    thing = re.sub(r"(?i)\b(?:ones?|that|those)\b", head, short["thing"])
    return f"{whole['before']} {thing}{whole['verb']}?"


def coordinated_parts(question: str) -> list[str]:
    """Both questions of "What is the guarantee on the pump and on the lid?"; empty for others."""
    if (match := _OF_BOTH.search(question)) is not None:
        return [f"{match['before']} {match[side]} {match['verb']}?" for side in ("one", "other")]
    if (match := _TWICE.search(question)) is None:
        return []
    return [f"{match['before']}{match['word']} {match[side]}?" for side in ("one", "other")]


# "What did the board decide about the roof?"
_ABOUT_TOPIC = lazy_regex(
    r"(?i)\b(?:about|regarding|concerning|über|zum|zur|bezüglich|sur|au sujet d\w*|sobre|su|over)\b(.{3,80})$"
)


# "About the colour of the roof".
_HEAD_OF_TOPIC = lazy_regex(
    r"(?i)\b(?:about|regarding|concerning|on|über|zu[rm]?|sur|sobre|su(?:l\w*)?|over)\s"
    r"(?:(?:the|an?|our|der|die|das|den|dem|le|la|les|el|los|las|il|lo|i|gli|de|het) |l['’])?([^,;?]{3,40}?)"
    r" (?:of|for|der|des|von|vom|de|du|d['’]|del|della|dei|van) ?[^,;?]{3,60}\W*$"
)


def head_of_topic(question: str) -> frozenset[str]:
    """The terms of what is asked of a thing in a question for decisions: "colour" of "the colour of the roof"."""
    match = _HEAD_OF_TOPIC.search(question)
    return frozenset(content_terms(match[1])) if match else frozenset()


def topic_of(question: str) -> frozenset[str]:
    """The terms behind "about" in a question for decisions."""
    match = _ABOUT_TOPIC.search(question)
    return frozenset(content_terms(match[1])) if match else frozenset()

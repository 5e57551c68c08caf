"""Whether a text says that something is eaten, worn or in a box, and not what: "The goats are fed at six"."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.question_terms import content_terms, nearest_term, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.lazy_regex import lazy_regex

LONG_SENTENCE = 24
# Verbs whose object is asked for, with what else says the same.
_SAID_BY = {
    "eat": "eat eats eating ate eaten feed feeds fed", "drink": "drink drinks drinking drank drunk",
    "cook": "cook cooks cooking cooked", "bake": "bake bakes baking baked", "wear": "wear wears wearing wore worn",
    "teach": "teach teaches teaching taught", "sell": "sell sells selling sold", "sing": "sing sings singing sang sung",
    "study": "study studies studying studied", "paint": "paint paints painting painted",
    "carry": "carry carries carrying carried", "read": "read reads reading", "grow": "grow grows growing grew grown",
}  # fmt: skip
_WHAT_DOES = lazy_regex(rf"(?i)^\W*what (?:do|does|did) (?P<subject>.+?) (?P<verb>{'|'.join(_SAID_BY)})\b(?! for\b)")
_WORD = lazy_regex(r"[^\W_]+(?:['’-][^\W_]+)*|[,;.:!?()–—]")
_PASSIVE = frozenset("is are was were be been being gets get".split())
_BRINGS_OBJECT = frozenset("with on of from only mainly mostly".split())
# What comes behind a verb that has no object.
_NO_OBJECT = frozenset(
    "at in for by every twice once daily early late apart together well alone outside inside here there again too also"
    " and or but while when until before after from to as , ; . : ! ? ( ) – —".split()
)
_GOES_ON = lazy_regex(r"(?i)\W*(?:and |but )?(?:it|they|he|she|these|those|both|all)\b")

_WHAT_IS_IN = lazy_regex(
    r"(?i)^\W*what(?:['’]s| is| are| was| were) (?:kept |stored |packed )?(?:in|inside) (?:the|an?|our|my|your|each"
    r"|every)"
    r" (?P<thing>(?:[^\W\d_]+[ -]){0,2}[^\W\d_]+)\W*$|^\W*was ist (?:in|im) (?:der "
    r"|dem )?(?P<de>[^\W\d_]+)(?: drin)?\W*$"
)
_HOLDS = lazy_regex(
    r"(?i)\b(?:contain\w*|hold\w*|include\w*|including|consist\w*|compris\w*|made (?:up )?of|full of|filled with"
    r"|ha[sd]|have"
    r"|with|lies?|lay|stands?|kept|stored|hangs?|put|packed|enthält|enthalten|besteht|mit|voll|liegt|liegen|steht"
    r"|stehen)\b|:"
)
_INSIDE = lazy_regex(
    r"(?i)\b(?:in|inside|into) (?:it|there|them|the|our|my|this|that|each|der|dem|den)\b|\b(?:im"
    r"|ins|drin|inside)\b"
)
_THERE_IS = lazy_regex(r"(?i)\W*(?:there (?:is|are|was|were)|es gibt)\b")


def lacks_object(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether it is asked what someone eats, wears or cooks, or what is in a thing, and a unit does not tell."""
    if asked.value is not None or asked.is_yes_no or asked.is_comparison or best.is_asked_above:
        return False
    if (does := _WHAT_DOES.match(asked.text)) is not None:
        subject = frozenset(content_terms(does["subject"]))
        return not best.is_row and not _tells_object(best.answer, subject, _SAID_BY[does["verb"].casefold()])
    if (inside := _WHAT_IS_IN.match(asked.text)) is not None:
        return _tells_no_contents(best, frozenset(content_terms(inside["thing"] or inside["de"])))
    return False


def _tells_object(text: str, subject: frozenset[str], forms: str) -> bool:
    """Whether a sentence about the subject has the verb and something behind it that may be its object."""
    verbs = frozenset(forms.split())
    for sentence in plain_sentences(text):
        words = [word.casefold() for word in _WORD.findall(sentence)]
        if len(words) > LONG_SENTENCE:
            return True
        is_about = _GOES_ON.match(sentence) or not subject.isdisjoint(_as_asked(sentence, subject))
        places = [at for at, word in enumerate(words) if word in verbs]
        if is_about and any(_has_object(words, at) for at in places):
            return True
    return False


def _has_object(words: list[str], at: int) -> bool:
    behind = words[at + 1 :]
    if not _PASSIVE.isdisjoint(words[max(0, at - 2) : at]):
        return not _BRINGS_OBJECT.isdisjoint(behind[:3])
    return bool(behind) and behind[0] not in _NO_OBJECT


def _tells_no_contents(best: BestUnit, thing: frozenset[str]) -> bool:
    """Whether a row has only figures beside the thing, or a sentence only says that there is one."""
    if best.is_row and best.cells:
        others = [cell for _, cell in best.cells if thing.isdisjoint(_as_asked(cell, thing))]
        return not any(any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)) for cell in others)
    if not best.is_prose or thing.isdisjoint(_as_asked(best.own_text, thing)):
        return False
    return _HOLDS.search(best.own_text) is None and (
        _THERE_IS.match(best.own_text) is not None or _INSIDE.search(best.own_text) is None
    )


def _as_asked(text: str, wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(nearest_term(term, list(wanted)) for term in terms(text))

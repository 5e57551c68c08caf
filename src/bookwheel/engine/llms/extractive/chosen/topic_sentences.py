"""Short paragraphs whose first sentence names what is asked of, while another one says the value: "Cost: 2,870"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

# A paragraph of more sentences changes its subject on the way.
MOST_SENTENCES, MOST_CHARS, LONGEST_FIRST = 6, 600, 140
_OF_REASONS = lazy_terms(
    "cause reason caused because ursache grund verursacht raison causa causó razón motivo oorzaak reden причина"
)
# What says that the sentence is about the subject of the paragraph, and gives its value.
_NAMES_VALUE = {
    "money": lazy_regex(
        r"(?i)^\W*(?:(?:(?:the |die |le |la |el |il )?(?:total |full )?(?:costs?|price|bill|kosten|preis|rechnung|coût"
        r"|prix|costo|precio|prezzo))(?: (?:was|were|is|are|came to|betrug|beträgt|était|est|fue|era))?\b"
        r"|(?:it|this|that|all this|the (?:whole|lot)|das|es|alles|cela|ça|todo|tutto)"
        r"(?: (?:all|alles|together|zusammen))? (?:costs?|kostete?|a coûté|coûte|costó|cuesta|costa|è costat[oa]))"
    ),
    "reason": lazy_regex(
        r"(?i)^\W*(?:(?:the|its?|die|der|la|le|el|il) )?(?:(?:likely|probable|real|only|main) )?(?:cause|reason|culprit"
        r"|ursache|grund|raison|causa|razón|motivo|oorzaak|reden)\b|^\W*причин"
        r"|^\W*(?:it|this|das|es|cela|c['’]) ?(?:was|is|had been|wurde|a été|était)"
        r" (?:caused|due|because|verursacht|dû|due)"
    ),
    "duration": lazy_regex(
        r"(?i)^\W*(?:(?:it|this|the (?:work|whole|job)|das|es|die arbeit|cela|les travaux) (?:all )?"
        r"(?:took|takes|lasted|lasts|dauerte?|a duré|ont duré|dure)\b"
        r"|(?:duration|time|dauer|durée|duración|durata)\b\W)"
    ),
}


def topic_quotes(asked: AskedQuestion, views: Sequence[PassageView]) -> list[Quote]:
    """The first sentence of the one paragraph on what is asked of, with the one that gives the value; else nothing."""
    value = asked.value
    if value is None or value.kind not in _NAMES_VALUE or asked.is_yes_no or asked.is_comparison or asked.is_list:
        return []
    of_value = value.terms | frozenset(_OF_REASONS() if value.kind == "reason" else ())
    subject = frozenset(asked.terms) - asked.light - of_value
    found = [quote for view in views for quote in _in_view(asked, value, subject, view)] if subject else []
    return found if len(found) == 1 else []


def _in_view(asked: AskedQuestion, value: AskedValue, subject: frozenset[str], view: PassageView) -> Iterator[Quote]:
    """A quotation for each paragraph whose first sentence names the subject and one of whose others says the value."""
    for block in _paragraphs(view):
        first = view.texts[block[0]]
        if len(first) > LONGEST_FIRST or not subject <= view.own(block[0]):
            continue
        says = _NAMES_VALUE[value.kind]
        told = [at for at in block[1:] if says.search(view.texts[at]) and _gives(asked, value, view, at)]
        if len(told) == 1:
            units = (view.units[block[0]], view.units[told[0]])
            yield Quote(view.node, units, 1.0)


def _gives(asked: AskedQuestion, value: AskedValue, view: PassageView, at: int) -> bool:
    """Whether the sentence has the value, or names as the cause more than that there is one."""
    if value.kind == "reason":
        return len(frozenset(terms(view.texts[at])) - frozenset(_OF_REASONS())) > 1
    return has_value(value, asked.completed, view.texts[at])


def _paragraphs(view: PassageView) -> Iterator[list[int]]:
    """The indices of the sentences of each paragraph that is short."""
    blocks: dict[int, list[int]] = {}
    for at, unit in enumerate(view.units):
        if unit.kind in ("sentence", "line"):
            blocks.setdefault(unit.block, []).append(at)
    for block in blocks.values():
        size = view.units[block[-1]].end - view.units[block[0]].start
        if 1 < len(block) <= MOST_SENTENCES and size <= MOST_CHARS:
            yield block

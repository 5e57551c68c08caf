"""Whether a heading says what a question asks for, so that the list below it answers."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.question_patterns import PRESENT
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate, in_document
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.asked_values import asked_value, has_value
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.question_kinds import kind_of
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, terms
from bookwheel.engine.text.value_patterns import WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

_BARE_YEAR = lazy_regex(r"(?:\A|(?<=[^\W\d_] )|(?<=: ))(?:19|20)\d\d\W*\Z")
_IN_HEADINGS = ("date", "size", "length", "duration", "money", "mass")
_ASKS_NUMBER = lazy_regex(
    r"(?i)\b(?:no|nr|núm|num)\.?\W*\Z|\bn[°º]|\b(?:number|[^\W\d_]*nummer|numéro|número|numero)\b(?! of)"
)
_HAS_NUMBER = lazy_regex(
    r"(?i)(?:\b(?:no|nr|núm|num|number|[^\W\d_]*nummer|numéro|número|numero)\b\.?|\bn[°º])[ :#]{1,3}(?=[\w/.-]{0,20}\d)"
)
_NUMBER_TERMS = lazy_terms("no nr number nummer numéro número numero")
_OPENING_HEADING = frozenset(
    "before after when if while during how what where why who vor nach wenn was wie wer avant après si quand qui antes"
    " cuando quién prima dopo quando chi voor als".split()
)
_ASKS_WHAT = lazy_regex(
    r"(?i)^\W*(?:(?:for|on|in|under|aus|unter|pour|dans|por|en|per) )?(?:what|which|was|welche\w{0,2}|que|qu['’]"
    r"|quel\w*|quoi|qué|cosa|che|quali|o que|quais|wat|welke)\b"
)
_HEAD_OF_LIST = lazy_regex(
    r"(?i)^\W*(?:(?:what|which|was|quel\w*|cuál\w*|qual\w*|wat) (?:is|are|ist|sind|est|sont|es|son|è|sono|is|zijn) )?"
    r"(?:the|der|die|das|le|la|les|el|los|las|il|lo|i|gli|de|het) ((?:[^\W\d_]+ ){0,1}?[^\W\d_]{4,})"
    r" (?:of|through|for|in|to|from|at|on|during|with|von|vom|der|des|durch|für|im|zum|zur|de|du|des|pour|dans|para|por"
    r"|en|del|di|della|per|van|door|voor)\b"
)
# "To be locked up", "Please bring"; a heading of nouns alone says of what its list is.
_SAYS_WHAT = lazy_regex(
    r"(?i)^\W*(?:what|to|please|do|was|zu|bitte|ce qu|à|qué|lo que|cosa|da|o que|wat|te)\b|\b(?:not|cannot|never"
    r"|nicht|kein\w*"
    r"|pas|non|não|niet|geen|needs?|must|bring|take|pack|brauch\w*|mitbringen|apporter|llevar|portare|meenemen)\b"
)
_ENDS_IN_CASE = lazy_regex(r"(?i)\b(?:if|when|wenn|falls|si|lorsque|quand|cuando|se|quando|als)\W*$")
_COUNT = lazy_regex(rf"(?i)^\W*(?:(?:the|our|die|unsere?|les|nos|los|las|i|le|gli) )?(?:\d+|{WORD_NUMBERS})(?= )")
_NAMED_IN_TITLE = lazy_terms(
    "firm company club society association house firma verein gesellschaft haus entreprise association société maison"
    " empresa asociación sociedad casa ditta associazione"
)
_OPENS_CASE = lazy_regex(
    r"(?i)^\W*(?:when|if|in case(?: of)?|in the event of|what (?:to do|if)|wenn|falls|bei|im falle?|was tun|si|quand"
    r"|en cas|lorsqu\w*|cuando|en caso|se|quando|in caso)\b"
)
_WHEN_TO = lazy_regex(
    r"(?i)^\W*(?:when|(?:in|under|for|on) (?:which|what) (?:cases?|reasons?|grounds|conditions|circumstances)|wann"
    r"|(?:in welchen fällen|aus welchen gründen)|quand|dans quels cas|cuándo|en qué casos|quando|wanneer)"
    r" (?:must|should|do|does|is|are|will|can|may|ist|wird|werden|est|sont|es|son"
    r"|muss|müssen|soll\w*|darf|dürfen|kann|dois|doit|devons|faut|debo|hay|devo|moet)\b"
)
_DENIAL = lazy_regex(
    r"(?i)\b(?:not|cannot|never|no|nicht|kein\w*|nie|ne|pas|jamais|non|nunca|não|niet|geen|nooit)\b|n['’]t\b"
)
# "What must my child bring?" under "What your child needs".
_NEEDS = lazy_terms(
    "need needs must bring have pack take brauchen mitbringen müssen apporter prendre falloir llevar traer"
)
_YOU = lazy_regex(r"\b(?:you|we|one|they|man|sie|ihr|du|wir|vous|on|tu|usted)\b")

# What is needed for a task, whatever the question calls it, and the line over a list of it.
_GEAR = lazy_terms(
    "equipment tool material supply gear thing item utensil kit ingredient apparatus device accessory part"
    " ausrüstung werkzeug material gerät sache zutat zubehör hilfsmittel matériel outil ustensile ingrédient équipement"
    " equipo material herramienta utensilio ingrediente attrezzatura attrezzo materiale utensile ingrediente"
    " equipamento ferramenta gereedschap benodigdheden"
)
_NEEDED = lazy_regex(
    r"(?i)\b(?:what (?:you|we|one) (?:will |['’]ll )?needs?|you (?:will |['’]ll )?need|(?:what is "
    r"|things )?(?:needed|required)"
    r"|(?:was )?(?:du|sie|man|ihr|wir) (?:braucht|brauchst|brauchen|benötigt|benötigen)|benötigt wird"
    r"|ce qu['’]il (?:vous )?faut"
    r"|il (?:vous )?faut|lo que (?:se )?necesit\w+|se necesita\w*|cosa (?:ti )?serve|(?:che )?serv(?:e|ono)"
    r"|o que (?:é|precisa)\w*|wat (?:je|u) nodig hebt?)\b"
)


def gives_gear(category: AbstractSet[str], above: str) -> bool:
    """Whether equipment or tools are asked for, and the list stands under "What you need"."""
    return not category.isdisjoint(_GEAR()) and _NEEDED.search(above) is not None


def says_heading(asked: AskedQuestion, heading: str) -> bool:
    """Whether the question has the words of a heading: "Before you come" as "before I come to the mill"."""
    words = fold(heading).strip(" #*=:\n").split()
    if len(words) < 2 or words[0] not in _OPENING_HEADING or f" {words[0]} " not in f" {asked.plain} ":
        return False
    there = frozenset(content_terms(_DENIAL.sub(" ", heading))) - asked.light
    if not there:
        return f" {_YOU.sub('i', ' '.join(words))} " in f" {_YOU.sub('i', asked.plain)} "
    return there <= frozenset(asked.terms) and _denies_as(asked, heading)


def is_task_of(asked: AskedQuestion, heading: str) -> bool:
    """Whether "How do I include a file?" has just the words of the heading "Including files"."""
    matter = frozenset(asked.terms) - asked.light
    return asked.is_how_to and len(matter) > 1 and frozenset(content_terms(heading)) - asked.light == matter


def is_under_asked(asked: AskedQuestion, passage: PassageView, first: int) -> bool:
    """Whether a list stands under a heading or a line that says what the question asks for."""
    is_item = passage.units[first].kind == "item"
    is_asked = _asks_for_list_under(asked, passage, first) or asks_for_cases(asked, passage, first)
    return is_item and not asked.is_how_to and is_asked


def _asks_for_list_under(asked: AskedQuestion, passage: PassageView, first: int) -> bool:
    """Whether "What does the floor not like?" has the words of the heading "What the floor does not like"."""
    head = _HEAD_OF_LIST.match(asked.text)
    heading = passage.heading_above(first)
    words = content_terms(_COUNT.sub("", heading))
    if _is_head(asked, words):
        return True
    if (asked.value is not None and asked.value.kind != "reason") or not (_ASKS_WHAT.match(asked.text) or head):
        return False
    named = frozenset(content_terms(heading))
    if len(named) > 1 and named == asked.own_terms:
        # "What is the way of a letter?" over "Way of a letter".
        return True
    if words and head is not None and content_terms(head[1])[-1:] == words[:1]:
        # "The route through the mill" over "Route through the house", "the halts of the line" over "The six halts".
        return True
    if words and asked.category.issuperset(words):
        # "What equipment is needed to measure?" over "Equipment".
        return True
    if gives_gear(asked.category, heading):
        return True
    if _ENDS_IN_CASE.search(heading) and named and named <= asked.own_terms:
        # "In which cases is a ticket void?" over "A ticket is void if".
        return True
    if not _SAYS_WHAT.search(heading):
        return False
    there = frozenset(content_terms(_DENIAL.sub(" ", heading))) - asked.light - _NEEDS()
    if asked.named.terms & passage.title_terms:
        # "What the firm provides" in a paper whose title is the firm's name.
        there -= _NAMED_IN_TITLE()
    is_needed = not _NEEDS().isdisjoint(terms(heading)) and not _NEEDS().isdisjoint(terms(asked.text))
    return bool(there or is_needed) and there <= frozenset(asked.terms) and _denies_as(asked, heading)


def _is_head(asked: AskedQuestion, words: Sequence[str]) -> bool:
    """Whether the words of a heading name what is asked for: "House rules" of "house rules of the mill"."""
    if words and words[0] in asked.category and not asked.own_terms.isdisjoint(words[1:]):
        # "What help is there while the heating is off?" over "Help while the heating is off".
        return True
    is_named = asked.value is None and asked.kind in ("other", "what_is") and bool(asked.head)
    return is_named and asked.head <= frozenset(words) <= asked.own_terms


def asks_for_cases(asked: AskedQuestion, passage: PassageView, at: int) -> bool:
    """Whether "When must I call?" is answered by the list of cases under "Call us if".

    One word, as whom to call, may be missing in a paper whose title has another.
    """
    over = case_over(passage, at)
    if not over or not _WHEN_TO.match(asked.text):
        return False
    matter = asked.own_terms - asked.light - asked.category
    there = passage.terms_of(over) & matter
    missing = matter - there - passage.title_terms
    return bool(there) and (not missing or (len(missing) == 1 and not matter.isdisjoint(passage.title_terms)))


def case_over(passage: PassageView, at: int) -> str:
    """The heading or the line over a list of cases, "Call us if"; empty for other lists."""
    return next(
        (over for over in (passage.units[at].lead, passage.heading_above(at)) if _ENDS_IN_CASE.search(over)), ""
    )


def _is_case_above(asked: AskedQuestion, passage: PassageView, at: int) -> bool:
    """Whether the heading over steps is the case that a how-to is for: "When you smell gas"."""
    heading = passage.heading_above(at)
    matter = asked.own_terms - asked.light
    return (
        asked.is_how_to
        and _OPENS_CASE.match(heading) is not None
        and bool(matter)
        and matter <= passage.terms_of(heading) | passage.title_terms
        and not matter.isdisjoint(passage.terms_of(heading))
    )


def needs_of(asked: AskedQuestion) -> frozenset[str]:
    """The terms that ask what is needed, which the heading of a list says with another verb."""
    return _NEEDS().intersection(asked.terms)


def _denies_as(asked: AskedQuestion, heading: str) -> bool:
    return bool(_DENIAL.search(heading)) == bool(_DENIAL.search(asked.text))


def _is_list_asked_for(asked: AskedQuestion, candidate: Candidate, passages: Sequence[PassageView]) -> bool:
    """Whether a list has the heading that is asked for, and its document the other words."""
    passage, at = candidate.passage, candidate.at
    if len(candidate.group) < 2 or candidate.unit.kind not in ("item", "line"):
        return False
    above = passage.heading_above(at)
    matter = asked.own_terms - asked.light
    over = passage.terms_of(f"{above} {passage.units[at].lead}") | passage.title_terms
    if not matter & over or not _asks_for_list_under(asked, passage, at):
        return False
    return matter <= over or matter <= over | in_document(passage, at, passages)


def is_asked_above(asked: AskedQuestion, candidate: Candidate, passages: Sequence[PassageView]) -> bool:
    """Whether the heading right above is the question itself, in other words: "How should tea be kept?".

    Of a list it may also be what is asked for: "What you need".
    """
    passage, light = candidate.passage, asked.light
    if len(candidate.group) > 1 and (
        asks_for_cases(asked, passage, candidate.at)
        or _is_case_above(asked, passage, candidate.at)
        or _is_list_asked_for(asked, candidate, passages)
    ):
        return True
    asking = question_above(candidate)
    if not asking:
        return False
    there = frozenset(content_terms(asking))
    own = asked.own_terms
    if asked.kind != "other" and kind_of(asking) == asked.kind and asked.value == asked_value(asking) is None:
        # "Where can I put my bike?" under "Where do I leave my bicycle?".
        return bool(own - light) and own - light <= passage.terms_of(asking)
    if asked.condition and there - light == asked.condition:
        # "Where do we dance on 5 July if it rains?" under "What if it rains?".
        return not (own - asked.condition - light).isdisjoint(candidate.own)
    return own - light == there - light and bool(own & there) and bool(own - light)


def question_above(candidate: Candidate) -> str:
    """What a unit answers: the question, or "Ring us if", right above it or in the line before it; empty for others."""
    passage = candidate.passage
    if len(candidate.group) > 1 and (over := case_over(passage, candidate.at)):
        return over
    above = next((at for at in range(candidate.at, -1, -1) if passage.units[at].kind == "heading"), None)
    for text in (candidate.unit.lead, passage.texts[above] if above is not None else ""):
        if text.rstrip(" *_\n").endswith(("?", "？")):
            return text
    return ""


def is_value_in_heading(asked: AskedQuestion, passage: PassageView, at: int) -> bool:
    """ "Board meeting, 19 May" answers when the board met in May; "The lift stood still for 9 days" how long."""
    value = asked.value
    if passage.units[at].kind != "heading":
        return False
    if _ASKS_NUMBER.search(asked.text) and _HAS_NUMBER.search(passage.texts[at]):
        # "Contract no. LC-77" over the contract.
        matter = frozenset(asked.terms) - asked.light - _NUMBER_TERMS()
        return bool(matter) and matter <= passage.own(at)
    if value is None or value.kind not in _IN_HEADINGS:
        return False
    # "Summer party" is not a day.
    is_named = frozenset(asked.terms) - asked.light <= passage.own(at) and any(map(str.isdigit, passage.texts[at]))
    text = passage.texts[at]
    if value.kind == "date" and PRESENT.search(asked.text) is not None:
        # "Open day 2025" does not say when it is.
        text = _BARE_YEAR.sub(" ", text)
    return is_named and has_value(value, asked.completed, text)

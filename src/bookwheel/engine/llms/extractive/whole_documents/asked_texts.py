"""Recognizes the questions that name a text as a whole or a part of it, and finds the quotations for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.noted_terms import note_terms
from bookwheel.engine.llms.extractive.quotable.passage_view import views_of
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.document_questions import outline_of
from bookwheel.lazy_regex import lazy_regex

# Each finds the questions that may be of a kind, whose patterns and code are imported for them alone.
_NAMES_PART = lazy_regex(r"(?:§ ?|[^\W\d_]\.? ?|n[°º] ?)\d{1,4}[a-z]?(?:\.\d{1,3})*\b")
# "Room B12" is not a part of a text.
_NAMES_CLAUSE = lazy_regex(
    r"(?i)§|\b(?:(?:sub)?se[ck]|claus|cha|art|para|point|item|rule|step|part|annex|append|abs|kapit|ziff|p[uo][in]+[kt]"
    r"|klaus|reg|schritt|teil|anhang|alin|r[èe]g|étape|cl[áa]us|cap|apart|pas|anexo|sez|alleg)[^\W\d]*\.? ?"
    r"(?:n[or°º]\.? ?)?\d"
)
_NAMES_SECTION = lazy_regex(
    r"(?i)\b(?:section|chapter|paragraphe?|abschnitt|kapitel|absatz|chapitre|sección|capítulo|apartado|sezione|capitolo"
    r"|paragrafo)\b"
)
_MAY_ASK_WHERE = lazy_regex(
    r"(?i)\b(?:mention\w*|documents?|files?|notes?|papers?|pages?|e?-?mails?|minutes|chapters?|texts?|sources?|books?"
    r"|articles?|recipes?|reports?|letters?|anything|something|information|say|know|where (?:is|are|do|does)"
    r"|erwähn\w*|genannt"
    r"|nenn\w*|handel\w*|sprechen|dokument\w*|datei\w*|notiz\w*|unterlagen|etwas|was|wo|fichiers?|textes?|parle\w*"
    r"|chose|disent|menciona\w*|habla\w*|archivos?|algo|dicen|documenti?|parla\w*|menzion\w*|qualcosa|rec[ei]tt?[ae]s?"
    r"|rezepte?|ricett[ae])\b"
)
_ASKS_FOR_ALL = lazy_regex(r"(?i)^\W*(?:what are|which are|was sind|welche sind|quel\w+ sont|cuáles son|quali sono)\b")
_MAY_HOLD_ENTRIES = lazy_regex(r"(?m)^(?:Begins|Due|Place|Phone|Mail|Address|Birthday)(?: \([a-z]+\))?: \S")
_MAY_HOLD_SETTINGS = lazy_regex(
    r"(?m)^\s*(?:\[[\w .:\"'/-]+\]\s*$|[\w-]+:\s*$|[\w-]+(?:[.\[][\w.\[\]-]+: |[ \t]*=)[ \t]*\S)"
)
_MAY_ASK_PARTS = lazy_regex(
    r"(?i)\b(?:ingr|materials?\b|parts\b|need (?:for|to)\b|goes in|(?:is|are|there) in|made (?:of|from|with|out)\b"
    r"|consist|contain|does .+ take\W|zutaten|brauch|benötig|kommt\b|gehört\b|woraus\b|aus was\b|faut\b|lleva|necesit"
    r"|serve\b|occorre|vuole\b)|['’]s in\b"
)
_MAY_ASK_TOPIC = lazy_regex(
    r"(?i)\b(?:polic(?:y|ies)|rules?|regulations?|guidelines?|procedures?|process|terms|arrangements?|conditions|works?"
    r"|handled|regulated|organi[sz]ed|governed|dealt with|managed|explain|describe|know about)\b|\btell me\b.*\babout\b"
    r"|\b(?:funktionier|läuft|laufen|geht|geregelt|gehandhabt|organisiert|regel|vorschrift|bestimmung|richtlinie"
    r"|vorgaben"
    r"|bedingung|gilt|beachten|erklär|beschreib|erzähl|fonctionn|march|passe|réglé|organisé|géré|règle|politique"
    r"|dispositions|consignes|procédure|expliqu|funcion|gestiona|regula|organiza|norma|regla|política|condicion"
    r"|procedimiento|explíca|háblame|funziona|svolge|gestisce|regol|politica|condizioni|procedura|spiegami|parlami)"
)

# A question has more than a noun with what describes it.
_PHRASE = lazy_regex(r"\W*[^\W\d_]+(?:[ -][^\W\d_]+){1,3}[^\w?]*")


def named_text(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The quotations for a question that names its text by a pattern; empty for other questions."""
    return (
        _outline(question, nodes)
        or _titled(question, nodes)
        or _of_settings(question, nodes)
        or _of_entry(question, nodes)
        or mentions(question, nodes)
        or _list_of_parts(question, nodes)
        or _on_topic(question, nodes)
    )


def part_of_text(question: str, nodes: Sequence[NumberedNode]) -> list[Quote] | None:
    """The clause or section whose text is asked for; None where it is not asked for one."""
    if _NAMES_PART.search(question) is None:
        return None
    from bookwheel.engine.llms.extractive.whole_documents.numbered_parts import numbered_part, part_quotes

    part = numbered_part(question)
    return part_quotes(part, views_of(nodes)) if part is not None else None


def _outline(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The headings of a document whose sections are asked for."""
    of = outline_of(question)
    if of is None and _ASKS_FOR_ALL.match(question) is None:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.outline_quotes import outline_quotes, titled_outline

    views = views_of(nodes)
    return outline_quotes(of, views) if of is not None else titled_outline(question, views)


def _titled(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The section whose title is named."""
    if _NAMES_SECTION.search(question) is None:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.clause_questions import titled_section

    return titled_section(question, views_of(nodes))


def within_clause(
    question: str, nodes: Sequence[NumberedNode], answer: Callable[[str, NumberedNode], Sequence[Quote]]
) -> list[Quote]:
    """The `answer` of the clause that a question is limited to; empty where it has none, or no clause is named."""
    if _NAMES_CLAUSE.search(question) is None:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.clause_questions import clause_question, cut_to_clause, moved

    if (asked := clause_question(question)) is None:
        return []
    by_number = {node.number: node for node in nodes}
    for cut, start in cut_to_clause(asked, views_of(nodes)):
        if quotes := answer(asked.rest, cut):
            return moved(quotes, by_number[cut.number], start)
    return []


def _of_settings(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The settings that a question names by section and key; empty where the passages are of no such file."""
    if not any(_MAY_HOLD_SETTINGS.search(node.node.text) for node in nodes):
        return []
    from bookwheel.engine.llms.extractive.whole_documents.named_settings import setting_quotes

    return setting_quotes(question, views_of(nodes))


def _of_entry(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """A field of an event or a contact; empty where the passages hold none."""
    if not any(_MAY_HOLD_ENTRIES.search(node.node.text) for node in nodes):
        return []
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.whole_documents.entry_fields import field_quotes

    return field_quotes(question, views_of(nodes))


def mentions(question: str, nodes: Sequence[NumberedNode], *, at_all: bool = False) -> list[Quote]:
    """Where what is asked for is mentioned; with `at_all`, for a question that asks for anything about it."""
    if _MAY_ASK_WHERE.search(question) is None:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.mentions import (
        mention_quotes,
        mentioned,
        mentioned_at_all,
    )

    what = mentioned_at_all(question) if at_all else mentioned(question)
    return mention_quotes(what, views_of(nodes)) if what else []


def is_of_code(asked: AskedQuestion, nodes: Sequence[NumberedNode]) -> bool:
    """Whether "What is INC0012354 about?" names a code that is the name of no document."""
    codes = [thing for thing in asked.things if thing.kind == "code" and any(map(str.isdigit, thing.text))]
    names = (f"{node.node.metadata.get('title')} {node.node.metadata.get('file_name')}" for node in nodes)
    return bool(codes) and not any(code.is_in(name) for name in names for code in codes)


def of_document(asked: AskedQuestion, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """What a document is about, its points or its decisions."""
    from bookwheel.engine.llms.extractive.whole_documents.document_quotes import document_quotes

    views = views_of(nodes)
    note_terms(asked, views)
    return document_quotes(asked, views)


def _list_of_parts(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The ingredients or materials of what a document is about, where they are asked for."""
    if _MAY_ASK_PARTS.search(question) is None:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.parts_lists import asked_whole, parts_quotes

    what = asked_whole(question)
    return parts_quotes(what, views_of(nodes)) if what else []


def _on_topic(question: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The section that has the name of what a question wants to have told, or that is the question: "shop hours"."""
    may_ask, is_phrase = _MAY_ASK_TOPIC.search(question) is not None, _PHRASE.fullmatch(question) is not None
    if not may_ask and not is_phrase:
        return []
    from bookwheel.engine.llms.extractive.whole_documents.topic_sections import asked_topic, titled_quotes, topic_quotes

    if may_ask and (topic := asked_topic(question)):
        return topic_quotes(topic, views_of(nodes))
    return titled_quotes(question, views_of(nodes)) if is_phrase else []


def only_mentions(question: str, quotes: Sequence[Quote]) -> bool:
    """Whether the rules of a thing are asked for and the quotations only mention it."""
    if _MAY_ASK_TOPIC.search(question) is None:
        return False
    from bookwheel.engine.llms.extractive.whole_documents.topic_sections import lacks_rules

    return lacks_rules(question, quotes)

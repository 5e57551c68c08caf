"""Notes in the passages where the words of a question stand, before anything in them is weighed or compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.wanted_terms import WantedTerms
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import name_product_of_releases

if TYPE_CHECKING:
    from bookwheel.engine.text.thesaurus.related_words import RelatedWords


def note_terms(
    asked: AskedQuestion, passages: Sequence[PassageView], related: RelatedWords | None = None
) -> WantedTerms:
    """Note the terms of the question in the passages; with `related`, those in other everyday words too.

    Returns what counts as the terms. A typing error is one only among these passages.
    """
    wanted = WantedTerms(asked.terms, asked.text, related, frozenset(chain(*asked.named_groups)))
    wanted.add_typing_errors(
        frozenset[str]().union(*(passage.vocabulary for passage in passages)),
        frozenset[str]().union(*(passage.words for passage in passages)),
    )
    for passage in passages:
        passage.look_for(wanted)
    name_product_of_releases(asked, passages)
    _name_kinds_of_documents(passages)
    return wanted


def _name_kinds_of_documents(passages: Sequence[PassageView]) -> None:
    """Let what a document calls itself count as its title is: its facts stand in a passage of their own."""
    kinds: dict[str, frozenset[str]] = {}
    for passage in passages:
        kinds[passage.document] = kinds.get(passage.document, frozenset()) | passage.own_kind
    for passage in passages:
        passage.title_terms |= kinds[passage.document]

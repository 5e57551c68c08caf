"""Whose papers a folder holds: what "the agency" of a question does, its papers say without naming it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.question_terms import terms, words_of_terms

_NOUNS = frozenset(
    """
    agency firm company business office practice surgery clinic hospital library school college university academy
    museum gallery theatre club society association choir orchestra shop store bakery cafe restaurant hotel hostel inn
    guesthouse farm vineyard brewery workshop studio pottery garage laboratory lab institute foundation charity trust
    network cooperative parish nursery kindergarten marina roastery
    agentur firma kanzlei buro praxis klinik bibliothek bucherei schule verein galerie theater chor backerei werkstatt
    brauerei stiftung pension gasthof
    agence entreprise cabinet clinique bibliotheque ecole musee boulangerie atelier fondation
    agencia empresa clinica biblioteca escuela museo teatro asociacion panaderia taller fundacion
    agenzia azienda scuola associazione panificio officina fondazione albergo
    """.split()
)
_THE = frozenset(
    """
    the this your our der die das dem den des im am beim la le cette cet ce votre el esta este il lo questa questo
    """.split()
)
# "The old school", "the translation agency".
_MOST_BEFORE = 2
_LEAST_BESIDE = 2


def name_institutions(asked: AskedQuestion, passages: Sequence[PassageView]) -> None:
    """Let the institution that a question is about count in all papers of a folder one of which is titled so."""
    words = words_of_terms(asked.text)
    of_it = [
        words[max(0, at - 1) : at + 1]
        for at, word in enumerate(words)
        if word in _NOUNS and not _THE.isdisjoint(words[max(0, at - _MOST_BEFORE) : at])
    ]
    wanted = frozenset(terms(" ".join(chain.from_iterable(of_it)))).intersection(asked.terms) - asked.named.terms
    if not wanted or len(frozenset(asked.terms) - wanted - asked.light) < _LEAST_BESIDE:
        return
    is_flat = len({_folder_of(passage) for passage in passages}) < 2
    named: dict[str, frozenset[str]] = {}
    for passage in passages:
        # The folders above are where the user keeps them.
        path = (passage.node.node.path or "").replace("\\", "/").split("/")[-2:]
        opening = (
            [passage.texts[at] for at in passage.first_sentences()] if not passage.node.node.start_char_idx else []
        )
        there = passage.terms_of("\n".join((passage.title, *path, *opening))) & wanted
        group = passage.document if is_flat else _folder_of(passage)
        named[group] = named.get(group, frozenset()) | there
    for passage in passages:
        passage.title_terms |= named[passage.document if is_flat else _folder_of(passage)]


def _folder_of(passage: PassageView) -> str:
    return (passage.node.node.path or "").replace("\\", "/").rpartition("/")[0]

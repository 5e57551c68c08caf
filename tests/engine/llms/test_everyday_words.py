"""Other everyday words for the same thing: what answers in them, and what stands near in them and does not."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.noted_terms import note_terms
from bookwheel.engine.llms.extractive.quotable.passage_view import views_of
from bookwheel.engine.llms.extractive.quotable.synonym_scores import rescored
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.thesaurus.related_words import RelatedWords

ANSWERED = [
    (
        "What is the punishment for stealing apples?",
        "Whoever is caught with stolen apples is excluded for a season.",
        "excluded",
    ),
    ("Which present did the choir turn down?", "The donation of a harp was not accepted by the choir.", "harp"),
    ("What is left beneath the stage?", "The drums are left under the stage.", "drums"),
    ("How soon must a grievance be handled?", "Complaints are dealt with within nine days.", "nine days"),
    ("How long must I not drink after the treatment?", "After the treatment, refrain from alcohol for a day.", "a day"),
    ("Did thieves come to the barn?", "In May the ladder was stolen from the barn.", "stolen"),
    ("When may I set fire to leaves?", "Leaves may be burned on the first Saturday of May.", "first Saturday"),
    ("Wie lange behält der Verein Fundsachen?", "Der Verein bewahrt Fundsachen drei Monate auf.", "drei Monate"),
    ("Quand la salle est-elle libérée ?", "La salle est quittée à 18 h 30.", "18 h 30"),
]
REFUSED = [
    ("When does the mill delete the addresses of visitors?", "The mill is open daily. Guests pay two francs."),
    ("What is the punishment for stealing apples?", "Apples are sold in the yard for a season."),
    ("Which present did the choir turn down?", "The choir sings on Monday. The harp was tuned in May."),
    ("How soon must a grievance be handled?", "Orders are packed within nine days."),
    ("How long must I not drink after the treatment?", "The treatment takes a day."),
    ("When may I set fire to leaves?", "Leaves are fetched on the first Saturday of May."),
    ("How many members does the choir have?", "The subscription of the choir is 85 pounds a year."),
    ("Wie lange behält der Verein Fundsachen?", "Der Verein tagt drei Monate nach dem Fest."),
]


@pytest.mark.parametrize(("question", "text", "said"), ANSWERED)
def test_what_says_it_in_other_everyday_words_is_quoted(question: str, text: str, said: str) -> None:
    assert said in (answer(question, text) or "")


@pytest.mark.parametrize(("question", "text"), REFUSED)
def test_words_that_are_only_near_are_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


def _node(number: int, text: str, path: str, score: float) -> NumberedNode:
    name = path.rpartition("/")[2]
    return NumberedNode(number, TextNode(text, {"file_name": name, "file_path": path}, start_char_idx=0), score)


def test_a_passage_gains_by_what_it_has_in_other_words() -> None:
    nodes = [
        _node(1, "The bikes of the club are blue. The club has nine bikes.", "/p/club.md", 5.0),
        _node(2, "Bicycles are repaired by Ada.", "/p/shop.md", 0.4),
    ]
    asked = AskedQuestion("Who mends the bikes?", "Who mends the bikes?")
    views = views_of(nodes)
    wanted = note_terms(asked, views, RelatedWords(asked.completed))
    assert [view.node.number for view in rescored(views, wanted.terms)] == [2, 1]

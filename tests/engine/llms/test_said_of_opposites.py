"""What is said of the opposite, of another name or with a denial is not quoted for a plain question."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial
from bookwheel.engine.llms.extractive.vetoes.said_of_opposites import is_denied, is_of_another_name, is_of_opposite
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.thesaurus.opposites import opposites_of


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who paints the lower bridge?", "Ada Rook paints the upper bridge."),
        ("Who left the brigade in 1978?", "Ada Rook joined the brigade in 1978."),
        ("What is the least abundant moth in the meadow?", "The ermine is the most abundant moth in the meadow."),
        ("Who led the second expedition to Holm?", "The first expedition to Holm was led by Ada Rook."),
        ("When is the private tour of the mill?", "The public tour of the mill is on 4 June at 10 am."),
        ("What does a paid intern receive?", "An unpaid intern receives a lunch of 6 pounds."),
        ("What colour is the northern gate?", "The southern gate is painted green."),
        ("How do I unlock the shed?", "To lock the shed, turn the key twice and pull the bar down."),
        ("Wer bereitet das Fest zur Eröffnung vor?", "Das Fest zum Schluss bereitet Ada Rook vor."),
        ("Was kostet die kleine Karte?", "Die große Karte kostet 9 Euro."),
        ("Qui prépare le repas d'ouverture ?", "Le repas de clôture est préparé par Mme Ada Rook."),
        ("¿Quién cuida la puerta norte?", "Ada Rook cuida la puerta sur."),
    ],
)
def test_a_text_about_the_opposite_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who paints the lower bridge?", "Ada Rook paints the lower bridge, and Tom Mole the upper bridge."),
        ("When does the mill close?", "The mill is open from 9 am to 5 pm."),
        ("How long did the fair last?", "The first fair lasted nine days."),
        ("How old is the oak?", "The new oak is 12 years old."),
        ("Is the gate open in winter?", "The gate is closed in winter."),
    ],
)
def test_both_sides_a_span_a_measure_or_a_yes_no_question_are_not_opposites(question: str, text: str) -> None:
    assert answer(question, text) is not None


def test_an_opposite_counts_only_beside_the_same_word() -> None:
    text = "The new barn stands by the mill, and old nets are kept in a loft."
    assert not is_of_opposite(
        "Where is the old barn?", f"{text} The old barn fell.", f"{text} The old barn fell.", "english"
    )
    assert is_of_opposite("Where is the old barn?", "The new barn stands by the mill.", "", "english")
    assert not is_of_opposite("Where is the old boat?", "The new barn stands by the mill.", "", "english")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the brother of Emma Rook?", "Emma Rook is the sister of Tom Mole."),
        ("Which two classes are unequal?", "The two classes are not equal."),
        ("How long did the war in the Middle East last?", "The war took 10 years as the West was slow."),
    ],
)
def test_a_converse_a_denial_or_a_part_of_a_name_is_not_an_opposite(question: str, text: str) -> None:
    assert not is_of_opposite(question, text, text, "english")


def test_another_name_before_the_same_word_is_another_thing() -> None:
    near = frozenset(terms("college"))
    assert is_of_another_name("Who founded the Northern College?", "Tom founded the Royal College in 1263.", near)
    assert not is_of_another_name("Who heads the Northen College?", "Tom heads the Northern College.", near)
    assert not is_of_another_name("Who heads the Northern College?", "Tom heads the old college.", near)
    there = near | frozenset(terms("Northern"))
    assert not is_of_another_name("Who founded the Northern College?", "Tom founded the Royal College.", there)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which rules are provided for in the charter?", "Such rules are not expressly provided for in the charter."),
        ("What can the warden lend?", "Boats are there, but the warden can't lend oars."),
        ("Welche Räume werden geheizt?", "Der Saal und die Küche werden nicht geheizt."),
        ("Quelles salles sont chauffées ?", "La salle et la cuisine ne sont pas chauffées."),
    ],
)
def test_a_text_that_denies_the_asked_deed_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When is the hall heated?", "The hall is not heated in July."),
        ("At what temperature are vents closed?", "Vents are never closed below 300 degrees."),
        ("Which rooms are heated?", "The hall is heated, the store is not heated."),
        ("What did Ada Rook paint?", "Ada Rook painted not only the mill but the bridge."),
        ("Which rooms are not heated?", "The hall and the store are not heated."),
    ],
)
def test_a_denial_of_something_else_or_of_a_time_refuses_nothing(question: str, text: str) -> None:
    assert not is_denied(question, text, frozenset(content_terms(question)))


def test_a_year_of_another_passage_does_not_make_the_year_of_this_one_right() -> None:
    mill, inn = TextNode("In 1975 the mill was sold to Ada Rook."), TextNode("The inn burnt down in 1982.")
    nodes = [NumberedNode(1, mill, 5.0), NumberedNode(2, inn, 4.0)]
    assert not quoted_answer("Who bought the mill in 1982?", (), nodes).is_supported
    assert quoted_answer("Who bought the mill in 1975?", (), nodes).is_supported


@pytest.mark.parametrize(
    ("word", "language", "opposite"),
    [
        ("first", "english", "last"),
        ("second", "english", "first"),
        ("paid", "english", "unpaid"),
        ("careful", "english", "careless"),
        ("gultig", "german", "ungultig"),
        ("grosse", "german", "kleine"),
        ("ouverture", "french", "cloture"),
        ("левая", "russian", "правая"),
    ],
)
def test_opposites_are_listed_or_made_by_an_affix(word: str, language: str, opposite: str) -> None:
    assert opposite in opposites_of(word, language).words
    assert word in opposites_of(opposite, language).words


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was the warden not known for?", "The warden was known for his bread."),
        ("Who didn't the club send to Holm?", "The club sent Ada Rook to Holm."),
        ("If there is no radio, how are calls made?", "With a radio, calls are made on channel 4."),
        ("Quand n'y a-t-il pas de bateau ?", "Le bateau part à 9 heures."),
    ],
)
def test_what_is_not_so_is_asked_in_many_ways(question: str, text: str) -> None:
    assert lacks_denial(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was the warden not known for?", "He was never known for his bread."),
        ("Which room has no window?", "The store is windowless."),
        ("Who cannot climb the tower?", "Guests unable to climb wait below."),
        ("What is kept in box No. 7?", "Box 7 has the nets."),
        ("Why is the mill not open?", "The mill is being repaired."),
        ("On which days is the mill not open?", "On Mondays the mill is closed."),
        ("Bei welcher Temperatur wird nicht gemalt?", "Das Malen wird unter 5 Grad eingestellt."),
    ],
)
def test_a_denial_has_many_forms_and_a_reason_needs_none(question: str, text: str) -> None:
    assert not lacks_denial(question, text)


@pytest.mark.parametrize(
    ("question", "text", "is_answer"),
    [
        ("When will the winch be repaired?", "The winch was not repaired on Friday as promised.", False),
        ("When will the boat arrive?", "The boat did not arrive on Monday.", False),
        ("When will the boat arrive?", "The boat did not arrive on Monday. It arrives on 4 May.", True),
        ("When is the winch repaired?", "The winch is not repaired before 4 May.", True),
    ],
)
def test_a_day_on_which_it_did_not_happen_does_not_say_when_it_will(question: str, text: str, is_answer: bool) -> None:
    assert (answer(question, f"# Notes\n\n{text}") is not None) is is_answer

"""Long sentences that say a value, a name or a verb in another form than the question, and answer it all the same."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.llms.extractive.vetoes.asked_doers import lacks_doer
from bookwheel.engine.llms.extractive.vetoes.asked_kinds import only_repeats_kind
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_head, gives_kind, gives_year
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.asked_values import asked_value, has_value
from bookwheel.engine.text.document_questions import SUMMARY
from bookwheel.engine.text.names import named
from bookwheel.engine.text.question_kinds import kind_of
from bookwheel.engine.text.question_terms import terms

OTHERS = ("Cheese is sold on Fridays.", "The mill opens at nine.", "A brush costs 3 euros.", "The cows are brown.")


def answer(question: str, text: str) -> str:
    nodes = [NumberedNode(n, TextNode(text, {}), 9.0 / n) for n, text in enumerate((text, *OTHERS), 1)]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (
            "What role does Ada Rook have in the Holm club?",
            "The record was held by Ada Rook, who led Holm to the cup at age 38 and is now the club's vice president.",
            "vice president",
        ),
        (
            "How old was Ada Rook when she played for Holm?",
            "The record was held by Ada Rook, who played for Holm at age 38 and now trains the younger keepers.",
            "38",
        ),
        (
            "Where is the Lower Beck School located?",
            "The Lower Beck School is run on the campus of Tarn College.",
            "Tarn",
        ),
    ],
)
def test_prose_answers_without_the_word_of_the_question(question: str, text: str, value: str) -> None:
    assert value in answer(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many career goals did Ada Rook have?", "She was the career goal leader with 136, ahead of Olga Tarn."),
        ("How many narrow canal boats did the town own?", "The rest of five formerly town-owned boats lie there."),
        ("How many cylinders does the engine have?", "It is a single-step, 5-cylinder engine."),
        ("How many Grammys has Ada Rook won?", "Six-time Grammy winner Ada Rook sang."),
        ("How many names were on the petition on the website?", "Over 5,100 names were on it."),
        ("How many pounds of steam does it use?", "It uses 4 kg (8.8 lb) of steam."),
        ("How long does it take to open a field?", "Fields required five to ten years before they paid."),
        ("Into what language was the hymn translated?", "Ada gave a Danish Sign Language version."),
        ("What is the size of the school's endowment?", "The $37 million endowment is the largest."),
        ("What amount of the carbon is in the bog?", "It holds 10% of the carbon."),
        ("Wie viele Tonnen Ruß fallen an?", "Es sind 1,5 Gigatonnen Ruß."),
    ],
)
def test_a_value_is_found_in_another_form(question: str, text: str) -> None:
    asked = asked_value(question)
    assert asked is not None
    assert has_value(asked, question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many academic units make up the school?", "After the 1954 ruling the school was split."),
        ("How long does the tour take?", "Book it two weeks before the tour."),
    ],
)
def test_a_number_of_something_else_is_not_a_count(question: str, text: str) -> None:
    asked = asked_value(question)
    assert asked is not None
    assert not has_value(asked, question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many bees are there?", "Leave a gap of two bee widths for the bees."),
        ("How many seals live there?", "One of the seals was seen in May."),
        ("How many members are there?", "Write to all members about the 15 letters before next June."),
    ],
)
def test_another_number_beside_the_things_does_not_answer_how_many(question: str, text: str) -> None:
    assert answer(question, text) == ""


def test_a_clause_or_a_name_does_not_say_what_is_asked() -> None:
    assert asked_value("When a state changes its norms, what is it called?") is None
    assert asked_value("Which journal collects data of all kinds about the size of firms?") is None
    assert asked_value("Was benannte die Konferenz für Maß und Gewicht nach ihr?") is None
    assert kind_of("What is the gender of Doctor Who's companion?") == "what_is"


def test_a_denial_may_be_said_with_lack_or_except() -> None:
    assert not lacks_denial("What do shore crabs not have?", "shore crabs, which lack claws")
    assert not lacks_denial("Which towns were not burnt?", "All were burnt with the exception of Holm.")
    assert not lacks_denial("Who did Ada support that was not in her club?", "Ada supported Tom.")
    assert lacks_denial("Which dogs are not vaccinated?", "Rex is vaccinated.")


def test_a_doer_may_have_an_initial_or_an_active_verb() -> None:
    assert not lacks_doer("Who thought that the rank was wrong?", "Tom W. Mole wrote that the rank was misused.")
    assert not lacks_doer("Who charted the reef?", "It was seen in 1801, and charted when two brothers charted it.")
    assert not lacks_doer("Who has the record in a race?", "The race record is held by Ada Rook, says the board.")
    assert lacks_doer("Who charted the reef?", "The reef was charted in 1804.")


def test_a_kind_is_named_beside_it_or_as_the_subject() -> None:
    assert not only_repeats_kind("Which stone chapel held the fair?", "It was held at a stone chapel, Holm Cross.")
    assert not only_repeats_kind("Welches Land schloss den Pakt?", "Norland schloss den Pakt des Landes.")
    assert not only_repeats_kind("Welches Prinzip gilt hier?", "Das Prinzip der Folge gilt hier.")
    assert only_repeats_kind("Welches Land schloss den Pakt?", "Es schloss den Pakt, der das Land stark machte.")
    assert only_repeats_kind("Which stone chapel held the fair?", "It was held at a stone chapel.")


def test_a_german_noun_behind_a_preposition_is_not_a_name() -> None:
    assert not named("Was kann aus Störungen der Pumpe entstehen?").terms
    assert not named("Wozu führen die Angriffe auf Sicherheit?").terms
    assert named("Was sagte Olga Tarn?").terms


def test_the_head_of_a_spanish_question_is_not_its_question_word() -> None:
    question = "¿Quién es el autor de Liber Rotae?"
    assert not AskedQuestion(question, question).head
    question = "¿A quién se debe el nombre de Tarn?"
    assert not AskedQuestion(question, question).head
    question = "¿Cuál era la población de Tarn?"
    assert AskedQuestion(question, question).head


def test_an_amount_of_the_question_is_not_its_answer() -> None:
    question = "How long did the fighting last in the Seven Weeks War?"
    asked = asked_value(question)
    assert asked is not None
    assert not has_value(asked, question, "It was called the Seven Weeks' War.")
    assert has_value(asked, question, "In the Seven Weeks' War the fighting lasted five days.")


def test_only_a_text_or_a_person_suggests_something_in_writing() -> None:
    assert SUMMARY.search("What does the survey of the pier suggest?")
    assert SUMMARY.search("What did Ada Rook propose?")
    assert not SUMMARY.search("What does the word prime suggest?")


def test_what_is_said_without_its_own_word() -> None:
    assert gives_kind(frozenset(terms("role")), "She is the treasurer.")
    assert gives_kind(frozenset(terms("trabajo")), "La economista Olga Tarn dirige el club.")
    assert not gives_kind(frozenset(terms("role")), "She retires in May.")
    assert gives_kind(frozenset(terms("nationality")), "the Danish painter Ada Rook")
    assert not gives_kind(frozenset(terms("nationality")), "the painter Ada Rook")
    assert gives_year(frozenset(terms("Dues")), "under the Harbour Dues Act 1981")
    assert not gives_year(frozenset(terms("Dues")), "Dues rose in 1981")
    assert gives_head(frozenset(terms("age range")), "most are aged 9–18")
    assert gives_head(frozenset(terms("población")), "de sus 711 988 habitantes")
    assert not gives_head(frozenset(terms("rent")), "most are aged 9–18")


def test_a_verb_before_its_object_names_no_attribute() -> None:
    assert not lacks_doer("Who backed policies that failed?", "Mayors have repeatedly backed policies that failed.")
    assert lacks_doer("Who broke the rung?", "The ladder with the broken rung is gone.")

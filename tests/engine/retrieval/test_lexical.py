"""Questions in natural language find their passages, in any script and with any characters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.store_protocol import Selection


def index(*texts: str, **named: str) -> DocumentIndex:
    documents = [Document(text=text) for text in texts]
    documents += [Document(text=text, metadata={"file_name": f"{name}.txt"}) for name, text in named.items()]
    return DocumentIndex.from_documents(documents)


ENGLISH = index(
    "The bookwheel was designed by Agostino Ramelli in 1588.",
    "A naïve café owner résuméd his reading in the library.",
    "Call foo_bar(x) over HTTP/2 as § 4.2 of the manual says; covid-19 was in 2020.",
    "What is it that this is not, and who are they that it is for?",
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who designed the bookwheel?", "Ramelli"), ("What are the designs of bookwheels?", "Ramelli"),
        ("naive cafes", "café"), ("NAÏVE CAFÉ?!", "café"), ("foo_bar", "foo_bar"), ("HTTP/2", "HTTP/2"),
        ("§ 4.2", "§ 4.2"), ("How about FY2020?", "2020"), ("What is it?", "What is it"), ("the", "The bookwheel"),
        ("Ramelli's", "Ramelli"), ('"foo_bar" AND (OR NOT: ~^*', "foo_bar"),
    ],
)  # fmt: skip
def test_a_question_finds_its_passage(question: str, expected: str) -> None:
    assert expected in ENGLISH.as_retriever(similarity_top_k=1).retrieve(question)[0].text


@pytest.mark.parametrize("question", ["", "   ", "?!", "§", "\0", "🙂", "zzzzunheardof"])
def test_a_question_that_nothing_fits_finds_nothing(question: str) -> None:
    assert ENGLISH.as_retriever().retrieve(question) == []


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_question_makes_the_search_fail(question: str) -> None:
    ENGLISH.as_retriever().retrieve(question)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Die Versicherungsbedingungen regeln die Krankenversicherung der Mitarbeiter.",
            "Was regelt die Versicherung?",
        ),
        ("Книжное колесо придумал итальянский инженер.", "Кто придумал книжные колёса?"),
        ("本の車輪は十六世紀に考えられた。", "車輪はいつ考えられましたか"),
        ("图书轮是十六世纪发明的。", "什么时候发明图书轮？"),
        ("책 바퀴는 십육 세기에 그려졌다.", "바퀴는 언제 그려졌나요?"),
        ("हिन्दी में पुस्तक चक्र का वर्णन किया गया है।", "पुस्तक चक्र क्या है?"),
        ("اخترع المهندس عجلة الكتب في القرن السادس عشر.", "من اخترع عجلة الكتب؟"),
        ("นักอ่านใช้วงล้อหนังสือเพื่ออ่านหลายเล่ม", "วงล้อหนังสือคืออะไร"),
        ("Les étudiants étudiaient la roue à livres.", "Qui étudie les roues à livres ?"),
    ],
)
def test_questions_in_other_languages_find_their_passage(text: str, question: str) -> None:
    mixed = index(text, "Something in English about other things.", "Noch etwas auf Deutsch über ganz andere Dinge.")
    assert mixed.as_retriever(similarity_top_k=1).retrieve(question)[0].text == text


def test_a_file_is_found_by_its_name() -> None:
    text = "Net sales grew by four percent, and operating income fell."
    found = index(**{"AmericanWaterWorks_2020": text, "3M_2022": text + " So it was."}).as_retriever()
    assert (
        found.retrieve("What were net sales of American Water Works?")[0].metadata["file_name"].startswith("American")
    )
    assert found.retrieve("What did 3M say about net sales in 2022?")[0].metadata["file_name"].startswith("3M")


def test_passages_that_say_the_same_are_shown_once() -> None:
    found = index(
        "The wheel turns, and the reader reads on.", "The wheel  turns, and the reader\nreads on.", "A wheel."
    )
    assert len(found.as_retriever().retrieve("wheel")) == 2


def test_no_document_crowds_out_the_others() -> None:
    long = "\n\n".join(f"{'Wheel ' * 5}number {number} {'filler ' * 140}." for number in range(12))
    found = index(long, "One other passage about the wheel number and more words to make it longer " * 3)
    nodes = found.as_retriever(similarity_top_k=6).retrieve("wheel number")
    assert len({node.node.ref_doc_id for node in nodes}) == 2


def test_scores_fall_and_as_many_come_as_were_asked_for() -> None:
    many = index(*(f"Wheel {'and wheel ' * (number % 7)}number {number}." for number in range(40)))
    nodes = many.as_retriever(similarity_top_k=10).retrieve("wheel")
    assert len(nodes) == 10
    assert nodes[0].get_score() >= nodes[-1].get_score() > 0


async def test_retrieval_does_not_block_the_loop() -> None:
    assert await ENGLISH.as_retriever().aretrieve("bookwheel")


def test_an_empty_scope_finds_nothing() -> None:
    assert LexicalRetriever(ENGLISH.store, selection=Selection(scope=())).retrieve("bookwheel") == []


def test_many_copies_of_a_file_do_not_crowd_the_list() -> None:
    """Twenty copies of a long file hold more passages than are looked at for one question."""
    said = [" ".join(f"word{part}x{at}" for at in range(120)) for part in range(6)]
    long = "\n\n".join(f"The wheel number {part}. {text}." for part, text in enumerate(said))
    more = " ".join(f"more{at}" for at in range(100))
    others = [f"Another wheel is there, of {kind}. {kind} {more}" for kind in ("oak", "iron", "brass", "stone")]
    others = [text.replace("more", f"more{number}") for number, text in enumerate(others)]
    copies = [f"{long}\n\nCopied by hand {number}." for number in range(20)]
    nodes = index(*copies, *others).as_retriever(similarity_top_k=10).retrieve("wheel number")
    texts = [node.text for node in nodes]
    assert set(others) <= set(texts)
    assert len(texts) == 10
    assert len({text.partition("Copied")[0].strip() for text in texts}) == 10


def test_one_long_document_leaves_room_for_others_that_fit_nearly_as_well() -> None:
    long = "\n\n".join(
        f"The wheel of {name} turns. {name * 30} {'More is said. ' * 100}" for name in map(chr, range(97, 117))
    )
    others = [
        f"A wheel turns in the house of {name}, as wheels do, and {name} sees it." for name in ("Ada", "Bob", "Eve")
    ]
    nodes = index(long, *others).as_retriever(similarity_top_k=6).retrieve("Whose wheel turns?")
    assert set(others) <= {node.text for node in nodes}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who desinged it?", "Ramelli"),
        ("the readnig of the cafe", "café"),
        ("What is in the libary?", "library"),
    ],
)
def test_a_word_with_a_typing_error_finds_the_passage_that_has_the_word(question: str, expected: str) -> None:
    assert expected in ENGLISH.as_retriever(similarity_top_k=1).retrieve(question)[0].text


def test_a_long_word_with_a_typing_error_in_its_ending_finds_the_passage_of_its_stem() -> None:
    notes = index("Depreciation spreads a purchase over the years.", "The tower has a clock.")
    assert ["Depreciation" in node.text for node in notes.as_retriever().retrieve("depreciaton")] == [True]
    assert notes.as_retriever().retrieve("observatories") == []


def test_a_code_or_figure_near_another_is_not_taken_for_it() -> None:
    codes = index("Invoice RX4819 was paid.", "The year 1588 was a year of books.")
    assert codes.as_retriever().retrieve("RX4818") == []
    assert codes.as_retriever().retrieve("1589") == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The works began in the spring and went on.", "When do the works begin?"),
        ("Er schrieb das Buch im Winter.", "Wann hat er das Buch geschrieben?"),
        ("She taught mathematics at the college.", "Who teaches mathematics? teach"),
        ("Nació en Lima y murió en Quito.", "¿Dónde ha nacido? nacer"),
    ],
)
def test_an_irregular_form_finds_the_passage_with_another(text: str, question: str) -> None:
    mixed = index(text, "The college has a book about Lima.", "Ein Winter ohne Schnee.", "Where the works are.")
    found = mixed.as_retriever(similarity_top_k=1).retrieve(question)
    assert found[0].text == text


def test_a_synonym_is_found_behind_the_words_of_the_question() -> None:
    texts = ("The bicycle stands in the yard.", "A bike was sold in May.", "Rain fell.")
    retrieve = index(*texts).as_retriever(similarity_top_k=4).retrieve
    assert [node.text for node in retrieve("Where is the bike?")] == [texts[1], texts[0]]


def test_where_the_list_is_full_no_synonyms_are_sought() -> None:
    texts = ("The bicycle stands in the yard.", "A bike was sold in May.")
    retrieve = index(*texts).as_retriever(similarity_top_k=1).retrieve
    assert [node.text for node in retrieve("Where is the bike?")] == [texts[1]]


def test_what_has_another_word_for_one_that_is_lacking_takes_the_last_places() -> None:
    meadows = [f"The meadow {number} lies by the river." for number in range(9)]
    retrieve = index("Bicycles are kept in the yard.", *meadows).as_retriever(similarity_top_k=4).retrieve
    found = [node.text for node in retrieve("Where may a bike lie by the river?")]
    assert len(found) == 4
    assert "Bicycles are kept in the yard." in found
    assert found[0].startswith("The meadow")

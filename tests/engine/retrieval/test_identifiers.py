"""What is written in one way only (identifiers, sections, flags, quotations) is found first, among decoys."""

import pytest

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.lexical_question import LexicalQuestion
from bookwheel.engine.retrieval.nearness import by_nearness
from bookwheel.engine.schema import Document, NodeWithScore, TextNode

DECOYS = [
    "The foo of a bar is a foo, and each bar has a foo or another foo bar foo.",
    "Call foo_baz(x), then bar_foo(x), and call the others when the call of foo fails.",
    "HTTP has 2 kinds of messages; of HTTP the 2 are requests and responses, and HTTP/1.1 has both.",
    "Section 42 and section 4 have 2 parts each; see § 4.21, § 14.2 and chapter 2, section 4.",
    "The flag of the country is flown; a flag is a flag, and to flag is to mark with a flag.",
    "Version 1.2 came before v1.2.4 and 2.3; of v1 there were 3 versions, 1, 2 and 3.",
    "C is a language; a C compiler compiles C; C, C and once more C. B follows A, and C follows B.",
    "The net catches fish. A net has knots; the net of a fisher is a net with wide meshes.",
    "Write to ada at the example: her org is an example of an org, and mail goes by org.",
    "A wheel of reading, for readers who read at wheels: the reading of a wheel takes time.",
    "F sharp is a note, as C sharp is; sharp knives cut, and the note C is no letter.",
    "Net sales were 12 in the 345 shops, and 12 of those 345 were new; others had 345 and 12.",
]  # fmt: skip
TARGETS = [
    "Nothing happens before foo_bar is called.",
    "Servers of our days speak HTTP/2 as a rule.",
    "The tenant pays for repairs, as § 4.2 says.",
    "Programs stay quiet with --flag among their arguments.",
    "What was broken is mended since v1.2.3 of the tool.",
    "Templates are the hard part of C++ for those who learn it.",
    "Attributes are written in brackets in C# and its like.",
    "Assemblies are what .NET is built of.",
    "Questions go to ada@example.org these days.",
    "He drew what he called the reading wheel of Ramelli, which held twelve books.",
    "Their till held 12,345 at the end of the day.",
]
INDEX = DocumentIndex.from_documents([Document(text=text) for text in [*DECOYS, *TARGETS]])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("foo_bar", 0), ("When is foo_bar called?", 0), ("HTTP/2", 1), ("Who speaks HTTP/2?", 1), ("§ 4.2", 2),
        ("What does §4.2 say?", 2), ("--flag", 3), ("What does the --flag do?", 3), ("v1.2.3", 4),
        ("What was mended in v1.2.3?", 4), ("C++", 5), ("Which part of C++ is hard?", 5), ("C#", 6),
        ("What are attributes in C#?", 6), (".NET", 7), ("What is .NET built of?", 7), ("ada@example.org", 8),
        ('"reading wheel"', 9), ("Who drew the “reading wheel”?", 9), ("12,345", 10), ("What held 12345?", 10),
    ],
)  # fmt: skip
def test_literals_found_as_written_come_first(question: str, expected: int) -> None:
    assert INDEX.as_retriever(similarity_top_k=1).retrieve(question)[0].text == TARGETS[expected]


@pytest.mark.parametrize(
    ("literal", "alone", "within"),
    [
        ("4.2", ["see 4.2.", "4.21 and 4.2", "(4.2)", "a.4.2"], ["4.21", "14.2", "4.2.1", "1.4.2", "4.2#", "4.2_"]),
        ("Foo_bar", ["FOO_BAR", "foo_bar."], ["my_foo_bar", "foo_bars", "_foo_bar", "foo_bar+1"]),
        ("reading  wheel", ["a reading\n wheel", "3. Reading wheel"], ["reading wheels", "spreading wheel"]),
    ],
)
def test_a_literal_counts_where_it_stands_by_itself(literal: str, alone: list[str], within: list[str]) -> None:
    question = LexicalQuestion(literal, "english", (), sifted=True, literals=(literal,))
    texts = [*within, *alone]
    ranked = by_nearness(question, [NodeWithScore(TextNode(text=text), 1.0) for text in texts])
    assert {node.text for node in ranked if node.get_score() > 1.0} == set(alone)


def test_figures_of_a_table_are_found_though_they_do_not_make_it_long() -> None:
    rows = "\n".join(f"Shop {n}  {n * 7919:,}  {n * 104_729:,}  {n / 7:.2f}" for n in range(1, 30))
    prose = "The shops of the town sell bread, and some sell cake as well, though the shops are small. " * 12
    found = DocumentIndex.from_documents([Document(text=prose), Document(text=f"Turnover by shop\n{rows}")])
    for question in ("turnover by shop", "Which shop had 1,361,477?", "142542"):
        assert found.as_retriever(similarity_top_k=1).retrieve(question)[0].text.startswith("Turnover")


def test_an_identifier_that_most_passages_have_does_not_outweigh_the_words() -> None:
    parts = ("menu", "font", "clock", "printer", "ruler", "border", "filter", "sound", "cursor", "window", "mailbox")
    others = [Document(text=f"Since v1.2.3 the {part} looks and works as it did before.") for part in parts]
    target = "The migration of a mailbox is slow: it lasts two hours."
    library = DocumentIndex.from_documents([*others, Document(text=target)])
    found = library.as_retriever(similarity_top_k=1).retrieve("How long does the v1.2.3 migration last?")
    assert found[0].text == target

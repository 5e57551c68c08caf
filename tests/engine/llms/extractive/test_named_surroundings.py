"""Words of a question that name the folder or the letter, and that its texts need not repeat."""

from __future__ import annotations

import pytest

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.asked.surrounding_words import surrounding_phrases
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import Document, NumberedNode, TextNode

KENNEL = {
    "kennel/README.md": "# Papers of Barkdale Kennels\n\nThis folder holds the prices and rules of Barkdale Kennels.",
    "kennel/stay.md": (
        "# Before your dog comes\n\n## Do you walk the dogs at weekends?\n\n"
        "Only in the morning, by Imogen Parr, who lives next door.\n\n## What about medicine?\n\n"
        "We charge 3 pounds a day for giving medicine."
    ),
    "kennel/prices.csv": "stay: Small dog; price_pounds: 21; deposit: 40\nstay: Cat; price_pounds: 14; deposit: 20",
}
HUT = {
    "alpine/hausregeln.txt": "Hausregeln\n\nUm 22 Uhr ist Ruhe. Ein Frühstück kostet 12 Euro.",
    "alpine/info.md": "# Sonnblick\n\nDie Hütte liegt auf 2100 Metern und hat 48 Plätze.",
}
PROGRAM = {
    "program/README.md": "# Quill Ledger\n\nQuill Ledger keeps the books of small firms. It needs Python 3.12.",
    "program/CHANGELOG.md": "# Changes\n\n## 2.4 (3 May 2025)\n\n- Bills as PDF.\n\n## 2.3 (11 May 2024)\n\n- Sums.",
}
LETTER = {
    "dentist/letter.txt": (
        "Harrow Dentists\n12 Quay Street, Millport\n\nMs Greta Lindholm\n4 Fern Lane\nMillport\n\n3 March 2025\n\n"
        "Dear Ms Lindholm,\n\nYour last visit was on 14 August 2024.\n\n"
        "We ask you to come for the filling by 28 March. The filling costs 145 pounds, of which you pay 60 pounds"
        " yourself.\n\nYours sincerely,\nOswin Harrow"
    )
}
BRIEF = {
    "haus/brief.txt": (
        "Hausverwaltung Lohmann\nRingstraße 5, Celle\n\nHerrn Uwe Brandt\nAm Anger 7\nCelle\n\n2. April 2025\n\n"
        "Sehr geehrter Herr Brandt,\n\nder Aufzug wird am 14. April repariert.\n\n"
        "Bitte überweisen Sie die Nachzahlung von 212 Euro bis zum 30. April.\n\nSilke Lohmann"
    )
}
LEASE = {
    "papers/lease.txt": (
        "LEASE\n\nbetween Fenner Estates Ltd, 3 Dock Road (the landlord)\nand Mrs Ottoline Crewe, Larch Cottage"
        " (the tenant)\n\n1. Rent. The rent is 640 pounds a month.\n"
        "2. Term. The lease runs for three years from 1 April 2025.\n3. Pets. One dog is allowed."
    )
}
MINUTES = {
    "ravens/may.md": (
        "# Minutes, 3 May\n\nPresent: Ada Holm, Lena Roth\n\n1. Jerseys. They cost 52 euros.\n"
        "2. Tour. Ada Holm missed the bus, because it rained."
    ),
    "ravens/june.md": "# Minutes, 7 June\n\nPresent: Ada Holm, Lena Roth\n\n1. Shed. Ada Holm painted the shed.",
}


def answer(question: str, *folders: dict[str, str]) -> str | None:
    """The quotations; None if nothing is quoted."""
    texts = {path: text for folder in folders for path, text in folder.items()}
    nodes = [
        NumberedNode(
            number,
            TextNode(
                text=text,
                ref_doc_id=path,
                start_char_idx=0,
                metadata={"file_path": path, "file_name": path.rpartition("/")[2], "title": _title(text)},
            ),
            None,
        )
        for number, (path, text) in enumerate(texts.items(), 1)
    ]
    given = quoted_answer(question, [], nodes)
    return given.text if given.is_supported else None


def _title(text: str) -> str:
    first = text.partition("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else ""


@pytest.mark.parametrize(
    ("question", "folder", "expected"),
    [
        ("Who walks the dogs at Barkdale at weekends?", KENNEL, "Imogen Parr"),
        ("What does the kennel charge a day for giving medicine?", KENNEL, "3 pounds"),
        ("Was kostet ein Frühstück auf der Hütte?", HUT, "12 Euro"),
        ("When did version 2.4 of Quill Ledger come out?", PROGRAM, "3 May 2025"),
        ("By when is Ms Lindholm to come for the filling?", LETTER, "28 March"),
        ("When was Ms Lindholm's last visit?", LETTER, "14 August 2024"),
        ("How much of the filling does Greta Lindholm pay herself?", LETTER, "60 pounds"),
        ("How long does the lease with Ottoline Crewe run?", LEASE, "three years"),
        ("What is the rent of Larch Cottage?", LEASE, "640 pounds"),
        ("Bis wann muss Herr Brandt die Nachzahlung überweisen?", BRIEF, "30. April"),
    ],
)
def test_what_names_the_folder_or_the_letter_need_not_stand_in_the_answer(
    question: str, folder: dict[str, str], expected: str
) -> None:
    found = answer(question, folder, *(other for other in (PROGRAM, HUT, MINUTES) if other is not folder))
    assert found is not None
    assert expected in found


@pytest.mark.parametrize(
    "question",
    [
        "Who washes the dogs at Barkdale at weekends?",
        "What does the kennel charge for a bath?",
        "What does a rabbit cost at Barkdale Kennels?",
        "Was kostet ein Abendessen auf der Hütte?",
        "When did version 2.6 of Quill Ledger come out?",
        "By when is Mr Brook to come for the filling?",
        "When did Ms Lindholm move to Fern Lane?",
        "Wann hat Herr Brandt geheiratet?",
        "Why did Lena Roth miss the bus?",
        "Who founded the kennel?",
        "How many dogs does Mrs Crewe have?",
        "How long does the lease with Greta Lindholm run?",
    ],
)
def test_the_rest_of_the_question_must_be_there(question: str) -> None:
    assert answer(question, KENNEL, HUT, PROGRAM, LETTER, BRIEF, LEASE, MINUTES) is None


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What does a bed cost at the hut?", "What does a bed cost?"),
        ("price of a library card", "price of a card"),
        ("How much does the library's van cost?", "How much does the van cost?"),
        ("When does the agency delete texts?", "When does it delete texts?"),
        ("Was kostet ein Schließfach im Schwimmbad?", "Was kostet ein Schließfach?"),
        ("Combien coûte un pneu à l'atelier ?", "Combien coûte un pneu ?"),
        ("What changed in Quill Ledger 3.1?", "What changed in 3.1?"),
    ],
)
def test_the_question_without_its_surroundings(question: str, rest: str) -> None:
    assert rest in [phrase.rest for phrase in surrounding_phrases(question)]


def test_one_of_several_houses_is_no_surrounding() -> None:
    assert not surrounding_phrases("How much water did house C use?")
    assert not surrounding_phrases("Which company insures the barn?")


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("What does a blanket cost at the lodge?", "And a bed?"),
        ("Was kostet eine Decke auf der Hütte?", "Und ein Bett?"),
    ],
)
def test_the_folder_may_be_named_by_an_earlier_question(earlier: str, question: str) -> None:
    text = "# Preise\n\nEin Bett kostet 31 Euro. Eine Decke kostet 4 Euro."
    if question.startswith("And"):
        text = "# Prices\n\nA bed costs 31 euros. A blanket costs 4 euros."
    nodes = [NumberedNode(1, TextNode(text, {"file_path": "hut/prices.md", "file_name": "prices.md"}), None)]
    assert "31 euro" in quoted_answer(question, [earlier], nodes).text.casefold()


MAY = """# Minutes of the Larks, 4 May

1. Concert. The concert in the quarry is put off to 12 September, because the stage is not ready. Singers who have paid
get their money back.

2. Fee. Because the bus has become dearer, a singer now pays 19 euros.

3. Scores. Ada copies them by Friday."""
MARCH = """# Minutes of the Larks, 2 March

1. Concert. The concert will be in the quarry on 20 June. The fee is 15 euros a singer.

2. Robes. Nils orders forty robes."""


async def found(question: str, **texts: str) -> str | None:
    """The quotations from what the search finds in these texts; None if nothing is quoted."""
    documents = [Document(text=text, id_=name, metadata={"title": _title(text)}) for name, text in texts.items()]
    nodes = await DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=8).aretrieve(question)
    given = quoted_answer(question, [], [NumberedNode(at, one.node, one.score) for at, one in enumerate(nodes, 1)])
    return given.text if given.is_supported else None


async def test_one_word_may_stand_in_another_paragraph_beside_a_value() -> None:
    assert "19 euros" in (await found("How much does a singer pay for the concert?", may=MAY, march=MARCH) or "")


@pytest.mark.parametrize(
    "question",
    [
        "How much does a singer pay for the piano?",
        "How much does a listener pay for the robes?",
        "How much does a singer pay for the robes?",
    ],
)
async def test_a_word_that_is_nowhere_is_missing_beside_a_value(question: str) -> None:
    assert await found(question, may=MAY, march=MARCH) is None

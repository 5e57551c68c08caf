"""Titles of texts and PDFs that name none: the line at their head that stands by itself, or in larger letters."""

import pytest
from tests.support.written_files import pdf_of

from bookwheel.engine.index.readers.found_title import found_title
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import reader_of

BELOW = "The kiln is fired on the first Friday of each month and cools for two days.\n"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Kiln rules\n\n", "Kiln rules"),
        ("\n  KILN RULES  \n\n", "KILN RULES"),
        ("Pottery club: rules of the kiln\n\n", "Pottery club: rules of the kiln"),
        ("Kiln rules\n==========\n\n", "Kiln rules"),
        ("An introduction to glazes\n\n", "An introduction to glazes"),
        ("*** Kiln rules ***\n\n", "Kiln rules"),
        ("Brennplan für den großen Ofen\n\n", "Brennplan für den großen Ofen"),
        ("\u7a91\u306e\u4f7f\u3044\u65b9\n\n", "\u7a91\u306e\u4f7f\u3044\u65b9"),
        ("Minutes of 3 March 2025 (kept by Ines)\n\n", "Minutes of 3 March 2025 (kept by Ines)"),
    ],
)
def test_a_line_that_stands_by_itself_at_the_head_is_the_title(head: str, title: str) -> None:
    assert found_title(head + BELOW) == title


@pytest.mark.parametrize(
    "head",
    [
        "",
        "The kiln was bought in 1998.\n\n",
        "Dear members,\n\n",
        "Hello all\n\n",
        "Subject: the kiln\n\n",
        "Page 3\n\n",
        "Liebe Mitglieder\n\n",
        "two bags of clay\n\n",
        "- clay\n\n",
        "2025-03-01 kiln fired\n\n",
        "Kiln rules\nand what else to know\n\n",
        "Owner: Ines\n\nPlace: Hall 2\n\n",
        "<html>\n\n",
        "{\n\n",
        "---\n\n",
        f"{'Long ' * 30}\n\n",
    ],
)
def test_a_sentence_a_greeting_a_value_or_an_entry_is_not_a_title(head: str) -> None:
    assert found_title(head + BELOW) is None


def test_a_line_with_nothing_below_it_is_not_a_title() -> None:
    assert found_title("Kiln rules\n\n\n") is None


def test_a_text_gets_the_title_that_stands_at_its_head() -> None:
    document = reader_of("text")(Source("/desk/a.txt", f"Kiln rules\n\n{BELOW}".encode()))
    assert document.metadata["title"] == "Kiln rules"
    assert document.text.startswith("Kiln rules\n")


def page(*lines: tuple[int, str], information: bytes = b"") -> bytes:
    """A PDF of one page with lines in letters of a size, in points."""
    shown = " ".join(f"/F1 {size} Tf ({line}) Tj T*" for size, line in lines)
    content = f"BT 72 720 Td 22 TL {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    if information:
        return pdf_of([*objects, information]).replace(b"/Root 1 0 R", b"/Root 1 0 R/Info 6 0 R")
    return pdf_of(objects)


PROSE = tuple((11, line) for line in ("The kiln is fired on Fridays and cools for two days.", "Ines has the key.") * 3)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (((18, "Kiln rules"), *PROSE), "Kiln rules"),
        (
            ((18, "Rules for the large kiln"), (18, "in the old hall"), *PROSE),
            "Rules for the large kiln in the old hall",
        ),
        (((8, "Pottery club, page 1"), (18, "Kiln rules"), *PROSE), "Kiln rules"),
        (PROSE, None),
        ((*PROSE, (18, "A heading below")), None),
        (((18, "12"), *PROSE), None),
    ],
)
def test_larger_letters_at_the_head_of_a_pdf_are_its_title(
    lines: tuple[tuple[int, str], ...], title: str | None
) -> None:
    document = reader_of("pdf")(Source("/desk/a.pdf", page(*lines)))
    assert document.metadata.get("title") == title


def test_the_title_that_a_pdf_names_comes_before_that_of_its_page() -> None:
    data = page((18, "Kiln rules"), *PROSE, information=b"<</Title(Pottery handbook)>>")
    assert reader_of("pdf")(Source("/desk/a.pdf", data)).metadata["title"] == "Pottery handbook"

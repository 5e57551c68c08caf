"""What PDF pages share: lines repeated at their edges, sentences and tables that go on on the next page."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.written_files import pdf_of

from bookwheel.engine.index.readers.pdf.pdf import read
from bookwheel.engine.index.readers.pdf.pdf_edges import gaps_between, without_running_lines
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.locations import PAGE_STARTS
from bookwheel.engine.schema import Document

Piece = tuple[float, float, str]


def document(pages: Sequence[Sequence[Piece]]) -> Document:
    """A document with these pages of pieces (left, bottom, text) in 10 point Helvetica."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, pieces in enumerate(pages):
        stream = "".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, text in pieces).encode("latin-1")
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (5 + 2 * number),
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    return read(Source("/desk/a.pdf", pdf_of(objects)))


def test_a_sentence_goes_on_over_the_edge_of_a_page_with_running_lines() -> None:
    halves = [
        ("The mill turns", "by night and"),
        ("by day. It grinds", "what the valley"),
        ("brings. It rests.", "Never."),
    ]
    pages = [
        [(60, 760, "Mill rules"), (60, 700, upper), (60, 686, lower), (60, 40, f"Page {number} of 3")]
        for number, (upper, lower) in enumerate(halves, 1)
    ]
    read_pages = document(pages)
    assert " ".join(read_pages.text.split()) == (
        "Mill rules The mill turns by night and Page 1 of 3 by day. It grinds what the valley brings. It rests. Never."
    )
    starts = read_pages.metadata[PAGE_STARTS]
    assert isinstance(starts, list)
    assert [read_pages.text[start:].split()[0] for start in starts if isinstance(start, int)] == [
        "Mill",
        "by",
        "brings.",
    ]


def test_only_what_most_pages_repeat_is_a_running_line() -> None:
    assert without_running_lines(["A\nx\ny\nz", "A\nx\ny\nz"]) == ["A\nx\ny\nz", "A\nx\ny\nz"]
    invoices = [f"Invoice {number}\nTo {number}\nOne\nSum {number}\nEnd {number}" for number in (204, 871, 309, 555)]
    assert without_running_lines(invoices) == invoices
    texts = ["oats", "rye", "wheat", "barley", "millet", "maize", "rice", "spelt"]
    heads = [
        f"{'Left' if number % 2 else 'Right'}\n{text} a\n{text} b\n{text} c\n{number + 41}"
        for number, text in enumerate(texts)
    ]
    assert without_running_lines(heads)[5] == "maize a\nmaize b\nmaize c"

    chapters = [f"Chapter {number}\n{text}\n{text} b\n{text} c" for number, text in enumerate(texts, 1)]
    assert without_running_lines(chapters) == chapters
    codes = [f"h{number}h" for number in range(4)]
    assert without_running_lines(codes) == codes


def test_a_blank_line_stands_between_pages_that_end_a_sentence() -> None:
    assert gaps_between(["One.", "two", "Three", "", "four"]) == ["\n\n", "\n\n", "\n\n", "\n\n"]
    assert gaps_between(["One", "two"]) == ["\n"]


def rows(first: int, count: int, top: float, *header: str) -> list[Piece]:
    cells = [header] if header else []
    cells += [(f"Wheel{n}", str(10 + n), str(500 + n)) for n in range(first, first + count)]
    return [(60.0 + 120 * c, top - 18 * r, text) for r, row in enumerate(cells) for c, text in enumerate(row)]


def test_a_table_that_goes_on_keeps_the_names_of_its_columns() -> None:
    text = document([rows(1, 30, 740, "Wheel", "Low", "High"), rows(31, 4, 740)]).text
    assert text.split("\n")[-1].strip() == "Wheel: Wheel34; Low: 44; High: 534"
    apart = document(
        [[*rows(1, 3, 740, "Wheel", "Low", "High"), *((60, 600 - 14 * n, "Text.") for n in range(5))], rows(31, 4, 740)]
    )
    assert apart.text.split("\n")[-1].strip() == "Wheel34; 44; 534"


def test_an_address_above_a_table_is_not_a_part_of_it() -> None:
    head = [("Mill Ltd", "Invoice no.", "RE-20931"), ("Quay 5", "Date", "14.06.2024"), ("Moss", "Client", "4471")]
    pieces = [(60.0 + 150 * c, 760.0 - 14 * r, text) for r, row in enumerate(head) for c, text in enumerate(row)]
    body = [("Pos", "Item", "Qty", "Price"), ("1", "Seal", "4", "17.50"), ("2", "Belt", "1", "19.90")]
    pieces += [(60.0 + 110 * c, 680.0 - 14 * r, text) for r, row in enumerate(body) for c, text in enumerate(row)]
    assert document([pieces]).text.split("\n") == [
        "Mill Ltd; Invoice no.; RE-20931", "Quay 5; Date; 14.06.2024", "Moss; Client; 4471",
        "Pos: 1; Item: Seal; Qty: 4; Price: 17.50", "Pos: 2; Item: Belt; Qty: 1; Price: 19.90",
    ]  # fmt: skip


def test_what_a_browser_prints_at_the_edges_is_not_a_part_of_the_table() -> None:
    pages = [
        [
            (40.0, 800.0, "5/14/24, 9:12 AM"),
            (320.0, 800.0, "Berth list | Harbour"),
            *rows(20 * number, 20, 770.0, "Berth", "Fee"),
            (40.0, 20.0, "https://harbour.example.org/berths"),
            (500.0, 20.0, f"{number + 1}/3"),
        ]
        for number in range(3)
    ]
    text = document(pages).text
    tables = [line for line in text.split("\n") if "Berth: " in line]
    assert len(tables) == 60
    assert not any("Harbour" in line or "example" in line or "AM" in line for line in tables)
    assert text.count("Berth list | Harbour") == text.count("https://") == 1

"""PDF pages as programs lay them out: headers in two rows, heads of invoices, plans, several fields on a line."""

from __future__ import annotations

import pytest
from tests.engine.index.test_pdf_pages import Piece, field, page
from tests.support.written_files import pdf_of

from bookwheel.engine.index.readers.pdf.pdf import read
from bookwheel.engine.index.readers.reader import Source

SHIPS = [("Alma", "2.8", "9.2", "1962"), ("Borg", "", "", "1987"), ("Cyan", "1.6", "5.2", "2004")]
BODY: list[Piece] = [
    (x, 660.0 - 18 * row, text)
    for row, cells in enumerate(SHIPS)
    for x, text in zip((60.0, 200.0, 260.0, 340.0), cells, strict=True)
    if text
]
LINES = [
    "Ship: Alma; Draught m: 2.8; Draught ft: 9.2; Built: 1962",
    "Ship: Borg; Built: 1987",
    "Ship: Cyan; Draught m: 1.6; Draught ft: 5.2; Built: 2004",
]
RULES = "".join(
    f"{x} {bottom} m {x} 708 l S\n" for x, bottom in ((56, 616), (190, 616), (320, 616), (420, 616))
) + "250 616 m 250 690 l S\n"  # fmt: skip


@pytest.mark.parametrize(
    ("head", "drawn"),
    [
        pytest.param(
            [(219.0, 696.0, "Draught"), (60.0, 678.0, "Ship"), (200.0, 678.0, "m"), (260.0, 678.0, "ft"),
             (340.0, 678.0, "Built")], "", id="over the middle of its columns",
        ),
        pytest.param(
            [(194.0, 696.0, "Draught"), (60.0, 678.0, "Ship"), (200.0, 678.0, "m"), (260.0, 678.0, "ft"),
             (340.0, 678.0, "Built")], RULES, id="at the left of a ruled cell",
        ),
        pytest.param(
            [(194.0, 696.0, "Draught"), (340.0, 696.0, "Built"), (60.0, 687.0, "Ship"), (200.0, 678.0, "m"),
             (260.0, 678.0, "ft"), (340.0, 678.0, "in")], RULES, id="a label at half height",
        ),
    ],
)  # fmt: skip
def test_a_name_over_several_columns_belongs_to_each_of_them(head: list[Piece], drawn: str) -> None:
    lines = [line.replace("Built", "Built in") for line in LINES] if head[1][2] == "Built" else LINES
    text = page([(60.0, 750.0, "All ships were measured in May."), *head, *BODY], drawn=drawn).text
    assert text.split("\n") == ["All ships were measured in May.", *lines]


def test_groups_that_share_all_columns_name_the_outer_ones_too() -> None:
    places = (200.0, 260.0, 320.0, 400.0, 460.0, 520.0)
    years = [(x, 678.0, str(2022 - number % 3)) for number, x in enumerate(places)]
    values = [(x, 660.0 - 18 * row, f"{10 * row + number}.5") for row in range(2) for number, x in enumerate(places)]
    labels = [(60.0, 660.0, "Ash"), (60.0, 642.0, "Elm"), (60.0, 678.0, "Wood")]
    text = page([(263.0, 694.0, "Cut"), (459.0, 694.0, "Sown"), *labels, *years, *values]).text
    assert text.split("\n")[0] == (
        "Wood: Ash; Cut 2022: 0.5; Cut 2021: 1.5; Cut 2020: 2.5; Sown 2022: 3.5; Sown 2021: 4.5; Sown 2020: 5.5"
    )


def test_a_wrapped_cell_below_the_title_of_a_section_goes_to_its_row() -> None:
    head: list[Piece] = [
        (60.0, 700.0, "Pump"),
        (150.0, 700.0, "Remark"),
        (260.0, 700.0, "Place"),
        (400.0, 700.0, "Flow"),
    ]
    rows: list[Piece] = [(60.0, 680.0, "P1"), (150.0, 680.0, "new"), (260.0, 680.0, "cellar"), (400.0, 680.0, "1.5")]
    parts: list[Piece] = [(60.0, 660.0, "Upper floor"), (150.0, 640.0, "seal changed"), (260.0, 640.0, "behind the")]
    below: list[Piece] = [
        (60.0, 625.0, "P2"),
        (150.0, 625.0, "by Ann"),
        (260.0, 625.0, "stairs"),
        (400.0, 625.0, "2.5"),
    ]
    text = page([*head, *rows, *parts, *below]).text
    assert text.split("\n")[-1] == "Pump: P2; Remark: seal changed by Ann; Place: behind the stairs; Flow: 2.5"


def test_a_line_over_the_first_column_is_not_the_name_of_a_group() -> None:
    head: list[Piece] = [
        (x, 678.0, text) for x, text in zip((60.0, 200.0, 260.0, 340.0), ("Ship", "m", "ft", "Built"), strict=True)
    ]
    text = page([(60.0, 696.0, "The fleet"), *head, *BODY]).text
    assert text.split("\n")[:2] == ["The fleet", "Ship: Alma; m: 2.8; ft: 9.2; Built: 1962"]


def test_a_plan_with_free_places_is_a_table_however_it_was_drawn() -> None:
    columns = [("Day", "Monday", "Tuesday", "Friday"), ("Early", "Ann", "", "Cy"), ("Late", "Bo", "Ann", "")]
    pieces = [(60.0 + 110 * c, 700.0 - 15 * r, text) for c, texts in enumerate(columns) for r, text in enumerate(texts)]
    assert page([piece for piece in pieces if piece[2]]).text.split("\n") == [
        "Day: Monday; Early: Ann; Late: Bo",
        "Day: Tuesday; Late: Ann",
        "Day: Friday; Early: Cy",
    ]


def test_a_plan_whose_column_of_labels_has_no_name_is_a_table() -> None:
    rows = [("", "Mon", "Tue", "Wed"), ("8:00", "Maths", "", "Art"), ("9:00", "", "Music", "Sport")]
    pieces = [(60.0 + 110 * c, 700.0 - 15 * r, text) for r, texts in enumerate(rows) for c, text in enumerate(texts)]
    assert page([piece for piece in pieces if piece[2]]).text.split("\n") == [
        "8:00; Mon: Maths; Wed: Art",
        "9:00; Tue: Music; Wed: Sport",
    ]


def test_the_sender_and_the_dates_of_an_invoice_are_not_columns_of_a_table() -> None:
    left = ["Mill & Sons", "Quay 9", "Cork", "Ireland"]
    right = ["INVOICE", "No. R-4410", "Date: 3 May 2024", "Due: 2 June 2024"]
    pieces = [
        (x, 760.0 - 14 * row, text)
        for row, texts in enumerate(zip(left, right, strict=True))
        for x, text in zip((60.0, 440.0), texts, strict=True)
    ]
    assert page(pieces).text.split("\n") == [*left, "", *(f"INVOICE: {line}" for line in right[1:])]


def test_each_value_of_a_form_stands_behind_its_own_label() -> None:
    def at(left: int, name: str, value: bytes, y: int, kind: bytes = b"Tx") -> bytes:
        return field(name, value, y, kind).replace(b"[160 ", b"[%d " % left).replace(b" 300 ", b" %d " % (left + 20))

    tick = b"/V/Yes/AS/%s/AP<</N<</Yes 5 0 R>>>>"
    button = b"/Ff 32768/V/old/AS/%s/AP<</N<</%s 5 0 R>>>>"
    fields = [
        at(110, "name", b"/V(Ida)", 700), at(310, "day", b"/V(3 May)", 700),
        at(160, "red", tick % b"Off", 670, b"Btn"), at(260, "blue", tick % b"Yes", 670, b"Btn"),
        at(160, "age", button % (b"Off", b"new"), 640, b"Btn"), at(260, "age2", button % (b"old", b"old"), 640, b"Btn"),
        at(140, "sum", b"/V(640)", 610),
    ]  # fmt: skip
    document = page(
        [(60, 700, "Name:"), (260, 700, "Day:"), (60, 670, "Colour"), (185, 670, "red"), (285, 670, "blue"),
         (60, 640, "Hull"), (185, 640, "new"), (285, 640, "old"), (60, 610, "The sum of"), (170, 610, "euros is due.")],
        *fields, fields=[*range(6, 13)],
    )  # fmt: skip
    assert document.text.split("\n") == [
        "Name: Ida; Day: 3 May",
        "Colour; red not checked; blue checked",
        "Hull; new not checked; old checked",
        "The sum of 640 euros is due.",
    ]


@pytest.mark.parametrize("quarters", [0, 90, 180, 270])
def test_lines_of_a_page_that_is_shown_turned_keep_their_order(quarters: int) -> None:
    lines = ["The mill was built in 1871", "from local stone by J. Holt.", "Its wheel turns slowly."]
    cells = [("Pump", "Flow", "Head"), ("P1", "12", "30"), ("P2", "15", "28")]
    pieces = [(60, 700 - 16 * at, line) for at, line in enumerate(lines)]
    pieces += [
        (x, 600 - 18 * at, text) for at, row in enumerate(cells) for x, text in zip((60, 200, 320), row, strict=True)
    ]
    stream = "".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, text in pieces)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Rotate %d/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
        % quarters,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream.encode()),
    ]
    rows = ["Pump: P1; Flow: 12; Head: 30", "Pump: P2; Flow: 15; Head: 28"]
    assert read(Source("/desk/a.pdf", pdf_of(objects))).text.split("\n") == [*lines, *rows]


def test_labels_at_half_height_at_both_sides_of_a_group_name_their_columns() -> None:
    head = [(230.0, 696.0, "Draught"), (60.0, 686.0, "Ship"), (340.0, 686.0, "Built"), (200.0, 676.0, "m")]
    fields = [(60.0, 750.0, "Port"), (200.0, 750.0, "Tarn"), (260.0, 750.0, "Year"), (340.0, 750.0, "2024")]
    points = [(64.0, 560.0, "·"), (76.0, 560.0, "No warranty."), (64.0, 546.0, "·"), (76.0, 546.0, "All as seen.")]
    text = page([*fields, *head, (260.0, 676.0, "ft"), *BODY, *points], drawn=RULES).text
    assert text.split("\n")[1:4] == LINES
    assert "Ship: ·" not in text

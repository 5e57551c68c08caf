"""PDF pages: tables by the positions of their cells, columns of text, form fields and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from tests.support.written_files import pdf_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.pdf.pdf import read
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document

Piece = tuple[float, float, str]


def page(pieces: Sequence[Piece], *annotations: bytes, fields: Sequence[int] = (), drawn: str = "") -> Document:
    """A document of one page with `pieces` (left, bottom, text) in 10 point Helvetica, and objects from number 6 on."""
    stream = drawn.encode() + "".join(
        f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, text in pieces
    ).encode("latin-1")
    numbers = b" ".join(b"%d 0 R" % (6 + index) for index in range(len(annotations)))
    form = b"/AcroForm<</Fields[%s]>>" % b" ".join(b"%d 0 R" % number for number in fields) if fields else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % form,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>/Annots[%s]>>"
        % numbers,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        *annotations,
    ]
    return read(Source("/desk/a.pdf", pdf_of(objects)))


ROWS = [("Ship", "Tons", "Built"), ("Alma", "310", "1962"), ("Borg", "", "1987"), ("Cyan", "180", "2004")]
CELLS = [[(60.0 + 110 * c, 700.0 - 18 * r, text) for c, text in enumerate(row) if text] for r, row in enumerate(ROWS)]
LINES = "Ship: Alma; Tons: 310; Built: 1962\nShip: Borg; Built: 1987\nShip: Cyan; Tons: 180; Built: 2004"


@pytest.mark.parametrize("drawn", ["by rows", "by columns"])
def test_a_table_is_read_by_rows_however_it_was_drawn(drawn: str) -> None:
    pieces = [piece for row in CELLS for piece in row]
    if drawn == "by columns":
        pieces.sort(key=lambda piece: (piece[0], -piece[1]))
    assert (
        page([(60, 740, "The fleet"), *pieces, (60, 600, "Seen in May.")]).text == f"The fleet\n{LINES}\nSeen in May."
    )


@pytest.mark.parametrize(("matrix", "place"), [
    ("0 1 -1 0", lambda x, y: (612 - y, x)), ("0 -1 1 0", lambda x, y: (y, 792 - x)),
    ("-1 0 0 -1", lambda x, y: (612 - x, 792 - y)),
])  # fmt: skip
def test_a_table_drawn_turned_on_its_page_is_read_by_rows(
    matrix: str, place: Callable[[float, float], tuple[float, float]]
) -> None:
    cells = [(*place(x, y - 150), text) for row in CELLS for x, y, text in row]
    drawn = "".join(f"BT /F1 10 Tf {matrix} {x} {y} Tm ({text}) Tj ET\n" for x, y, text in cells)
    assert page([], drawn=drawn).text == LINES


def test_amounts_drawn_in_pieces_and_sections_stay_in_their_table() -> None:
    years = [(300.0, 700.0, "2021"), (400.0, 700.0, "2022")]
    sales = [
        (60.0, 684.0, "Net sales"),
        (300.0, 684.0, "$"),
        (310.0, 684.0, "812"),
        (400.0, 684.0, "$"),
        (410.0, 684.0, "905"),
    ]
    section = [(60.0, 668.0, "Expenses:")]
    loss = [(60.0, 652.0, "Result"), (306.0, 652.0, "\\(12"), (322.0, 652.0, "\\)"), (410.0, 652.0, "31")]
    assert page([*years, *sales, *section, *loss]).text.split("\n") == [
        "Net sales; 2021: $812; 2022: $905",
        "Expenses:",
        "Result; 2021: (12); 2022: 31",
    ]


LEFT = [
    "The lamp of the north tower was",
    "lit with oil until the summer of",
    "1903, when gas took its place",
    "for the ships in the channel.",
]
RIGHT = [
    "Repairs were paid by the harbour",
    "and by the county in equal parts",
    "until the old lens was given to",
    "the museum in the lower town.",
]


def test_two_columns_of_text_drawn_line_by_line_are_not_mixed() -> None:
    pieces = [piece for n in range(4) for piece in ((60, 700 - 14 * n, LEFT[n]), (330, 700 - 14 * n, RIGHT[n]))]
    assert page(pieces).text == "\n".join([*LEFT, *RIGHT])


def test_two_columns_of_text_drawn_one_after_the_other_stay() -> None:
    pieces = [(60, 700 - 14 * n, LEFT[n]) for n in range(4)] + [(330, 700 - 14 * n, RIGHT[n]) for n in range(4)]
    assert page(pieces).text.split("\n") == [*LEFT, *RIGHT]


def test_plain_text_is_left_as_it_was_drawn() -> None:
    assert page([(60, 700, LEFT[0]), (60, 686, LEFT[1]), (60, 650, "1")]).text == f"{LEFT[0]}\n{LEFT[1]}\n1"


def field(name: str, value: bytes, y: int, kind: bytes = b"Tx") -> bytes:
    return b"<</Type/Annot/Subtype/Widget/FT/%s/T(%s)/Rect[160 %d 300 %d]%s>>" % (
        kind, name.encode(), y - 4, y + 14, value,
    )  # fmt: skip


def test_values_of_form_fields_stand_behind_their_labels() -> None:
    document = page(
        [(60, 700, "Owner:"), (60, 670, "Insured"), (60, 640, "Berth:")],
        field("owner", b"/V(Ida Holm)", 700),
        field("insured", b"/V/Yes/AS/Yes/AP<</N<</Yes 5 0 R>>>>", 670, b"Btn"),
        field("berth", b"", 640),
        field("harbour", b"/V(North Quay)", 500),
        fields=[6, 7, 8, 9],
    )
    assert document.text == "Owner: Ida Holm\nInsured checked\nBerth:\nharbour: North Quay"
    assert remarks_of(document.metadata) == ("one form field has no value",)


def test_notes_of_reviewers_stand_at_the_end_of_their_page() -> None:
    document = page(
        [(60, 700, "The bridge was closed.")],
        b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(It was five weeks.)/T(Mara)>>",
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Contents(not a note)>>",
    )
    assert document.text == "The bridge was closed.\nNote by Mara: It was five weeks."


def test_a_form_of_ten_thousand_fields_is_read() -> None:
    values = [field(f"f{number}", b"/V(v%d)" % number, 100) for number in range(10_000)]
    document = page([(60, 700, "Long form")], *values, fields=[6])
    assert "v9999" in document.text


@pytest.mark.parametrize(("line", "whole"), [("self", "self-service"), ("con", "conservice")])
def test_compounds_keep_their_hyphen_at_the_end_of_a_line(line: str, whole: str) -> None:
    assert page([(60, 700, f"The {line}-"), (60, 686, "service is open.")]).text == f"The {whole} is open."


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("A state-of-the-|art gate.", "A state-of-the-art gate."),
        ("A long-|term plan.", "A long-term plan."),
        ("In twenty-|five years.", "In twenty-five years."),
        ("The re-|lated de-|termined.", "The related determined."),
        ("Le rendez-|vous est dans la rue, pour nous.", "Le rendez-vous est dans la rue, pour nous."),
        ("Il est dans la mai-|rie, et pour nous peut-|on partir.",
         "Il est dans la mairie, et pour nous peut-on partir."),
    ],
)  # fmt: skip
def test_compounds_of_several_hyphens_and_of_french_keep_them(lines: str, whole: str) -> None:
    pieces = [(60.0, 700.0 - 14 * number, line) for number, line in enumerate(lines.split("|"))]
    assert page(pieces).text == whole


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([f"{x} 640 m {x} 712 l S\n" for x in (58, 90, 118, 150)], id="lines"),
        pytest.param([f"{x} {y} {width} 18 re S\n" for x, width in ((58, 32), (90, 28), (118, 32))
                      for y in (640, 658, 676, 694)], id="frames"),
        pytest.param([f"{x} 640 0.5 72 re f\n" for x in (58, 90, 118, 150)], id="thin rectangles"),
    ],
)  # fmt: skip
def test_ruled_cells_stay_apart_however_near_their_words_are(rules: Sequence[str]) -> None:
    pieces = [
        (x, 700.0 - 18 * r, text) for r, row in enumerate(ROWS) for x, text in zip((60, 92, 120), row, strict=True)
    ]
    pieces = [piece for piece in pieces if piece[2]]
    assert page(pieces, drawn="".join(rules)).text == LINES


def test_cells_of_one_digit_drawn_down_a_column_stay_in_their_rows() -> None:
    rows = [("Boat", "Crew", "Built"), ("Alma", "7", "1962"), ("Borg", "", "1987"), ("Cyan", "3", "2004")]
    pieces = [(60.0 + 100 * c, 700.0 - 18 * r, rows[r][c]) for c in range(3) for r in range(4) if rows[r][c]]
    assert (
        page(pieces).text
        == "Boat: Alma; Crew: 7; Built: 1962\nBoat: Borg; Built: 1987\nBoat: Cyan; Crew: 3; Built: 2004"
    )


def test_three_narrow_columns_of_sentences_are_not_a_table() -> None:
    columns = [
        ["Wool was", "washed in", "the brook", "and dried."],
        ["Linen came", "from flax", "that grew", "by the sea."],
        ["Silk was", "bought in", "Lyon by", "a trader."],
    ]
    pieces = [(60.0 + 170 * c, 700.0 - 14 * r, columns[c][r]) for r in range(4) for c in range(3)]
    assert page(pieces).text.split("\n") == [line for column in columns for line in column]


def test_a_ticked_box_and_a_chosen_button_take_the_label_that_is_nearest() -> None:
    shown = b"/V/%s/AS/%s/AP<</N<</%s 5 0 R>>>>"
    tick = (
        field("heated", shown % (b"Yes", b"Yes", b"Yes"), 700, b"Btn")
        .replace(b"[160 ", b"[60 ")
        .replace(b" 300 ", b" 70 ")
    )
    button = field("season", b"/Ff 32768" + shown % (b"winter", b"winter", b"winter"), 670, b"Btn")
    document = page([(80, 700, "Heated berth"), (60, 670, "Season")], tick, button, fields=[6, 7])
    assert document.text == "Heated berth checked\nSeason winter"


def test_names_at_the_left_and_numbers_at_the_right_of_wide_columns_belong_together() -> None:
    lefts = {"Ship": 60, "Tons": 200, "Berth": 330}
    rows = [("Alma", "310", "14"), ("Borg", "95", "7"), ("Cyan", "180", "22")]
    pieces = [(float(x), 700.0, name) for name, x in lefts.items()]
    for number, (ship, tons, berth) in enumerate(rows, 1):
        at = 700.0 - 18 * number
        pieces += [(60.0, at, ship), (300.0 - 6 * len(tons), at, tons), (420.0 - 6 * len(berth), at, berth)]
    assert page(pieces).text.split("\n")[0] == "Ship: Alma; Tons: 310; Berth: 14"


@pytest.mark.parametrize("lines", [(3.0, -9.0), (6.0, -6.0), (12.0, 0.0)], ids=["top", "middle", "bottom"])
def test_a_wrapped_cell_stays_in_its_row_wherever_the_others_stand(lines: tuple[float, float]) -> None:
    pieces: list[Piece] = [
        (x, 688 + lines[0], name) for x, name in ((60.0, "Pump"), (150.0, "Remark"), (400.0, "Flow"))
    ]
    for number in range(1, 4):
        at = 700.0 - 30 * number
        pieces += [(60.0, at, f"P{number}"), (400.0, at, f"{number}.5")]
        pieces += [(150.0, at + lines[0], "seal changed by"), (150.0, at + lines[1], "the night crew")]
    rows = [f"Pump: P{number}; Remark: seal changed by the night crew; Flow: {number}.5" for number in range(1, 4)]
    assert page(pieces).text.split("\n") == rows


def test_the_mark_of_a_note_does_not_run_into_a_year() -> None:
    mark = (
        "BT /F1 10 Tf 1 0 0 1 60 700 Tm (Built in ca. 1911) Tj /F1 6 Tf 4 Ts (2) Tj 0 Ts /F1 10 Tf ( by Mara) Tj ET\n"
    )
    assert "1911^2" in page([], drawn=mark).text

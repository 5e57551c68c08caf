"""Cells that stand over several rows or columns of written tables, rows of units, hyphens beside a column."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pptx import Presentation
from tests.engine.index.test_pdf_edges import document
from tests.engine.index.test_tables import text_of

_PAPER = r"""\documentclass{article}\begin{document}
\begin{tabular}{llr}\toprule Wood & Tool & Cuts \\ \midrule
\multirow{2}{*}{Ash} & Saw & 3 \\ & Axe & 5 \\ \midrule
\multirow{2}{*}{Elm} & Saw & 4 \\
 & Axe & 7 \\ Yew & Saw & 9 \\ \bottomrule\end{tabular}\end{document}"""
_CUTS = [
    "Wood: Ash; Tool: Saw; Cuts: 3", "Wood: Ash; Tool: Axe; Cuts: 5", "Wood: Elm; Tool: Saw; Cuts: 4",
    "Wood: Elm; Tool: Axe; Cuts: 7", "Wood: Yew; Tool: Saw; Cuts: 9",
]  # fmt: skip


def test_a_cell_over_several_rows_of_latex_stands_in_each() -> None:
    assert text_of("a.tex", _PAPER).split("\n") == _CUTS
    # Where rows have a colour, it is written in the last one.
    coloured = _PAPER.replace(r"\multirow{2}{*}{Ash}", "").replace(r" & Axe & 5", r"\multirow{-2}{*}{Ash} & Axe & 5")
    assert text_of("a.tex", coloured).split("\n") == _CUTS


def test_a_grid_has_cells_over_several_columns_and_rows() -> None:
    grid = (
        "+------+---------+-----+\n| Mill | Wheel   | Due |\n|      +----+----+     |\n|      | in | m  |     |\n"
        "+======+====+====+=====+\n| Low  | 90 | 2  | May |\n|      +----+----+-----+\n|      | 80 | 3  | Jun |\n"
        "+------+----+----+-----+\n| Top  | none    | Jul |\n+------+---------+-----+\n"
    )
    assert text_of("a.rst", grid).strip().split("\n") == [
        "Mill: Low; Wheel in: 90; Wheel m: 2; Due: May",
        "Mill: Low; Wheel in: 80; Wheel m: 3; Due: Jun",
        "Mill: Top; Wheel in: none; Wheel m: none; Due: Jul",
    ]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "Time,Air,Wind\nUTC,°C,m/s\n2026-01-02 10:00,4.0,3\n2026-01-02 11:00,5.0,2\n",
            ["Time UTC: 2026-01-02 10:00; Air °C: 4.0; Wind m/s: 3",
"Time UTC: 2026-01-02 11:00; Air °C: 5.0; Wind m/s: 2"],
        ),
        (
            "Mill,2021,2022\nUnit,kWh,kWh\nUpper,30,41\nLower,28,39\n",
            ["Mill: Upper; 2021 kWh: 30; 2022 kWh: 41", "Mill: Lower; 2021 kWh: 28; 2022 kWh: 39"],
        ),
        (
            # Countries are not units.
            "Rank,Land\nFR,DE\n1,2\n3,4\n",
            ["Rank: FR; Land: DE", "Rank: 1; Land: 2", "Rank: 3; Land: 4"],
        ),
    ],
)  # fmt: skip
def test_a_row_of_units_belongs_to_the_names_of_the_columns(table: str, rows: list[str]) -> None:
    assert text_of("a.csv", table).split("\n") == rows


def test_a_hyphen_at_the_end_of_a_line_stays_where_two_columns_are_read() -> None:
    left = [
        "The miller wants to mend the wheel",
        "in spring, before the water of the",
        "melting snow comes down. The gate",
        "is shut by then.",
    ]
    right = [
        "The parish has bought a new self-",
        "locking gate of good steel for the",
        "upper pond and the weir. It stands",
        "open until May.",
    ]
    lines = [
        (x, 700 - 14 * n, text)
        for n, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((60, 330), pair, strict=True)
    ]
    assert "new self-locking gate" in document([lines]).text


def test_the_name_of_a_group_of_rows_is_not_a_name_of_a_column() -> None:
    page = "<table><thead><tr><th>Dish<th>Large</thead><tr><th colspan=2>Soups<tr><td>Beet<td>6<tr><th colspan=2>Salads"
    assert text_of("a.html", f"{page}<tr><td>Beet<td>8</table>").split("\n") == [
        "Soups", "Dish: Beet; Large: 6", "Salads", "Dish: Beet; Large: 8",
    ]  # fmt: skip


def test_a_raised_letter_is_a_mark_and_no_end_of_the_word() -> None:
    page = "<table><tr><th>Lift<th>Rise<tr><td>Kogel<sup>a</sup><td>410<tr><td>Sonn<td>27 m<sup>e</sup></table>"
    assert text_of("a.html", page) == "Lift: Kogel[a]; Rise: 410\nLift: Sonn; Rise: 27 me"


def test_a_number_beside_a_label_is_not_a_name_of_a_column() -> None:
    page = "<table><tr><td>Order number<td>P9-4410<tr><td>Warranty<td>3 years</table>"
    assert text_of("a.html", page).split("\n") == ["Order number; P9-4410", "Warranty; 3 years"]


TWO_FARES = "Zone: Inner; Adult: 2.40; Child: 1.20\nZone: Outer; Adult: 3.80; Child: 3.80"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        (
            "a.html",
            "<table><tr><th>Zone<th>Adult<th>Child<tr><td>Inner<td>2.40<td>1.20<tr><td>Outer<td colspan=2>3.80</table>",
        ),
        (
            "a.wiki",
            "{|\n! Zone !! Adult !! Child\n|-\n| Inner || 2.40 || 1.20\n|-\n| Outer || colspan=2 | 3.80\n|}",
        ),
        (
            "a.tex",
            (
                r"\begin{document}\begin{tabular}{lcc}Zone & Adult & Child\\\hline Inner & 2.40 & 1.20\\"
                r"Outer & \multicolumn{2}{c}{3.80}\\\end{tabular}\end{document}"
            ),
        ),
        (
            "a.rst",
            (
                "+-------+-------+-------+\n| Zone  | Adult | Child |\n+=======+=======+=======+\n"
                "| Inner | 2.40  | 1.20  |\n+-------+-------+-------+\n"
                "| Outer | 3.80          |\n+-------+-------+-------+"
            ),
        ),
    ],
)
def test_a_value_over_several_columns_belongs_to_each_of_them(name: str, table: str) -> None:
    assert text_of(name, table).strip() == TWO_FARES


def test_a_merged_value_of_a_workbook_belongs_to_each_of_its_columns_and_rows() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in (["Zone", "Adult", "Child"], ["Inner", 2, 1], ["Outer", 3], ["Night"], ["Total", None, 9]):
        sheet.append(row)
    sheet.merge_cells("B3:C4")
    sheet.merge_cells("A5:B5")
    data = io.BytesIO()
    workbook.save(data)
    assert text_of("a.xlsx", data.getvalue()).splitlines()[1:] == [
        "Zone: Inner; Adult: 2; Child: 1",
        "Zone: Outer; Adult: 3; Child: 3",
        "Zone: Night; Adult: 3; Child: 3",
        "Zone: Total; Child: 9",
    ]


def test_a_merged_cell_of_a_slide_belongs_to_each_of_its_columns_and_rows() -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[5])
    table = slide.shapes.add_table(4, 3, 0, 0, 99, 99).table
    for number, row in enumerate(["Zone Adult Child", "Inner 2 1", "Outer 3 -", "- 4 5"]):
        for column, text in enumerate(row.split()):
            table.cell(number, column).text = text.strip("-")
    table.cell(2, 1).merge(table.cell(2, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    data = io.BytesIO()
    slides.save(data)
    assert text_of("a.pptx", data.getvalue()).splitlines()[-3:] == [
        "Zone: Inner; Adult: 2; Child: 1",
        "Zone: Outer; Adult: 3; Child: 3",
        "Zone: Outer; Adult: 4; Child: 5",
    ]


def test_a_covered_cell_of_an_open_document_sheet_has_the_value_of_its_merged_cell() -> None:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cells = [
        ["Zone", "Adult", "Child"],
        ["Inner", "2.40", "1.20"],
        ["Outer", "3.80", ""],
    ]
    rows = "".join(
        "<table:table-row>"
        + "".join(
            "<table:covered-table-cell/>"
            if not cell
            else f'<table:table-cell table:number-columns-spanned="{2 if cell == "3.80" else 1}">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in cells
    )
    sheet = (
        f'<office:document {names} office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
        f'<office:spreadsheet><table:table table:name="Fares">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document>"
    )
    assert text_of("a.fods", sheet).partition("\n")[2] == TWO_FARES


_IN_GROUPS = [
    "Pier: Oak; Ebb Depth: 1; Ebb Width: 30; Flood Depth: 4; Flood Width: 60",
    "Pier: Elm; Ebb Depth: 2; Ebb Width: 31; Flood Depth: 5; Flood Width: 61",
]


_MARKDOWN_GROUPS = """
| | Ebb | | Flood | |
|---|---|---|---|---|
|Pier|Depth|Width|Depth|Width|
|Oak|1|30|4|60|
|Elm|2|31|5|61|
"""
_ASCIIDOC_GROUPS = """
|===
|Pier 2+|Ebb 2+|Flood

| |Depth |Width|Depth|Width
|Oak|1|30|4|60
|Elm|2|31|5|61
|===
"""


@pytest.mark.parametrize(("name", "table"), [("a.md", _MARKDOWN_GROUPS), ("a.adoc", _ASCIIDOC_GROUPS)])
def test_names_below_those_of_groups_count_where_the_format_marks_one_row(name: str, table: str) -> None:
    assert text_of(name, table).strip().split("\n") == _IN_GROUPS


def test_an_asciidoc_cell_may_go_over_rows_or_be_repeated() -> None:
    table = "|===\n|Wood|Tool|Cuts\n\n.2+|Ash|Saw|3\n|Axe|5\n|Elm 2*|7\n|===\n"
    assert text_of("a.adoc", table).strip().split("\n") == [
        "Wood: Ash; Tool: Saw; Cuts: 3",
        "Wood: Ash; Tool: Axe; Cuts: 5",
        "Wood: Elm; Tool: 7; Cuts: 7",
    ]


def test_an_asciidoc_table_without_cells_is_passed_over() -> None:
    assert text_of("a.adoc", "Above\n|===\n\nno cells\n|===\nBelow\n").split() == ["Above", "Below"]

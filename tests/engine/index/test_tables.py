"""Tables of all formats: each row is a line that carries the names of its columns."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.sample_files import zip_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import format_of, reader_of
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text_markup.markdown import tables_of
from bookwheel.engine.schema import Document


def text_of(name: str, data: str | bytes) -> str:
    return document_of(name, data).text


def document_of(name: str, data: str | bytes) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format_name = format_of(name, raw)
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        pytest.param("Item,2019,2020\nTurnover,81,90\nRent,30,34\n",
                     "Item: Turnover; 2019: 81; 2020: 90\nItem: Rent; 2019: 30; 2020: 34", id="years"),
        pytest.param("2021,2022,Item\n5,6,Rent\n8,9,Food\n",
                     "2021: 5; 2022: 6; Item: Rent\n2021: 8; 2022: 9; Item: Food", id="years before the labels"),
        pytest.param(",FY2023,FY2024\nSales,81,90\n", "Sales; FY2023: 81; FY2024: 90", id="fiscal years"),
        pytest.param("Month,1,2,3\nRain,8,7,6\n", "Month: Rain; 1: 8; 2: 7; 3: 6", id="counted columns"),
        pytest.param("Fleet list\nPrinted by Harbour Office\n\nBoat,Berth,Tons\nAlma,B4,12\nBorg,B7,30\n",
                     "Fleet list\nPrinted by Harbour Office\nBoat: Alma; Berth: B4; Tons: 12\n"
                     "Boat: Borg; Berth: B7; Tons: 30", id="title rows"),
        pytest.param("# logger 4\n# place: cellar\nhour,lux\n7,100\n8,180\n",
                     "logger 4\nplace: cellar\nhour: 7; lux: 100\nhour: 8; lux: 180", id="remarks above"),
        pytest.param("Item,Qty\nBolt,4\nNut,9\n\nRainfall\nTown,mm\nLund,31\nKiel,44\n",
                     "Item: Bolt; Qty: 4\nItem: Nut; Qty: 9\nRainfall\nTown: Lund; mm: 31\nTown: Kiel; mm: 44",
                     id="two tables"),
        pytest.param("#hour,lux\n7,100\n8,180\n", "hour: 7; lux: 100\nhour: 8; lux: 180", id="names in a remark"),
        pytest.param("sep=|\nName|City\nIda|Bonn\n", "Name: Ida; City: Bonn", id="declared delimiter"),
        pytest.param("Name,,Desk\nIda,Dr,3\nOle,,4\n", "Name: Ida; Dr; Desk: 3\nName: Ole; Desk: 4", id="blank name"),
        pytest.param("Home,Goals,Guest,Goals\nReds,3,Blues,1\n", "Home: Reds; Goals: 3; Guest: Blues; Goals: 1",
                     id="doubled name"),
        pytest.param("Region,2022,,2023,\n,Sales,Cost,Sales,Cost\nNorth,10,4,12,5\nSouth,9,3,11,6\n",
                     "Region: North; 2022 Sales: 10; 2022 Cost: 4; 2023 Sales: 12; 2023 Cost: 5\n"
                     "Region: South; 2022 Sales: 9; 2022 Cost: 3; 2023 Sales: 11; 2023 Cost: 6", id="two rows"),
        pytest.param("Part,Weight,Length\n,kg,mm\nA,3.2,100\nB,3.3,120\n",
                     "Part: A; Weight kg: 3.2; Length mm: 100\nPart: B; Weight kg: 3.3; Length mm: 120", id="units"),
        pytest.param("City,Frost\nOslo,n/a\nRome,4\nKiel,20\n", "City: Oslo; Frost: n/a\nCity: Rome; Frost: 4\n"
                     "City: Kiel; Frost: 20", id="a missing value is not a unit"),
        pytest.param("Ware;Preis\nTee;1,50\nMilch;2,20\n", "Ware: Tee; Preis: 1,50\nWare: Milch; Preis: 2,20",
                     id="commas in numbers"),
        pytest.param("Oslo,12,3\nRome,14,5\n", "Oslo; 12; 3\nRome; 14; 5", id="no names"),
        pytest.param("Ada,Quay,Room 12\nBen,Lane,Room 14\n", "Ada; Quay; Room 12\nBen; Lane; Room 14", id="rooms"),
        pytest.param("Ann,555-0101\nBen,555-0102\n", "Ann; 555-0101\nBen; 555-0102", id="no names, telephone numbers"),
        pytest.param("Place,2022,2023,Share,Day\nNorth,8,9,12%,2024-03-01\nSouth,3,4,37%,2024-04-02\n",
                     "Place: North; 2022: 8; 2023: 9; Share: 12%; Day: 2024-03-01\n"
                     "Place: South; 2022: 3; 2023: 4; Share: 37%; Day: 2024-04-02", id="years among names"),
        pytest.param("Client;;Place;\nMoser;Dr.;Linz;VIP\nHuber;;Graz;\n",
                     "Client: Moser; Dr.; Place: Linz; VIP\nClient: Huber; Place: Graz", id="two blank names"),
        pytest.param("A,B\n1,2\nA,B\n3,4\n", "A: 1; B: 2\nA: 3; B: 4", id="names repeated below"),
        pytest.param('Account:;="CH58"\nFrom:;="01.03.2024"\n\nDay;Text;In;Out\n12.03.2024;Shop;;-45.30\n'
                     "15.03.2024;Pay;5400.00;\n\nDisclaimer:\nPrinted by a program.\n",
                     "Account: CH58\nFrom: 01.03.2024\nDay: 12.03.2024; Text: Shop; Out: -45.30\n"
                     "Day: 15.03.2024; Text: Pay; In: 5400.00\nDisclaimer:\nPrinted by a program.", id="statement"),
        pytest.param("Bank A;\nBox 2108;\n\n#Client;\nIDA HOLM;\n\n#Day;#Text;#Sum;\n2024-03-04;Shop;-23,10 EUR;\n"
                     "2024-03-05;Pay;150,00 EUR;\n",
                     "Bank A\nBox 2108\n#Client\nIDA HOLM\n#Day: 2024-03-04; #Text: Shop; #Sum: -23,10 EUR\n"
                     "#Day: 2024-03-05; #Text: Pay; #Sum: 150,00 EUR", id="more lines above than rows"),
    ],
)  # fmt: skip
def test_each_row_of_a_csv_carries_the_names_of_its_columns(table: str, lines: str) -> None:
    assert text_of("a.csv", table) == lines


def test_html_header_of_two_rows_reaches_over_its_columns_and_merged_cells_repeat() -> None:
    page = (
        "<table><caption>Rain</caption><thead><tr><th rowspan=2>City<th colspan=2>Rain mm<tr><th>May<th>June</thead>"
        "<tr><td rowspan=2>Lund<td>31<td>48<tr><td>32<td>49<tr><td colspan=3>Coast<tr><td>Oslo<td>20<td>H<sub>2</sub>O"
        "</table>"
    )
    assert text_of("a.html", page).split("\n")[1:] == [
        "City: Lund; Rain mm May: 31; Rain mm June: 48",
        "City: Lund; Rain mm May: 32; Rain mm June: 49",
        "Coast",
        "City: Oslo; Rain mm May: 20; Rain mm June: H2O",
    ]


def test_a_page_laid_out_with_tables_is_not_a_data_table() -> None:
    page = "<table><tr><td><h1>News</h1><p>Long text</p></td><td><table><tr><td>a<td>b<tr><td>c<td>d</table></td></tr>"
    page += "<tr><td>left<td>right</table>"
    assert "left | right" in text_of("a.html", page)


def test_a_table_inside_a_cell_gives_its_rows_the_labels_of_the_outer_row() -> None:
    def inner(*rows: str) -> str:
        return (
            "<table><tr><td>Item<td>Qty" + "".join(f"<tr><td>{row.replace(' ', '<td>')}" for row in rows) + "</table>"
        )

    outer = f"<tr><td>North<td>{inner('Bolt 40', 'Nut 55')}<tr><td>South<td>kept dry {inner('Bolt 7', 'Nut 9')}"
    rows = ["Item: Bolt; Qty: 40", "Item: Nut; Qty: 55"], ["Item: Bolt; Qty: 7", "Item: Nut; Qty: 9"]
    named = [f"Depot: North; Stock; {row}" for row in rows[0]] + [
        f"Depot: South; Stock: kept dry; {row}" for row in rows[1]
    ]
    assert text_of("a.html", f"<table><tr><th>Depot<th>Stock{outer}</table>").split("\n") == named
    without_names = [line.replace("Depot: ", "").replace("Stock; ", "").replace("Stock: ", "") for line in named]
    assert text_of("a.html", f"<table>{outer}</table>").split("\n") == without_names


def test_cells_that_reach_down_and_across_in_the_first_row_are_a_header() -> None:
    page = "<table><tr><td rowspan=2>City<td colspan=2>Rain<tr><td>May<td>June<tr><td>Ulm<td>31<td>48</table>"
    assert text_of("a.html", page) == "City: Ulm; Rain May: 31; Rain June: 48"


NAMED = "Kind: Adult; 2021: 12\nKind: Child; 2021: 5"


@pytest.mark.parametrize("name", ["a.rst", "a.md"])
@pytest.mark.parametrize(
    ("drawn", "lines"),
    [
        pytest.param("=====  ====\nKind   2021\n=====  ====\nAdult  12\nChild  5\n=====  ====", NAMED, id="simple"),
        pytest.param("===  ===\nAda  Rome\nBen  Oslo\n     Moss\n===  ===", "Ada; Rome\nBen; Oslo Moss", id="no names"),
        pytest.param("+-------+------+\n| Kind  | 2021 |\n+=======+======+\n| Adult | 12   |\n+-------+------+\n"
                     "| Child | 5    |\n+-------+------+", NAMED, id="grid"),
        pytest.param("+------+------+\n| Name | Note |\n+======+======+\n| Ada  | a    |\n|      | b    |\n"
                     "+------+------+", "Name: Ada; Note: a b", id="two lines in a cell"),
        pytest.param("+-------+------+\n| Kind  | 2021 |\n+-------+------+\n| Adult |   12 |\n| Child |    5 |\n"
                     "+-------+------+", NAMED, id="output of a database"),
        pytest.param(" Kind  | 2021\n-------+------\n Adult |   12\n Child |    5", NAMED, id="output without a frame"),
        pytest.param("  Kind    2021\n  ------ -----\n  Adult     12\n  Child      5", NAMED, id="dashes"),
    ],
)  # fmt: skip
def test_a_table_drawn_with_characters_gives_rows_that_name_their_columns(name: str, drawn: str, lines: str) -> None:
    assert text_of(name, f"Before.\n\n{drawn}\n\nAfter.\n") == f"Before.\n\n{lines}\n\nAfter.\n"


@pytest.mark.parametrize(
    "text",
    ["```\n+--+--+\n| a | b |\n+--+--+\n```\n", "Two words\n--- ---\n\nText.\n", "== ==\nopen\n", "+--+--+\n"],
)
def test_what_is_not_a_drawn_table_stays(text: str) -> None:
    assert text_of("a.md", text) == text


def test_plain_text_shows_the_rows_of_framed_tables_only() -> None:
    drawn = (
        " Kind  | 2021\n-------+------\n Adult |   12\n Child |    5\n(2 rows)\n\n====  ====\nKind  Note\n====  ====\n"
    )
    assert text_of("a.txt", drawn) == f"{NAMED}\n(2 rows)\n\n====  ====\nKind  Note\n====  ====\n"


@pytest.mark.parametrize(
    "table",
    [
        (
            ".. list-table:: Fees\n   :header-rows: 1\n\n   * - Kind\n     - 2021\n"
            "   * - Adult\n     - 12\n   * - Child\n     - 5\n"
        ),
        ".. csv-table:: Fees\n   :header: Kind, 2021\n\n   Adult, 12\n   Child, 5\n",
    ],
)
def test_directives_of_tables_give_rows_that_name_their_columns(table: str) -> None:
    assert text_of("a.rst", f"Before.\n\n{table}\nAfter.\n") == f"Before.\n\nFees\n{NAMED}\n\n\nAfter.\n"


def test_a_table_of_html_in_markdown_gives_rows_that_name_their_columns() -> None:
    rows = "<tr><th>Kind</th><th>2021</th></tr>\n<tr><td>Adult</td><td>12</td></tr><tr><td>Child</td><td>5</td></tr>"
    table = f"<table>{rows}</table>"
    assert text_of("a.md", f"# Fees\n\n{table}\n\n```html\n{table}\n```\n") == (
        f"# Fees\n\n{NAMED}\n\n```html\n{table}\n```\n"
    )


def test_a_table_of_rtf_and_of_a_fictionbook_gives_rows_that_name_their_columns() -> None:
    def row(*cells: str) -> str:
        return "{\\trowd " + "".join(f"{{\\pard\\intbl {cell}\\par}}\\cell" for cell in cells) + "\\row}"

    table = (("Kind", "Fee"), ("Adult", "12"), ("Child", "5"))
    rtf = "{\\rtf1\\ansi " + "".join(row(*cells) for cells in table) + "}"
    named = NAMED.replace("2021", "Fee")
    assert text_of("a.rtf", rtf) == named
    rows = "<tr><th>Kind</th><th>2021</th></tr><tr><td>Adult</td><td>12</td></tr><tr><td>Child</td><td>5</td></tr>"
    book = f'<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><body><table>{rows}</table></body></FictionBook>'
    assert text_of("a.fb2", book) == NAMED


def test_a_table_wider_than_any_reader_can_use_is_written_without_names() -> None:
    names = [f"n{column}" for column in range(5_000)]
    wide = ",".join(names) + "\n" + ",".join(["1"] * 5_000) + "\n"
    assert text_of("a.csv", wide) == "; ".join(names) + "\n" + "; ".join(["1"] * 5_000)


def test_a_file_with_rows_too_wide_for_names_says_so() -> None:
    source = Source("/desk/a.csv", ",".join(["1"] * 5_000).encode() + b"\n2\n")
    reader_of("csv")(source)
    assert source.remarks == ["rows of more than 4,096 cells are read without the names of their columns"]


def test_a_wrong_span_costs_little() -> None:
    page = "<table><tr><th colspan=99999999>A<th>B<tr><td rowspan=65000>1<td>2</table>"
    assert "2" in text_of("a.html", page)


def workbook(fill: Callable[[Any], None]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    fill(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_shows_percentages_and_currencies_as_its_formats_do() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Item", "Share", "Price", "Day"])
        sheet.append(["oil", 0.125, 1234.5, datetime.date(2024, 3, 5)])
        sheet["B2"].number_format = "0.0%"
        sheet["C2"].number_format = '#,##0.00 "€"'
        sheet["A2"] = 45_300
        sheet["A2"].number_format = '#,##0.0,"k"'

    assert text_of("a.xlsx", workbook(fill)) == "Sheet\nItem: 45.3k; Share: 12.5%; Price: 1,234.50 €; Day: 2024-03-05"


MOMENT = datetime.datetime(2024, 5, 3, 14, 7, 9)  # noqa: DTZ001 - a cell has no time zone


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (MOMENT, "dd.mm.yyyy", "03.05.2024"),
        (MOMENT, "[$-409]d-mmm-yy;@", "3-May-24"),
        (MOMENT, "mmmm d, yyyy h:mm AM/PM", "May 3, 2024 2:07 PM"),
        (MOMENT, 'yyyy"年"m"月"d"日"', "2024年5月3日"),
        (MOMENT, "mm:ss.0", "07:09.0"),
        (MOMENT, "[$-407]d. mmmm yyyy", "2024-05-03 14:07:09"),  # German names of months
        (MOMENT, "mm-dd-yy", "2024-05-03 14:07:09"),  # as the system of the reader has it
        (MOMENT.replace(hour=0, minute=0, second=0), "yyyy-mm-dd hh:mm:ss", "2024-05-03"),
        (datetime.time(6, 5), "hh:mm", "06:05"),
        (datetime.timedelta(hours=36, minutes=5), "[h]:mm", "36:05"),
    ],
)
def test_a_workbook_shows_dates_and_times_as_its_formats_do(value: object, number_format: str, shown: str) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Item", "Day"])
        sheet.append(["oil", value])
        sheet["B2"].number_format = number_format

    assert text_of("a.xlsx", workbook(fill)) == f"Sheet\nItem: oil; Day: {shown}"


def test_a_formula_without_a_saved_result_is_named_in_a_remark() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Item", "Cost"])
        sheet.append(["oil", 12])
        sheet.append(["Total", "=SUM(B2:B2)"])

    document = document_of("a.xlsx", workbook(fill))
    assert document.text == "Sheet\nItem: oil; Cost: 12\nItem: Total; Cost: =SUM(B2:B2) (not calculated)"
    assert remarks_of(document.metadata) == ("one formula has no saved result",)


def test_merged_cells_of_a_workbook_reach_over_their_rows_and_columns() -> None:
    def fill(sheet: Any) -> None:
        for row in (["Rain in mm"], ["City", "2023", None, "2024", None], [None, "May", "June", "May", "June"]):
            sheet.append(row)
        for row in (["Lund", 31, 48, 30, 20], [None, 1, 2, 3, 4], ["Coast"], ["Oslo", 5, 6, 7, 8]):
            sheet.append(row)
        for cells in ("A1:E1", "B2:C2", "D2:E2", "A2:A3", "A4:A5", "A6:E6"):
            sheet.merge_cells(cells)

    assert text_of("a.xlsx", workbook(fill)).split("\n") == [
        "Sheet",
        "Rain in mm",
        "City: Lund; 2023 May: 31; 2023 June: 48; 2024 May: 30; 2024 June: 20",
        "City: Lund; 2023 May: 1; 2023 June: 2; 2024 May: 3; 2024 June: 4",
        "Coast",
        "City: Oslo; 2023 May: 5; 2023 June: 6; 2024 May: 7; 2024 June: 8",
    ]


def test_a_latex_table_carries_its_column_names() -> None:
    source = r"""\begin{document}Intro.
\begin{table}\caption{Yields}
\begin{tabular}{l|rr}
\toprule
Field & \multicolumn{2}{c}{Yield in t} \\ \cmidrule(lr){2-3}
 & 2022 & 2023 \\
\midrule
North \& East & 4.7 & \textbf{5.1} \\
South & 3.9 & 4.0 \\
\bottomrule
\end{tabular}
\end{table}
After it.\end{document}"""
    rows = "Field: North & East; Yield in t 2022: 4.7; Yield in t 2023: 5.1\n"
    rows += "Field: South; Yield in t 2022: 3.9; Yield in t 2023: 4.0"
    assert text_of("a.tex", source).split("\n\n") == ["Intro.\nYields", rows, "After it."]


def test_a_spreadsheet_of_open_document_gives_its_rows_as_shown() -> None:
    table = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'

    def row(*cells: str) -> str:
        return "<table:table-row>" + "".join(cells) + "</table:table-row>"

    def cell(shown: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{shown}</text:p></table:table-cell>"

    rows = row(cell("Ware"), cell("Preis"), cell("Tag"), '<table:table-cell table:number-columns-repeated="1020"/>')
    rows += row(cell("Tee", 'table:number-rows-spanned="2"'), cell("1,50 €", 'office:value="1.5"'), cell("05.03.2024"))
    rows += row("<table:covered-table-cell/>", cell("1,60 €"), cell("06.03.2024"))
    rows += row(cell("Summe"), '<table:table-cell table:formula="of:=SUM([.B2:.B3])"/>')
    rows += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    body = f'<table:table table:name="Laden">{rows}</table:table>'
    content = (
        f"<office:document-content {office} {table} {text}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    document = document_of("a.ods", zip_of({"content.xml": content}))
    assert document.text.split("\n") == [
        "Laden",
        "Ware: Tee; Preis: 1,50 €; Tag: 05.03.2024",
        "Ware: Tee; Preis: 1,60 €; Tag: 06.03.2024",
        "Ware: Summe",
    ]
    assert remarks_of(document.metadata) == ("one formula has no saved result",)


def test_a_markdown_table_names_its_columns_over_each_row() -> None:
    text = "# Stops\n\n| Stop | Riders |\n|---|---:|\n| North | 12 |\n| a\\|b | 13 |\n\nThe end | of it.\n"
    (table,) = tables_of(text)
    assert text[table.start : table.end] == "| North | 12 |\n| a\\|b | 13 |\n"
    assert table.columns == ("Stop", "Riders")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            "<tr><th>Dept<th>Name<tr><td rowspan=2>Sales<td>Ida<tr><td>Bo",
            "Dept: Sales; Name: Ida\nDept: Sales; Name: Bo",
        ),
        ("<tr><th>Weight<td>12 kg<tr><th>Length<td>3 m", "Weight: 12 kg\nLength: 3 m"),
    ],
)
def test_a_cell_of_a_page_keeps_the_label_of_its_row(rows: str, text: str) -> None:
    assert text_of("a.html", f"<p>Our list.</p><table>{rows}</table>").endswith(text)


def test_a_markdown_table_without_outer_pipes_names_its_columns_too() -> None:
    text = "Name | Town\n---- | ---\nIda | Ghent\nBo | Lund\n\nA line | is not a row."
    assert [(text[t.start : t.end], t.columns) for t in tables_of(text)] == [
        ("Ida | Ghent\nBo | Lund\n", ("Name", "Town"))
    ]


def test_a_table_whose_rows_look_like_rules_is_read_once() -> None:
    assert len(list(tables_of("| a\n|-\n" * 20_000))) == 1


def test_a_table_of_options_without_names_takes_no_option_for_the_name_of_a_column() -> None:
    rule = "+--------+----------+\n"
    drawn = f"{rule}| ``-q`` | say less |\n{rule}| ``-w`` | wait     |\n{rule}"
    assert text_of("a.rst", drawn) == "``-q``; say less\n``-w``; wait\n"


def test_a_table_of_text_below_one_with_numbers_has_names_of_its_own() -> None:
    rows = [
        ["Tool", "Pieces"],
        ["Saw", "3"],
        ["Axe", "5"],
        ["", ""],
        ["Guest", "Room"],
        ["Mara", "East"],
        ["Ivo", "West"],
    ]
    assert list(table_lines(rows)) == [
        "Tool: Saw; Pieces: 3",
        "Tool: Axe; Pieces: 5",
        "Guest: Mara; Room: East",
        "Guest: Ivo; Room: West",
    ]


def test_a_block_of_text_below_text_belongs_to_the_same_table() -> None:
    rows = [["Guest", "Room"], ["Mara", "East"], ["", ""], ["Ivo", "West"], ["Ola", "North"]]
    assert list(table_lines(rows))[-1] == "Guest: Ola; Room: North"


def test_the_names_of_columns_without_values_are_kept() -> None:
    table = "Person,Signature,Date\nAda,,\nBo,,\n"
    assert text_of("a.csv", table) == "Signature; Date\nPerson: Ada\nPerson: Bo"

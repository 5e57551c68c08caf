"""Rich text (RTF) and OpenDocument texts: numbers, headers, merged cells, forms and recorded changes."""

from __future__ import annotations

import pytest
from tests.support.sample_files import zip_of

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import format_of, reader_of

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    [
        *(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "text", "table", "style")),
        'xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"',
    ]
)
OARS = (("Oar", "Length"), ("Left", "3.1"))
LEVEL = "text:list-level-style-number text:level"
RULES = (
    f'<text:list-style style:name="L1"><{LEVEL}="1" style:num-format="I" style:num-prefix="Part "/>'
    f'<{LEVEL}="2" style:num-format="1" style:num-suffix=")" text:display-levels="2"/></text:list-style>'
    f'<text:list-style style:name="L2"><{LEVEL}="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    '<text:list-style style:name="L3"><text:list-level-style-bullet text:level="1"/></text:list-style>'
)


def text_of(name: str, data: bytes) -> str:
    format_name = format_of(name, data)
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data)).text


def odt(body: str, styles: str = "") -> str:
    content = f"<office:document-content {NAMES}><office:body><office:text>{body}</office:text></office:body>"
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"{content}</office:document-content>",
        "styles.xml": f"<office:document-styles {NAMES}>{styles}</office:document-styles>",
    }
    return text_of("a.odt", zip_of(parts))


def item(text: str, inner: str = "") -> str:
    return f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>"


def test_clauses_of_opendocument_keep_their_numbers() -> None:
    lower = f"<text:list>{item('Oars')}{item('Sails')}</text:list>"
    go_on = f"<text:list-item><text:list>{item('Ropes')}</text:list></text:list-item>"
    body = (
        f'<text:list text:style-name="L1">{item("Gear", lower)}{item("Fees")}</text:list><text:p>Between.</text:p>'
        f'<text:list text:style-name="L1" text:continue-numbering="true">{go_on}</text:list>'
    )
    assert odt(body, RULES).split("\n\n") == [
        "Part I Gear",
        "I.1) Oars",
        "I.2) Sails",
        "Part II Fees",
        "Between.",
        "II.1) Ropes",
    ]


def test_plain_numbers_and_bullets_of_opendocument_stay_lists() -> None:
    second = '<text:list-item text:start-value="4"><text:p>Pull</text:p></text:list-item>'
    body = f'<text:list text:style-name="L2">{second}{item("Tie")}</text:list><text:p>Or:</text:p>'
    bullets = f'<text:list text:style-name="L3">{item("Wait")}</text:list>'
    assert odt(body + bullets, RULES) == "4. Pull\n5. Tie\n\nOr:\n\n- Wait"


def test_headings_of_opendocument_have_the_numbers_of_its_outline() -> None:
    rules = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/><text:outline-level-style '
        'text:level="2" style:num-format="a" text:display-levels="2"/></text:outline-style>'
    )
    heading = '<text:h text:outline-level="{}">{}</text:h>'
    body = "".join(heading.format(*pair) for pair in ((1, "Keel"), (2, "Oak"), (2, "Ash"), (1, "Mast")))
    assert odt(body, rules).split("\n\n") == ["1 Keel", "1.a Oak", "1.b Ash", "2 Mast"]


def test_headers_and_footers_of_opendocument_are_read_once_without_page_numbers() -> None:
    header = "<style:header><text:p>Deed 12-B</text:p></style:header>"
    page = f"<style:master-page>{header}<style:footer>{{}}</style:footer></style:master-page>"
    styles = page.format("<text:p>Page 3</text:p>") + page.format("<text:p>Copy for Mara</text:p>")
    assert odt("<text:p>It binds both.</text:p>", styles) == "Deed 12-B\n\nIt binds both.\n\nCopy for Mara"


def test_the_chosen_entry_of_a_list_in_a_form_is_text() -> None:
    entries = "".join(f'<field:param field:name="Dropdown_ListEntry" field:value="{name}"/>' for name in ("Oak", "Ash"))
    chosen = '<field:param field:name="Dropdown_Selected" field:value="1"/>'
    assert odt(f"<text:p>Wood: <field:fieldmark>{entries}{chosen}</field:fieldmark></text:p>") == "Wood: Ash"


def test_deleted_text_that_stands_in_its_place_is_not_read() -> None:
    regions = (
        '<text:tracked-changes><text:changed-region text:id="d"><text:deletion/></text:changed-region>'
        '<text:changed-region text:id="i"><text:insertion/></text:changed-region></text:tracked-changes>'
    )
    change = '<text:change-start text:change-id="{0}"/>{1}<text:change-end text:change-id="{0}"/>'
    body = f"<text:p>It costs {change.format('d', '30')}{change.format('i', '45')} euros.</text:p>"
    assert odt(regions + body) == "It costs 45 euros."


def test_a_flat_spreadsheet_is_read_as_a_packed_one() -> None:
    rows = [[f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in line] for line in OARS]
    cells = "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in rows)
    table = f'<office:spreadsheet><table:table table:name="Oars">{cells}</table:table></office:spreadsheet>'
    flat = f'<?xml version="1.0"?><office:document {NAMES}><office:body>{table}</office:body></office:document>'
    assert text_of("a.fods", flat.encode()) == "Oars\nOar: Left; Length: 3.1"


def rtf(body: str) -> str:
    pytest.importorskip("striprtf")
    return text_of("a.rtf", f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}{body}}}".encode("latin-1"))


def row(cells: str, *edges: str) -> str:
    return f"\\trowd{''.join(edges)}\\pard\\intbl {cells}\\row\n"


def test_a_cell_over_several_columns_of_rich_text_names_all_of_them() -> None:
    three = ("\\cellx1000", "\\cellx2000", "\\cellx3000")
    rows = (
        row("Lake\\cell Depth\\cell", "\\clvmgf\\cellx1000", "\\cellx3000"),
        row("\\cell Least\\cell Most\\cell", "\\clvmrg\\cellx1000", *three[1:]),
        row("Upper\\cell 4\\cell 51\\cell", *three),
        row("Lower\\cell 2\\cell 17\\cell", *three),
    )
    lines = ["Lake: Upper; Depth Least: 4; Depth Most: 51", "Lake: Lower; Depth Least: 2; Depth Most: 17"]
    assert rtf("".join(rows) + "\\pard End\\par").split("\n")[:2] == lines


def test_a_cell_that_goes_on_below_has_its_text_there() -> None:
    rows = (
        row("East\\cell Ada\\cell 7\\cell", "\\clvmgf\\cellx1000", "\\cellx2000", "\\cellx3000"),
        row("\\cell Bo\\cell 9\\cell", "\\clvmrg\\cellx1000", "\\cellx2000", "\\cellx3000"),
    )
    assert rtf("".join(rows)) == "East; Ada; 7\nEast; Bo; 9"


def test_deleted_words_of_rich_text_are_not_read() -> None:
    assert rtf("It costs {\\lang1033\\deleted\\revauthdel1 30}{\\revised 45} euros.\\par") == "It costs 45 euros."


def test_headers_of_rich_text_are_read_once_without_page_numbers() -> None:
    head = (
        "{\\header\\pard Deed 12-B \\'fcber\\par}{\\headerf\\pard Deed 12-B \\'fcber\\par}{\\footer\\pard Page 2\\par}"
    )
    assert rtf(f"{head}It binds both.\\par") == "Deed 12-B über\n\nIt binds both."


def test_a_note_that_other_programs_may_skip_is_read() -> None:
    assert "Note: Since May." in rtf("It is shut{\\super\\chftn{\\*\\footnote\\pard Since May.}}.\\par").replace(
        "  ", " "
    )


def test_signs_of_the_symbol_font_are_letters_and_bullets() -> None:
    assert rtf("\\u-3913? Angle \\u-3999? is \\u-3917? 4\\par") == "• Angle α is ≥ 4"


def test_a_chart_of_opendocument_is_the_table_of_its_values() -> None:
    row = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        row.format("".join(map(cell.format, line))) for line in (("", "Boats"), ("North", "12"), ("South", "7"))
    )
    chart = f"<office:chart><table:table>{rows}</table:table></office:chart>"
    names = f'{NAMES} xmlns:draw="{OASIS}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    frame = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    slide = f"<draw:page>{frame}</draw:page>"
    parts: dict[str, str | bytes] = {
        "content.xml": f"<office:document-content {names}><office:body><office:presentation>{slide}"
        "</office:presentation></office:body></office:document-content>",
        "Object 1/content.xml": f"<office:document-content {names}><office:body>{chart}</office:body>"
        "</office:document-content>",
    }
    assert text_of("a.odp", zip_of(parts)) == "North; Boats: 12\nSouth; Boats: 7"


def test_a_note_amid_a_sentence_stands_below_the_text() -> None:
    note = "<text:note-citation>1</text:note-citation><text:note-body><text:p>In two</text:p><text:p>parts.</text:p>"
    body = (
        f"<text:p>The fee<text:note>{note}</text:note-body></text:note> is 45 euros.</text:p><text:p>The end.</text:p>"
    )
    assert odt(body) == "The fee[1] is 45 euros.\n\nThe end.\n\n[1] In two parts."


def test_raised_figures_behind_figures_are_powers() -> None:
    raised = '<style:text-properties style:text-position="super 58%"/>'
    styles = f'<office:styles><style:style style:name="T1" style:family="text">{raised}</style:style></office:styles>'
    six, two = (f'<text:span text:style-name="T1">{figure}</text:span>' for figure in "62")
    assert odt(f"<text:p>It holds 10{six} grains on 4 m{two}.</text:p>", styles) == "It holds 10^6 grains on 4 m2."
    assert rtf("It holds 10{\\b\\super 6} grains on 4 m{\\super 2}.\\par") == "It holds 10^6 grains on 4 m2."


def test_a_bullet_of_a_font_of_symbols_is_a_bullet() -> None:
    pytest.importorskip("striprtf")
    fonts = "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f3\\fcharset128 OpenSymbol;}}"
    items = "{\\listtext\\f3 \\'96\\tab}oak\\par {\\listtext\\f3 \\'96\\tab}elm\\par"
    assert text_of("a.rtf", f"{{\\rtf1\\ansi{fonts}{items}}}".encode()) == "•\toak\n•\telm"

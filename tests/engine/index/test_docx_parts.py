"""DOCX: what stands in fields, equations, text boxes, headers and numbers belongs to the text."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from tests.support.sample_files import docx_members, zip_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.office.docx import read
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def text_of(body: str, **parts: str) -> str:
    members = docx_members()
    members["word/document.xml"] = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
    members.update({f"word/{name}.xml": content for name, content in parts.items()})
    return read(Source("/desk/a.docx", zip_of(members))).text


def test_simple_fields_give_their_result() -> None:
    inner = f'<w:fldSimple w:instr=" REF x "><w:fldSimple w:instr="y">{run("7.3")}</w:fldSimple></w:fldSimple>'
    assert text_of(f"<w:p>{run('See clause ')}{inner}{run('.')}</w:p>") == "See clause 7.3."


@pytest.mark.parametrize(
    ("maths", "line"),
    [
        ("<m:r><m:t>2×40</m:t></m:r>", "2×40"),
        ("<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>", "(a+b)/2"),
        ("<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "x^2"),
        ("<m:m><m:mr><m:e><m:r><m:t>1</m:t></m:r></m:e><m:e><m:r><m:t>0</m:t></m:r></m:e></m:mr></m:m>", "1 0"),
        ("<m:eqArr><m:e><m:r><m:t>x=1</m:t></m:r></m:e><m:e><m:r><m:t>y=2</m:t></m:r></m:e></m:eqArr>", "x=1; y=2"),
        (
            '<m:d><m:dPr><m:begChr m:val="|"/><m:endChr m:val="|"/></m:dPr><m:e><m:r><m:t>x</m:t></m:r></m:e></m:d>',
            "|x|",
        ),
        ("<m:limLow><m:e><m:r><m:t>min</m:t></m:r></m:e><m:lim><m:r><m:t>n</m:t></m:r></m:lim></m:limLow>", "min_n"),
        ("<m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad>", "√n"),
        ("<m:rad><m:deg/><m:e><m:r><m:t>2gh</m:t></m:r></m:e></m:rad>", "√(2gh)"),
        ("<m:rad><m:deg><m:r><m:t>3</m:t></m:r></m:deg><m:e><m:r><m:t>8</m:t></m:r></m:e></m:rad>", "(8)^(1/3)"),
        (
            "<m:r><m:t>1</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>",
            "1 1/2",
        ),
    ],
)
def test_equations_stand_on_their_line(maths: str, line: str) -> None:
    assert text_of(f"<w:p>{run('It is ')}<m:oMath>{maths}</m:oMath>{run(' euros.')}</w:p>") == f"It is {line} euros."


@pytest.mark.parametrize(
    ("state", "sign"), [('<w:default w:val="1"/>', "☒"), ('<w:checked w:val="0"/>', "☐"), ("", "☐")]
)
def test_a_box_of_an_older_form_is_a_sign(state: str, sign: str) -> None:
    begin = f'<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar>'
    code = "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
    field = f'<w:r>{begin}</w:r>{code}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert text_of(f"<w:p>{field}{run(' insured')}</w:p>") == f"{sign} insured"


def test_a_box_of_a_content_control_keeps_its_sign() -> None:
    word = "http://schemas.microsoft.com/office/word/2010/wordml"
    control = f'<w:sdt><w:sdtPr><b:checkbox xmlns:b="{word}"/></w:sdtPr><w:sdtContent>{run("☒")}</w:sdtContent></w:sdt>'
    assert text_of(f"<w:p>{control}{run(' insured')}</w:p>") == "☒ insured"


def test_a_text_box_is_read_once_with_or_without_its_fallback_copy() -> None:
    content = f"<w:txbxContent><w:p>{run('Call extension 12.')}</w:p></w:txbxContent>"
    new = f'<mc:Choice Requires="wps"><w:drawing>{content}</w:drawing></mc:Choice>'
    old = f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback>"
    for box in (new, new + old):
        body = f"<w:p>{run('Before.')}<w:r><mc:AlternateContent>{box}</mc:AlternateContent></w:r></w:p>"
        assert text_of(body) == "Before.\n\nCall extension 12."


def test_headers_and_footers_are_read_once_without_page_numbers() -> None:
    head = f"<w:hdr {NAMES}><w:p>{run('Contract 4711')}</w:p></w:hdr>"
    foot = f"<w:ftr {NAMES}><w:p>{run('12')}</w:p><w:p>{run('Draft')}</w:p></w:ftr>"
    text = text_of(f"<w:p>{run('Body.')}</w:p>", header1=head, header2=head, footer1=foot)
    assert text == "Contract 4711\n\nBody.\n\nDraft"


def test_comments_stand_at_the_end() -> None:
    comments = (
        f'<w:comments {NAMES}><w:comment w:id="0" w:author="Ida"><w:p>{run("Too much.")}</w:p></w:comment></w:comments>'
    )
    assert text_of(f"<w:p>{run('Body.')}</w:p>", comments=comments) == "Body.\n\nComment by Ida: Too much."


def test_moved_and_deleted_files_are_left_out() -> None:
    gone = f"<w:moveFrom>{run('Old.')}</w:moveFrom><w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del>"
    assert text_of(f"<w:p>{gone}{run('New.')}</w:p>") == "New."


def level(number: int, form: str, text: str) -> str:
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def numbered(text: str, depth: int, of: int = 1, style: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{of}"/></w:numPr>'
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{run(text)}</w:p>"


def test_clauses_keep_their_numbers_and_plain_lists_stay_lists() -> None:
    numbering = (
        f"<w:numbering {NAMES}>"
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "decimal", "%1.%2")}'
        f"{level(2, 'lowerLetter', '(%3)')}</w:abstractNum>"
        f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "•")}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2">{level(0, "upperRoman", "Part %1")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    )
    body = "".join(
        [
            numbered("Rent", 0, style="Clause"),
            numbered("It is due monthly.", 1),
            numbered("By transfer", 2),
            numbered("In cash", 2),
            numbered("Deposit", 0, style="Clause"),
            numbered("It is paid back.", 1),
            numbered("an item", 0, of=2),
            numbered("Annexes", 0, of=3),
        ]
    )
    lines = [line for line in text_of(body, numbering=numbering).split("\n") if line]
    assert lines == [
        "1. Rent",
        "1.1 It is due monthly.",
        "(a) By transfer",
        "(b) In cash",
        "2. Deposit",
        "2.1 It is paid back.",
        "- an item",
        "Part I Annexes",
    ]


def document_of(body: str, **parts: str) -> Document:
    members = docx_members()
    members["word/document.xml"] = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
    members.update({f"word/{name}.xml": content for name, content in parts.items()})
    return read(Source("/desk/a.docx", zip_of(members)))


def field(code: str, result: str | None) -> str:
    bound = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    shown = "" if result is None else bound.format("separate") + result
    return f"{bound.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{shown}{bound.format('end')}"


def test_the_code_of_a_field_is_not_text_even_where_it_holds_a_field() -> None:
    condition = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD Land", run("DE"))
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("with tax")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert text_of(f"<w:p>{run('900 euros ')}{condition}{run('.')}</w:p>") == "900 euros with tax."


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (field("MERGEFIELD Name", run("«Name»")), "one field has no value"),
        (field("MERGEFIELD A", None) + field("FORMTEXT", run("\u2002\u2002")), "2 fields have no value"),
        (f'<w:fldSimple w:instr=" MERGEFIELD A ">{run("")}</w:fldSimple>', "one field has no value"),
        (
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here.')}</w:sdtContent></w:sdt>",
            "one field has no value",
        ),
        (
            field("REF _Ref1", run("Fehler! Verweisquelle konnte nicht gefunden werden.")),
            "one cross-reference has lost its target",
        ),
        ('<w:r><w:object/></w:r><w:r><w:object/></w:r>', "2 embedded objects (sheets, older equations) are not read"),
        ('<w:altChunk/>', "a part inserted from another file is not read"),
        (
            '<w:r><p:pic xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"/></w:r>',
            "one picture is not read, and there is little text beside it",
        ),
    ],
)  # fmt: skip
def test_what_a_document_does_not_say_is_a_remark(body: str, remark: str) -> None:
    document = document_of(f"<w:p>{run('Name: ')}{body}</w:p>")
    assert remarks_of(document.metadata) == (remark,)
    assert document.text.startswith("Name:")
    assert "Click" not in document.text


def test_a_field_with_a_value_and_a_picture_beside_text_need_no_remark() -> None:
    picture = '<p:pic xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"/>'
    body = f"<w:p>{field('MERGEFIELD N', run('Ida'))}<w:r><w:drawing>{picture}</w:drawing></w:r></w:p>"
    assert remarks_of(document_of(f"{body}<w:p>{run('A letter. ' * 30)}</w:p>").metadata) == ()


def test_a_text_box_of_another_program_is_read() -> None:
    box = f"<w:drawing><w:txbxContent><w:p>{run('Dial 777.')}</w:p></w:txbxContent></w:drawing>"
    assert text_of(f"<w:p>{run('Body.')}<w:r>{box}</w:r></w:p>") == "Body.\n\nDial 777."


def test_a_clause_behind_those_below_the_one_before_is_counted_on() -> None:
    numbering = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}'
        f"{level(1, 'decimal', '%1.%2')}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    body = numbered("Term", 0) + numbered("Two years.", 1) + numbered("Rent", 0) + numbered("640 euros.", 1)
    lines = [line for line in text_of(body, numbering=numbering).split("\n") if line]
    assert lines == ["1. Term", "1.1 Two years.", "2. Rent", "2.1 640 euros."]


def test_a_list_that_goes_on_or_begins_elsewhere_keeps_its_numbers() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{start}</w:num></w:numbering>'
    )
    body = (
        numbered("Open", 0) + numbered("Wait", 0) + f"<w:p>{run('Then:')}</w:p>" + numbered("Shut", 0)
        + numbered("Sing", 0, of=2) + numbered("Rest", 0, of=2)
    )  # fmt: skip
    lines = [line for line in text_of(body, numbering=numbering).split("\n") if line]
    assert lines == ["1. Open", "2. Wait", "Then:", "3. Shut", "5. Sing", "6. Rest"]


def test_a_chart_and_a_diagram_are_read() -> None:
    def series(name: str, values: str) -> str:
        points = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values.split()))
        labels = '<c:cat><c:pt idx="0"><c:v>North</c:v></c:pt><c:pt idx="1"><c:v>South</c:v></c:pt></c:cat>'
        return f'<c:ser><c:tx><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:tx>{labels}<c:val>{points}</c:val></c:ser>'

    names = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    )
    words = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    members = docx_members()
    members["word/document.xml"] = f"<w:document {NAMES}><w:body><w:p>{run('Sales:')}</w:p></w:body></w:document>"
    members["word/charts/chart1.xml"] = (
        f"<c:chart {names}><c:title>{words.format('Sales 2023')}</c:title>{series('2022', '19 21')}"
        f"{series('2023', '20 24')}</c:chart>"
    )
    members["word/diagrams/data1.xml"] = f"<m {names}>{words.format('Board')}{words.format('Harbour master')}</m>"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    members["word/_rels/document.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{kinds}/chart" Target="charts/chart1.xml"/>'
        f'<Relationship Id="b" Type="{kinds}/diagramData" Target="/word/diagrams/data1.xml"/></Relationships>'
    )
    lines = read(Source("/desk/a.docx", zip_of(members))).text.split("\n\n")
    assert lines == ["Sales:", "Sales 2023", "North; 2022: 19; 2023: 20", "South; 2022: 21; 2023: 24", "Board",
                     "Harbour master"]  # fmt: skip


def test_a_sum_and_an_integral_keep_their_bounds() -> None:
    def part(name: str, text: str) -> str:
        return f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>"

    bounds = part("sub", "i=1") + part("sup", "n") + part("e", "x")
    for sign, shown in (('<m:naryPr><m:chr m:val="∑"/></m:naryPr>', "∑"), ("", "∫")):
        maths = f"<m:oMath><m:nary>{sign}{bounds}</m:nary></m:oMath>"
        assert text_of(f"<w:p>{run('It is ')}{maths}</w:p>") == f"It is {shown}_(i=1)^n x"


def test_a_sheet_inserted_into_the_text_is_read_and_a_broken_one_is_named() -> None:
    workbook = Workbook()
    for row in (["Part", "Stock"], ["Seal", 40], ["Bolt", 12]):
        workbook.worksheets[0].append(row)
    saved = BytesIO()
    workbook.save(saved)
    relations = "".join(
        f'<Relationship Id="r{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"'
        f' Target="embeddings/{number}.xlsx"/>'
        for number in (1, 2)
    )
    body = f"<w:p>{run('The stock:')}{'<w:r><w:object/></w:r>' * 2}</w:p>"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members: dict[str, str | bytes] = {
        **docx_members(),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
        "word/embeddings/1.xlsx": saved.getvalue(),
        "word/embeddings/2.xlsx": b"broken",
    }
    document = read(Source("/desk/a.docx", zip_of(members)))
    assert document.text == "The stock:\n\nSheet\nPart: Seal; Stock: 40\nPart: Bolt; Stock: 12"
    [remark] = remarks_of(document.metadata)
    assert remark.startswith("an embedded sheet is not read: ")


def test_a_word_with_its_reading_above_it_is_read_without_the_reading() -> None:
    ruby = f"<w:ruby><w:rt>{run('すいしゃ')}</w:rt><w:rubyBase>{run('水車')}</w:rubyBase></w:ruby>"
    assert text_of(f"<w:p>{run('古い')}<w:r>{ruby}</w:r>{run('です')}</w:p>") == "古い水車です"


def test_a_page_number_in_the_footer_is_not_text() -> None:
    for number in ("Page 3 of 9", "Seite 3 von 9", "- Página 3 -", "Стр. 3 из 9"):
        assert (
            text_of(f"<w:p>{run('Body.')}</w:p>", footer1=f"<w:ftr {NAMES}><w:p>{run(number)}</w:p></w:ftr>") == "Body."
        )


def test_a_page_inserted_as_it_is_belongs_to_the_text() -> None:
    members = docx_members()
    members["word/document.xml"] = (
        f'<w:document {NAMES}><w:body><w:p>{run("Before.")}</w:p><w:altChunk id="c"/></w:body></w:document>'
    )
    members["word/_rels/document.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="part.htm"/>'
        "</Relationships>"
    )
    members["word/part.htm"] = "<html><body><h2>Fees</h2><p>The toll is 7 crowns.</p></body></html>"
    document = read(Source("/desk/a.docx", zip_of(members)))
    assert document.text == "Before.\n\nFees\n\nThe toll is 7 crowns."
    assert remarks_of(document.metadata) == ()
    members["word/part.htm"] = b"\x00\x01\x02"
    (remark,) = remarks_of(read(Source("/desk/a.docx", zip_of(members))).metadata)
    assert remark.startswith("a part inserted from another file is not read: ")


def test_documents_inserted_into_each_other_are_read_to_the_first() -> None:
    chunk = (
        '<Relationship Id="c{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" '
        'Target="part.docx"/>'
    )
    data = b""
    for number in range(4):
        members = docx_members()
        members["word/document.xml"] = (
            f"<w:document {NAMES}><w:body><w:p>{run(f'Level {number}.')}</w:p></w:body></w:document>"
        )
        members["word/_rels/document.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{''.join(map(chunk.format, range(50)))}</Relationships>"
        )
        members["word/part.docx"] = data
        data = zip_of(members)
    document = read(Source("/desk/a.docx", data))
    assert document.text == "Level 3.\n\nLevel 2."
    assert remarks_of(document.metadata) == ("parts inserted into an inserted part are not read",)


@pytest.mark.parametrize(
    ("number_format", "third"), [("chineseCounting", "三"), ("russianLower", "в"), ("upperRoman", "III"), ("x", "3")]
)
def test_numbers_are_written_as_their_list_shows_them(number_format: str, third: str) -> None:
    level = f'<w:start w:val="3"/><w:numFmt w:val="{number_format}"/><w:lvlText w:val="%1)"/>'
    below = '<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2"/><w:isLgl/>'
    numbering = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">{level}</w:lvl>'
        f'<w:lvl w:ilvl="1">{below}</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        "</w:numbering>"
    )
    items = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr></w:pPr>{run(text)}</w:p>'
        for depth, text in ((0, "Wheels"), (1, "Hubs"))
    )
    assert text_of(items, numbering=numbering) == f"{third}) Wheels\n\n3.1 Hubs"


def test_the_strict_form_of_the_format_is_read_as_the_usual_one() -> None:
    members = docx_members()
    strict = {
        name: part.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/", "http://purl.oclc.org/ooxml/wordprocessingml/"
        ).replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"
        )
        if isinstance(part, str)
        else part
        for name, part in members.items()
    }
    assert strict != members
    usual = read(Source("/desk/a.docx", zip_of(members))).text
    assert read(Source("/desk/a.docx", zip_of(strict))).text == usual


@pytest.mark.parametrize(
    ("state", "entry"), [('<w:result w:val="2"/>', "Elm"), ('<w:default w:val="1"/>', "Ash"), ("", "Oak")]
)
def test_the_chosen_entry_of_a_list_of_an_older_form_is_text(state: str, entry: str) -> None:
    entries = "".join(f'<w:listEntry w:val="{name}"/>' for name in ("Oak", "Ash", "Elm"))
    form = f"<w:ffData><w:ddList>{state}{entries}</w:ddList></w:ffData>"
    field = (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'
        '<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert text_of(f"<w:p>{run('Wood: ')}{field}</w:p>") == f"Wood: {entry}"


def test_a_footnote_has_no_arrow_back() -> None:
    names = NAMES.split(" xmlns:m")[0]
    members = docx_members()
    noted = f"<w:p>{run('It is shut')}<w:r><w:footnoteReference w:id='3'/></w:r></w:p>"
    members["word/document.xml"] = f"<w:document {names}><w:body>{noted}</w:body></w:document>"
    members["word/footnotes.xml"] = (
        f"<w:footnotes {names}><w:footnote w:id='3'><w:p>{run('Since May.')}</w:p></w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    members["word/_rels/document.xml.rels"] = (
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"<Relationship Id='r9' Type='{kind}' Target='footnotes.xml'/></Relationships>"
    )
    text = read(Source("/desk/a.docx", zip_of(members))).text
    assert "Since May." in text
    assert "↑" not in text


def test_text_that_is_not_shown_is_not_read() -> None:
    def with_switch(switch: str, text: str) -> str:
        return f"<w:r><w:rPr>{switch}</w:rPr><w:t>{text}</w:t></w:r>"

    hidden, shown = with_switch("<w:vanish/>", "an entry"), with_switch('<w:vanish w:val="0"/>', " of the index")
    assert text_of(f"<w:p>{run('The end')}{hidden}{shown}</w:p>") == "The end of the index"

"""Word documents as other programs write them: numbers by inherited styles, pictures without their file."""

from tests.support.sample_files import docx_members, zip_of

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.office.docx import read
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(body: str, **parts: str) -> Document:
    members = docx_members()
    members["word/document.xml"] = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    members.update({f"word/{name}.xml": content for name, content in parts.items()})
    return read(Source("/desk/a.docx", zip_of(members)))


def paragraph(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def style(name: str, properties: str, above: str = "") -> str:
    based = f'<w:basedOn w:val="{above}"/>' if above else ""
    return f'<w:style w:type="paragraph" w:styleId="{name}">{based}<w:pPr>{properties}</w:pPr></w:style>'


def test_a_style_takes_its_list_from_the_style_that_it_is_based_on() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, text in enumerate(("§ %1", "(%2)"))
    )
    numbering = (
        f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    clause = style("Clause", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    part = style("Part", '<w:numPr><w:ilvl w:val="1"/></w:numPr>', "Clause")
    styles = f"<w:styles {WORD}>{clause}{part}{style('Loop', '', 'Loop')}</w:styles>"
    body = (
        paragraph("Aim", "Clause")
        + paragraph("Boats.", "Part")
        + paragraph("Locks.", "Part")
        + paragraph("Fee", "Loop")
    )
    text = document(body, numbering=numbering, styles=styles).text
    assert text.split("\n\n") == ["§ 1 Aim", "(1) Boats.", "(2) Locks.", "Fee"]


def test_a_picture_whose_file_is_missing_does_not_break_the_document() -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    picture = (
        f'<w:r><w:drawing><p:inline xmlns:p="{drawing}/wordprocessingDrawing"><a:graphic xmlns:a="{drawing}/main">'
        f'<a:graphicData><c:pic xmlns:c="{drawing}/picture"><c:blipFill><a:blip r:embed="rId99" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></c:blipFill></c:pic>'
        "</a:graphicData></a:graphic></p:inline></w:drawing></w:r>"
    )
    found = document(f"<w:p>{picture}</w:p>{paragraph('The mill.', 'Plain')}")
    assert found.text == "The mill."
    assert remarks_of(found.metadata) == ("one picture is not read, and there is little text beside it",)


def test_a_tab_parts_words_in_the_text_in_headers_and_in_comments() -> None:
    tab = "<w:r><w:t>Mill</w:t></w:r><w:r><w:ptab/></w:r><w:r><w:t>No. 4</w:t></w:r>"
    field = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    comment = f'<w:comment w:id="0"><w:p>{tab}{field}</w:p><w:p><w:r><w:t>Oak.</w:t></w:r></w:p></w:comment>'
    found = document(
        f"<w:p>{tab}</w:p>",
        header1=f"<w:hdr {WORD}><w:p>{tab}{field}<w:r><w:br/><w:t>North</w:t></w:r></w:p></w:hdr>",
        comments=f"<w:comments {WORD}>{comment}</w:comments>",
    )
    assert found.text.replace("\t", " ").split("\n\n") == ["Mill No. 4 North", "Mill No. 4", "Comment: Mill No. 4 Oak."]


def test_words_drawn_as_a_shape_are_read() -> None:
    art = '<v:textpath string="DRAFT"/>'
    shape = f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">{art}</v:shape></w:pict></w:r>'
    assert document(f"<w:p>{shape}</w:p>{paragraph('The mill.', 'Plain')}").text == "The mill.\n\nDRAFT"


def test_steps_of_a_style_are_counted_on_behind_bullets_and_paragraphs() -> None:
    def listed(number: int, form: str, text: str, name: str) -> str:
        level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{name}"/>'
        return f'<w:abstractNum w:abstractNumId="{number}">{level}<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'

    nums = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    lists = listed(1, "decimal", "%1.", "ListNumber") + listed(2, "bullet", "-", "ListBullet")
    styles = "".join(
        style(name, f'<w:numPr><w:numId w:val="{n}"/></w:numPr>') for n, name in ((1, "ListNumber"), (2, "ListBullet"))
    )
    body = (
        paragraph("Open", "ListNumber") + paragraph("slowly", "ListBullet") + paragraph("Close", "ListNumber")
        + paragraph("Between.", "Plain") + paragraph("Leave", "ListNumber")
    )  # fmt: skip
    found = document(
        body,
        numbering=f"<w:numbering {WORD}>{lists}{nums}</w:numbering>",
        styles=f"<w:styles {WORD}>{styles}</w:styles>",
    )
    assert [line for line in found.text.split("\n") if line] == [
        "1. Open",
        "- slowly",
        "2. Close",
        "Between.",
        "3. Leave",
    ]

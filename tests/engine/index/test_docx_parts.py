"""DOCX: what stands in fields, equations, text boxes, headers and numbers belongs to the text."""

from __future__ import annotations

import pytest
from tests.support.sample_files import docx_members, zip_of

from bookwheel.engine.index.readers.docx import read
from bookwheel.engine.index.readers.reader import Source

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
        ("<m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad>", "√n"),
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

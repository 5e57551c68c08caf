"""The same content written into a real file of each format, so that what is read can be held against it."""

import csv
import html
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

from tests.support.sample_files import docx_members, epub_members, odt_members, title_slide, zip_of


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, which may be absent, with what stands under it."""

    heading: str
    level: int
    paragraphs: Sequence[str]
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How a format is written, and which parts of a content it holds."""

    write: Callable[[Sequence[Section]], bytes]
    headings: Literal["none", "flat", "nested"] = "none"
    pages: bool = False
    scripts: Literal["latin", "alphabets", "all"] = "all"


def _blocks(section: Section) -> list[str]:
    return [*section.paragraphs, *(" ".join(row) for row in section.rows)]


def _paragraphs(sections: Sequence[Section]) -> list[str]:
    return [block for section in sections for block in (section.heading, *_blocks(section))]


def markdown(sections: Sequence[Section]) -> bytes:
    parts: list[str] = []
    for section in sections:
        parts += [f"{'#' * section.level} {section.heading}", *section.paragraphs]
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in section.rows))
    return "\n\n".join(parts).encode()


def rst(sections: Sequence[Section]) -> bytes:
    parts: list[str] = []
    for section in sections:
        line = "=-~"[section.level - 1] * (2 * len(section.heading))
        parts += [f"{section.heading}\n{line}", *_blocks(section)]
    return "\n\n".join(parts).encode()


def _html(sections: Sequence[Section]) -> str:
    parts: list[str] = []
    for section in sections:
        parts.append(f"<h{section.level}>{html.escape(section.heading)}</h{section.level}>")
        parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in section.paragraphs]
        cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in section.rows]
        parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
    return f"<html><head><meta charset='utf-8'></head><body><main>{''.join(parts)}</main></body></html>"


def html_file(sections: Sequence[Section]) -> bytes:
    return _html(sections).encode()


def text_in(encoding: str) -> Callable[[Sequence[Section]], bytes]:
    return lambda sections: "\n\n".join(_paragraphs(sections)).encode(encoding)


def code(sections: Sequence[Section]) -> bytes:
    parts: list[str] = []
    for section in sections:
        comments = "\n".join(f"    # {line}" for line in _blocks(section))
        parts.append(f"def {section.heading}():\n{comments}\n    pass")
    return "\n\n\n".join(parts).encode()


def notebook(sections: Sequence[Section]) -> bytes:
    cells = [{"cell_type": "markdown", "source": markdown([section]).decode()} for section in sections]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def json_file(sections: Sequence[Section]) -> bytes:
    return json.dumps([_record(section) for section in sections]).encode()


def json_lines(sections: Sequence[Section]) -> bytes:
    return "\n".join(json.dumps(_record(section)) for section in sections).encode()


def _record(section: Section) -> dict[str, object]:
    return {"name": section.heading, "texts": list(section.paragraphs), "rows": [list(row) for row in section.rows]}


def csv_file(sections: Sequence[Section]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["Name", "Text"])
    writer.writerows([section.heading, block] for section in sections for block in (_blocks(section) or ["none"]))
    return target.getvalue().encode()


def epub(sections: Sequence[Section]) -> bytes:
    members = epub_members()
    members["one.xhtml"] = _html(sections)
    members["OEBPS/text/two b.xhtml"] = "<html><body><p>The end.</p></body></html>"
    return zip_of(members)


def email(sections: Sequence[Section]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "A letter"
    message["From"] = "Ada <ada@example.org>"
    message.set_content("\n\n".join(_paragraphs(sections)), cte="base64")
    return message.as_bytes()


def latex(sections: Sequence[Section]) -> bytes:
    parts = [r"\documentclass{article}", r"\begin{document}"]
    for section in sections:
        command = ("section", "subsection", "subsubsection")[section.level - 1]
        parts += [f"\\{command}{{{section.heading}}}", *_blocks(section)]
    return "\n\n".join([*parts, r"\end{document}"]).encode()


def odt(sections: Sequence[Section]) -> bytes:
    parts: list[str] = []
    for section in sections:
        parts.append(f'<text:h text:outline-level="{section.level}">{html.escape(section.heading)}</text:h>')
        parts += [f"<text:p>{html.escape(paragraph)}</text:p>" for paragraph in section.paragraphs]
        for row in section.rows:
            cells = "".join(
                f"<table:table-cell><text:p>{html.escape(cell)}</text:p></table:table-cell>" for cell in row
            )
            parts.append(f"<table:table><table:table-row>{cells}</table:table-row></table:table>")
    return _office(odt_members(), "content.xml", "<office:text>", "</office:text>", "".join(parts))


def docx(sections: Sequence[Section]) -> bytes:
    def run(text: str, style: str = "") -> str:
        return f"<w:p>{style}<w:r><w:t xml:space='preserve'>{html.escape(text)}</w:t></w:r></w:p>"

    members = docx_members()
    members["word/styles.xml"] = str(members["word/styles.xml"]).replace(
        "</w:styles>",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>'
            for level in (2, 3)
        )
        + "</w:styles>",
    )
    parts: list[str] = []
    for section in sections:
        parts.append(run(section.heading, f'<w:pPr><w:pStyle w:val="Heading{section.level}"/></w:pPr>'))
        parts += map(run, section.paragraphs)
        for row in section.rows:
            parts.append(f"<w:tbl><w:tr>{''.join(f'<w:tc>{run(cell)}</w:tc>' for cell in row)}</w:tr></w:tbl>")
    return _office(members, "word/document.xml", "<w:body>", "</w:body>", "".join(parts))


def _office(members: dict[str, str | bytes], name: str, begin: str, end: str, content: str) -> bytes:
    frame = str(members[name])
    head, tail = frame.index(begin) + len(begin), frame.index(end)
    return zip_of({**members, name: frame[:head] + content + frame[tail:]})


def pptx(sections: Sequence[Section]) -> bytes:
    from pptx import Presentation

    presentation = Presentation()
    for section in sections:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        title_slide(slide, section.heading, "\n".join(_blocks(section)))
    return _saved(presentation.save)


def xlsx(sections: Sequence[Section]) -> bytes:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet")
    sheet.append(["Name", "Text"])
    for section in sections:
        for block in _blocks(section) or ["none"]:
            sheet.append([section.heading, block])
    return _saved(workbook.save)


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def rtf(sections: Sequence[Section]) -> bytes:
    body = "\\par\\par ".join(_paragraphs(sections))
    units = (int.from_bytes(body.encode("utf-16-le")[at : at + 2], "little") for at in range(0, 2 * len(body), 2))
    plain = "".join(chr(unit) if unit < 128 else f"\\u{unit if unit < 32_768 else unit - 65_536}?" for unit in units)
    return f"{{\\rtf1\\ansi\\ansicpg1252\\uc1 {plain}\\par}}".encode()


_LINE = 60
_MAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /All def /CMapType 2 def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
    b"endcmap end end"
)


def pdf(sections: Sequence[Section]) -> bytes:
    """A page a section, its lines as long as they come; the codes of its font are those of Unicode."""
    streams = [_page_stream([line for block in (s.heading, *_blocks(s)) for line in _lines(block)]) for s in sections]
    first = 7
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(streams)),
        b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/DW 600/CIDSystemInfo 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(_MAP), _MAP),
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
    ]
    for number, stream in enumerate(streams):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 9000]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (first + 2 * number + 1)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    return pdf_of(objects)


def pdf_of(objects: Sequence[bytes]) -> bytes:
    """A file of these objects; the first is the catalogue."""
    data = b"%PDF-1.4\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _page_stream(lines: Sequence[str]) -> bytes:
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T* " for line in lines)
    return f"BT /F1 10 Tf 36 8900 Td 14 TL {shown}ET".encode()


def _lines(block: str) -> list[str]:
    lines, line = list[str](), ""
    for word in block.split():
        if line and len(line) + len(word) >= _LINE:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


WRITTEN = {
    "a.md": Written(markdown, headings="nested"),
    "a.rst": Written(rst, headings="nested"),
    "a.html": Written(html_file, headings="nested"),
    "utf8.txt": Written(text_in("utf-8")),
    "mark.txt": Written(text_in("utf-8-sig")),
    "utf16.txt": Written(text_in("utf-16")),
    "latin.txt": Written(text_in("cp1252"), scripts="latin"),
    "a.py": Written(code, headings="flat"),
    "a.ipynb": Written(notebook, headings="nested"),
    "a.json": Written(json_file),
    "a.jsonl": Written(json_lines),
    "a.csv": Written(csv_file),
    "a.epub": Written(epub, headings="nested"),
    "a.eml": Written(email),
    "a.tex": Written(latex, headings="nested"),
    "a.odt": Written(odt, headings="nested"),
    "a.docx": Written(docx, headings="nested"),
    "a.pptx": Written(pptx, headings="flat", pages=True),
    "a.xlsx": Written(xlsx),
    "a.rtf": Written(rtf),
    "a.pdf": Written(pdf, pages=True, scripts="alphabets"),
}

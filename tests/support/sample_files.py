"""A small valid file of each format, made here."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pptx.slide import Slide

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# The wheel\n", "\n", "It turns *slowly*.\n", "## Parts"]},
        {
            "cell_type": "code",
            "source": "turn(3)",
            "outputs": [
                {"output_type": "stream", "text": ["\u001b[31mthree\u001b[0m ", "turns\n"]},
                {"output_type": "execute_result", "data": {"text/plain": ["42"], "image/png": "AAAA"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "stuck", "traceback": ["long"]},
            ],
        },
        {"cell_type": "raw", "source": "as it is"},
    ],
    "metadata": {"authors": [{"name": "Ada"}, {"name": "Bob"}]},
    "nbformat": 4,
}
RECORDS = {
    "title": "Wheels",
    "date": "1588-05-01T00:00:00Z",
    "maker": {"name": "Ramelli", "version": 1.10},
    "parts": [{"id": 1, "uses": [{"of": "oak"}]}, {"id": 2}],
    "tags": ["oak", "iron"],
    "note": "one\ntwo",
    "nothing": None,
    "turns": True,
}


def notebook() -> bytes:
    return json.dumps(NOTEBOOK).encode()


def json_file() -> bytes:
    return json.dumps(RECORDS, indent=1).replace("1.1\n", "1.10\n").encode()


def json_lines() -> bytes:
    return b'{"name": "Ada", "born": 1815}\n\nnot json\n{"name": "Bob"}\n'


def csv() -> bytes:
    return 'Name;Born;City\n"Lovelace; Ada";1815;London\nBob;;"São\nPaulo"\n\n'.encode()


def zip_of(members: dict[str, str | bytes], level: int | None = None) -> bytes:
    """A zip file of these members; a first member `mimetype` is stored, as EPUB and OpenDocument ask."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, kind, level)
    return target.getvalue()


def epub_members() -> dict[str, str | bytes]:
    """A book of a table of contents and two chapters, one of them one folder up."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
            "</container>"
        ),
        "OEBPS/book.opf": (
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>Le diverse machine</dc:title><dc:creator>Agostino Ramelli</dc:creator>"
            "<dc:date>1588-02-03</dc:date></metadata><manifest>"
            '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="../one.xhtml" media-type="application/xhtml+xml"/>'
            '</manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>'
        ),
        "OEBPS/nav.xhtml": "<html><body><nav>Contents</nav></body></html>",
        "OEBPS/text/two b.xhtml": "<html><body><h1>Two</h1><p>Water &amp; wheels.</p></body></html>",
        "one.xhtml": "<html><body><h1>One</h1><p>Books.</p><aside>A note.</aside></body></html>",
    }


def epub() -> bytes:
    return zip_of(epub_members())


def email() -> bytes:
    message = EmailMessage()
    message["Subject"] = "Über das Rad"
    message["From"] = "Ada Lovelace <ada@example.org>"
    message["To"] = "Bob <bob@example.org>"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    message.set_content("Dear Bob,\n\nit turns – at last.\n")
    message.add_alternative("<p>Dear <b>Bob</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan ä.pdf")
    return message.as_bytes()


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def odt_members() -> dict[str, str | bytes]:
    """A text with a heading, a list, a table, a tracked deletion and a line break."""
    names = f'xmlns:office="{_OFFICE}:office:1.0" xmlns:text="{_OFFICE}:text:1.0" xmlns:table="{_OFFICE}:table:1.0"'
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": (
            f"<office:document-content {names}><office:body><office:text>"
            "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
            '<text:h text:outline-level="1">The <text:span>wheel</text:span></text:h>'
            "<text:p>It<text:s/>turns &lt;slowly&gt;.<text:line-break/>Always.</text:p>"
            '<text:h text:outline-level="2">Parts</text:h>'
            "<text:list><text:list-item><text:p>oak</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
            "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
            "</office:text></office:body></office:document-content>"
        ),
        "meta.xml": (
            f'<office:document-meta xmlns:office="{_OFFICE}:office:1.0" xmlns:meta="{_OFFICE}:meta:1.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>On wheels</dc:title>'
            "<meta:initial-creator>Ada</meta:initial-creator><meta:creation-date>2024-03-05T10:00:00</meta:creation-date>"
            "</office:meta></office:document-meta>"
        ),
    }


def odp_members() -> dict[str, str | bytes]:
    """Two slides with titles, a list, notes; a third with a picture alone."""
    names = " ".join(
        f'xmlns:{name}="{_OFFICE}:{full}:1.0"'
        for name, full in (
            ("office", "office"), ("text", "text"), ("draw", "drawing"), ("presentation", "presentation"),
        )
    )  # fmt: skip
    return {
        **odt_members(),
        "mimetype": "application/vnd.oasis.opendocument.presentation",
        "content.xml": (
            f"<office:document-content {names}><office:body><office:presentation>"
            '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>The wheel</text:p>'
            "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:list><text:list-item><text:p>oak</text:p></text:list-item>"
            "</text:list></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box>"
            "<text:p>Say it twice.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
            '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>The axle</text:p>'
            "</draw:text-box></draw:frame></draw:page><draw:page><draw:frame><draw:image/></draw:frame></draw:page>"
            "</office:presentation></office:body></office:document-content>"
        ),
    }


def odp() -> bytes:
    return zip_of(odp_members())


def odt() -> bytes:
    return zip_of(odt_members())


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>On wheels</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2024-03-05T10:00:00Z</dcterms:created>"
    "</cp:coreProperties>"
)


def docx_members() -> dict[str, str | bytes]:
    """A document with a heading, a paragraph and a table."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            f'<w:document xmlns:w="{main}"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The wheel'
            "</w:t></w:r></w:p><w:p><w:r><w:t>It turns &lt;slowly&gt;.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r>"
            "<w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body>"
            "</w:document>"
        ),
        "word/styles.xml": (
            f'<w:styles xmlns:w="{main}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
            "</w:style></w:styles>"
        ),
        "docProps/core.xml": _CORE,
    }


def docx() -> bytes:
    return zip_of(docx_members())


def pptx() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    presentation.core_properties.title = "On wheels"
    presentation.core_properties.author = "Ada"
    presentation.core_properties.created = datetime(2024, 3, 5)  # noqa: DTZ001 - as the format has it
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    title_slide(slide, "The wheel", "It turns.\nSlowly.")
    notes = slide.notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "Smile."
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    title_slide(slide, "Parts")
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for column, (header, value) in enumerate([("Part", "rim"), ("Wood", "oak")]):
        table.cell(0, column).text, table.cell(1, column).text = header, value
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(0), Inches(0), Inches(1), Inches(1)).text_frame.text = "in a group"
    return _saved(presentation)


def xlsx() -> bytes:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    workbook = Workbook()
    workbook.properties.title = "On wheels"
    workbook.properties.creator = "Ada"
    workbook.properties.created = datetime(2024, 3, 5)  # noqa: DTZ001 - as the format has it
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Wheels"
    for row in (["Name", "Turns", "Made", "Share", "Oak"], ["rim", 3.0, datetime(1588, 2, 3), 0.5, True], ["hub"]):  # noqa: DTZ001
        sheet.append(row)
    workbook.create_sheet("Empty")
    workbook.create_sheet("Bare").append([1, 2])
    return _saved(workbook)


def title_slide(slide: Slide, title: str, text: str = "") -> None:
    """Fill in the title of a slide and, where there is a text, its first other placeholder."""
    heading = slide.shapes.title
    assert heading is not None
    heading.text = title
    if text:
        slide.placeholders[1].text_frame.text = text  # pyright: ignore[reportAttributeAccessIssue] - typed as its base


def _saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def rtf() -> bytes:
    return (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss Arial;}}{\info{\title On wheels}{\author Ada}"
        rb"{\creatim\yr2024\mo3\dy5}}\f0 The {\b wheel} turns \u8211?\'e4h.\par\par Always.\par}"
    )


def latex() -> bytes:
    return rb"""\documentclass[11pt]{article} % the class
\title{On \emph{wheels}}
\author{Ada Lovelace}
\date{2024-03-05}
\begin{document}
\maketitle
\section[Short]{The wheel}\label{sec:wheel}
It turns at 5\% --- ``slowly'', says \'Etienne M\"{u}ller~\cite[p.~3]{ramelli}. % a comment
So $a_1 + \alpha = 3$ holds:
\begin{equation}
  E = mc^2
\end{equation}
\subsection*{Parts}
\begin{itemize}
  \item \textbf{oak} rim
  \item hub, see \ref{fig:hub}
\end{itemize}
\end{document}
not shown
"""


def mailbox() -> bytes:
    envelope = b"From ada@example.org Tue Mar  5 10:00:00 2024\n"
    return envelope + email() + b"\n" + envelope + email()


def saved_page() -> bytes:
    return (
        b"From: <Saved>\nSubject: Wheel\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
        b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"<h1>The wheel</h1><p>It turns =C3=BC</p><math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>\n--b--\n"
    )


def calendar() -> bytes:
    return (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Repair\r\nDTSTART:20240305T100000Z\r\n"
        b"DESCRIPTION:The\r\n  wheel\r\n"
        b"ATTENDEE;CN=Ada:mailto:ada@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def subtitles() -> bytes:
    return (
        b"1\n00:00:01,000 --> 00:00:04,000\n<i>The wheel</i>\n\n2\n00:00:04,000 --> 00:00:06,000\nturns.\n\n"
        b"3\n00:01:00,000 --> 00:01:02,000\n- {\\an8}At last &amp; always.\n"
    )


def captions() -> bytes:
    return (
        b"WEBVTT\n\nNOTE x\n\na\n00:01.000 --> 00:02.000\n<v Ada>the<00:01.500><c> wheel</c>\n\n"
        b"00:02.000 --> 00:03.000\nthe wheel\nturns\n"
    )


def org() -> bytes:
    return (
        b"#+TITLE: Wheel\n* One [[a][b]] :tag:\n:PROPERTIES:\n:ID: 1\n:END:\ntext\n** Two\n#+BEGIN_SRC\n* no\n"
        b"#+END_SRC\n"
        b"| a | b |\n"
    )


def man() -> bytes:
    return (
        b'.\\" By hand\n.de XX\n..\n.TH WHEEL 1 2024\n.SH NAME\nwheel \\- turns\n.SH OPTIONS\n.TP\n.BI \\-s " speed"\n'
        b"How fast.\n.IP \\(bu 2\none\n.RS 4\n.nf\nwheel \\-s 2\n.fi\n.RE\n.TS\nl l.\na\tb\nT{\nc\nT}\td\n.TE\n"
    )


def fictionbook() -> bytes:
    return (
        b'<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description><title-info><book-title>Wheel'
        b"</book-title></title-info></description><body><section><title><p>One</p></title><p>It turns.</p><poem>"
        b"<stanza>"
        b"<v>a</v><v>b</v></stanza></poem></section></body></FictionBook>"
    )


SAMPLES: dict[str, Callable[[], bytes]] = {
    "notebook.ipynb": notebook,
    "records.json": json_file,
    "records.jsonl": json_lines,
    "people.csv": csv,
    "book.epub": epub,
    "letter.eml": email,
    "text.odt": odt,
    "slides.odp": odp,
    "text.docx": docx,
    "slides.pptx": pptx,
    "sheets.xlsx": xlsx,
    "text.rtf": rtf,
    "paper.tex": latex,
    "all.mbox": mailbox,
    "page.mhtml": saved_page,
    "plan.ics": calendar,
    "talk.srt": subtitles,
    "talk.vtt": captions,
    "notes.1": man,
    "notes.org": org,
    "book.fb2": fictionbook,
}

"""A small valid file of each format, made here."""

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

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


def zip_of(members: dict[str, str | bytes]) -> bytes:
    """A zip file of these members; a first member `mimetype` is stored, as EPUB and OpenDocument ask."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, kind)
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


SAMPLES: dict[str, Callable[[], bytes]] = {
    "notebook.ipynb": notebook,
    "records.json": json_file,
    "records.jsonl": json_lines,
    "people.csv": csv,
    "book.epub": epub,
    "letter.eml": email,
}

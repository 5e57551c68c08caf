"""Captions of other programs, XML, contacts, literature lists, settings with comments, saved pages, AsciiDoc."""

import plistlib
import zipfile
from io import BytesIO

import pytest

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(name: str, data: str | bytes) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format_name = format_of(name, raw[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


CAPTIONS = {
    "talk.ass": (
        "[Script Info]\nTitle: Mill\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        "Dialogue: 0,0:00:04.10,0:00:07.00,Default,turned, {\\i1}again{\\i0}\\Nin May.\n"
        "Comment: 0,0:00:05.00,0:00:06.00,Default,not said\n"
        "Dialogue: 0,0:00:01.00,0:00:04.00,Default,{\\p1}m 0 0 l 9 9{\\p0}The wheel\n"
    ),
    "talk.ttml": (
        '<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml"><head><metadata>x</metadata></head>'
        '<body><div><p begin="00:00:01.000" end="00:00:04.000">The wheel</p>'
        '<p begin="4.1s" dur="3s"><span>turned, again</span><br/>in May.</p></div></body></tt>'
    ),
    "talk.smi": (
        "<SAMI><BODY><SYNC Start=1000><P Class=EN>The wheel<SYNC Start=4100><P Class=EN>turned, <i>again</i><br>in May."
        "<SYNC Start=9000><P Class=EN>&nbsp;</BODY></SAMI>"
    ),
    "talk.sub": "{25}{100}The wheel\n{103}{175}{y:i}turned, again|in May.\n",
    "talk.lrc": "[ti:Mill]\n[00:01.00]The wheel\n[00:04.10]turned, <00:05.00>again\n[00:06.00]in May.\n",
}


@pytest.mark.parametrize("name", CAPTIONS)
def test_captions_of_each_form_are_sentences_with_their_time(name: str) -> None:
    document = read(name, CAPTIONS[name])
    assert document.text == "The wheel turned, again in May."
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["00:00:01"]


def test_broken_timed_text_is_refused_with_its_reason() -> None:
    with pytest.raises(DocumentError, match="not XML"):
        read("a.ttml", "<tt><body><p begin='1s'>The wheel")


def test_settings_in_xml_are_lines_with_their_names() -> None:
    document = read(
        "server.xml", '<?xml version="1.0"?><s port="8005"><!-- x --><link port="8443" tls="on"/><dir>/srv</dir></s>'
    )
    assert document.text == "port: 8005\nlink.port: 8443\nlink.tls: on\ndir: /srv"


def test_records_in_xml_stand_under_their_number() -> None:
    page = "<shop><item><name>Belt</name><price>19.90</price></item><item><name>Ring</name></item></shop>"
    assert read("shop.xml", page).text == "item[0]\nname: Belt\nprice: 19.90\n\nitem[1]\nname: Ring"


def test_prose_in_xml_is_paragraphs_and_sections() -> None:
    book = (
        '<?xml version="1.0"?><!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "http://docbook.example/d.dtd">'
        "<book><title>Mills</title><chapter><title>Stones</title><para>The upper stone is the <emphasis>runner"
        "</emphasis> &mdash; 900&nbsp;kg.</para><itemizedlist><listitem><para>Dress it.</para></listitem>"
        "</itemizedlist><table><tgroup><thead><row><entry>Stone</entry><entry>kg</entry></row></thead><tbody><row><entry>Lower</entry>"
        "<entry>700</entry></row></tbody></tgroup></table></chapter></book>"
    )
    document = read("mills.xml", book)
    assert document.text == (
        "Mills\n\nStones\n\nThe upper stone is the runner — 900 kg.\n\nDress it.\n\nStone: Lower; kg: 700"
    )
    assert document.metadata["title"] == "Mills"
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Mills", "Stones"]


def test_markup_inside_feeds_and_exported_notes_is_read() -> None:
    feed = (
        "<rss><channel><item><title>Crane</title><description>&lt;p&gt;It stands at &lt;b&gt;pier 9&lt;/b&gt;."
        "&lt;/p&gt;</description></item></channel></rss>"
    )
    assert "description: It stands at pier 9." in read("news.rss", feed).text


def test_property_lists_name_their_values() -> None:
    data = plistlib.dumps({"Name": "Otter", "Ports": [7443, 7444], "On": True})
    assert read("app.plist", data).text == "Name: Otter\nOn: true\nPorts: 7443, 7444"


def test_entities_of_an_xml_file_are_never_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    document = read("a.xml", bomb)
    assert document.text == bomb
    assert remarks_of(document.metadata) == ("it declares entities of its own: it is read as plain text",)


def test_broken_xml_is_read_as_text() -> None:
    document = read("a.xml", "<a><b>The wheel turned")
    assert document.text == "<a><b>The wheel turned"
    assert remarks_of(document.metadata) == ("its XML is broken or cut: it is read as plain text",)


def test_deeply_nested_xml_is_refused() -> None:
    with pytest.raises(DocumentError, match="nested more than"):
        read("a.xml", "<a>" * 5_000 + "x" + "</a>" * 5_000)


def test_contacts_stand_under_their_names() -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=\r\n=BCller\r\n"
        "TEL;CELL:+49 151 1\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nN:Quill;Ada;;;\r\nORG:Otter Ltd;Stores\r\n"
        "item1.EMAIL;TYPE=WORK:ada@exam\r\n ple.org\r\nPHOTO;ENCODING=b:/9j/4AAQSk\r\n ZJRg\r\n"
        "NOTE:Mornings\\, not\\nFridays\r\nEND:VCARD\r\n"
    )
    document = read("people.vcf", cards)
    assert document.text == (
        "Jörg Müller\nPhone (cell): +49 151 1\n\nAda Quill\nOrganisation: Otter Ltd, Stores\n"
        "Mail (work): ada@example.org\nNote: Mornings, not Fridays"
    )


def test_a_list_of_literature_has_its_letters_and_fields() -> None:
    entries = (
        "@string{q = {Quay}}\n@article{lund21,\n  author = {L{\\\"u}nd, {\\O}yvind and Caf{\\'e}, Ren{\\'e}e},\n"
        '  title = {{Tidal} mills of the {North}},\n  year = 2021, pages = {12--19}, publisher = "J. " # q\n}\n'
        '@book{b2, author="Ida Holm", title="Gates \\& locks", file={/home/x.pdf}}\n'
    )
    document = read("refs.bib", entries)
    assert document.text == (
        "Tidal mills of the North\nKey: lund21 (article)\nAuthor: Lünd, Øyvind; Café, Renée\nYear: 2021\nPages: 12–19\n"
        "Publisher: J. q\n\nGates & locks\nKey: b2 (book)\nAuthor: Ida Holm"
    )


def test_escaped_letters_of_property_files_are_written_out() -> None:
    text = "greeting=Gr\\u00fc\\u00df \\\n    Gott \\ud83d\\ude00\nnext=1\n"
    assert read("m.properties", text).text == "greeting=Grüß Gott 😀\nnext=1\n"


def test_json_with_comments_and_a_last_comma_is_json() -> None:
    text = '// settings\n{"target": "ES2022", /* newer */ "url": "http://x//y", "list": [1, 2,],}\n'
    document = read("tsconfig.json", text)
    assert document.text == "target: ES2022\nurl: http://x//y\nlist: 1, 2"
    assert remarks_of(document.metadata) == ()


def test_a_text_in_pieces_is_one_text() -> None:
    bold, rest = '{"type": "bold", "text": "4417"}', '" until May"'
    whole = f'["The code is ", {bold}, {rest}]'
    pieces = f'[{{"type": "plain", "text": "The code is "}}, {bold}, {rest}]'
    text = f'[{{"from": "Ida", "text": {whole}, "entities": {pieces}}}]'
    assert read("chat.json", text).text == "[0]\nfrom: Ida\ntext: The code is 4417 until May"


def test_saved_pages_of_safari_are_read() -> None:
    page = {"WebResourceData": "<article><h1>Fähre</h1><p>Sie fährt um neun.</p></article>".encode("cp1252"),
            "WebResourceTextEncodingName": "windows-1252"}  # fmt: skip
    data = plistlib.dumps({"WebMainResource": page}, fmt=plistlib.FMT_BINARY)
    assert read("page.webarchive", data).text == "Fähre\n\nSie fährt um neun."
    with pytest.raises(DocumentError, match="not a saved web page"):
        read("page.webarchive", b"bplist00" + bytes(range(64)))


def test_frames_saved_with_their_page_are_read() -> None:
    parts = "\r\n".join(
        f"--X\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <{name}>\r\n\r\n{page}"
        for name, page in (
            ("f0", "<html><head><title>Ferry</title></head><frameset><frame src=cid:f1></frameset></html>"),
            ("f1", "<html><body><p>Dogs pay two crowns.</p></body></html>"),
        )
    )
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n"
    document = read("page.mhtml", f"{head}{parts}\r\n--X--\r\n")
    assert (document.text, document.metadata["title"]) == ("Dogs pay two crowns.", "Ferry")


def test_a_page_of_frames_gives_what_it_says_without_them_or_its_reason() -> None:
    frames = "<html><frameset cols='20%,80%'><frame src='a.html'><frame src='b.html'>{}</frameset></html>"
    assert read("a.html", frames.format("<noframes>The ferry sails at 9.</noframes>")).text == "The ferry sails at 9."
    with pytest.raises(DocumentError, match="it shows 2 other pages in frames"):
        read("a.html", frames.format(""))


def test_raised_figures_do_not_run_into_numbers() -> None:
    page = (
        "<p>He came in 1744<sup><a href='#1'>1</a></sup> with 10<sup>6</sup> kg on 30 m<sup>2</sup>; he left in 1790."
        "<sup>2</sup> The miller<sup>3</sup> of H<sub>2</sub>O, the 1<sup>st</sup>.</p>"
    )
    assert read("a.html", page).text == (
        "He came in 1744[1] with 10^6 kg on 30 m2; he left in 1790.[2] The miller[3] of H2O, the 1st."
    )


def test_asciidoc_has_sections_and_named_rows() -> None:
    manual = (
        "= Crane\nIda Holm\n:revdate: 2024-05-01\n\n// hidden\n== Limits\n\n"
        '[cols="1,1",options="header"]\n|===\n|Boom |Load\n\n|10 m |8 t\n|20 m\n|3 t\n|===\n\n----\n== code\n----\n'
    )
    document = read("crane.adoc", manual)
    assert "Boom: 10 m; Load: 8 t\nBoom: 20 m; Load: 3 t\n" in document.text
    assert "hidden" not in document.text
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Crane", "Limits"]
    assert document.metadata["date"] == "2024-05-01"


def test_codes_of_terminals_are_left_out() -> None:
    log = "\x1b[32mINFO\x1b[0m boot\n\x1b]0;title\x07N\bNA\bAME\n_\bx\n" + "the wheel turned\n" * 9
    assert read("a.log", log).text == "INFO boot\nNAME\nx\n" + "the wheel turned\n" * 9


def test_short_commands_units_and_verbatim_text_of_latex() -> None:
    source = (
        "\\newcommand{\\pump}{Otter~K}\n\\newcommand{\\at}[2][cold]{#2 (#1)}\n\\begin{document}\n"
        "The \\pump{} delivers \\SI{40}{\\litre\\per\\minute} \\at{here}, \\at[hot]{there}; "
        "\\qty{3}{\\kilo\\gram\\per\\cubic\\metre}."
        " % draft\n\\begin{verbatim}\nrun 5%1\n\\end{verbatim}\n\\end{document}\n"
    )
    assert read("a.tex", source).text == ("The Otter K delivers 40 l/min here (cold), there (hot); 3 kg/m³.\n\nrun 5%1")


def test_commands_of_latex_that_contain_themselves_have_a_limit() -> None:
    source = "\\newcommand{\\a}{\\a\\a\\a\\a\\a\\a\\a\\a}\n\\begin{document}The wheel \\a turned.\\end{document}"
    assert "The wheel" in read("a.tex", source).text


def test_notes_of_rich_text_stand_below_it_and_hidden_text_is_left_out() -> None:
    pytest.importorskip("striprtf")
    text = "{\\rtf1\\ansi The gate{\\super 1}{\\footnote\\pard {\\super 1} Only at {\\b high} tide.} is open."
    text += "{\\v secret}\\par}"
    assert read("a.rtf", text).text.split() == "The gate1 is open. Note: 1 Only at high tide.".split()


def test_comments_of_opendocument_stand_below_the_text() -> None:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    content = (
        f'<office:document-content{names} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body><office:text><text:p>'
        "The gate<office:annotation><dc:creator>Olaf</dc:creator><text:p>Ask Ida</text:p></office:annotation> is open."
        "</text:p></office:text></office:body></office:document-content>"
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    assert read("a.odt", packed.getvalue()).text == "The gate is open.\n\nComment by Olaf: Ask Ida"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tex", "\\begin{verbatim}x" * 20_000),
        ("a.bib", "@article{k, title={x " * 5_000),
        ("a.smi", "<SYNC Start=1" * 5_000),
        ("a.txt", "a | b\n---+---\n" * 5_000),
        ("a.md", "<table>" * 20_000 + "</table>"),
        ("a.adoc", "|===\n|a |b\n" * 5_000),
    ],
)
def test_marks_that_are_never_closed_cost_no_quadratic_time(name: str, data: str) -> None:
    assert read(name, data).text


def test_asciidoc_shows_the_values_of_its_attributes() -> None:
    table = "|===\n|Kind |Fee\n\n|Ash |{fee}\n|==="
    manual = f"= Crane\n:fee: 640\n:sum: {{fee}} euros\n\nIt costs {{sum}}, {{unknown}} and \\{{fee}}.\n\n{table}"
    assert read("a.adoc", manual).text.split("\n\n")[1:] == [
        "It costs 640 euros, {unknown} and \\{fee}.",
        "Kind: Ash; Fee: 640\n",
    ]

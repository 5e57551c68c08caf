"""Mail, mailboxes, saved pages and calendars: the text that a reader of the mail sees, in the right letters."""

import base64
import binascii
from collections.abc import Sequence
from email.message import EmailMessage

import pytest

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(name: str, data: bytes) -> Document:
    format_name = format_of(name, data[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data))


def mail(subject: str = "Mill", text: str | None = "The wheel turns.\n") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ada <ada@example.org>"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    if text is not None:
        message.set_content(text)
    return message


LONG = "<h1>Survey</h1><p>The wheel has a crack at spoke 12; a new one costs 310 crowns and comes on 4 May.</p>"


@pytest.mark.parametrize(
    "stub",
    ["This message is in HTML.", "", "Your mail program cannot show this mail.\nOpen it in the browser.", "See below:"],
)
def test_the_html_part_is_read_where_the_text_part_is_a_stub(stub: str) -> None:
    message = mail(text=stub)
    message.add_alternative(LONG, subtype="html")
    text = read("a.eml", message.as_bytes()).text
    assert "a crack at spoke 12" in text
    assert "program" not in text


def test_the_same_text_twice_is_read_once() -> None:
    message = mail(text="Dear Bob, the wheel turns again since this morning.")
    message.add_alternative("<p>Dear Bob, the wheel turns <b>again</b> since this morning.</p>", subtype="html")
    assert read("a.eml", message.as_bytes()).text.count("turns") == 1


def test_a_mail_inside_a_mail_keeps_its_headers_and_text() -> None:
    outer, inner, innermost = (
        mail("FW: FW: quote"),
        mail("FW: quote", "See below."),
        mail("Quote 7", "It costs 310 crowns."),
    )
    innermost.replace_header("From", "Sales <sales@mills.example>")
    inner.add_attachment(innermost)
    outer.add_attachment(inner)
    text = read("a.eml", outer.as_bytes()).text
    assert "Quote 7\nFrom: Sales <sales@mills.example>\nDate: Tue, 05 Mar 2024" in text
    assert text.endswith("It costs 310 crowns.")


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("prices.csv", b"sku;price\nGK-4;17.50\n", "price: 17.50"),
        ("notes.md", b"# Spokes\n\nTwelve.\n", "Twelve."),
        ("page.html", b"<p>Oak and <b>iron</b>.</p>", "Oak and iron."),
        ("list.txt", "Größe 4".encode("cp1252"), "Größe 4"),
        ("again.eml", mail("Inner", "Deep text.").as_bytes(), "Deep text."),
    ],
)
def test_attached_texts_are_read_under_their_name(name: str, data: bytes, found: str) -> None:
    message = mail()
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    document = read("a.eml", message.as_bytes())
    assert found in document.text
    assert f"Attachments: {name}" in document.text
    assert "remarks" not in document.metadata


def test_unread_attachments_give_a_remark_but_pictures_do_not() -> None:
    message = mail()
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="plans.zip")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    assert read("a.eml", message.as_bytes()).metadata["remarks"] == ["one attachment is not read: plans.zip"]


def test_a_picture_is_missed_where_the_mail_says_nothing_else() -> None:
    message = mail("Scan", "\n")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="scan1.png")
    assert read("a.eml", message.as_bytes()).metadata["remarks"] == ["one attachment is not read: scan1.png"]


@pytest.mark.parametrize(
    ("encoding", "text", "read_as"),
    [
        ("base64", "The gate code is 9031, said Mr. Ude.", "The gate code is 9031, said Mr. Ude."),
        ("quoted-printable", "Öffnen: https://a.example/?id=42&t=a9", "Öffnen: https://a.example/?id=42&t=a9"),
        ("quoted-printable", "Open =C3=96l =\nnow.", "Open Öl now."),
        (
            "base64",
            "VGhlIGdhdGUgY29kZSBpcyA5MDMxLg==\n_____\nboats list, https://a.example",
            "The gate code is 9031.\n_____",
        ),
        ("base64", "VGhlIGdhdGUgY29kZSBpcyA5MDMxLg==", "The gate code is 9031."),
    ],
)
def test_a_text_that_is_not_in_the_encoding_of_its_part_is_read(encoding: str, text: str, read_as: str) -> None:
    head = f"Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    document = read("a.eml", (head + text + "\n").encode())
    assert document.text.removeprefix("x\n\n").startswith(read_as)
    assert not remarks_of(document.metadata)


def test_enriched_text_loses_its_marks_and_a_copy_for_other_programs_is_not_read() -> None:
    enriched = b"<bold>Mill</bold> in <color><param>red</param>oak</color>, << 4 m.\n"
    assert read("a.eml", b"Subject: x\nContent-Type: text/enriched\n\n" + enriched).text == "x\n\nMill in oak, < 4 m."
    parts = b"--s\nContent-Type: text/plain\n\nThe mill turns.\n--s\nContent-Type: text/x-amp-html\n\n<p>Copy\n--s--\n"
    copied = read("b.eml", b"Subject: x\nContent-Type: multipart/alternative; boundary=s\n\n" + parts)
    assert copied.text == "x\n\nThe mill turns."


def test_texts_of_other_kinds_are_read_and_unnamed_attachments_give_a_remark() -> None:
    data = (
        b"Subject: Mill\nFrom: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/markdown\n\n# Spokes\n\nTwelve of oak.\n"
        b"--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n--b--\n"
    )
    document = read("a.eml", data)
    assert "Twelve of oak." in document.text
    assert document.metadata["remarks"] == ["one attachment is not read: unnamed.zip"]


@pytest.mark.parametrize("folded", [False, True])
def test_an_event_is_read_with_its_time_and_place(folded: bool) -> None:
    description = "Bring the long\n  ladder" if folded else "Bring the long ladder"
    event = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Wheel survey\nDTSTART;TZID=Europe/Prague:20240411T090000\n"
        f"LOCATION:Mill\\, upper floor\nDESCRIPTION:{description}\n"
        "ORGANIZER;CN=Ada:mailto:ada@example.org\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    expected = (
        "Wheel survey\nBegins: 2024-04-11 09:00\nPlace: Mill, upper floor\nDescription: Bring the long ladder\n"
        "Organizer: Ada <ada@example.org>"
    )
    message = mail("Invitation", None)
    message.set_content(event, subtype="calendar")
    assert read("a.eml", message.as_bytes()).text.endswith(expected)
    assert read("a.ics", event.encode()).text == expected


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("关于镕基水磨的通知，请提前安排。", "gbk", "gb2312"),
        ("Řemeslníci opravili žebřík u mlýna", "cp1250", "iso-8859-1"),
        ("Größe und Höhe der Mühle", "utf-8", "us-ascii"),
        ("Мастера починили лестницу", "koi8_r", "windows-1251"),
        ("水車は山の中にあります。", "iso2022_jp", "iso-2022-jp"),
        ("Das Rad – endlich für 5 €", "cp1252", "x-unknown"),
    ],
)
def test_wrong_encodings_in_headers_and_bodies_are_detected(text: str, codec: str, label: str) -> None:
    word = base64.b64encode(text.encode(codec)).decode()
    data = (
        f"Subject: =?{label}?B?{word}?=\nFrom: a@example.org\nContent-Type: text/plain; charset={label}\n"
        f"Content-Transfer-Encoding: base64\n\n{word}\n"
    )
    document = read("a.eml", data.encode())
    assert document.metadata["title"] == text
    assert document.text.endswith(f"\n\n{text}")


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "cp1250"])
def test_a_subject_in_raw_bytes_is_read(codec: str) -> None:
    text = "Řemeslníci u mlýna" if codec == "cp1250" else "Größe und Höhe der Mühle"
    data = b"Subject: " + text.encode(codec) + b"\nFrom: a@example.org\n\nText\n"
    assert read("a.eml", data).metadata["title"] == text


def test_flowed_lines_are_joined() -> None:
    data = b"Subject: x\nContent-Type: text/plain; format=flowed\n\nThe wheel \nturns \nslowly.\n\n-- \nAda\n"
    assert read("a.eml", data).text == "x\n\nThe wheel turns slowly.\n\n-- \nAda"


def test_flowed_lines_lose_their_guards_and_join_within_one_quotation() -> None:
    body = b"The mill \n turns; \n\n From noon\n>> Who \n>> asked?\n> I did, \n> in May.\nSo.\n"
    flowed = read("a.eml", b"Subject: x\nContent-Type: text/plain; format=flowed\n\n" + body)
    assert flowed.text == "x\n\nThe mill turns; \n\nFrom noon\n>> Who asked?\n> I did, in May.\nSo."
    body = b"It is a wheel  \nand a water \nmill.\n"
    joined = read("b.eml", b"Subject: x\nContent-Type: text/plain; format=flowed; delsp=yes\n\n" + body)
    assert joined.text == "x\n\nIt is a wheel and a watermill."


def test_a_signature_is_named_and_not_read() -> None:
    data = (
        b"Subject: x\nContent-Type: multipart/signed; boundary=s\n\n--s\nContent-Type: text/plain\n\nThe mill turns.\n"
        b"--s\nContent-Type: application/pgp-signature; name=sign.asc\n\n--BEGIN PGP SIGNATURE--\nwsB5BAAB\n--s--\n"
    )
    document = read("a.eml", data)
    assert document.text == "x\n\nThe mill turns.\n\nAttachments: sign.asc"
    assert not remarks_of(document.metadata)
    opaque = b"Subject: x\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\nMIAG\n"
    assert "its text is inside its signature (S/MIME), and not read" in remarks_of(read("b.eml", opaque).metadata)


def mailbox(mails: Sequence[EmailMessage]) -> bytes:
    envelope = b"From ada@example.org Tue Mar  5 10:00:00 2024\n"
    return b"".join(envelope + message.as_bytes().replace(b"\nFrom the", b"\n>From the") + b"\n" for message in mails)


def test_a_mailbox_gives_each_mail_under_its_subject() -> None:
    mails = [
        mail("Wheel", "Größe: 4 m\n"),
        mail("Spokes", "Hello,\n\nFrom the oak come twelve.\n"),
        mail("Hub", "Iron.\n"),
    ]
    mails[2].add_alternative(LONG, subtype="html")
    document = read("all.mbox", mailbox(mails))
    assert "Größe: 4 m" in document.text
    assert "\nFrom the oak come twelve." in document.text
    assert "a crack at spoke 12" in document.text
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Wheel", "Spokes", "Hub"]


def test_a_mailbox_without_mails_is_refused() -> None:
    with pytest.raises(DocumentError, match="no mail begins in it"):
        read("all.mbox", b"Only text\n")


def test_a_saved_page_is_read_as_a_page() -> None:
    message = EmailMessage()
    message["Subject"] = "Saved"
    message["From"] = "<Saved by a browser>"
    message.set_content(
        "<html><nav><a href=/>Home</a></nav><main><h1>Tides</h1><p>High at 6:42</p></main>", subtype="html"
    )
    message.add_related(b"\x89PNG" * 100, maintype="image", subtype="png", cid="<a>")
    for name in ("page.mhtml", "page.mht"):
        document = read(name, message.as_bytes())
        assert (document.text, document.metadata["title"]) == ("Tides\n\nHigh at 6:42", "Saved")


def test_mails_nested_a_hundred_deep_are_read_to_a_limit_with_a_remark() -> None:
    message = mail("Mail 0", "Text 0")
    for number in range(1, 60):
        outer = mail(f"Mail {number}", f"Text {number}")
        outer.add_attachment(message)
        message = outer
    document = read("a.eml", message.as_bytes())
    assert "Text 59" in document.text
    assert "Text 45" in document.text
    assert document.metadata["remarks"] == ["mails nested more than 20 deep are not read"]


def test_a_header_of_ten_megabytes_is_cut() -> None:
    document = read("a.eml", b"Subject: Mill\nTo: " + b"a@example.org, " * 700_000 + b"\n\nThe text.\n")
    assert document.text.endswith("The text.")
    assert len(document.text) < 20_000


def test_a_mail_that_is_encoded_as_a_whole_inside_another_is_read() -> None:
    inner = base64.encodebytes(mail("Offer", "The wheel costs 40 crowns.").as_bytes())
    outer = b"Subject: Forwarded\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n"
    document = read("a.eml", outer + b"Content-Transfer-Encoding: base64\n\n" + inner + b"--b--\n")
    assert document.text.startswith("Forwarded\n\nOffer\nFrom:")
    assert document.text.endswith("The wheel costs 40 crowns.")


def test_a_report_of_delivery_names_the_reason() -> None:
    report = (
        b"Subject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\n\nIt came back.\n--b\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nStatus: 5.2.2\n"
        b"Diagnostic-Code: smtp; 552 mailbox full\n--b--\n"
    )
    text = "It came back.\n\nReporting-MTA: dns; mx\n\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 mailbox full"
    assert read("a.eml", report).text == f"Undelivered\n\n{text}"


def test_a_file_encoded_in_the_text_is_an_attachment() -> None:
    text = "begin 644 keys.txt\n" + binascii.b2a_uu(b"Key 7: cellar").decode() + "`\nend\n"
    document = read("a.eml", f"Subject: Keys\n\nSee below.\n\n{text}".encode())
    assert document.text == "Keys\n\nSee below.\n\nAttachments: keys.txt\n\nkeys.txt\n\nKey 7: cellar"


def test_a_mail_of_apple_mail_is_read_without_its_frame() -> None:
    inner = b"Subject: Keys\n\nUnder the mat.\n"
    assert read("1.emlx", b"%d\n%s<plist><dict/></plist>" % (len(inner), inner)).text == "Keys\n\nUnder the mat."


def test_an_alarm_in_a_calendar_is_not_the_event() -> None:
    calendar = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Dressing\nLOCATION;ENCODING=QUOTED-PRINTABLE:Hall=20B\n"
        "DURATION:P1DT2H\nBEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert read("a.ics", calendar.encode()).text == "Dressing\nPlace: Hall B\nLasts: 1 day, 2 hours"


@pytest.mark.parametrize("start", ["--yy\nContent-Type: text/plain\n\n", ""])
def test_a_mail_that_names_another_boundary_than_it_has_is_read(start: str) -> None:
    head = "From: a@x.example\nSubject: Mill\nContent-Type: multipart/mixed; boundary=zz\n\n"
    assert read("a.eml", f"{head}{start}The wheel turns.\n".encode()).text.endswith("\n\nThe wheel turns.")

"""Man pages give sentences, options with what they do, and code, without macros and escapes."""

from __future__ import annotations

import pytest

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document

WHEEL = r""".\" Written by hand
'\" t
.if !\nF .nr F 0
.de URL
.\\$2 \(la\\$1\(ra
..
.ie \n(.g .ds Aq \(aq
.el       .ds Aq '
.TH WHEEL 1 "3 May 2024" "1.2"
.SH NAME
wheel \- turns a wheel\"a remark
.SH OPTIONS
Read before use.
.TP
.BR \-s ", " \-\-speed =\fIN\fR
Turns
.I N
times a \*(Aqminute\*(Aq.
.sp
The default is 3.
.TP
\fB\-q\fP
Says nothing.
.PP
\-\-loud
.RS 4
Says all.
.RE
.SS "Exit codes"
.IP \(bu 2
0: it turned
.IP \(bu 2
1: it stood
.SH EXAMPLES
.if n \{\
.RS 4
.\}
.nf
wheel \-s 5 | tee \e
  log
.fi
.if n \{\
.RE
.\}
See
.BR axle (8)
and
.UR https://wheel.example.org
the site
.UE .
"""

SLUICE = r""".Dd May 3, 2024
.Dt SLUICE 8
.Os
.Sh NAME
.Nm sluice
.Nd opens a sluice
.Sh SYNOPSIS
.Nm
.Op Fl fn
.Op Fl t Ar seconds
.Ar gate ...
.Sh DESCRIPTION
The
.Nm
utility opens gates, see
.Xr mill 1 .
.Bl -tag -width Ds
.It Fl t Ar seconds
Waits for
.Ar seconds ,
or
.Dq until noon .
.It Fl Fl now
Waits for nothing.
.El
.Bd -literal
sluice -t 5 north
.Ed
.Bl -enum
.It
Stop the wheel.
.It
Open the gate.
.El
"""


def read(name: str, text: str) -> Document:
    format_name = format_of(name, text.encode()[:HEAD_BYTES])
    assert format_name == "man"
    return reader_of(format_name)(Source(f"/desk/{name}", text.encode()))


def test_page_gives_its_options_above_what_they_do() -> None:
    document = read("wheel.1", WHEEL)
    assert document.text == (
        "wheel(1)\n\nNAME\n\nwheel - turns a wheel\n\nOPTIONS\n\nRead before use.\n\n"
        "-s, --speed=N\n    Turns N times a 'minute'.\n\n    The default is 3.\n\n-q\n    Says nothing.\n\n"
        "--loud\n    Says all.\n\nExit codes\n\n- 0: it turned\n- 1: it stood\n\nEXAMPLES\n\n"
        "```\n    wheel -s 5 | tee \\\n      log\n```\n\n"
        "See axle(8) and the site <https://wheel.example.org>."
    )
    headings = [(heading.level, heading.title) for heading in locations_of(document.metadata).headings]
    assert headings == [(1, "wheel(1)"), (2, "NAME"), (2, "OPTIONS"), (3, "Exit codes"), (2, "EXAMPLES")]
    for heading in locations_of(document.metadata).headings:
        assert document.text.startswith(heading.title, heading.start)
    # The day on which a manual was edited does not make it a newer note beside the rest of the documentation.
    assert (document.metadata["title"], document.metadata.get("date")) == ("wheel(1)", None)


def test_page_with_the_macros_of_mdoc_reads_alike() -> None:
    assert read("sluice.8", SLUICE).text == (
        "sluice(8)\n\nNAME\n\nsluice - opens a sluice\n\nSYNOPSIS\n\nsluice [-fn] [-t seconds] gate ...\n\n"
        "DESCRIPTION\n\nThe sluice utility opens gates, see mill(1).\n\n"
        "-t seconds\n    Waits for seconds, or “until noon”.\n\n--now\n    Waits for nothing.\n\n"
        "```\n    sluice -t 5 north\n```\n\n1. Stop the wheel.\n2. Open the gate."
    )


def test_table_of_a_page_becomes_rows() -> None:
    page = ".TH T 3\n.SH ATTRIBUTES\n.TS\nallbox;\nlb lb\nl l.\nInterface\tValue\nT{\n.BR turn ()\nT}\tMT-Safe\n.TE\n"
    assert read("t.3", page).text.endswith("Interface: turn(); Value: MT-Safe")


@pytest.mark.parametrize("name", ["mail.1", "plan.txt", "log.1"])
def test_text_that_only_begins_with_a_dot_is_no_page(name: str) -> None:
    assert format_of(name, b".profile is read first.\nTH then.\n") == "text"


def test_long_lines_and_deep_margins_are_read_in_time() -> None:
    page = ".TH A 1\n" + " " * 200_000 + '\\x"\n' + '.B "' + '""' * 100_000 + "\n" + ".RS\n" * 20_000 + "end\n.RE\n"
    assert "end" in read("a.1", page).text


def test_escapes_give_the_letters_that_they_name() -> None:
    page = r""".TH A 1
na\(:ive \[u00E9]t\['e] \[em] \s-2small\s0 \f(CWcode\fP \h'2n'x\|y \e\-\~z
"""
    assert read("a.1", page).text.endswith("naïve été — small code xy \\- z")

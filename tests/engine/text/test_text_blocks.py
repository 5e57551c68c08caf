"""Texts split by their lines."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookwheel.engine.text.text_blocks import blocks_by_line, is_row, text_blocks


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in text_blocks(text)]


def test_prose_that_was_wrapped_is_one_block_and_lines_broken_on_purpose_are_several() -> None:
    wrapped = "The mill was built in the year of the flood, when the river\nran over its banks and took the bridge."
    assert [kind for kind, _ in blocks(wrapped)] == ["prose"]
    poem = "The gull\nAnd the long grey sea together\nThe bell\nAnd the harbour wall in winter"
    assert len(blocks(poem)) >= 2


@pytest.mark.parametrize(
    "sentence",
    [
        "To qualify for\n[dental cover](https://a.example/dental-and-vision), you\nmust sign up within 60 days.",
        "If you do have an account already, please\n[add your address](https://b.example/set) as\nyour first one.",
        "Some, like `Wren <https://wren.example/>`__ or\n`Tern <https://t.example/a>`__, which use pipes,\nfail.",
        "The settings are kept in\n`~/.config/tool.toml` and are read at the start.",
        "Die Regeln stehen in der\n[Satzung des Vereins](https://verein.example/satzung/aktuell) und\ngelten für alle.",
    ],
)
def test_a_sentence_goes_on_with_a_link_or_with_code_at_the_start_of_a_line(sentence: str) -> None:
    assert blocks(f"# Notes\n\n{sentence}\n\nMore.")[1] == ("prose", sentence)


def test_links_on_lines_of_their_own_are_not_a_sentence() -> None:
    assert ("line", "Useful pages") in blocks(
        "Useful pages\n[the shop](https://a.example)\n[the club](https://b.example)"
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# Head\n\nText here.", ["heading", "prose"]),
        ("Prices\n\nAll prices hold for one year.", ["heading", "prose"]),
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", ["row", "rule", "row"]),
        ("Name: Ada; Born: 1815\nName: Bob; Born: 1820", ["row", "row"]),
        ("2025-01-02 10:00 started\n2025-01-02 10:05 stopped, because the fan was loud", ["line", "line"]),
        ("Sheet: 7\nBy: Ada Rook,\n    Ida Holt\nStatus: final", ["line", "line", "line"]),
        ("- one\n  goes on\n- two", ["item", "item"]),
        ("def load(path):\n    text = read(path)\n\n    return text", ["code"]),
        ("```\na = 1\n\nb = 2\n```", ["fence"]),
        ("nut\n    One stored version.", ["item"]),
        ("---\ntitle: A\ndate: 2025-01-02\n---\n\nText.", ["rule", "front", "front", "rule", "prose"]),
    ],
)
def test_each_kind_of_line_is_known(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in blocks(text)] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "[000562] WARN net.Conn - peer 10.0.2.62 dropped 8 packets, as it did before",
        "2024/05/01 10:00:05 worker 7 has started, and waits for the next job",
        '10.1.2.3 - ida [10/Oct/2025:13:55:36 +0000] "GET /a.html HTTP/1.1" 200 23',
        "1717171717.123 worker 7 has started, and waits for the next job",
        "[   12.345678] usb 1-1: new device found, and it waits for its driver",
        "E0612 10:12:03.441 server.go:44] the server stopped, because its disk is full",
        "level=info msg=started worker=7",
        "time=2024-05-03T10:00:09Z msg=slow",
        "web-1  | 2024/05/03 10:00:00 [notice] 1#1: start worker process 29",
        'web-1  | 10.0.0.4 - - [03/May/2024:10:04:09 +0000] "POST /boats HTTP/1.1" 500 21',
    ],
)
def test_each_line_of_a_log_is_one_block(line: str) -> None:
    assert blocks(f"{line}\n{line}\n{line}") == [(kind, line) for kind, _ in blocks(line)] * 3


@given(st.text(alphabet="aB1 .,:;|-*#=`\n\t(){}'\"é東", max_size=300))
def test_the_blocks_hold_all_but_white_space_in_order(text: str) -> None:
    found = list(text_blocks(text))
    assert "".join("".join(text[block.start : block.end].split()) for block in found) == "".join(text.split())


LINES = st.sampled_from(
    [
        "",
        " ",
        "The mill was built in the year of the flood, when the river",
        "ran over its banks and took the bridge with all its arches.",
        "was rebuilt at once (see chapter two): it stands to this day",
        "A long paragraph on a single line that says what happened to the mill and to the old bridge of stone.",
        "2025-01-02 10:00:01 INFO worker 7 has started and waits",
        "2025-01-02 10:00:02 WARN worker 8 has k=v; stopped",
        "[12:01:02] done",
        "Name: value of a thing",
        "Results",
        "=======",
        "- an item of a list",
        "  goes on below it",
        "3. Third",
        "```",
        "---",
        "import os",
        "call(one, two)",
        "    indented = 1",
        "| a | b |",
        "An end with a blank ",
        "Ein Satz über Äpfel und Öl, der umbrochen worden ist, wie es",
        "\u6771\u4eac\u306f\u5927\u304d\u3044\u3002",
    ]
)


TITLED_VALUES = (
    "The mill was built in the year of the flood, when the river\n"
    "was rebuilt at once (see chapter two): it stands to this day\n"
    "was rebuilt at once (see chapter two): it stands to this day"
)


@given(st.lists(LINES, max_size=14).map("\n".join))
@example(TITLED_VALUES)
def test_paragraphs_taken_whole_give_the_blocks_that_a_look_at_each_line_gives(text: str) -> None:
    assert list(text_blocks(text)) == list(blocks_by_line(text, 0, len(text)))


def test_a_long_paragraph_of_lines_of_code_is_read_in_time_that_grows_with_its_length() -> None:
    """Each line was taken by itself and all lines below it looked at again: 200 kB of JSON Lines took 8 s."""
    line = '{"id": "56beb4343aeaaa14008c925b", "text": "How many points did they have?", "answers": ["308"]}'
    assert len(list(text_blocks("\n".join([line] * 4_000)))) == 4_000


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "The tenants of the house on the hill met in room\n12. The rent is due on the first of each month.",
            ["prose"],
        ),
        ("Die Sitzung der Gemeinde beginnt im Saal des Hauses am\n1. 10. 2024 und dauert bis zum Abend.", ["prose"]),
        (
            "The letter was signed by the treasurer, Mr. Jonas\nB. Hale, and by the clerk of the town of Tarn.",
            ["prose"],
        ),
        (
            "The pump is replaced in these two steps, one by one\n1. Close the valve.\n2. Drain it.",
            ["prose", "item", "item"],
        ),
        (
            "The house has three rooms that can be let to guests.\n4. Payment is due when the guests arrive.",
            ["prose", "item"],
        ),
    ],
)
def test_a_wrapped_line_that_begins_with_a_number_is_not_an_item(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in blocks(text)] == kinds


def test_a_sentence_with_colons_behind_a_full_stop_is_not_a_row() -> None:
    assert is_row("Item: rope; Length: 20 m")
    assert not is_row("It shrinks by rank: mode, cost; hints go. Tables that are wide turn into lines of Name: value.")


def test_numbered_entries_with_a_day_are_lines() -> None:
    log = "no. 24-11  6 Jan  23:14  chimney fire, damage 4,000\nno. 24-19  14 Feb  08:40  cat on the roof of the bank"
    assert [kind for kind, _ in blocks(log)] == ["line", "line"]


def test_numbers_that_a_sentence_lists_over_a_line_break_stay_in_it() -> None:
    text = (
        "A change needs `check` and `make test`; `run` runs both from a clone. Cardwheel supports Python\n"
        "3.11, 3.12 and 3.13: `make clean`, then `make test PYTHON=python3.13`, runs all. One lock serves them,\n"
        "and the linter reads the code as 3.11 does, so that nothing newer comes in, not even by chance."
    )
    assert [kind for kind, _ in blocks(text)] == ["prose"]


def test_a_name_that_was_wrapped_stays_in_its_sentence() -> None:
    wrapped = "The sock stands north of the house. It was replaced on 22 February 2025 by Ada\nRook."
    assert blocks(wrapped) == [("prose", wrapped)]


def test_a_bold_label_with_its_value_is_not_a_heading() -> None:
    assert [kind for kind, _ in blocks("**Warden:** Olwen Pryce\n\nText here.")] == ["prose", "prose"]
    assert [kind for kind, _ in blocks("**Opening hours**\n\nText here.")] == ["heading", "prose"]


def test_terms_without_blank_lines_between_them_are_items_each() -> None:
    found = [text[block.start : block.end] for text in ["0\n    Open\n1\n    Shut\n"] for block in text_blocks(text)]
    assert found == ["0\n    Open", "1\n    Shut"]


def test_a_line_is_wrapped_where_others_are_two_that_a_hyphen_joined() -> None:
    lines = [
        "The strongest current of the year was measured at Gull",
        "Narrows on 17 March, when the ice of the upper river had",
        "gone out with the spring tide and no boat could land at either of the piers below the",
        "old town, so that the mail was carried over by the long",
        "road through the hills, as it had been in the days of the",
        "first settlers, before anybody had built a bridge.",
    ]
    assert [block.kind for block in text_blocks("\n".join(lines))] == ["prose"]


def test_each_option_of_a_help_text_is_an_item_with_the_lines_below_it() -> None:
    entries = [
        "-n, --dry-run    say only",
        "--depth=N        how deep it goes\n                 in feet",
        "-q\tsay nothing",
    ]
    assert blocks("Options:\n  " + "\n  ".join(entries))[1:] == [("item", entry) for entry in entries]
    named = ["``--depth N``; how deep", "``NAME``; which gate"]
    assert blocks("\n".join(named)) == [("item", entry) for entry in named]


@pytest.mark.parametrize("line", ["-5 degrees  at night", "-- Ada", "Use -q, or it talks."])
def test_a_dash_alone_makes_no_option(line: str) -> None:
    assert blocks(f"It is cold.\n{line}\n")[-1][0] != "item"

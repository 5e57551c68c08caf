"""Tables and subtitles with too much of something, or that contradict themselves, are read or refused with a reason."""

import time

from tests.engine.index.test_formats import read

from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.errors import DocumentError

LONGEST_S = 20


def seconds_to_read(name: str, data: bytes) -> tuple[float, str]:
    """The processor time until the passages are cut, and the text or the reason why there is none."""
    started = time.thread_time()
    try:
        document = read(name, data)
    except DocumentError as error:
        return time.thread_time() - started, error.message
    passages = SentenceSplitter(384, 0).passages(document)
    assert all(end - start <= 4 * 384 for start, end in passages)
    return time.thread_time() - started, document.text


def test_a_table_of_a_million_columns_is_read_or_refused_in_time() -> None:
    data = b",".join(b"c%d" % at for at in range(1_000_000)) + b"\n" + b",".join([b"7"] * 1_000_000)
    seconds, text = seconds_to_read("wide.csv", data)
    assert seconds < LONGEST_S
    assert text


def test_a_table_with_a_header_of_ten_megabytes_is_read_or_refused_in_time() -> None:
    seconds, text = seconds_to_read("header.csv", b"x" * 10_000_000 + b",b\n1,2\n3,4\n")
    assert seconds < LONGEST_S
    assert text


def test_a_table_with_another_delimiter_in_each_line_keeps_all_its_values() -> None:
    _, text = seconds_to_read("mixed.csv", b"name,town\nAda;London\nBob\tParis\nEve|Rome\n")
    assert all(value in text for value in ("name", "town", "Ada", "London", "Bob", "Paris", "Eve", "Rome"))


def test_subtitles_without_times_keep_what_is_said() -> None:
    _, text = seconds_to_read("talk.srt", b"1\nThe wheel turns.\n\n2\nIt is of oak.\n")
    assert "The wheel turns." in text
    assert "It is of oak." in text

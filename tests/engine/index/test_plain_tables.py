"""Tables and captions in files that do not say so: cells between blanks or rare delimiters, times in brackets."""

import pytest

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document


def read(name: str, text: str) -> Document:
    format_name = format_of(name, text.encode()[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", text.encode()))


TABLES = {
    "set apart by blanks": ("a.txt", "Wheel    Oak    Elm\nUpper     40     12\nLower      7     90\n"),
    "one blank below a remark": ("a.dat", "# Wheel Oak Elm\nUpper 40 12\nLower 7 90\n"),
    "tabs": ("a.txt", "Wheel\tOak\tElm\nUpper\t40\t12\nLower\t7\t90\n"),
    "carets": ("a.csv", "Wheel^Oak^Elm\nUpper^40^12\nLower^7^90\n"),
    "delimiters at the end": ("a.csv", "Wheel;Oak;Elm;;\nUpper;40;12;;\nLower;7;90;;\n"),
}


@pytest.mark.parametrize("kind", TABLES)
def test_each_row_names_its_columns(kind: str) -> None:
    assert read(*TABLES[kind]).text.strip() == "Wheel: Upper; Oak: 40; Elm: 12\nWheel: Lower; Oak: 7; Elm: 90"


def test_a_table_that_r_writes_has_no_name_over_its_labels() -> None:
    text = read("a.csv", '"oak" "elm"\n"Upper" 40 12\n"Lower" 7 90\n').text
    assert text == "Upper; oak: 40; elm: 12\nLower; oak: 7; elm: 90"


def test_a_table_that_r_numbers_has_no_name_over_its_numbers() -> None:
    assert read("a.csv", "oak,elm\n1,40,12\n2,7,90\n").text == "1; oak: 40; elm: 12\n2; oak: 7; elm: 90"


@pytest.mark.parametrize(
    "times", [("2024-01-31", "2024-02-29"), ("01.02.2024", "01.03.2024"), ("1/2024", "2/2024"), ("8:00", "9:00")]
)
def test_days_and_hours_over_values_are_names(times: tuple[str, str]) -> None:
    first, second = times
    assert read("a.csv", f"Wheel,{first},{second}\nUpper,4,5\nLower,6,7\n").text.endswith(f"{first}: 6; {second}: 7")
    dates = f"Upper,{first}\nLower,{second}\n"
    assert "Upper:" not in read("a.csv", dates).text


@pytest.mark.parametrize(
    "text",
    [
        "The mill  turns.\nIt  grinds oats.\nAll day  long.\n",
        "10:00  INFO  start\n10:01  INFO  stop\n10:02  WARN  heat\n",
        "a = 1\nb = 2\nc = 3\n",
    ],
)
def test_lines_that_are_no_table_stay(text: str) -> None:
    assert read("a.txt", text).text == text


SAID = "The old wheel was sold to a museum."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.txt",
            "[00:00:01.000 --> 00:00:04.000]   The old wheel\n[00:00:04.000 --> 00:00:07.000] was sold to a museum.\n",
        ),
        (
            "a.txt",
            "1\n00:00:01,000 --> 00:00:04,000\nThe old wheel\n\n00:00:04,000 --> 00:00:07,000\nwas sold to a museum.",
        ),
        ("a.tsv", "start\tend\ttext\n1000\t4000\tThe old wheel\n4000\t7000\twas sold to a museum.\n"),
    ],
)
def test_what_a_program_heard_is_sentences_with_their_time(name: str, text: str) -> None:
    document = read(name, text)
    assert document.text == SAID
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["00:00:01"]


def test_a_speaker_is_named_once_over_what_follows() -> None:
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>The old\n\n00:02.000 --> 00:03.000\n<v Ada>wheel turns.\n"
    assert read("a.vtt", cues).text == "Ada: The old wheel turns."


def test_quotation_marks_behind_backslashes_belong_to_their_value() -> None:
    assert read("a.csv", '"wheel","note"\n"Upper","4\\" wide"\n').text == 'wheel: Upper; note: 4" wide'


def test_a_remark_between_rows_is_not_a_value() -> None:
    text = read("a.csv", "wheel,oak\nUpper,40\n# since May\nLower,7\n").text
    assert text == "wheel: Upper; oak: 40\nsince May\nwheel: Lower; oak: 7"

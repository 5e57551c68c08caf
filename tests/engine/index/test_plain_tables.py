"""Tables and captions in files that do not say so: cells between blanks or rare delimiters, times in brackets."""

import pytest

from bookwheel.engine.index.readers.about import remarks_of
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
def test_lines_that_are_not_a_table_stay(text: str) -> None:
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


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("a.txt", "Site;Day;Rain\nUlm;01.02.2024;3,4\nKiel;01.02.2024;5,1\n", "Site: Kiel; Day: 01.02.2024; Rain: 5,1"),
        ("a.dat", "By Ole\n\nTime,Lux\n9:00,20\n10:00,41\n", "By Ole\nTime: 9:00; Lux: 20\nTime: 10:00; Lux: 41"),
        ("a.txt", "Name|Desk|Floor\nIda|North|Second\nOle|South|First\n", "Name: Ole; Desk: South; Floor: First"),
    ],
)  # fmt: skip
def test_rows_between_delimiters_are_a_table_without_the_suffix_of_one(name: str, text: str, rows: str) -> None:
    assert read(name, text).text.endswith(rows)


@pytest.mark.parametrize(
    "text",
    [
        "Go, run, and play.\nSee, hear, and smell.\nCome, sit, and eat.\n",
        "Haus\thouse\nBaum\ttree\nKatze\tcat\n",
        "int a = 1;\nint b = 2;\nreturn a;\n",
        "\tindented\n\tso\n\ttoo\n",
    ],
)
def test_prose_code_and_lists_of_words_are_not_rows(text: str) -> None:
    assert read("a.txt", text).text == text


def test_the_header_of_a_logger_has_names_units_and_kinds() -> None:
    head = '"TOA5","Hill","CR6","77"\n"TIMESTAMP","Temp","Rain"\n"TS","Deg C","mm"\n"","Avg","Tot"\n'
    assert read("a.dat", head + '"2024-03-01 01:00:00",4.2,0.5\n"2024-03-01 02:00:00",4.0,0\n').text == (
        "TOA5; Hill; CR6; 77\nTIMESTAMP TS: 2024-03-01 01:00:00; Temp Deg C Avg: 4.2; Rain mm Tot: 0.5\n"
        "TIMESTAMP TS: 2024-03-01 02:00:00; Temp Deg C Avg: 4.0; Rain mm Tot: 0"
    )


def test_years_beside_more_names_are_a_header_below_a_dated_title() -> None:
    text = (
        "Source,Harbour Office\nUpdated,2024-05-30\n\nTown,Code,Kind,Note,2001,2002\nUlm,U,a,x y,9,12\nKiel,K,b,z,7,8\n"
    )
    assert read("a.csv", text).text == (
        "Source: Harbour Office\nUpdated: 2024-05-30\n"
        "Town: Ulm; Code: U; Kind: a; Note: x y; 2001: 9; 2002: 12\n"
        "Town: Kiel; Code: K; Kind: b; Note: z; 2001: 7; 2002: 8"
    )


def test_rows_with_another_delimiter_have_the_same_columns_and_are_told() -> None:
    document = read("a.csv", "Wheel;Oak\nUpper,40\nLower\t7\nMiddle|9\nLast;3\n1,5\n")
    assert (
        document.text
        == "Wheel: Upper; Oak: 40\nWheel: Lower; Oak: 7\nWheel: Middle; Oak: 9\nWheel: Last; Oak: 3\nWheel: 1,5"
    )
    assert remarks_of(document.metadata) == ("3 rows have another delimiter than the others",)


def test_a_list_in_a_frame_of_dashes_and_bars_names_its_columns() -> None:
    rule = "-" * 32
    listed = (
        f"Plant 1000\n\n{rule}\n|Material|Name         |Stock |\n{rule}\n|45-17   |Ball bearing | 1.250|\n"
        f"|45-18   |Shaft seal   |    38|\n{rule}\nEnd of list"
    )
    assert read("stock.txt", listed).text.split("\n") == [
        "Plant 1000",
        "",
        "Material: 45-17; Name: Ball bearing; Stock: 1.250",
        "Material: 45-18; Name: Shaft seal; Stock: 38",
        "End of list",
    ]
    # A line over words with a bar is an ornament.
    assert read("a.txt", f"{rule}\n| Notes |\n{rule}\nAll is well.").text == f"{rule}\n| Notes |\n{rule}\nAll is well."

"""Pages and headings: what holds at an offset, and where it changes."""

from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.locations import HEADINGS, PAGE_STARTS, TABLES, Heading, Locations, Table, locations_of

HEADING_ROWS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 4), st.sampled_from(["", "Intro", "Results", "§ 4"])), max_size=12
)


@given(HEADING_ROWS, st.integers(0, 200))
def test_the_paths_in_order_are_those_at_each_offset(rows: list[tuple[int, int, str]], offset: int) -> None:
    locations = Locations(headings=[Heading(*row) for row in sorted(rows, key=lambda row: row[0])])
    path = None
    for start, own in locations.heading_paths():
        if start <= offset:
            path = own
    assert path == locations.heading_at(offset)


def test_malformed_values_count_as_absent() -> None:
    rows = [[0, 1, "Intro"], [3, "2", "no level"], "text", [1, 2], None, [9, 2, "End", 4]]
    locations = locations_of({HEADINGS: rows, PAGE_STARTS: [0, "x", 7]})
    assert locations == Locations(page_starts=[0, 7], headings=[Heading(0, 1, "Intro")])


def test_a_row_has_its_column_names_and_the_header_row_has_none() -> None:
    locations = Locations(tables=(Table(10, 30, ("Station", "Riders")), Table(50, 60, ("Year",))))
    assert locations_of(locations.to_metadata()).tables == locations.tables
    assert [locations.columns_at(offset) for offset in (9, 10, 29, 30, 55)] == [
        None, "Station | Riders", "Station | Riders", None, "Year",
    ]  # fmt: skip
    assert locations.metadata_at(12) == {"columns": "Station | Riders"}


def test_a_malformed_table_counts_as_absent() -> None:
    assert locations_of({TABLES: [[1, 2], "x", [3, 9, ["A", 4]]]}).tables == (Table(3, 9, ("A",)),)

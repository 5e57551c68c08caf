"""Tables of labels and values, as forms have them, are pairs; tables with a header keep the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import reader_of
from bookwheel.engine.index.readers.tables.table_lines import table_lines


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param(
            [["Tenant", "Reed & Sons"], ["Property", "Mill Lane 4"], ["Rent", "640 euros"]],
            ["Tenant: Reed & Sons", "Property: Mill Lane 4", "Rent: 640 euros"],
            id="English",
        ),
        pytest.param(
            [["Vermieter", "Ida Kern"], ["Mieter", "Paul Roth"], ["Kaution", "zwei Mieten"]],
            ["Vermieter: Ida Kern", "Mieter: Paul Roth", "Kaution: zwei Mieten"],
            id="German",
        ),
        pytest.param(
            [["Nom du client", "Luc Petit"], ["Date de naissance", "3 mai 1980"], ["Étage", "2"]],
            ["Nom du client: Luc Petit", "Date de naissance: 3 mai 1980", "Étage: 2"],
            id="French",
        ),
        pytest.param(
            [["Registration"], ["Name", "Ivo"], ["Length", "9.75"], ["Width", "3.10"], ["Draught", "1.2"]],
            ["Registration", "Name: Ivo", "Length: 9.75", "Width: 3.10", "Draught: 1.2"],
            id="mostly numbers, below a title",
        ),
        pytest.param(
            [["Buyer", "Ann Ley", "Phone", "4410"], ["Street", "Quay 9", "Town", "Cork"]],
            ["Buyer: Ann Ley; Phone: 4410", "Street: Quay 9; Town: Cork"],
            id="two pairs a row",
        ),
        pytest.param(
            [["Hull", "Blue Heron"], ["Engine", "Volvo 40 hp"], ["Sails", "none"]],
            ["Hull: Blue Heron", "Engine: Volvo 40 hp", "Sails: none"],
            id="one known label, values of several kinds",
        ),
        pytest.param(
            [["Name", "Room"], ["Ada", "12"], ["Ben", "14"]],
            ["Name: Ada; Room: 12", "Name: Ben; Room: 14"],
            id="names of columns",
        ),
        pytest.param(
            [["Field", "Meaning"], ["name", "of the member"], ["date", "when she joined"]],
            ["Field: name; Meaning: of the member", "Field: date; Meaning: when she joined"],
            id="a table that explains fields",
        ),
        pytest.param(
            [["Object", "Weight"], ["Street lamp", "90 kg"], ["City bus", "11 t"]],
            ["Object: Street lamp; Weight: 90 kg", "Object: City bus; Weight: 11 t"],
            id="things that begin with a known word",
        ),
        pytest.param(
            [["Crew", "Ship", "Port", "Fee"], ["Ann", "Alma", "Kiel", "12"], ["Bo", "Borg", "Cork", "9"]],
            ["Crew: Ann; Ship: Alma; Port: Kiel; Fee: 12", "Crew: Bo; Ship: Borg; Port: Cork; Fee: 9"],
            id="four columns",
        ),
    ],
)
def test_labels_and_values_are_pairs_and_a_header_names_columns(
    rows: Sequence[Sequence[str]], lines: Sequence[str]
) -> None:
    assert list(table_lines(rows)) == lines


def test_a_form_on_a_page_without_header_cells_is_read_as_pairs() -> None:
    rows = "<tr><td>Applicant<td>Otter Bay Ltd<tr><td>Berth<td>Pier 6<tr><td>Insured<td>yes"
    source = Source("/desk/form.html", f"<p>Please sign.</p><table>{rows}</table>".encode())
    text = reader_of("html")(source).text
    assert text.endswith("Applicant: Otter Bay Ltd\nBerth: Pier 6\nInsured: yes")

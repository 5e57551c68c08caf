"""Values of settings files and rows: by the name of their section, and without the verb that no row has."""

from __future__ import annotations

from functools import partial

import pytest
from tests.support import quoted_notes

answer = partial(quoted_notes.answer, name="a.toml")

SAUNA = """# Settings of the sauna
name = "lake"
unit = "celsius"

[stove]
wood_kg = 12
open_days = 21

[steam]
target = 60.0"""
STATION = """# The weather station on the roof
station: Roof
turbine:
  maker: Bellows Works
  power_kw: 9
camera:
  maker: Lens and Sons
  class: 2"""
STORE = """Dye: Madder; Jar: 14 g; Shelf: S3; Lead percent: 0.2
Dye: Woad; Jar: 30 g; Shelf: S9; Lead percent: 0.7"""
HELPERS = """Firm: Rookery; For: lifts; Reaction time: 3 hours
Firm: Stoatley; For: doors; Reaction time: 9 hours"""
ALARM = "# The bell\n\nThe bell rings when the door opens. The guard came after 9 minutes."
FAIR = "# Village fair\n\nThe first prize of the raffle is a goose. Tickets cost 2 pounds."
POND = "# The pond\n\nThe pond is 40 m long. In wind above 12 m/s the boat is not let out."


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("How many days is the stove of the sauna open?", SAUNA, "open_days = 21"),
        ("How strong is the turbine of the weather station?", STATION, "power_kw: 9"),
        ("Who made the turbine?", STATION, "maker: Bellows Works"),
        ("Who made the camera?", STATION, "maker: Lens and Sons"),
        ("Where does madder stand?", STORE, "Shelf: S3"),
        ("What does woad contain of lead?", STORE, "Lead percent: 0.7"),
        ("How fast must Stoatley react?", HELPERS, "9 hours"),
        ("How quickly did the guard come?", ALARM, "after 9 minutes"),
        ("What is the first prize of the raffle?", FAIR, "a goose"),
        ("At what wind is the boat no longer let out?", POND, "12 m/s"),
    ],
)
def test_value_is_found(question: str, text: str, there: str) -> None:
    assert there in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What temperature is the stove of the sauna set to?", SAUNA),
        ("Who made the steam of the sauna?", SAUNA),
        ("Where does indigo stand?", STORE),
        ("Where does Rookery live?", HELPERS),
        ("How strong is the camera of the weather station?", STATION),
        ("Who made the barometer of the weather station?", STATION + "\nbarometer:\n  range: 4"),
    ],
)
def test_value_that_is_not_there_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None

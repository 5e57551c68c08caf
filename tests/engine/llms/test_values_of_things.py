"""Whether the embedded model refuses a measure or a price that belongs to something else in the same sentence."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

OF_ANOTHER = [
    ("What does the Tavo S3 weigh?", "The Tavo S3 brews at 9 bar. Its tank holds 2 litres, its hopper 250 g."),
    ("How fast was the tug Bold?", "Her cable parted, and the tug Bold brought her home within two days."),
    ("How old is Aurel Dun?", "We met Aurel Dun at the market. He has lived in Ask for thirty years."),
    ("What does the watchman earn?", "The offer is 930 pounds for the winter. They want a watchman at night."),
    ("How tall is the water tower?", "site: water tower\nmeters_connected: 1312"),
    ("How much does the Vell melon weigh?", "Name: Vell melon; Ripens in weeks: 12; Price per kg: 29"),
    ("Wie hoch ist Hornfels?", "Die Fahrt nach Hornfels kostet 12 Euro."),
]
OF_THE_THING = [
    ("What does the Tavo S3 weigh?", "The Tavo S3 has a lid of glass and weighs 6 kg."),
    ("What does the jetty cost?", "**Jetty.** The planks are rotten. The firm Holm asks 900 euros."),
    ("How old is Aurel Dun?", "We met Aurel Dun at the market. He is 61 years old."),
    ("Bei welcher Temperatur wird nicht betoniert?", "Das Betonieren wird bei weniger als 5 Grad eingestellt."),
    ("How high is the north wall?", "The north wall is 16 metres high and has 42 routes."),
    ("How tall is the water tower?", "site: water tower\nheight_meters: 31"),
    ("How much does the Vell melon weigh?", "Name: Vell melon; Ripens in weeks: 12; Weight in kg: 29"),
]


@pytest.mark.parametrize(("question", "text"), OF_ANOTHER)
async def test_the_value_of_another_thing_does_not_answer(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported


@pytest.mark.parametrize(("question", "text"), OF_THE_THING)
async def test_the_value_of_the_thing_answers(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert given.supported

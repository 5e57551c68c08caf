"""A deposit is not a price, "every week" not a duration, and what stands behind "without" has no value of its own."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

OF_ANOTHER_SORT = [
    ("What does the canoe cost?", "Boat: Canoe; Deposit (EUR): 80; Year: 2019"),
    ("What is the price of the loom?", "Whoever borrows the loom leaves a deposit of 40 euros."),
    ("How long does it take to grease the loom?", "Grease the loom every 30 hours."),
    ("How high is the loom?", "The loom weaves up to 3,100 threads."),
    ("How long is the jetty?", "The jetty broke in 1980, and the boats were moored in Holm for two months."),
    (
        "How large is the dye house?",
        "In the dye house no one opens two vats at once, and the horn sounds for 30 seconds.",
    ),
    ("How much coal does the kiln burn?", "The kiln burns coal and dries up to nine racks."),
    ("How wide is the pond?", '[pond]\nsign = "B7"\ndepth_m = 3.4'),
    ("How much is the light?", "The light has been out since Friday. The kitchen is at 9 degrees."),
    ("What is the number of Ada Rook's cabin?", "Ada Rook has booked a cabin. The trip costs 70 euros."),
    ("What does a place cost?", "# Evenings\n\nPlaces are free of choice; cushions cost 3 euros."),
    ("Why is the kiln off?", "# Kiln of the yard\n\nMy aunt is here, so it is urgent."),
    ("What does the inspection of a heron cost?", "bird: owl; name: Bo; treatment: inspection; weight_kg: 1.2"),
    ("Combien coûte un canot pour enfant ?", "# Canots\n\nLes gilets pour enfants coûtent 4 euros."),
    ("Wie viele Stege gibt es?", "Ein Steg darf höchstens 6 Meter lang sein."),
    ("¿Cuántas barcas tiene el club?", "El club presta hasta dos barcas por socio."),
]
OF_THE_SORT = [
    ("What does the canoe cost?", "Boat: Canoe; Deposit (EUR): 80; Price (EUR): 610"),
    ("What did the pier of Holm cost?", "The pier of Holm was built in 1874 by Ada Rook. It cost 310 euros."),
    ("How much is the deposit for the canoe?", "Boat: Canoe; Deposit (EUR): 80; Year: 2019"),
    ("How long does it take to grease the loom?", "It takes 20 minutes to grease the loom."),
    ("How often is the loom greased?", "The loom is greased every 30 hours."),
    ("How high is the loom?", "The loom is 1.9 metres high and weaves up to 3,100 threads."),
    ("How long is the lease of the jetty?", "The lease of the jetty is for two years."),
    ("How large is the dye house?", "The dye house has 140 square metres."),
    ("How much coal does the kiln burn?", "The kiln burns two sacks of coal a day."),
    ("How much water does the vat hold?", "The vat holds 300 litres of water."),
    ("How long must a skein hang after the dyeing?", "A skein hangs in the yard for one night after the dyeing."),
    ("Wie viele Stege gibt es?", "Am Ufer gibt es drei Stege."),
    ("How many threads an hour does the loom weave?", "The loom weaves at most 3,100 threads an hour."),
]


@pytest.mark.parametrize(("question", "text"), OF_ANOTHER_SORT)
async def test_an_amount_of_another_sort_does_not_answer(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported, str(given)


@pytest.mark.parametrize(("question", "text"), OF_THE_SORT)
async def test_an_amount_of_the_sort_answers(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert given.supported

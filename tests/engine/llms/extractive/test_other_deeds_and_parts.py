"""What was done to a thing, what is in it, and what it does itself: none says its price, its weight or who did it."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

CAKE = "# Plum cake\n\nStir 300 g of flour, 120 g of butter and four eggs."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How heavy is the plum cake?", CAKE),
        ("How heavy is the plum cake?", "# Plum cake\n\n- 300 g flour\n- 4 eggs"),
        ("Combien pèse le gâteau aux noix ?", "# Gâteau aux noix\n\nMélanger 250 g de noix et cinq œufs."),
        ("Wie schwer ist der Nusskuchen?", "# Nusskuchen\n\nMan nimmt 250 g Nüsse und vier Eier."),
        ("What does the pump cost?", "The pump was repaired in 2019 for 300 euros."),
        ("Was kostet die Pumpe?", "Die Pumpe wurde im Mai für 300 Euro repariert."),
        ("What does the lathe cost?", "The lathe was bought in 2022."),
        ("¿Por cuánto vendieron la barca?", "En 2016 vendieron la barca porque hacía agua."),
        ("Who opened the bakery?", "The bakery opened in 1990."),
        ("Qui a ouvert la boulangerie ?", "La boulangerie a ouvert en 1990."),
        ("¿Quién abrió la panadería?", "La panadería abrió en 1990."),
        ("Who broke the rung?", "The ladder with the broken rung has been thrown away."),
        ("Who scrapped the barge?", "The board decided to scrap the old barge, because the hull is soft."),
        ("When was the mill taken down?", "The mill burned down in 1910."),
        ("When was the hut on Crow Hill given up?", "The hut on Crow Hill was built in 1908."),
    ],
    ids=str,
)
def test_other_deed_or_part_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("How much flour is in the plum cake?", CAKE, "300 g"),
        ("What did repairing the pump cost?", "The pump was repaired in 2019 for 300 euros.", "300"),
        ("For how much was the pump sold?", "The pump was sold in 2019 for 300 euros.", "300"),
        ("Who opened the bakery?", "Ada Rook opened the bakery in 1990.", "Ada Rook"),
        ("Who married Ada Rook?", "Ada Rook married Jon Berg in May.", "Jon Berg"),
        ("Who decided to scrap the barge?", "The board decided to scrap the old barge.", "board"),
        ("When was the hut given up?", "The hut was built in 1908. The hut was given up in 1951.", "1951"),
        ("When was the price of the pump raised?", "The price of the pump was raised in May.", "May"),
        ("Where is the ladder?", "The ladder is kept in cupboard 3.", "cupboard 3"),
        ("From where was water carried?", "Water was carried up from the lower spring until 1934.", "spring"),
        ("Wann ist die Lerche gesunken?", "Das Boot Lerche sank 1973.", "1973"),
        ("Was kostet eine 120-l-Tonne?", "Gerät: 120-Liter-Tonne; Gebühr: 4 €", "4 €"),
        ("How many days before is a reminder sent?", "reminder:\n  days_before: 14\n  channel: sms", "14"),
    ],
)
def test_the_deed_or_part_asked_for_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When does Pottery for adults begin?", "Course: Pottery for children; Begins: 10:15"),
        ("When did Plover 1.8 come out?", "The blue wool faded by 1.8 steps since May."),
        ("Which frequency does Gull send on?", "# Board of Gull\n\n## Sending van\n\nThe van *Magda* was given away."),
        ("When is the open day of Gull?", "# Gull open day 2025\n\nBring a torch."),
    ],
    ids=str,
)
def test_other_course_version_or_year_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Up to what size of room does the stove heat?", "The stove heats rooms of up to 120 cubic metres.", "120"),
        ("How long is the walk to Crow Notch?", "Goal: Crow Notch; Height: 2,590 m; Time: 2 h 50 min", "2 h 50"),
        ("Why is Ada parting with the van?", "Ada wants to part with the van, since its mast is rusty.", "rusty"),
        (
            "Why is the figure made up of two readings?",
            "The meter was exchanged on 6 August, which is why its figure is made up of two readings.",
            "exchanged",
        ),
        ("May I shower on the third day?", "You may shower from the fifth day on.", "fifth day"),
        ("Does a presenter of 17 need a mentor?", "Presenters younger than 18 need a mentor.", "18"),
        ("Does a presenter of 17 pay for a pot of 15 kg?", "Presenters under 18 pay for a pot of 15 kg.", "18"),
        ("Which value does MAX_LUX have?", "# Light\n\n```\nMAX_LUX = 50\nMIN_LUX = 5\n```", "50"),
        (
            "Who is going to be director?",
            "5. Director. Tom Pell steps down in July. Ada Rook will follow him.",
            "Ada Rook",
        ),
        ("Combien coûte la nuit au gîte du Lac Noir ?", "Le gîte du Lac Noir coûte 31 euros par personne.", "31 euros"),
        (
            "What is the segment of a typewriter?",
            "The segment is the half ring in which the bars are hinged.",
            "half ring",
        ),
        ("In the leaflet, what is meant by a capsule?", "A capsule is the sleeve that encloses a joint.", "sleeve"),
        (
            "How many poles did the telegraph line hang on?",
            "The telegraph was planned by Ada Rook. It was thirty miles long. The line hung on 1,120 poles of larch.",
            "1,120",
        ),
    ],
)
def test_said_in_another_form_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found

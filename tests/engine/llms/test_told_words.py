"""A unit that only names the thing, or says something else of it than what is asked, is not quoted."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

HALL = (
    "hall: Basalt hall\nowner: Ada Rook\nropes.replaced_every_months: 18\nwalls.highest_m: 14.5\n"
    "shop.closes_at: 21:30\nshop.child_eur: 7"
)
MEMBERS = "Member: Ada Rook; Fee in euros: 30; Since: 2019\nMember: Bo Lund; Fee in euros: 20; Since: 2021"
GLAZES = "Glaze: Honey; Number: G-129; Degrees: 1060; Mixed by: Ada Rook"
GARDEN = "Dogs are welcome in the garden, but they have to stay on a lead. Bicycles can be hired at the desk."
PATIENTS = "Number: P-29; Animal: Bruno; Kind: dog; Born: 2018; Owner: Casimir Dunn; Weight in kg: 38"
FEES = "Treatment: Vaccination of a dog; Fee in euros: 48\nTreatment: Vaccination of a cat; Fee in euros: 44"
CHIEF = "Kommandantin ist Ada Rook, ihr Vertreter heißt Bo Lund. Geübt wird mittwochs um 19.30 Uhr."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is the garden room of the lock house heated?", "The garden room of the lock house is let to walkers."),
        ("Are dogs allowed in the hall?", "Dogs are kept in the yard behind the hall."),
        ("Are dogs allowed in the hall?", "No cats in the hall."),
        ("When did Ada Rook pay her fee?", MEMBERS),
        ("When does the hall open?", HALL),
        ("What is the phone number of Ada Rook?", GLAZES),
        ("Which company insures the mill?", "Ms Corbin of the insurance wants to see the mill on Friday."),
        ("Wie lange ist Ada Rook schon Kommandantin?", CHIEF),
        ("How high is the hall?", HALL),
        ("How high are the trees?", "Twelve trees have canker."),
        ("How many steps does the tower have?", "Please bring the tower key on Friday; mine is with Bo."),
        ("What breed is the dog Bruno?", PATIENTS),
        ("When was Casimir Dunn born?", PATIENTS),
        ("How old is Casimir Dunn?", PATIENTS),
        ("What is the fee for the vaccination of a rabbit?", FEES),
        ("What is the number of the emergency telephone?", "The emergency telephone costs 42 euros a call."),
        ("How high is the tower?", "The tower was built after the brig had been lost with forty-one people."),
        ("What was Ada Rook in hospital for?", "Bo Lund was at sea and Ada Rook in hospital; we wish her well."),
    ],
)
def test_a_text_that_only_names_the_thing_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Is the garden room of the lock house heated?", "The garden room of the lock house is heated.", "is heated"),
        ("Is there a lift to the tower?", "A lift goes up to the tower.", "A lift"),
        ("Is the mill open on Sundays?", "The mill is open on Sundays from two to five.", "two to five"),
        ("Are dogs allowed in the hall?", "No dogs in the hall.", "No dogs"),
        ("Are dogs allowed in the garden?", GARDEN, "welcome"),
        ("Is there an entrance fee?", "Entrance costs 4 euros.", "4 euros"),
        ("Is there a charge for parking?", "Parking costs 4 euros a day.", "4 euros"),
        ("How much does Ada Rook pay as fee?", MEMBERS, "30"),
        ("Who is the owner of the hall?", HALL, "Ada Rook"),
        ("How often are the ropes replaced, in months?", HALL, "18"),
        ("What is the phone number of Ada Rook?", f"{GLAZES}; Phone: 020 555 0182", "020 555 0182"),
        ("Which company insures the mill?", "Northern Mutual insures the mill.", "Northern Mutual"),
        ("Wie lange ist Ada Rook schon Kommandantin?", "Ada Rook ist seit 2012 Kommandantin.", "2012"),
        ("How high is the tower?", "The tower is thirty-four metres high.", "thirty-four"),
        ("How high is the highest wall?", HALL, "14.5"),
        ("How high are the dues?", "The dues rise to 17 euros.", "17 euros"),
        ("How high is the score of the north team?", "The score of the north team is 41.", "41"),
        ("How many steps does the tower have?", "The tower has 178 steps.", "178"),
        ("How many steps does it take to open the gate?", "To open the gate:\n1. Lift the bar.\n2. Push.", "Push"),
        ("What kind of animal is Bruno?", PATIENTS, "dog"),
        ("When was Bruno born?", PATIENTS, "2018"),
        ("When was the dog of Casimir Dunn born?", PATIENTS, "2018"),
        ("What is the fee for the vaccination of a dog?", FEES, "48"),
        ("What is the number of the emergency telephone?", "The emergency telephone is 020 555 0182.", "020 555 0182"),
        ("What was Ada Rook in hospital for?", "Ada Rook was in hospital because of her knee.", "knee"),
        ("Wem gehört der Kiosk?", "Der Kiosk gehört Familie Lund.", "Lund"),
        ("Was zeigten die Sender auf der Rechnung des Amts?", "Die Sender zeigten auf der Rechnung ein Logo.", "Logo"),
    ],
)
def test_a_text_that_answers_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")

"""Questions that people ask of small folders: cells of tables, letters, thresholds, what is asked of a thing."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

OVENS = "# Tarn oven\n\n| Item | Value |\n| --- | --- |\n| Weight | 41 kg |\n| Noise | 38 dB |\n"
STEPS = "| Step | Name | Heat |\n| --- | --- | --- |\n| 2 | Proof | 35 °C |\n| 4 | Crust | 240 °C |\n"
ANSWERED = [
    ("How do I have things delivered?", "# Delivery\n\n1. Fill in the card.\n2. Leave a bag out.", "bag"),
    ("Where do I leave my boots?", "# Hut\n\n- Boots are taken off at the door.\n- No noise.", "door"),
    ("What does the winter room cost for others?", "# Prices\n\nWinter room; Members: 10; Others: 16", "16"),
    ("length of the leash", "# To bring\n\n- a leash of two metres\n- a towel", "two metres"),
    ("On which day is the recall course?", "The recall course moves from Tuesdays to Wednesdays.", "Wednesdays"),
    ("Which tools are not lent?", "# Tools\n\nAll is lent but a saw.\n\n- The drill is not lent.", "drill"),
    ("How long is the swim?", "The swim is on 5 July 2026. It is 2.4 kilometres long.", "2.4"),
    ("Who takes over the till?", "Tom Vane gives up the till in March. Ada Rook takes over.", "Ada Rook"),
    (
        "Where does the mending club meet?",
        "# Mending club\n\nThe club is a meeting of menders.\n\nWe meet in Dell Row 3.",
        "Dell",
    ),
    ("Where can I collect lost caps?", "Lost caps are kept at the desk.", "desk"),
    (
        "What should I do before I come to the club?",
        "# Mending club\n\n## Before you come\n\n- Clean the tool.\n- Bring its cable.",
        "cable",
    ),
    ("Which languages does the beamer speak?", "beamer.languages: en, pl\nbeamer.lamp: 40", "en, pl"),
    (
        "How is notice given for the plot?",
        "# Lease of the plot\n\n6. Notice\n\nNotice is given in writing by post.",
        "in writing",
    ),
    ("rent of the plot", "# Lease of the plot\n\n2. Rent\n\nThe rent is 72 euros. From May it rises.", "72 euros"),
    (
        "Is the evening ticket cheaper than the day ticket?",
        "# Prices\n\nTicket: Day ticket; Price: 5.80\nTicket: Evening ticket; Price: 4.00",
        "4.00",
    ),
    ("What does the K4 bolt cost?", "name: K4 bolt; price: 0.85", "0.85"),
    ("How heavy is the Tarn oven?", OVENS, "41 kg"),
    ("How hot is it at step 4?", STEPS, "240"),
    ("Which instruments does Ada Rook play?", "# Ada Rook\n\n## Instruments\n\nFlute, viola", "viola"),
    ("Which tool did Tom Vane hand in?", "No: 4; customer: Tom Vane; tool: plane; cost: 20", "plane"),
    ("Is the loft dearer than the cellar?", "Room: loft; Price: 45 €\nRoom: cellar; Price: 22 €", "22"),
    ("Is the gate open at midnight?", "The gate is closed from 22:00 to 7:00.", "closed"),
    ("May guests keep a boat for three weeks?", "Guests may borrow a boat for at most ten days.", "ten days"),
    ("Can two carts meet in the lane?", "*Can two carts meet in the lane?* No.", "No."),
    ("Who looks after the kiln?", "Call Mara Lund, who looks after the kiln.", "Mara Lund"),
    ("Who wrote Salt Road?", "# Salt Road\n\nA game for four players, by Mara Lund.", "Mara Lund"),
    (
        "What does status code 5 mean?",
        "Status code 0 means done, 2 that files are missing, and 5 that the disk is full.",
        "full",
    ),
    ("What is in the crate?", "# The crate\n\n- a rope\n- two lamps\n- a map", "a map"),
    ("What went wrong with job J-32?", "[2025-09-15T01:00:03Z] FATAL disk is full, job J-32 aborted", "full"),
    ("Quanto pesa la macina?", "La macina pesa due tonnellate.", "due tonnellate"),
    ("How much does the bell weigh?", "The bell weighs 3,200 kilograms.", "3,200"),
    ("Welches Werkzeug benutzt Mara Lund?", "# Mara Lund\n\nSie benutzt einen Hobel.", "Hobel"),
    ("Wer ist für die Reinigung der Halle zuständig?", "Die Halle wird gereinigt. Zuständig ist Tom Vane.", "Tom Vane"),
    ("Why did the choir move?", "The choir moves to the barn, because the hall is cold.", "cold"),
    ("Where is the ferry office?", "# The ferry office\n\nYou find it beside the crane.", "crane"),
    ("Who is responsible for the malt?", "Task: Malt; Person: Ada Rook; Deputy: Tom Vane", "Ada Rook"),
    ("Can the raft carry 140 kg?", "# Raft\n\n| Largest load | 128 kg |\n| Length | 3 m |", "128 kg"),
    ("How high is the rent of plot 7?", "LEASE OF PLOT 7\n\n2. Rent. The rent is 96 euros a year.", "96"),
    (
        "opening times",
        "# Farm\n\nIt was opened in 2017.\n\n## Opening times\n\nWednesday to Friday 8 to 18.",
        "8 to 18",
    ),
    ("What is the fare of L19?", "no: L19; to: Holm; fare: 10.00; runs: Sat", "10.00"),
    ("Compare the boats L11 and L19.", "no: L11; leaves: 06:40\nno: L19; leaves: 21:30", "21:30"),
    ("Is the course cheaper for members?", "# Costs\n\nWhat: Course; Members: 120 €; Others: 150 €", "120"),
    ("When was the stove made?", "# Stove\n\n| Weight | 36 kg |\n| Year of manufacture | 2019 |", "2019"),
    ("Which rules apply in the barn?", "# The barn\n\n## Rules\n\n- no dogs\n- no fires", "no fires"),
    ("What is ladle?", "# ladle\n\nladle turns recipes into lists.\n\nladle was written by Ada Rook.", "recipes into"),
    ("How many apples may a helper take?", "A helper may take five kilos of apples a week.", "five kilos"),
    ("Who paints the red dya bed?", "Ada Rook paints the red day bed.", "Ada Rook"),
    ("May I play music at 23:00?", "No music after 22:00.", "22:00"),
    ("What is the value of LIMIT?", '"""Above LIMIT it stops."""\n\nLIMIT = 240\n', "240"),
    ("¿Por qué no entraron en la torre?", "No entramos en la torre porque estaba en obras.", "obras"),
    ("Why must eels not be boiled?", "Do not boil eels: they become tough.", "tough"),
    ("What do you make at the print course?", "# Print course\n\n## What you make\n\n- a card\n- a book", "a book"),
    ("What is furniture in printing?", "# Guide\n\nFurniture: wood that fills the frame.", "wood"),
    (
        "Was there more salt on 5 May than on 12 May?",
        "date: 2025-05-05; salt: 14\ndate: 2025-05-12; salt: 22",
        "22",
    ),
    ("May the eel be fed by one person?", "Eel; crabs; 1\n\n- Never feed the eel alone.", "Never"),
    ("What do the eels eat?", "| Tank | Animal | Food |\n| --- | --- | --- |\n| A1 | eels | worms |", "worms"),
    ("Per quanto tempo si cuoce il pane?", "Il pane si cuoce per quaranta minuti.", "quaranta"),
    ("When was the pres built?", "The press was built in 1852.", "1852"),
    ("How do I bleed a radiator?", "# Bleeding radiators\n\n1. Turn it off.\n2. Open the valve.", "valve"),
    ("What broke in turbine K-2?", "2025-01-11 13:05 K-2 inspection: a tooth of the gear broken", "tooth"),
    ("What is forbidden in the hall?", "# The hall\n\n## Forbidden\n\n- shoes\n- food", "food"),
    (
        "Why was the race moved?",
        "Race: moved to 25 May since the judges are away.\nHall: it is cold, as ever.",
        "judges",
    ),
    ("Warum steigt der Beitrag?", "Der Beitrag steigt auf 68 Euro. Grund ist der teure Strom.", "Strom"),
    ("From whom is the letter about the roof?", "The letter about the roof is from Ada Rook.", "Ada Rook"),
]
REFUSED = [
    ("How many bees live in the hive?", "# Bees\n\nThe hive has five frames of brood, the queen a blue dot."),
    ("How many bees live in the hive?", "# Bees\n\nThe entrance of the hive is two bee widths wide."),
    ("How many members does the pool have?", "# Pool\n\nMembers aged 23 or more may drive."),
    ("How deep is Mirror Lake?", "Tour: Mirror Lake; Hours: 2; Climb (m): 310"),
    ("Which dogs are not vaccinated?", "# Dogs\n\nBring for each dog:\n\n- the vaccination card\n- a towel"),
    ("When does the recall course begin?", "Dog: Rex; Born: 2021-03-15; Course: recall"),
    ("How deep is the pool?", "The pool has six lanes of 25 metres and a basin for children."),
    ("Who made the oven door?", "The oven door and the tray are sold by Lund Trading."),
    ("How tall is the mill?", "The camp lies two kilometres upstream from the mill."),
    ("Wie viele Mieter hat das Haus?", "An alle Mieter\n\nVom 17. bis zum 21. März wird das Haus gestrichen."),
    ("How many otters did Ada Rook count in 2021?", "Ada Rook counts the otters at night. In 2023 she counted nine."),
    ("How many guests does the inn have?", "The inn has two parking spaces for disabled guests."),
    ("What is the phone number of Ada Rook?", "Late delivery to Ada Rook, order 55-1820"),
    ("Why did Tom Vane move to Lisbon?", "Tom Vane moves to Lisbon."),
    ("Wo wohnt Ada Rook?", "# Ada Rook\n\nSeit 2020 Leiterin der Werkstatt im Museum Holm."),
    ("Quanti visitatori ha il museo?", "Le visite al museo si prenotano tre giorni prima."),
    ("Who runs the camp?", "# The camp\n\nOpen fires are forbidden."),
    ("Who bakes the plum cake?", "Product: Plum cake; Weight: 140; Days baked: Thu-Sat"),
    (
        "How many members does the club have?",
        "# The club\n\nAdults pay 60 euros a year, members under 18 pay 24 euros.",
    ),
    ("What colour is the Tarn oven?", "# Tarn oven\n\nPress the grey lever."),
    ("guarantee of the gas alarm", "Keep the gas alarm switched on."),
    ("What is the rent of flat 17?", "Flat 17 is empty."),
    ("What does the Tarn oven cost?", "# Tarn oven\n\nThe service costs 189 euros."),
    ("How many visitors does the inn have?", "# The inn\n\n| Ticket | Price |\n| --- | --- |\n| Ten visits | 110 |"),
    ("Why is Ada Rook in hospital?", "Excused: Ada Rook, who is in hospital."),
    ("What did they decide about the roof?", "# Minutes\n\nRolf was away, because his train was late."),
    ("Why was Ada Rook ill?", "There: Tom Vane. Ada Rook was ill."),
    ("Who bakes the bread?", "Product: Bread; Days baked: Mon-Sat"),
    ("Сколько учеников в школе?", "Ученики школы платят 3200 рублей."),
    ("How much is the rent?", "The barn is rented to a band from 19:00 to 22:30."),
    ("How long does the loaf keep?", "Product: Rye loaf; Weight (g): 1000; Days baked: Mon-Sat"),
]


@pytest.mark.parametrize(("question", "text", "told"), ANSWERED)
async def test_the_passage_is_quoted(question: str, text: str, told: str) -> None:
    given = await model_answer(question, text)
    assert given.supported
    assert told in str(given)


@pytest.mark.parametrize(("question", "text"), REFUSED)
async def test_what_the_passage_does_not_say_is_refused(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported, str(given)


async def test_the_head_of_a_mail_answers_only_questions_about_the_mail() -> None:
    head = "Broken lamp\nFrom: Ada Rook <ada@rook.example>\nTo: Tom Vane <tom@vane.example>"
    mail = f"{head}\n\nDear Tom, the lamp is broken."
    assert "Ada Rook" in str(await model_answer("Who sent the mail about the lamp?", mail, "lamp.eml"))
    assert not (await model_answer("What discount does Ada Rook give?", mail, "lamp.eml")).supported


async def test_the_sender_of_a_mail_is_who_says_i_in_it() -> None:
    head = "Lamp\nFrom: Ada Rook <ada@rook.example>\nTo: Tom Vane <tom@vane.example>\nDate: 5 May"
    mail = f"{head}\n\nI left the key in the tin."
    assert "the tin" in str(await model_answer("Where did Ada Rook leave the key?", mail, "lamp.eml"))
    assert "Tom Vane" in str(await model_answer("To whom did Ada Rook write?", mail, "lamp.eml"))


async def test_the_second_of_two_questions_stands_by_itself() -> None:
    text = "The trip to Holm costs 40 euros. The crane motor costs 12 euros."
    told = str(await model_answer("What does the trip to Holm cost, and what does the crane motor cost?", text))
    assert "40 euros" in told
    assert "12 euros" in told


async def test_what_is_decided_on_a_topic_is_quoted_alone() -> None:
    minutes = "# Board, 20 March 2025\n\n1. Clocks. Twelve clocks were bought.\n2. Key. The landlord refused a key."
    told = str(await model_answer("What did the board decide about the clocks?", minutes))
    assert "Twelve clocks" in told
    assert "landlord" not in told
    assert not (await model_answer("What did the board decide about the heating?", minutes)).supported

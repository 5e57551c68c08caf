"""Sums, names, places and times that stand near the words of a question and do not answer it, and those that do."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

TOURS = """\
| Order | Customer | Goods | Delivered by |
| --- | --- | --- | --- |
| B-1 | Mill Inn | rolls | bicycle |
| B-2 | Tom Pell | cakes | van |
"""
COURSES = """\
# Your visit to the clock museum

| Tour | Guide | Price |
| --- | --- | --- |
| Time | Ada | 4 |
| Night | Tom | 9 |
| Bells | Ida | 5 |
"""
PRICES = """\
| Lot | Picked on | Grape | Slope |
| --- | --- | --- | --- |
| L-4 | 2024-09-18 | Solaris | Mill slope |
| L-5 | 2024-09-20 | Merlot | Long terrace |
"""
ROOMS = """\
| Name | Voice | Folder no. | Phone tree |
| --- | --- | --- | --- |
| Ada Rook | Alto | 15 | Row 4 |
| Tom Pell | Bass | 24 | Row 2 |
"""
STOCK = """\
| Invoice | Customer | Work | Euros | Paid on |
| --- | --- | --- | --- | --- |
| 24-1 | Mill Inn | brakes | 129.00 | 2024-07-15 |
| 24-2 | Tom Pell | bell | 12.00 | 2024-07-16 |
"""
ANSWERED = [
    ("How heavy is the boat?", "The boat weighs 300 pounds.", "300 pounds"),
    ("How much does a bag of flour weigh?", "A bag of flour holds 25 kg.", "25 kg"),
    ("Why is the bath closed?", "The bath is closed: the pump failed.", "pump"),
    ("How many loaves are baked a day?", "We bake 120 loaves a day.", "120"),
    ("How many cheeses are made per week?", "They make 70 cheeses weekly.", "70"),
    ("Who insured the organ?", "The museum insured the organ for us.", "museum"),
    ("Who repaired the boat?", "Our neighbours repaired the boat.", "neighbours"),
    (
        "What was wrong with cycle 13?",
        "2025-01-13 08:05 cycle 12, 134 C, passed\n2025-01-14 08:05 cycle 13, aborted, gasket leaking",
        "leaking",
    ),
    ("What is wrong with Rex?", "name: Rex\nspecies: dog\ncage: 3\ndiagnosis: swallowed sock\n", "sock"),
    ("¿Dónde está la llave?", "La llave se guarda en la panadería.", "panadería"),
    ("Où est la clé ?", "La clé est accrochée derrière la porte.", "derrière"),
    (
        "Why was cycle 14 aborted?",
        "2025-01-29 08:10 cycle 14 aborted, door gasket leaking, S. Haddad informed\n2025-01-30 08:10 cycle 15, passed",
        "gasket",
    ),
    ("What is the emergency number?", "In an emergency ring 118. It is answered day and night.", "118"),
    ("What is the phone number of Ada Rook?", "name: Ada Rook\nphone: 311\nroom: D1\n", "311"),
    ("书法课在哪里上？", "书法课在二楼教室上。", "二楼"),
    ("旧校舎はいつ建てられましたか？", "旧校舎は1931年に建てられた。", "1931"),
    ("练习什么时候开始？", "练习每周六上午十点开始。", "十点"),
    ("Is the library open on Sundays?", "The library is open from Monday to Friday.", "Monday to Friday"),
    ("How many cakes fit into the oven?", "The oven holds 36 cakes.", "36"),
    ("How often is a copy made?", "[copies]\nevery_days = 3\nkeep = 6\n", "3"),
    ("How long does the belt last?", "The belt lasts about four seasons.", "four seasons"),
    ("May I use a drone?", "Drones have to be announced a day ahead.", "announced"),
    ("Can I leave my bag somewhere?", "Bags can be left in the lockers behind the till.", "lockers"),
    (
        "¿Qué pasa si pierdo la tarjeta?",
        "La tarjeta se guarda en la tienda. Quien la pierda paga 25 francos.",
        "25 francos",
    ),
    ("Darf ich meine Katze mitnehmen?", "Die Hütte hat 20 Betten. Katzen müssen draußen bleiben.", "draußen"),
    ("Was muss ich auf die Tour mitnehmen?", "# Tour\n\nMitzubringen sind Stirnlampe und Jacke.", "Stirnlampe"),
    ("Wann probt der Chor?", "# Chor\n\nGeprobt wird mittwochs um 20 Uhr im Saal.", "mittwochs"),
    (
        "Was kostet der Eintritt zum Konzert?",
        "Das Konzert findet am 22. November statt. Der Eintritt ist frei.",
        "frei",
    ),
    ("Combien coûte l'entrée du musée ?", "L'entrée du musée est libre.", "libre"),
    (
        "Pourquoi ne cueille-t-on pas sous la pluie ?",
        "On ne cueille pas quand il pleut, parce que le moût serait dilué.",
        "moût",
    ),
    ("Wird bei Regen geübt?", "Wenn es regnet, üben wir in der Halle.", "Halle"),
    ("Puis-je amener mon chien ?", "Les chiens restent dehors.", "dehors"),
    ("Wer hat das Tor gestrichen?", "Das Tor wurde von Tom Pell gestrichen.", "Tom Pell"),
    ("Wann wird geputzt?", "Die Halle putzen wir freitags.", "freitags"),
    ("How was order B-1 delivered?", TOURS, "bicycle"),
    ("May I play music in the garden?", "In the garden no music after ten.", "no music"),
    ("May I smoke in the room?", "Smoking is forbidden in all rooms.", "forbidden"),
    ("What is the number of the lock?", "The number of the lock is 4711.", "4711"),
    ("When does the library open?", "From Monday to Friday the library is open from 9:00.", "9:00"),
    ("Wann öffnet die Bücherei?", "Die Bücherei ist montags von 9 bis 17 Uhr offen.", "9 bis 17"),
]
REFUSED = [
    ("What is the weight of the kiln?", "2025-01-30 14:20 thermostat of the kiln changed by Orme & Co, 148 pounds"),
    ("How heavy is the boat?", "The boat was sold for 300 pounds."),
    ("Wie schwer ist die Waschmaschine?", "Die Waschmaschine fasst sieben Kilogramm."),
    ("How heavy is the washing machine?", "The washing machine holds seven kilos."),
    ("Combien pèse le lave-linge ?", "Le lave-linge contient sept kilos."),
    ("¿Cuánto pesa la lavadora?", "En la lavadora caben siete kilos."),
    (
        "Why do the new coats come in grey?",
        "3. Coats. The order goes to Marsh Tailors: 38 coats in grey, 54 pounds each.",
    ),
    ("Why are the chairs of oak?", "The joiner gets the order: 40 chairs of oak."),
    ("Warum sind die Stühle aus Eiche?", "Den Auftrag bekommt der Schreiner: 40 Stühle aus Eiche."),
    ("How many loaves are baked a day?", "Order B-7: 25 loaves for the school. The oven bakes loaves on three decks."),
    ("How many visitors come per week?", "1,020 visitors came to the fair."),
    ("Wie viele Gäste kommen pro Tag?", "Zum Fest kamen 300 Gäste."),
    ("Who insured the organ?", "Insurance of the organ is 65 pounds."),
    ("Who insured the clock?", "Our insurer wants a photograph of the clock."),
    ("Who repaired the boat?", "The repair of the boat takes two weeks."),
    ("Wer hat die Orgel versichert?", "Die Versicherung der Orgel kostet 65 Euro."),
    ("¿Dónde está el curso?", "El curso dura cuatro días y cuesta 185 euros, material incluido."),
    ("Dove si trova il mulino?", "Il mulino costa 4 euro e apre ogni giorno."),
    (
        "Why did the chimney of Old Farm catch fire?",
        "2025-02-08 19:52 chimney fire at Old Farm, 9 volunteers, 2 hours\n2025-03-01 10:00 cat on roof",
    ),
    ("How many clocks does the museum own?", COURSES),
    ("Who picked the Solaris?", PRICES),
    ("Who picked the Merlot?", PRICES),
    ("What is the phone number of Ada Rook?", ROOMS),
    ("What is the alarm number of the brigade?", "2025-08-19 11:05 false alarm in the dairy, toast"),
    ("书法课在哪里上？", "书法课由马老师教授，每月第一个星期六上午十点开始。"),
    ("旧校舎はいつ建てられましたか？", "弓道クラブ\n\n練習日：毎週木曜日 午後6時半から\n場所：旧校舎"),
    ("Does the boat sail at Christmas?", "We do not sail when the wind is above force seven."),
    ("Is the library open at Easter?", "The library has 3,000 books."),
    (
        "How much does a ticket for the summer ball cost?",
        "# Christmas ball\n\nThe ball takes place in the hall. A ticket costs 11 pounds.",
    ),
    ("How did Mill Inn pay?", STOCK),
    ("May I smoke in the room?", "9. Cellar. Cellar 12 belongs to the room. Motorcycles must not be stored there."),
    ("May I sleep in the barn?", "The barn has two doors, which must not be blocked."),
    ("Darf man im Keller kochen?", "Der Keller muss abgeschlossen sein."),
    ("What is the number of the lock?", "I have fitted a number lock; I tell everybody the number on the phone."),
    ("When does the chapel of Orme open?", "The club meets in the chapel of Orme, on Thursdays from 19:00 to 21:00."),
    ("When does the library open?", "The reading circle meets in the library on Fridays at 18:00."),
    ("Wann öffnet die Bücherei?", "Der Lesekreis trifft sich freitags um 18 Uhr in der Bücherei."),
]


@pytest.mark.parametrize(("question", "text", "quoted"), ANSWERED, ids=str)
def test_a_text_that_answers_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(("question", "text"), REFUSED, ids=str)
def test_a_text_that_only_looks_like_an_answer_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None

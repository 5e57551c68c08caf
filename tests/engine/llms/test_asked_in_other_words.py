"""What a text says in other words than the question, or for another case than the one that is asked for."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

TOURS = """\
# Oven sheet

| Product | Top heat | Time |
| --- | --- | --- |
| Ciabatta | 240 °C | 22 min |
| Cinnamon roll | 185 °C | 28 min |
| Rye | 250 °C | 58 min |
"""
COURSES = """\
# Oven sheet

| Product | Top heat | Time |
| --- | --- | --- |
| Ciabatta | 240 °C | 22 min |
| Cinnamon roll | 185 °C | 28 min |
"""
ANSWERED = [
    (
        "How many people came to hear the spring concert?",
        "4. Spring concert. 212 people came; the costs were 900 pounds.",
        "212",
    ),
    ("How many visitors came to see the play?", "The play drew a crowd: 120 visitors came on the first night.", "120"),
    ("How many people came to watch the regatta?", "3. Regatta. 800 people came.", "800"),
    ("Wie viele Leute kamen, um das Konzert zu hören?", "4. Konzert. 212 Leute kamen.", "212"),
    (
        "On which day is the winter concert held?",
        (
            "# Winter concert in the mill\n\nWe sing on Sunday, 7 December 2025, in the mill hall. The doors "
            "open at 17:15."
        ),
        "7 December",
    ),
    ("When is the spring fair held?", "# Spring fair\n\nWe meet on Saturday, 3 May, on the green.", "3 May"),
    (
        "Wann findet das Sommerfest statt?",
        "# Sommerfest\n\nWir feiern am Samstag, 5. Juli, auf der Wiese. Einlass ist um 14 Uhr.",
        "5. Juli",
    ),
    ("Quel jour a lieu la fête ?", "# La fête du village\n\nOn danse le samedi 5 juillet sur la place.", "5 juillet"),
    (
        "Wann läuft der Pachtvertrag für den Garten aus?",
        "# Pachtvertrag für den Garten\n\nDer Pachtvertrag beginnt am 1. März 2024 und endet am 28. Februar 2029.",
        "28. Februar",
    ),
    ("Wann hört der Kurs auf?", "Der Kurs beginnt um 18 Uhr und endet um 20 Uhr.", "20 Uhr"),
    ("Wann fängt der Kurs an?", "Der Kurs beginnt um 18 Uhr und endet um 20 Uhr.", "18 Uhr"),
    ("Wann kommt der Zug in Bern an?", "Die Ankunft in Bern: Zug um 9:40 Uhr.", "9:40"),
    ("Why must I shut the hatch?", "Shut the hatch, otherwise the smoke comes in.", "smoke"),
    (
        "Which helpers is the library looking for?",
        (
            "# Library letter\n\nWe need helpers:\n\n- two people for the book sale\n- a driver for the van\n- "
            "someone who reads to children\n"
        ),
        "two people",
    ),
    (
        "Which volunteers does the club need?",
        "# Club\n\nWanted: volunteers\n\n- two people for the bar\n- a driver\n",
        "two people",
    ),
    ("Which staff is the inn looking for?", "# The inn\n\nWe are hiring staff: a cook and two waiters.", "cook"),
    ("Wen sucht der Verein?", "# Der Verein\n\nWir suchen: einen Kassier und zwei Fahrer.", "Kassier"),
    (
        "May visitors use a tripod in the gallery?",
        "# Gallery\n\nMay I take pictures? Without a tripod, yes.",
        "Without a tripod",
    ),
    ("May visitors take flash photographs?", "# Museum rules\n\nNo flash photography. No food.", "No flash"),
    ("May people swim in the lake?", "Swimming in the lake is forbidden.", "forbidden"),
    ("Dürfen Besucher im Museum fotografieren?", "# Museum\n\nFotografieren ohne Blitz ist erlaubt.", "erlaubt"),
    ("Can guests use a drone?", "# House rules\n\nNo drones over the garden.", "No drones"),
    (
        "Can fifteen people take part in the yoga course?",
        (
            "# Yoga course\n\n- Eight evenings, every Monday from 18:45\n- Held by Ada Rook\n- At most 12 "
            "places\n- Fee: 160 francs\n"
        ),
        "12",
    ),
    ("Can 20 people join the tour?", "# Tour\n\nThe tour takes two hours. Groups of at most 12.", "12"),
    (
        "Können 20 Leute an der Führung teilnehmen?",
        "# Führung\n\nDie Führung dauert zwei Stunden. Höchstens 12 Personen.",
        "12",
    ),
    ("Is there room for nine people in the boat?", "The boat takes six people at most.", "six"),
    (
        "How long will an unopened jar of the jam keep?",
        "# Jam\n\nUnopened jars last for a year and a half.",
        "year and a half",
    ),
    ("How long does the varnish take to dry?", "The varnish dries within an hour.", "an hour"),
    ("How long does the paste keep?", "The paste keeps for a week in the fridge.", "a week"),
    ("How long is the warranty?", "The warranty runs for a year.", "a year"),
    ("How long can I keep the jam?", "The jam keeps for two weeks once opened.", "two weeks"),
    ("Wie lange kann ich die Marmelade aufbewahren?", "Die Marmelade hält sich zwei Wochen.", "zwei Wochen"),
    ("Combien de temps peut-on garder la confiture ?", "La confiture se conserve deux semaines.", "deux semaines"),
    (
        "Whom do I turn to with a question concerning the orchard?",
        "Questions about the mill go to Tom Pell, about the orchard to Ida Kern.",
        "Ida Kern",
    ),
    ("An wen wende ich mich mit Fragen betreffend die Mühle?", "Fragen zur Mühle beantwortet Tom Pell.", "Tom Pell"),
    (
        "Was anybody hurt when the stable burned?",
        (
            "2025-07-02 23:30 lightning struck the stable of H. Pell, stable burnt down, nobody hurt\n2025-08-01 "
            "false alarm"
        ),
        "nobody hurt",
    ),
    ("Was anyone injured in the crash?", "The crash on the weir: no one was injured.", "no one"),
    ("Wurde jemand verletzt, als die Scheune brannte?", "Die Scheune brannte ab, niemand wurde verletzt.", "niemand"),
    ("Wer leitet die Radtour?", "# Radtour\n\nGeführt wird die Gruppe von Reto Pell.", "Reto Pell"),
    ("Wer führt durch das Museum?", "Die Führung durch das Museum leitet Anna Kern.", "Anna Kern"),
    ("Kann ich die Harfe ausleihen?", "Die Harfe wird nicht verliehen.", "nicht verliehen"),
    ("Can I borrow the harp?", "The harp is not lent out.", "not lent"),
    ("Can I hire the hall?", "The hall is not let to private persons.", "not let"),
    ("Puis-je emprunter la harpe ?", "La harpe n'est pas prêtée.", "prêtée"),
    (
        "Combien gagne un cueilleur de l'heure ?",
        "Les cueilleurs se retrouvent à 6 h ; la paie est de 19 francs de l'heure.",
        "19 francs",
    ),
    ("How much does a picker earn an hour?", "Pickers meet at six; the pay is 19 francs an hour.", "19 francs"),
    (
        "Wie viel verdient ein Pflücker in der Stunde?",
        "Die Pflücker treffen sich um sechs; der Lohn beträgt 19 Franken die Stunde.",
        "19 Franken",
    ),
    ("¿Cuánto gana un recolector por hora?", "Los recolectores cobran 19 euros por hora.", "19 euros"),
    ("Who had the watermill built?", "The watermill was laid out in 1761 by the merchant Tom Pell.", "Tom Pell"),
    ("Who had the bridge built?", "The bridge was built in 1802 for Countess Ida Kern.", "Ida Kern"),
    ("Who had the hall painted?", "The hall was painted by order of Ida Kern.", "Ida Kern"),
    ("Wer ließ die Brücke bauen?", "Die Brücke wurde 1802 von Gräfin Ida Kern erbaut.", "Ida Kern"),
    ("What replaced the steam pump?", "In 1950 an electric pump replaced the steam pump.", "electric"),
    ("What took the place of the steam pump?", "In 1950 the steam pump was replaced by an electric one.", "electric"),
    ("Who took Ada Rook's place?", "Ada Rook has retired; her successor is Tom Pell.", "Tom Pell"),
    (
        "Was ersetzte das Stroh auf dem Dach?",
        "Bis 1839 war das Dach aus Stroh. Danach wechselte man zu Schiefer.",
        "Schiefer",
    ),
    ("Compare the baking of ciabatta and cinnamon rolls.", TOURS, "185"),
    ("Compare ciabatta and rye.", TOURS, "250"),
    ("What is the difference between ciabatta and rye?", TOURS, "250"),
    (
        "What must I bring along to the fire exercise?",
        "SUMMARY: Fire drill\nLOCATION: Yard\nDESCRIPTION: All staff take part. Bring your own gloves.",
        "gloves",
    ),
    (
        "What should I take along to the fire drill?",
        "SUMMARY: Fire drill\nLOCATION: Yard\nDESCRIPTION: All staff take part. Bring your own gloves.",
        "gloves",
    ),
    ("What do I have to bring to the first lesson?", "# First lesson\n\nBring your own towel and water.", "towel"),
    ("Was muss ich zur Übung mitbringen?", "# Übung\n\nMitzubringen sind Stirnlampe und Jacke.", "Stirnlampe"),
    ("What does it cost if I miss an appointment?", "Missed appointments are charged at 35 francs.", "35"),
    (
        "Where do we dance on 5 July if it rains?",
        "# Summer dance\n\nWe dance on 5 July on the green.\n\n## What if it rains?\n\nThen we dance in the barn.",
        "barn",
    ),
    (
        "Where is the market in bad weather?",
        "# Market\n\nThe market is on the green; when it rains, it moves to the hall.",
        "hall",
    ),
    (
        "Wo tanzen wir bei Regen?",
        "# Tanz\n\nWir tanzen auf der Wiese. Wenn es regnet, tanzen wir in der Scheune.",
        "Scheune",
    ),
]
REFUSED = [
    ("On which day is the winter concert held?", "# Winter concert\n\nThe doors open at 17:15."),
    ("Can anybody borrow the drill?", "The drill was bought in 2019."),
    ("Was anybody hurt in the fire?", "The fire in the barn was put out by 17 volunteers."),
    ("How long does the tour take?", "The tour takes place once a year and costs 4 euros a person."),
    ("How long does the paste keep?", "A tube of the paste costs 3 euros and is used twice a week."),
    ("How long is the warranty?", "The warranty card was lost a year ago."),
    ("How long can I keep the jam?", "The jam boils for 20 minutes."),
    ("How long does the course last?", "The course is held once a week."),
    ("How long can I borrow the saw?", "The saw was repaired within a week."),
    ("On which day is the winter concert held?", "# Winter concert\n\nTickets cost 5 euros. The hall opens at 17:15."),
    ("When is the spring fair held?", "# Spring fair\n\nThe fair is held in the mill and costs 3 euros."),
    ("Where is the spring fair held?", "# Spring fair\n\nThe fair is held on 3 May."),
    ("Wann findet das Winterfest statt?", "# Sommerfest\n\nWir feiern am Samstag, 5. Juli."),
    ("Compare ciabatta and baguettes.", COURSES),
    ("Compare the price of ciabatta and cinnamon rolls.", COURSES),
    ("What is the difference between ciabatta and focaccia?", COURSES),
    ("Can fifteen people sleep in the hut?", "The hut has a stove. Open from May until October."),
    ("Can 20 people join the walk?", "The walk starts at 9 and takes three hours."),
    ("Wann hört der Kurs auf?", "Der Kurs beginnt um 18 Uhr."),
    ("Wann fängt der Kurs an?", "Der Kurs endet um 20 Uhr."),
    ("Wann kommt der Zug in Bern an?", "Der Zug fährt um 9:40 Uhr in Thun ab."),
    ("How many people came to hear the reading?", "The reading takes place on 3 May in the library."),
    ("How many people came to see the play?", "The play has three acts and was written by Ida Kern."),
    ("What must I bring to the fire drill?", "SUMMARY: Fire drill\nLOCATION: Yard\nDESCRIPTION: All staff take part."),
    ("Who had the bridge built?", "The bridge was built in 1802 of oak."),
    ("Who had the bridge built?", "The bridge was built in 1802. Ida Kern crossed it first."),
    ("Wer ließ die Brücke bauen?", "Die Brücke wurde 1802 aus Eiche erbaut."),
    ("Where do we dance on 5 July if it rains?", "# Summer dance\n\nWe dance on 5 July on the green."),
    ("Where is the market if it snows?", "The market is on the green; when it rains, it moves to the hall."),
    ("Wo tanzen wir, wenn es regnet?", "Wir tanzen auf der Wiese."),
    ("What happens if the alarm rings?", "The alarm was bought in 2019 and hangs in the hall."),
    ("Kann ich die Harfe ausleihen?", "Die Harfe steht im Saal."),
    ("Was kostet es, wenn ich die Karte verliere?", "Die Karte kostet 5 Euro im Monat."),
    ("What does it cost if I lose the card?", "The card costs 5 euros a month."),
    ("How much is a ticket if I book online?", "A ticket costs 8 euros."),
]


@pytest.mark.parametrize(("question", "text", "quoted"), ANSWERED, ids=str)
def test_a_text_that_answers_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(("question", "text"), REFUSED, ids=str)
def test_a_text_that_only_looks_like_an_answer_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None

"""Names, codes, banks and authors that a text has, but of something else than what is asked, and those that answer."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

PUMPS = """\
# Fittings

| Nominal width | Price | Stock |
| --- | --- | --- |
| DN 50 (garden) | 12 | 4 |
| DN 65 | 15 | 9 |
| DN 80 (mains) | 19 | 2 |
"""
METERS = """\
# Meters

| Meter size | Charge | Price per unit |
| --- | --- | --- |
| Qn 2.5 (home) | 4.90 | 1.96 |
| Qn 6 (house) | 11.75 | 1.88 |
| Qn 10 (trade) | 19.30 | 1.74 |
"""
HOSES = "Hoses of class PN 10 are tested every two years, hoses of class PN 16 every year."
BAND = """\
# Our choir

Ada sings in the church of Mill Bank, Tom keeps the tickets at Mill Bank, and all of us meet for the choir's committee.
"""
BAND2 = """\
# The choir

The choir has its account at Marlow Savings Bank.
"""
FEST = "Tom Pell cooks at the Harbour Hotel, and his sister helps the guests of our festival with their tickets."
INS = "Ada works at Corbin Insurance, and her brother looks after the boats of the rowing club."
INS2 = "The boats of the rowing club are insured with Corbin Mutual."
PIPES = """\
Pipe: DN 50; Price: 12; Stock: 4; Shelf: A
Pipe: DN 65; Price: 15; Stock: 9; Shelf: A
Pipe: DN 80; Price: 19; Stock: 2; Shelf: B
"""
BAND3 = "We chose Marlow Savings Bank, and it keeps the choir's account since May."
FIRM2 = """\
# Papers of three friends

Ada cooks for Corbin Catering, Tom drives for Pell Haulage, and all of us help in the kitchen of the Mill Museum.
"""
LAB = """\
# Cleaning the still

1. Rinse with formic acid, 2 percent, for ten minutes.
2. Rinse with water.
"""
PAINT = """\
# Paint shop

- Thin the linseed oil varnish with turpentine, one part to ten.
- Wash the brushes in white spirit, and hang them up.
"""
SOLDER = "Tin the wires with soft solder and let them cool."
SOLDER2 = "Soft solder melts at 183 degrees."
PLAY = """\
# Meeting about The Lamplighter's Son

The book is on the table. Written minutes are sent to all.

## Casting

Ada Rook plays the son, Bo Lund the baker. The aunt is still to be found.

## Set

Tom Pell builds it.
"""
PLAY2 = """\
# Rehearsals of The Glass Tram

Written notes go to Ada Rook. Clara Vance sings the driver.
"""
PLAY3 = """\
# The Paper Boat

The Paper Boat is a comedy by our own Hester Quill, directed by Leif Orm.
"""
HAUS = "Die Endreinigung kostet 65 Euro. Gute Reise wünscht Familie Sandmeier"
HAUS2 = "Bei Fragen hilft Familie Gruber, Telefon 0770 12."
HAUS3 = "Der Hund der Familie Gruber heißt Wastl und beißt nicht."
FR = "Bonnes vacances, la famille Perrin"
EN = "Have a good rest! Your Bowden family"
H5 = "Der Hund der Familie Gruber heißt Wastl und beißt nicht."
H6 = "Frau Adler wohnt im ersten Stock und hat zwei Katzen."
H7 = "Mr Pell rents flat 3 and pays 420 pounds a month."
PLAY4 = """\
# Autumn

In autumn we show The Stone Hat, a farce by the late Hester Quill.
"""
PLAY5 = """\
# Autumn

The waltz is by my brother Leif Orm.
"""
CO = "The keys were found by Tom Pell behind the stove."
SHOP = "- Wash the brushes in white spirit, and hang them up."


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("Price of DN 65", PUMPS, "notes.md", ["15"]),
        ("How many DN 80 are in stock?", PUMPS, "notes.md", ["2"]),
        ("Price per unit for meter size Qn 6", METERS, "notes.md", ["1.88"]),
        ("charge for Qn 2.5", METERS, "notes.md", ["4.90"]),
        ("How often are PN 16 hoses tested?", HOSES, "notes.md", ["every year"]),
        ("Which bank does the choir use?", BAND2, "notes.md", ["Marlow"]),
        ("Which insurance company insures the boats of the rowing club?", INS2, "notes.md", ["Corbin"]),
        ("On which shelf is DN 80?", PIPES, "pipes.csv", ["B"]),
        ("Which bank keeps the choir's account?", BAND3, "notes.md", ["Marlow"]),
        ("What is the melting point of soft solder?", SOLDER2, "notes.md", ["183"]),
        ("Who wrote The Paper Boat?", PLAY3, "notes.md", ["Hester Quill"]),
        ("Wie heißt der Hund der Familie Gruber?", HAUS3, "haus3.txt", ["Wastl"]),
        ("Who wrote The Stone Hat?", PLAY4, "notes.md", ["Hester Quill"]),
        ("Who composed the waltz?", PLAY5, "notes.md", ["Leif Orm"]),
    ],
)
def test_what_a_text_says_of_the_thing_is_quoted(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("What does a DN 100 fitting cost?", PUMPS, "notes.md"),
        ("price of DN 40", PUMPS, "notes.md"),
        ("Price per unit for meter size Qn 15", METERS, "notes.md"),
        ("How often are PN 25 hoses tested?", HOSES, "notes.md"),
        ("Which bank does the choir's committee use?", BAND, "notes.md"),
        ("Which hotel do the guests of the festival stay in?", FEST, "notes.md"),
        ("Which insurance company insures the boats of the rowing club?", INS, "notes.md"),
        ("Price for a pipe of DN 100", PIPES, "pipes.csv"),
        ("On which shelf is DN 90?", PIPES, "pipes.csv"),
        ("Which catering firm does the Mill Museum use?", FIRM2, "notes.md"),
        ("Which haulage company does the Mill Museum use?", FIRM2, "notes.md"),
        ("What is the boiling point of formic acid?", LAB, "notes.md"),
        ("What is the freezing point of formic acid?", LAB, "notes.md"),
        ("What is the melting point of soft solder?", SOLDER, "notes.md"),
        ("Who wrote The Lamplighter's Son?", PLAY, "notes.md"),
        ("Who composed The Glass Tram?", PLAY2, "notes.md"),
        ("Wie heißt der Hund der Familie Sandmeier?", HAUS, "haus.txt"),
        ("Wie heißt die Tochter der Familie Sandmeier?", HAUS, "haus.txt"),
        ("Wie heißt das Boot der Familie Gruber?", HAUS2, "haus2.txt"),
        ("Wie heißt der Sohn von Familie Gruber?", HAUS2, "haus2.txt"),
        ("Comment s'appelle le chien de la famille Perrin ?", FR, "fr.txt"),
        ("What is the dog of the Bowden family called?", EN, "en.txt"),
        ("What is the name of the Bowden family's dog?", EN, "en.txt"),
        ("Wie heißt der Hund der Familie Sandmeier?", H5, "h5.txt"),
        ("Wie viele Katzen hat Frau Lindner?", H6, "h6.txt"),
        ("How much does Mr Corbin pay a month?", H7, "h7.txt"),
        ("Who built the stove?", CO, "notes.md"),
        ("Who made the keys?", CO, "notes.md"),
        ("Who wrote about the keys?", CO, "notes.md"),
        ("What is the flash point of white spirit?", SHOP, "notes.md"),
    ],
)
def test_what_a_text_says_of_something_else_is_refused(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None

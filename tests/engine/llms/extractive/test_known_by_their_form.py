"""Values that are known by their unit, their form or how often they come, and not by the words of the question."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

MAIL = "PS: the key of the paint locker is again in the top drawer of the desk."
DEAL = """\
# Agreement on the mill race

1. Water. The miller lets in 40 litres a second.

2. Term. From 1 May 2025 for nine years. Afterwards either side may end it.

3. Fish. The angling club pays 200 euros a year.
"""
BILL = "# Rappel\n\nLa facture F-12 du 3 mai n'est pas réglée. Nous vous prions de la payer avant le 9 juin."
MAIL2 = "Der Schlüssel für den Farbenschrank liegt in der Schublade unter dem Fenster."
DUES = """\
# When is what due?

| Machine | First service | Oil change |
| --- | --- | --- |
| Lathe | 3 weeks | every 2 years |
| Saw | 6 weeks | every 18 months |
| Drill | 5 weeks | every year |
"""
SERV = ""
SHOWS = """\
cue: S4; page: 3; what: storm on the sea; fade_seconds: 7; remark: wait for the bell
cue: S5; page: 4; what: sunrise; fade_seconds: 12; remark: slowly
"""
BAKE = """\
Bread: Rye; Rest (min): 40; Oven temp C: 230; Weight_g: 900
Bread: Oat; Rest (min): 25; Oven temp C: 210; Weight_g: 700
"""
JOBS = """\
job: Mill Street; crew: 3; drying_hours: 48; paint: lime
job: Fell Lane; crew: 2; drying_hours: 30; paint: oil
"""
NET = """\
gate_scanner.address: 10.1.9.23
gate_scanner.volume: 7
gate_scanner.paper_mm: 62
"""
CLUB = "Members can reach Tom Pell at tom@mill.example."
PAY = """\
# Paying

Please transfer the fee to DE12 5001 0517 0648 4898 90.
"""
SITE = """\
# Booking

Places in the course are booked at https://mill.example/course.
"""
CODE = '''\
def volume(width, depth, height):
    """Litres of water in a tank, measured on the inside."""
    return width * depth * height / 1000
'''
CODE2 = '''\
def drift(first, second):
    """Seconds between two clocks, without leap seconds."""
    return second - first
'''


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("Where is the key for the paint locker at the moment?", MAIL, "notes.md", ["top drawer"]),
        ("Where is the key for the paint locker right now?", MAIL, "notes.md", ["top drawer"]),
        ("How long does the contract run?", DEAL, "race.md", ["nine years"]),
        ("Avant quelle date la facture F-12 doit-elle être payée ?", BILL, "rappel.md", ["9 juin"]),
        ("Wo ist der Schlüssel für den Farbenschrank im Moment?", MAIL2, "notes.md", ["Schublade"]),
        ("When is the saw due for an oil change?", DUES, "notes.md", ["18 months"]),
        ("When is the oil change of the lathe due?", DUES, "notes.md", ["every 2 years"]),
        ("When does the drill need an oil change?", DUES, "notes.md", ["every year"]),
        ("How long does the fade of cue S4 last?", SHOWS, "shows.csv", ["7"]),
        ("How long is the fade of cue S5?", SHOWS, "shows.csv", ["12"]),
        ("How long does the oat bread rest?", BAKE, "bake.csv", ["25"]),
        ("How heavy is the rye bread?", BAKE, "bake.csv", ["900"]),
        ("How long does the paint of the Fell Lane job dry?", JOBS, "jobs.csv", ["30"]),
        ("IP address of the gate scanner", NET, "net.json", ["10.1.9.23"]),
        ("What is the IP of the gate scanner?", NET, "net.json", ["10.1.9.23"]),
        ("What is Tom Pell's email?", CLUB, "notes.md", ["tom@mill.example"]),
        ("To which IBAN do I transfer the fee?", PAY, "notes.md", ["DE12"]),
        ("On which website are places in the course booked?", SITE, "notes.md", ["https"]),
        ("Which function computes the litres of water in a tank?", CODE, "code.py", ["def volume"]),
        ("Which function calculates the litres in a tank?", CODE, "code.py", ["def volume"]),
        ("Which function works out the seconds between two clocks?", CODE2, "code2.py", ["drift"]),
    ],
)
def test_a_value_known_by_its_form_is_quoted(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []

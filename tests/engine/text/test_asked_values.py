"""The kind of value that a question asks for, in several languages, and whether a text has one."""

import pytest

from bookwheel.engine.text.asked_values import asked_value, has_value


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How loud is it?", "sound"),
        ("What does a ticket cost?", "money"),
        ("Wie teuer ist das?", "money"),
        ("How long does it take?", "duration"),
        ("Combien de temps dure la visite ?", "duration"),
        ("Wie lange ist die Frist?", "duration"),
        ("How deep is the well?", "length"),
        ("Wie alt ist er?", "age"),
        ("¿A qué hora abre?", "hour"),
        ("Wann beginnt es?", "date"),
        ("How many people came?", "count"),
        ("What is the phone number?", "phone"),
        ("Why did it stop?", "reason"),
        ("Сколько стоит билет?", "money"),
        ("Сколько составляет плата?", "figure"),
        ("Сколько человек пришло?", "count"),
    ],
)
def test_a_question_asks_for_a_kind_of_value(question: str, kind: str) -> None:
    asked = asked_value(question)
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize("question", ["Who built it?", "What is a cotter?", "Where is the key?"])
def test_other_questions_do_not_ask_for_a_value(question: str) -> None:
    assert asked_value(question) is None


@pytest.mark.parametrize(
    ("question", "text", "is_there"),
    [
        ("How much does it weigh?", "It takes fourteen plates.", False),
        ("When did the thaw begin?", "The thaw began about 13,000 BP.", True),
        ("When was the pier built?", "The first pier is of 44 BC.", True),
        ("When did the thaw begin?", "The thaw filled a lake of 13,000 acres.", False),
        ("How much does it weigh?", "It weighs 34 kg.", True),
        ("How deep is the canal?", "It is eleven miles long.", False),
        ("How deep is the canal?", "It is four feet deep.", True),
        ("How long does it take?", "Das dauert eine Dreiviertelstunde.", True),
        ("Wie lange dauert es?", "Eine halbe Stunde.", True),
        ("How long does it take?", "Cela dure trois quarts d'heure.", True),
        ("¿Cuánto dura?", "Dura media hora.", True),
        ("How long does it take?", "需要半小时。", True),
        ("How long does it take?", "Il est au quart de sa route.", False),
        ("How deep is the canal?", "El canal tiene dos metros de profundidad.", True),
        ("Wie tief ist der Kanal?", "Le canal a deux mètres de profondeur.", True),
        ("How thick is the wall?", "Il muro ha uno spessore di 40 cm.", True),
        ("How deep is the canal?", "运河深两米。", True),
        ("How deep is the canal?", "El canal tiene dos metros de anchura.", False),
        ("How much does it cost to mend it?", "Job: Mend it; Minutes: 40; Price in euros: 22", True),
        ("When was it opened?", "It is open from Monday to Friday.", False),
        ("When was it opened?", "It was opened in 1998.", True),
        ("How many members are there?", "The club has 240 members.", True),
        ("Wie lange ist die Frist?", "Die Frist beträgt sechs Wochen.", True),
        ("Wie lange ist die Frist?", "Es gilt eine sechswöchige Frist.", True),
        ("Wie lange ist die Wartezeit?", "Er hat ihn nach 6-monatigem Bestehen.", True),
        ("Wie lange ist die Frist?", "Die Frist ist jährlich zu prüfen.", False),
        ("How long do I bake it?", "Bake for around an hour.", True),
        ("When was the club founded?", "Guests may row three times.", False),
        ("When was the club founded?", "The fee is collected in January.", False),
        ("When was the club founded?", "Founded in May 1931", True),
        ("How large is room 17?", "Room 17 is in Quarry Lane 4.", False),
        ("How large is room 17?", "The room has 38 square metres.", True),
        ("Which bank does Kontor use?", "The room was let to Kontor.", False),
        ("Which bank does Kontor use?", "The landlord Kasimir Vogt lets it to Kontor.", False),
        ("How long does the tour take?", "Tours are booked two weeks ahead.", False),
        ("How long does the tour take?", "A tour takes two hours.", True),
        ("Which bank does Kontor use?", "The account of Kontor is with Elmbach Savings.", True),
    ],
)
def test_a_text_has_the_value_or_another_one(question: str, text: str, is_there: bool) -> None:
    asked = asked_value(question)
    assert asked is not None
    assert has_value(asked, question, text) is is_there


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("Das Taggeld richtet sich nach den §§ 2 bis 3 und nach Absatz 1 Satz 4.", False),
        ("Das Taggeld kann bis zum Ende des 32. Monats bezogen werden.", False),
        ("Nach § 2 Absatz 1 beträgt das Taggeld 67 Prozent des Lohns.", True),
    ],
)
def test_the_number_of_a_section_or_of_a_month_is_not_a_height(text: str, is_there: bool) -> None:
    question = "Wie hoch ist das Taggeld?"
    asked = asked_value(question)
    assert asked is not None
    assert has_value(asked, question, text) is is_there


@pytest.mark.parametrize("text", ["It took 127 ms.", "Es dauerte 40 Millisekunden.", "1,4 microseconds passed."])
def test_parts_of_a_second_are_a_duration(text: str) -> None:
    asked = asked_value("How long did it take?")
    assert asked is not None
    assert has_value(asked, "How long did it take?", text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("On which day is the mill closed?", "Le moulin est ouvert tous les jours sauf le mardi."),
        ("On which day is the mill closed?", "El molino cierra el miércoles."),
        ("On which day is the mill closed?", "水车房每星期三关闭。"),
        ("How many ladders are there?", "In cantina ci sono dodici scale."),
        ("How long did the voyage last?", "El viaje duró diecisiete días."),
        ("How long is the way?", "It is two and a half hours on foot."),
        ("What does it cost to give a seat back?", "Whoever gives it back on the day pays a third."),
        ("How long is the boat kept?", "The boat stays in the shed for five weeks."),
        ("橋まで何時間かかりますか", "The bridge is three hours away."),
    ],
)
def test_values_are_known_in_other_languages_and_in_words(question: str, text: str) -> None:
    asked = asked_value(question)
    assert asked is not None
    assert has_value(asked, question, text)

"""A sentence that names the thing or the person must also have what is asked of it: a code, a name, an office."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

ANSWERED = [
    ("Who built the boathouse?", "The boathouse was built in 1911 by Tom Vane."),
    ("Which choir has sung?", "The choir of Holm has sung."),
    ("Which exam does Ada Rook take?", "Ada Rook takes the sailing exam."),
    ("What was the motto of the fair in 2025?", "The motto of the fair for 2025 is Light."),
    ("Which illness does Ada Rook have?", "Ada Rook has an illness of the lungs, asthma."),
    ("Why did Ada Rook move to Holm?", "Ada Rook moved to Holm because her brother lives there."),
    ("Why will the parcel be late?", "The lorry has broken down, so the parcel will be late."),
    ("阅览室有多少本书？", "阅览室共有三千本书。"),
    ("绘画班有多少学生？", "绘画班有十二名学生。"),
    ("総会には何人が来ましたか？", "総会には四十人が来ました。"),
    ("写真展の審査員は誰ですか？", "写真展の審査員は高木さんです。"),
    ("庭の面積はどのくらいですか？", "庭の面積は二百平方メートルです。"),
    ("What is the PIN of the bank card?", "The PIN of the bank card is 4711."),
    ("What is the password for the printer?", "The password for the printer is marzipan."),
    ("Wie lautet das Passwort für den Drucker?", "Das Passwort für den Drucker lautet „Marzipan“."),
    ("Quel est le code de la porte du garage ?", "Le code de la porte du garage est 2580."),
    ("What is the combination of the bicycle lock?", "The combination of the bicycle lock is 3-1-9."),
    ("What is the name of Ada's sister?", "Ada's sister Olga lives in Holm."),
    ("What is the name of Ada's sister?", "Olga is the sister of Ada."),
    ("Wie heißt der Hund von Ada?", "Der Hund von Ada heißt Bo."),
    ("What is the name of the ferry to Holm?", "The ferry to Holm is the Grey Heron."),
    ("Wer ist der Vermieter der Garage?", "Die Garage wird vermietet von Frau Olga Brandt."),
    ("Who is the caretaker of the mill?", "The caretaker of the mill is Tom Vane."),
    ("Which plumber mended the boiler?", "The boiler was mended by the plumber Ivo Land."),
    ("Who painted the stairs?", "Ada Rook painted the stairs."),
    ("Who teaches the evening class?", "Class: evening; Teacher: Olga Brandt; Day: Monday"),
    ("Where does Ada Rook come from?", "Ada Rook was born in Holm."),
    ("What wage does the night porter get?", "The night porter gets a wage of 18 euros an hour."),
    ("Which camera did the ranger use?", "The camera that the ranger used was a Corvax 7."),
    ("Who owns the old mill?", "The old mill is owned by Olga Brandt."),
    ("What does it mean when the bell rings three times?", "When the bell rings three times, it means fire."),
    ("What was the theme of the fair in 2022?", "The theme of the fair in 2022 was water."),
]
REFUSED = [
    ("Who built the boathouse?", "The boathouse was built in 1911 and closed in 1994."),
    ("Wer hat die Treppe gestrichen?", "Die Treppe wurde im Mai gestrichen."),
    ("Qui a volé les chaises ?", "On ferme la salle à clé, parce que deux chaises ont été volées."),
    ("Which choir has sung?", "The choir has sung so loudly that the windows shook."),
    ("Which exam does Ada Rook take?", "Ada Rook cannot come, because she takes her exam."),
    ("What was the motto of the fair in 2022?", "The motto of the fair for 2025 is Light."),
    (
        "Why did Ada Rook leave the choir?",
        "The choir was founded by Olga Brandt and Ada Rook, who left the choir in 2016.",
    ),
    ("Why was Ada Rook absent?", "Absent: Ada Rook."),
    ("Which illness does Ada Rook have?", "Present: Ada Rook, Tom Vane, Olga Brandt."),
    ("Why did Ada Rook move to Holm?", "Tom Vane is the new clerk, since Ada Rook has moved to Holm."),
    ("Why did Ada Rook move to Holm?", "Since Ada Rook moves to Holm, Tom Vane keeps the books."),
    ("阅览室有多少本书？", "阅览室在二楼，每人最多借五本书。"),
    ("绘画班有多少学生？", "绘画班每周三晚上七点开始，共八次课。"),
    ("総会には何人が来ましたか？", "総会は五月二日です。駐車場は十台分あります。"),
    ("写真展の審査員は誰ですか？", "写真展は五月二日から市民会館で行います。"),
    ("庭の面積はどのくらいですか？", "庭の掃除は5月2日の朝七時から行います。"),
    ("What is the PIN of the bank card?", "The bank card is in the drawer; its PIN is sent by post."),
    ("What is the PIN of the bank card?", "The PIN of the bank card was changed on 3 May."),
    ("What is the password for the printer?", "The password for the printer is changed every 90 days."),
    ("Wie lautet das Passwort für den Drucker?", "Das Passwort für den Drucker hat der Hausmeister."),
    ("What is the combination of the bicycle lock?", "The bicycle lock has a combination and hangs in the shed."),
    ("What is the name of Ada's sister?", "Ada's sister was ill, so her brother Tom came."),
    ("What is the name of the ferry to Holm?", "The ferry to Holm leaves at nine."),
    ("Who is the caretaker of the mill?", "The caretaker of the mill comes on 20 February."),
    ("Which plumber mended the boiler?", "The plumber has mended the boiler."),
    ("Who founded the Holm Rowing Club?", "The boats of the Holm Rowing Club lie behind the Old Mill."),
    ("Who found the blue umbrella?", "Thing: blue umbrella; Found on: 2025-05-03; Place: Great Hall"),
    ("What illness does Ada Rook have?", "Ada Rook is ill."),
    ("Which school did Ada Rook attend?", "Ada Rook has been the caretaker for thirty years and retires in May."),
    ("Where does Ada Rook come from?", "Ada Rook sells three lamps at the fair in May."),
    ("What wage does the night porter get?", "The night porter gets his wage in Holm."),
    ("How much rent does the shop pay?", "The shop pays its rent."),
    ("Which camera did the ranger use?", "The ranger made the album."),
    ("How long does a guest with measles stay in bed?", "A guest with the flu stays in bed for three days."),
    ("What does it mean when the bell rings three times?", "When the bell rings four times, it means fire."),
    ("What was the theme of the fair in 2022?", "The theme of the fair in 2025 is water."),
    ("What was done about No. 9?", "No. 11 was done about noon."),
    ("rent of the shop", "The shop earns its rent."),
]


@pytest.mark.parametrize(("question", "text"), ANSWERED)
async def test_a_sentence_with_what_is_asked_is_quoted(question: str, text: str) -> None:
    assert (await model_answer(question, text)).supported


@pytest.mark.parametrize(("question", "text"), REFUSED)
async def test_a_sentence_that_only_names_the_thing_is_refused(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported, str(given)

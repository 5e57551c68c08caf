"""Everyday questions in German, the Romance languages, Dutch, Russian, Japanese and Chinese, over invented texts."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

CHARTER = (
    "# Satzung des Imkervereins Hohental\n\n"
    "(1) Mitglied kann jeder werden, der das zwölfte Lebensjahr vollendet hat. Darüber befindet der Vorstand.\n\n"
    "(2) Der Austritt muss dem Vorstand spätestens vier Wochen vorher mitgeteilt werden.\n\n"
    "(3) Beitragserhöhungen bedürfen einer Mehrheit von zwei Dritteln.\n\n"
    "(4) Die Leitung besteht aus der Obfrau, dem Kassenwart und der Schriftführerin. Sie wird für drei Jahre gewählt.\n"
)
BOAT = (
    "# Hausboot Wasserlilie\n\nDie Wohnfläche beträgt 38 m². Die Liegezeit kostet extra. "
    "Zum Reinigen des Decks verwenden Sie Kernseife, niemals Chlor, da Chlor das Holz angreift. "
    "Das Deck muss im Mai gereinigt werden. Abfahrt ist am Montag um 9 Uhr. "
    "Gasflaschen gibt es bei Herrn Quast am Steg. Die Gewährleistung: 24 Monate ab Übergabe. "
    "Der Steuermann, ein gewisser Ole Brandt, pfiff.\n\n"
    "Fehler F2: Die Batterie ist leer.\n"
)
STOCK = "Artikel: Leim; Gebinde: 2 Liter; Preis in Euro: 11,50\nArtikel: Leim; Gebinde: 6 Liter; Preis in Euro: 29,00\n"


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Ab welchem Alter kann man Mitglied werden?", CHARTER, "zwölfte Lebensjahr"),
        ("Bis wann muss man den Austritt erklären?", CHARTER, "vier Wochen vorher"),
        ("Welche Mehrheit braucht man, um den Beitrag zu erhöhen?", CHARTER, "zwei Dritteln"),
        ("Wie lange ist die Leitung im Amt?", CHARTER, "drei Jahre"),
        ("Wie groß ist die Wohnung?", BOAT, "38 m²"),
        (
            "Womit entkalkt man die Kanne?",
            "# Kanne\n\n## Entkalken\n\nIst die Kanne matt, muss die Kanne entkalkt werden. Verwenden Sie dazu Milch.",
            "Milch",
        ),
        ("Warum soll man kein Chlor nehmen?", BOAT, "Holz"),
        ("Wann fahren wir ab?", BOAT, "um 9 Uhr"),
        ("Wo bekomme ich Gasflaschen?", BOAT, "Quast"),
        ("Wie lange gilt die Gewährleistung?", BOAT, "24 Monate"),
        ("Wie heißt der Steuermann?", BOAT, "Ole Brandt"),
        ("Was bedeutet Fehler F2?", BOAT, "Batterie"),
        ("Wie oft tagt der Beirat?", "Der Beirat kommt zweimal im Jahr zusammen.", "zweimal im Jahr"),
        ("Wie oft tagt der Beirat?", "Das Treffen des Beirats findet jeden März statt.", "jeden März"),
        ("Bis wann muss die Pacht bezahlt werden?", "Die Pacht ist bis zum 5. April zu überweisen.", "5. April"),
        ("Ab wann darf man abstimmen?", "Stimmberechtigt sind Mitglieder ab 14 Jahren.", "ab 14 Jahren"),
        (
            "Wo liegt der Müller begraben?",
            "# Der Müller\n\nDer Müller liegt auf dem Bergfriedhof begraben. Er hatte zwei Hunde.",
            "Bergfriedhof",
        ),
        (
            "Wer entscheidet über die Aufnahme?",
            "Über die Aufnahme entscheidet der Beirat. Er tagt im Mai.",
            "der Beirat",
        ),
        ("Wer deckte das Dach?", "Das Dach deckte die Firma Ahlers aus Wesel.", "Ahlers"),
    ],
)
def test_german_questions_find_what_says_it_in_other_forms(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


def test_an_amount_behind_a_verb_is_not_the_number_of_a_thing() -> None:
    assert "29,00" in (answer("Was kosten 6 Liter Leim?", STOCK, name="vorrat.csv") or "")
    assert "11,50" in (answer("Was kosten 2 Liter Leim?", STOCK, name="vorrat.csv") or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wer ist der Kassenwart?", CHARTER),
        ("Wer ist die Obfrau des Imkervereins?", CHARTER),
        ("Wer ist der Hausmeister?", "Der Hausmeister wohnt im Keller neben der Waschküche."),
        (
            "Wer vertritt die Kassenwartin?",
            "# Verein\n\nDer Vorstand berät. Die Kassenwartin vertritt den Verein im Rat.",
        ),
        ("Wer vertritt den Präsidenten?", "# Verein\n\nDer Präsident vertritt den Verein im Rat."),
        ("Wer prüft den Wart?", "# Verein\n\nDer Wart prüft den Kessel jeden Montag."),
    ],
)
def test_an_office_without_a_name_or_the_wrong_side_does_not_say_who(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_an_office_with_a_name_still_says_who() -> None:
    for text in (
        "Zur Obfrau wurde Elke Sander gewählt.",
        "Die Obfrau ist Sander.",
        "Obfrau: Elke Sander",
        "Unsere Obfrau Elke Sander wohnt in Wesel.",
    ):
        assert "Sander" in (answer("Wer ist die Obfrau?", f"# Verein\n\n{text}\n") or ""), text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wann beginnt die Probezeit?", "Nach dem Ende der Probezeit wird gefeiert. Die Frist beginnt am 3. Mai."),
        ("Wann endet der Pachtvertrag?", "Am 3. Mai endet die Schonzeit, sagt der Pachtvertrag."),
        ("When does the lease begin?", "The notice period begins on 3 May, as the lease says."),
        ("Quand commence le bail ?", "Le délai commence le 3 mai, selon le bail."),
        ("¿Cuándo empieza el contrato?", "El plazo empieza el 3 de mayo, según el contrato."),
    ],
)
def test_what_begins_or_ends_must_be_the_thing_that_is_asked_about(question: str, text: str) -> None:
    assert "3" not in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Wann beginnt die Probezeit?", "Die Probezeit beginnt am 3. Mai.", "3. Mai"),
        ("Wann beginnt die Probezeit?", "Am 3. Mai beginnt die Probezeit.", "3. Mai"),
        ("Wann beginnt der Vortrag?", "Der Vortrag in der Kapelle beginnt um 19 Uhr.", "19 Uhr"),
        ("Wann beginnt die Ehe?", "Die Ehe tritt mit der Vollendung der Feier ein.", "Feier"),
        ("When does the lease end?", "The lease of the mill ends on 3 May.", "3 May"),
    ],
)
def test_the_thing_that_begins_or_ends_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


def test_so_long_before_an_end_is_not_how_long_it_lasts() -> None:
    text = "Der Rat tritt dreißig Tage vor Ablauf der Pacht zusammen."
    assert answer("Wie lange dauert die Pacht?", text) is None
    assert "sechs Jahre" in (answer("Wie lange dauert die Pacht?", f"{text} Die Pacht dauert sechs Jahre.") or "")


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Pourquoi les chiens sont-ils interdits ?", "Les chiens ne sont pas admis, car ils salissent.", "salissent"),
        ("Peut-on donner à manger aux canards ?", "Il est défendu de nourrir les canards.", "défendu"),
        ("Qui a apporté le gâteau ?", "Bruno nous a apporté un gâteau aux noix.", "Bruno"),
        ("Qui a signé le bail ?", "# Notes\n\nLe maire a signé le bail de la grange.", "maire"),
        ("Combien pesait la truite de Paul ?", "Paul a pêché une truite de 3 kg.", "3 kg"),
        ("¿Se puede subarrendar la casa?", "Queda prohibido el subarriendo de la casa.", "prohibido"),
        ("¿A qué hora empezó la asamblea?", "La asamblea empieza a las 18:15.", "18:15"),
        ("¿Quién se ocupa de la música?", "Berta Gil se encarga de la música.", "Berta"),
        ("¿Cuántas personas asistieron a la comida?", "# La comida\n\nAsistieron 27 vecinos.", "27"),
        ("¿Cuánto arroz lleva?", "# Paella\n\n- 400 g de arroz\n- 2 tomates\n", "400 g"),
        ("¿Cuánto pesaba el atún?", "El atún pesó 90 kg.", "90 kg"),
        ("Hoe laat moet ik de boot terugbrengen?", "Breng de boot vóór 18.00 uur terug.", "18.00"),
        ("Во сколько закрывается рынок?", "Рынок закрывается в 19:30.", "19:30"),
        ("Сколько раз в год проводится ярмарка?", "Ярмарка проводится три раза в год.", "три раза"),
    ],
)
def test_questions_in_other_european_languages(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


def test_a_word_is_not_taken_for_a_typing_error_of_a_stop_word() -> None:
    assert answer("¿Cuánta sal lleva la masa?", "# Pan\n\nSe estira las dos mitades de la masa y se cubre.") is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("受付は誰が担当しますか？", "受付は総務課が担当する。会場は二階です。", "総務課"),
        ("会計は誰ですか？", "役員：会長 山田太郎、会計 佐藤花子\n", "佐藤花子"),
        (
            "ベルが鳴ったらどうすればいいですか？",
            "ベルが鳴ったら、水が切れています。水を足してください。",
            "水を足して",
        ),
        ("お湯を使ってはいけないのはなぜですか？", "お湯は使わないでください。ひび割れの原因になります。", "原因"),
        ("参加費は月いくらですか？", "参加費は一人あたり月500円です。", "500円"),
        ("保证金多少钱？", "乙方须交保证金800元。", "800元"),
        ("漏水了怎么办？", "漏水时请关闭总阀。然后拨打电话。", "总阀"),
    ],
)
def test_questions_in_japanese_and_chinese(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("图书馆什么时候闭馆？", "图书馆早上9点开馆，周一休息。"),
        ("泳池什么时候关闭？", "泳池从5月1日起开放。"),
        ("体育館は何時に終わりますか？", "体育館は9時に始まります。"),
    ],
)
def test_the_opening_does_not_say_when_it_closes(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("À partir de quelle heure le bar est-il ouvert ?", "Le bar est ouvert à partir de 7 h 30.", "7 h 30"),
        ("¿Hasta qué hora abre el bar?", "El bar abre hasta las 23 horas.", "23"),
        ("Fino a che ora è aperto il bar?", "Il bar è aperto fino alle 23.", "23"),
        ("Bis wie viel Uhr ist das Bad offen?", "Das Bad ist bis 20 Uhr offen.", "20 Uhr"),
        ("Où peut-on garer le camion ?", "Les camions se garent derrière la grange.", "grange"),
        ("Qui fume au grenier ?", "# Notes\n\nAu grenier, Paul Rey et sa sœur fument.", "Paul"),
        ("Wie weit kommt man mit dem Kahn?", "Der Kahn reicht für rund 30 km.", "30 km"),
        ("Wie viel Mehl braucht der Teig?", "# Teig\n\n- 300 g Mehl\n- 2 Eier\n", "300 g"),
        ("Wann wird der Garten übergeben?", "Die Übergabe des Gartens ist am 4. Mai.", "4. Mai"),
        ("Wie teuer war der Traktor?", "# Der Traktor\n\nDer Kaufpreis betrug 900 Euro.", "900 Euro"),
        ("Wer hat die Scheune gemietet?", "# Scheune\n\nMieter: Bogdan Nowak\nPreis: 50 Euro\n", "Nowak"),
    ],
)
def test_hours_light_verbs_and_nouns_of_verbs_are_understood(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")

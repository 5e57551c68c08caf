"""Where sentences end in eight languages, and what a language without rules gets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.growth import grows_linearly

from bookwheel.engine.text.sentences import CANDIDATE, sentence_ends, sentences


def cut(text: str, language: str = "") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language=language)]


INSIDE = {
    "german": """am 3. Oktober | 5 Mio. Euro | Dr. med. Holm | im 5. Stock | Abs. 2 | z. B. Äpfel | ca. 200 | Nr. 7 |
        Abb. 3 | d. h. Regen | Hauptstr. 12 | bzw. Tee | Hr. Müller | geb. Schulz | Bd. 2 | vgl. Seite |
        Prof. Dr. Kern | 20 Tsd. Stück |
        Fa. Bär | am 1. 10. 2024 im Saal | Dipl.-Ing. Ott""",
    "english": """No. 7 | e.g. Tom | i.e. Ann | Mr. Smith | Dr. Lee | cf. Fig. 4 | St. Louis | J. R. Smith | vs. Jones
        | pp. 12 | Sec. B | vol. 3 | approx. 5 | Art. IV""",
    "french": """M. Dupont | p. 12 | art. 4 | Mme. Courtois | env. 200 | cf. Paris | l'art. 5 | vol. 2 | p. ex. Lyon |
        av. Hugo | réf. B-12""",
    "spanish": """art. 4 | Sr. Pérez | Dra. Ana | pág. 12 | p. ej. Madrid | núm. 3 | Ud. Paga | Av. Colón | 44 a. C.
        Julio | aprox. 5 | EE. UU. hoy""",
    "italian": "Dott. Bruno | pag. 5 | Sig. Rossi | art. 4 | fig. 2 | cfr. Roma | Avv. Neri | es. 3",
    "portuguese": "Sr. Silva | art. 5 | pág. 3 | Dra. Ana | Av. Brasil | p. ex. Porto | n. 4",
    "dutch": """dhr. Jansen | blz. 5 | art. 4 | ca. 200 | bijv. Gouda | drs. Smit | nr. 8 | Dr. Bos |
        prof. dr. Vos | fa. Smit""",
    "russian": """ул. Лесная | д. 5 | руб. в месяц | г. Москва | рис. 3 | стр. 12 | т. е. Иван | им. Пушкина | 12 млн.
        Рублей | А. С. Пушкин | Проф. Орлов""",
}
BEFORE = {
    "german": "Das war", "english": "That was", "french": "C'est", "spanish": "Es", "italian": "Ecco",
    "portuguese": "É", "dutch": "Dat is", "russian": "Это",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "inside"), [(name, piece.strip()) for name, pieces in INSIDE.items() for piece in pieces.split("|")]
)
def test_a_full_stop_of_an_abbreviation_or_a_date_does_not_end_a_sentence(language: str, inside: str) -> None:
    assert cut(f"{BEFORE[language]} {inside} hier.", language) == [f"{BEFORE[language]} {inside} hier."]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("german", "Er kostet viel usw. Das ist zu teuer. Er wurde 30. Danach ging er.", 4),
        ("english", "Is it so? No. Entries close at noon. It was 1989. The club grew. Weigh out 10 g. Shake it.", 7),
        ("english", "It shut at 5 p.m. The cat slept. Plan B. Then they left. Works of art. They hang here.", 6),
        ("french", "Il y a du thé, etc. Les autres restent. Il habite au no 5. Elle part.", 4),
        ("spanish", "Cuesta 5. El resto no. Compra pan, etc. La tienda cierra.", 4),
        ("italian", "Costa 5. Il resto no. Pane, latte ecc. La bottega chiude.", 4),
        ("portuguese", "Custa 5. O resto não. Pão, leite etc. A loja fecha.", 4),
        ("dutch", "Het kost 5. De rest niet. Brood, melk enz. De winkel sluit.", 4),
        ("russian", "Он купил хлеб и т. д. Остальное осталось. Он взял нож и т.п. Дом пуст.", 4),
        ("russian", "Это было в 1995 г. Москва росла. Плата 5 руб. Он ушёл.", 4),
    ],
)
def test_a_sentence_may_end_with_an_abbreviation_or_a_number(language: str, text: str, count: int) -> None:
    assert len(cut(text, language)) == count


GOES_ON = {
    "german": """Die Kaution beträgt mtl. Miete mal drei. | Der ehem. Leiter kam. | Das gilt einschl. Strom.
        | Zi. 14 ist frei.
        | Abb. 2 u. Tab. 3 zeigen es. | Am Fr. 3. Mai ist zu. | Frau Dipl.-Kffr. Voss kam. | Tel. Nr. 0381 ist besetzt.
        | Der hl. Anton half. | Best.-Nr. A12 fehlt. | Es ist bis 31. 12. zu. | Postf. 9 ist leer.
        | Das gilt gem. § 4 hier.""",
    "english": """Rm. 12 is free. | Bldg. C is shut. | Hwy. 66 is long. | On Mon. 3 June we close.
        | It ends at 5 p.m. Friday.
        | Lt. Col. Frost spoke. | The dept. Head agreed. | M.Sc. Students pay. | Op. 27 is famous.
        | Ext. 45 is hers.""",
    "french": """Le Pr. Blanc opère. | La Cie. Nord vole. | Le bd. Hugo est fermé. | Le bât. C est fermé.
        | Au tél. 02 il répond.
        | Ste. Anne est loin. | N. B. Le code change. | Les Ets. Morel livrent.""",
    "spanish": """El edif. Norte abre. | La avda. Sol es larga. | Dña. Ana firma. | El dpto. Ventas paga.
        | Cód. 45 vale.
        | Hnos. Gil venden. | La pza. Mayor es grande. | Máx. 5 personas. | Los EE.UU. Votan hoy.
        | Av. La Paz es larga.""",
    "italian": """L'On. Moro parla. | P.es. Roma e Bari. | D.Lgs. 81 vale. | Int. 4 è libero. | Mons. Galli prega.
        | Lett. B vale.
        | Dott. De Luca visita.""",
    "portuguese": """A Cia. Norte vende. | No séc. XIX nasceu. | Sta. Maria é perto. | Apto. 4 está livre.
        | Cód. 45 vale.
        | O gen. Reis chega. | Seg. 3 de maio é feriado. | A Lda. Sul paga.""",
    "dutch": """Ir. De Vries bouwt. | Afb. 3 toont het. | Evt. Jan komt. | Op zo. 4 mei is het dicht.
        | Gebr. Bos verkopen.
        | Zgn. Experts komen. | Prov. Utrecht betaalt.""",
    "russian": """Он живёт на пр. Ленина. | Наб. Невы закрыта. | Каб. 12 закрыт. | Моб. 8903 занят.
        | Зам. Директора ушёл.
        | Респ. Коми велика. | В пос. Южный тихо. | Ок. 40 человек ждут. | В пт. 3 мая закрыто.""",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "whole"), [(name, piece.strip()) for name, pieces in GOES_ON.items() for piece in pieces.split("|")]
)
def test_streets_ranks_rooms_and_days_are_cut_short_inside_a_sentence(language: str, whole: str) -> None:
    following = "Иван ждёт." if language == "russian" else "Anna ging."
    assert cut(f"{whole} {following}", language) == [whole, following]


@pytest.mark.parametrize(
    ("language", "whole"),
    [
        ("german", "Anl. 3 liegt bei."), ("german", "Ausg. 7 erscheint."), ("german", "- Verf. Unbekannt steht dort."),
        ("english", "Intl. Law applies."), ("english", "| Natl. Guard came."),
        ("french", "Voir le tabl. 4 du guide."), ("french", "Adr. 12 rue Haute."), ("french", "Coll. Pléiade publie."),
        ("spanish", "Exp. 45 vale."), ("spanish", "La lám. Norte es azul."), ("spanish", "El tfno. Ana lo sabe."),
        ("italian", "Vedi la sez. Roma qui."), ("italian", "Prot. 45 vale."), ("italian", "La fraz. Piano è alta."),
        ("portuguese", "O proc. Reis vale."), ("portuguese", "Quadr. 3 mostra."), ("dutch", "Bijl. 3 geldt."),
        ("russian", "Вып. 3 верен."), ("russian", "Арх. Иванов строил."), ("swedish", "Avd. Syd levererar."),
        ("polish", "Red. Nowak pisze."), ("czech", "Obr. 3 platí."), ("italian", "Il gio. 12 sett. è festa."),
    ],
)  # fmt: skip
def test_a_word_that_stands_alone_or_has_an_odd_end_is_cut_short(language: str, whole: str) -> None:
    following = "Иван ждёт." if language == "russian" else "Anna ging."
    assert cut(f"{whole} {following}", language) == [whole, following]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("english", "No. Anna left. It was the\nAct. Cash flows. He died in Kent. Anna left.", 6),
        ("german", "Es schlug fehl. Anna ging. Sie hat Stahl. Otto kam um drei Uhr. Anna ging.", 5),
        ("spanish", "Vive en York. Ana sale. Mide 760 nm. Ana sale. Compra pan, etc. Ana sale.", 6),
        ("italian", "Va al bar. Anna esce. Gioca il Milan. Anna esce.", 4),
        ("english", "It lasts 20 min. Peter waits. We saw the sun. Police came. He sat. 3 people left.", 6),
        ("english", "She has a PhD. Peter left. Try the gym. Peter left. He shut at 5 p.m. Peter left.", 6),
        ("german", "Das so ist. Anna ging. Er wählt die SPD. Anna ging. Er kam an. Nr. 7 fehlt.", 6),
        ("dutch", "Het is op. Jan gaat. Dat is zo. 3 mensen gaan.", 4),
        ("russian", "Он взял хлеб и пр. Иван ушёл. Путь занял 20 мин. Иван ушёл. Он ушёл днём. Иван ждёт.", 6),
    ],
)
def test_words_that_look_like_abbreviations_end_a_sentence(language: str, text: str, count: int) -> None:
    assert len(cut(text, language)) == count


def test_other_languages_get_whole_sentences_rather_than_halves() -> None:
    assert cut("Příklad tzv. Karla a č. Praha. Byl 3. října a 5. Máje. Konec věty.") == [
        "Příklad tzv. Karla a č. Praha.", "Byl 3. října a 5. Máje.", "Konec věty.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param("Zebranie jest przy ul. Lipowej 4. Prof. dr hab. Nowak mówi. Bilet to 20 zł. Sala jest mała.",
                     id="Polish"),
        pytest.param("Schůze začíná 3. října. Vstupné je 50 Kč. Kurz vede MUDr. Malá, např. Eva.", id="Czech"),
        pytest.param("Mötet börjar kl. 18. Dr. Ek talar bl.a. Latin. Avgiften är ca. 200 kr. Regn.", id="Swedish"),
        pytest.param("Mødet er den 3. maj kl. 18. Dr. Holm taler. Prisen er 20 kr. Torvet er lukket.", id="Danish"),
        pytest.param("Toplantı Atatürk Cad. Ankara adresinde. Prof. Demir konuşur. Ücret 40 TL. Gel.", id="Turkish"),
        pytest.param("Az ülés május 3. napján van. Dr. Kovács vezeti. A díj kb. 20 euró.", id="Hungarian"),
        pytest.param("Taxa este de cca. 20 de lei. Dl. Ion Pop vine. Str. Lungă nr. 4 e închisă.", id="Romanian"),
        pytest.param("Ім. Шевченка названо парк. Адреса: вул. Миру, буд. 4. Внесок 9 грн. на рік.", id="Ukrainian"),
        pytest.param("Ο δρ. Λέκκας μιλά. Ο κ. Παπάς ακούει στην οδ. Ερμού.", id="Greek"),
        pytest.param("يقود د. سامي الفريق. تبلغ الرسوم مئة. هل يأتي؟ نعم.", id="Arabic"),
        pytest.param("डॉ. मीना बोलेंगी। शुल्क पचास रुपये है।", id="Hindi"),
        pytest.param("비용은 2만 원입니다. 김 선생님이 진행합니다.", id="Korean"),
    ],
)  # fmt: skip
def test_abbreviations_of_other_languages_stay_inside_and_their_sentences_end(whole: str) -> None:
    ends = {"Nowak mówi", "20 zł", "Lipowej 4", "3. října", "50 Kč", "kl. 18", "Latin", "200 kr", "Holm taler", "20 kr",
            "adresinde", "Demir konuşur", "40 TL", "3. napján van", "Kovács vezeti", "20 de lei", "Pop vine", "парк",
            "буд. 4", "Λέκκας μιλά", "سامي الفريق", "الرسوم مئة", "هل يأتي", "बोलेंगी", "2만 원입니다"}  # fmt: skip
    found = cut(whole)
    assert " ".join(found) == whole
    assert all(any(piece.rstrip(".।؟").endswith(end) for end in ends) for piece in found[:-1])
    assert len(found) == 1 + sum(f"{end}{mark} " in whole for end in ends for mark in ".।؟")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("费用是二十元!谁来主持?王先生主持。", 3),
        ("「費用はいくらですか。」と彼は聞いた。料金は200円です!司会は田中氏です。", 3),
        ("「いくらですか?」と聞いた。", 1),
    ],
)
def test_marks_of_ascii_end_sentences_of_east_asia_and_a_quotation_goes_on(text: str, count: int) -> None:
    assert len(cut(text)) == count


def test_the_language_is_detected_from_the_text() -> None:
    assert cut("Der Kurs beginnt am 1. Oktober. Er findet im 2. Stock statt.") == [
        "Der Kurs beginnt am 1. Oktober.", "Er findet im 2. Stock statt.",
    ]  # fmt: skip


@given(st.text(".!?…。｡」”)]'[12 a\n।؟", max_size=12), st.integers(0, 3), st.integers(3, 12))
def test_the_fast_pattern_finds_the_ends_of_the_plain_one(text: str, low: int, high: int) -> None:
    closing = r"[\"'”’“»«)*_`」』）]{0,8}"
    cited = rf"(?:[ \t]?\[\d{{1,3}}(?:[ ]?[,;–-][ ]?\d{{1,3}}){{0,20}}\]){{0,20}}{closing}(?:(?<=\])\.)?"
    plain = re.compile(
        rf"[.!?…]{{1,8}}\]?{closing}{cited}(?=\s|\Z|(?<=[!?])(?![\x00-\u303f\uff00-\uff65]))|[।॥؟۔]\]?{closing}{cited}(?=\s|\Z)|[。！？｡]{{1,8}}\]?{closing}{cited}"
    )
    found = [match.span() for match in CANDIDATE.finditer(text, low, high)]
    assert found == [match.span() for match in plain.finditer(text, low, high)]


@pytest.mark.parametrize(
    ("piece", "count"), [(". ", 20_000), ("a.b", 100_000), (".", 40_000), ("A. ", 12_000), ("。", 100_000)]
)
def test_a_pathological_text_takes_linear_time(piece: str, count: int) -> None:
    def find_ends(text: str) -> None:
        assert all(0 < end <= len(text) for end in sentence_ends(text, 0, len(text), "english"))

    assert grows_linearly(find_ends, piece, count)


def test_a_question_in_greek_ends_with_its_mark_and_a_row_does_not() -> None:
    text = "Πότε ανοίγει ο μύλος; Ανοίγει στις 9 π.μ. κάθε μέρα. Ποιος είναι; Ο κ. Λέκκας."
    found = [text[start:end] for start, end in sentences(text)]
    assert found == ["Πότε ανοίγει ο μύλος;", "Ανοίγει στις 9 π.μ. κάθε μέρα.", "Ποιος είναι;", "Ο κ. Λέκκας."]
    for row in ("Πόλη: Αθήνα; Τιμή: 4; Πότε: Δευτέρα", "Αθήνα; Πάτρα; Βόλος"):
        assert [row[start:end] for start, end in sentences(row)] == [row]

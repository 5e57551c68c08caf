"""Where sentences end in eight languages, and what a language without rules gets."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_other_languages_get_whole_sentences_rather_than_halves() -> None:
    assert cut("Příklad tzv. Karla a č. Praha. Byl 3. října a 5. Máje. Konec věty.") == [
        "Příklad tzv. Karla a č. Praha.", "Byl 3. října a 5. Máje.", "Konec věty.",
    ]  # fmt: skip


def test_the_language_is_detected_from_the_text() -> None:
    assert cut("Der Kurs beginnt am 1. Oktober. Er findet im 2. Stock statt.") == [
        "Der Kurs beginnt am 1. Oktober.", "Er findet im 2. Stock statt.",
    ]  # fmt: skip


@given(st.text(".!?…。｡」”)]'[12 a\n।؟", max_size=12), st.integers(0, 3), st.integers(3, 12))
def test_the_fast_pattern_finds_the_ends_of_the_plain_one(text: str, low: int, high: int) -> None:
    closing = r"[\"'”’“»«)*_`」』）]{0,8}"
    cited = rf"(?:[ \t]?\[\d{{1,3}}(?:[ ]?[,;–-][ ]?\d{{1,3}}){{0,20}}\]){{0,20}}{closing}(?:(?<=\])\.)?"
    plain = re.compile(
        rf"[.!?…]{{1,8}}\]?{closing}{cited}(?=\s|\Z)|[।॥؟۔]\]?{closing}{cited}(?=\s|\Z)|[。！？｡]{{1,8}}\]?{closing}{cited}"
    )
    found = [match.span() for match in CANDIDATE.finditer(text, low, high)]
    assert found == [match.span() for match in plain.finditer(text, low, high)]


@pytest.mark.parametrize("text", [". " * 500_000, "a.b" * 500_000, "." * 1_000_000, "A. " * 300_000, "。" * 500_000])
def test_a_pathological_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    assert all(0 < end <= len(text) for end in sentence_ends(text, 0, len(text), "english"))
    assert time.process_time() - started < 10

"""Bytes to text: UTF-8 as `read_text` gives it, other encodings by evidence."""

import random
from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.sentences import SAMPLES, encoded

from bookwheel.engine.index.readers.encodings.encoding import Decoded, decode, decoded_text, is_text

GERMAN = "Die Bücher lagen auf dem Rad; Größe und Gewicht störten nicht. Er fügte „Anführungszeichen“ hinzu.\n" * 5
RUSSIAN = "Книжное колесо придумал инженер Агостино Рамелли в шестнадцатом веке.\n" * 5
JAPANESE = "本の車輪は、十六世紀にイタリアの技師が考えたものです。読書をする人のための机でした。\n" * 5
CHINESE = "这是一个可以同时阅读很多书的轮子，是意大利的工程师在十六世纪的时候画的，不是中国人的发明。\n" * 5
KOREAN = "이 책 바퀴는 십육 세기에 이탈리아의 기술자가 그린 것이다. 여러 책을 한 번에 읽을 수 있다.\n" * 5


@pytest.mark.fault("D12")
@given(
    st.binary(max_size=300).filter(
        lambda data: b"\0" not in data and all(byte >= 32 or byte in b"\t\n\r" for byte in data)
    )
)
def test_bytes_that_begin_as_utf8_are_read_as_path_read_text_reads_them(data: bytes) -> None:
    data = "Œuvre complète, prêt: ".encode() * 20 + data
    path = Path("sample.txt")
    path.write_bytes(data)
    assert decode(data) == path.read_text("utf-8", errors="replace")


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_newlines_are_those_of_text_mode(newline: str) -> None:
    assert decode(f"one{newline}two".encode()) == "one\ntwo"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"), (KOREAN, "euc_kr"), (GERMAN, "utf-16"), (GERMAN, "utf-16-le"), (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"), (RUSSIAN, "utf-8"),
    ],
)  # fmt: skip
def test_other_encodings_are_recognised(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert decoded.lstrip("\ufeff") == text


@pytest.mark.parametrize(
    "text", ["naïve, twelve", "é naïve, é naïve", "h\n\né\té\n", "À toi", "à l'été", f"h0h\n\né | {'x' * 40}"]
)
def test_a_latin_text_of_a_few_accented_letters_is_recognised(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(("text", "encoding"), [("Ο τροχός", "cp1253"), ("הגלגל", "cp1255"), ("วงล้อ", "tis-620")])
def test_single_words_in_other_scripts_are_not_read_as_latin(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def table(names: Sequence[str], rows: int = 150) -> str:
    """A table that is ASCII but for these names, which stand far apart."""
    lines = ["id;date;amount;currency;name"]
    for number in range(rows):
        place, rest = divmod(number, rows // len(names))
        name = names[place] if rest == 7 and place < len(names) else "North Supply Ltd"
        lines.append(f"TX-{number};2024-03-01;{number * 1.5:.2f};EUR;{name}")
    return "\n".join(lines)


LEGACY = [(language, codec) for language, sample in SAMPLES.items() for codec in sample.encodings]


@pytest.mark.parametrize(("language", "codec"), LEGACY)
def test_sentences_and_lists_of_names_are_read_in_their_legacy_encoding(language: str, codec: str) -> None:
    sample = SAMPLES[language]
    for text in (sample.sentences, "\n".join([sample.sentences] * 40), "\n".join(sample.names)):
        decoded = decoded_text(encoded(text, codec))
        assert decoded is not None
        assert normalize("NFC", decoded.text) == text
        assert decoded.remarks == ()


@pytest.mark.parametrize(("language", "codec"), LEGACY)
@pytest.mark.parametrize("count", [5, 3])
def test_a_few_names_in_a_long_ascii_table_show_its_encoding(language: str, codec: str, count: int) -> None:
    text = table(SAMPLES[language].names[:count])
    assert normalize("NFC", decode(encoded(text, codec)) or "") == text


@pytest.mark.parametrize("code", ["x = ~{user~}", "a~{0123~} b", "~{HELLOWORLD~}", "m = ~{A,B} | ~{C~}"])
def test_braces_of_a_program_are_not_chinese(code: str) -> None:
    assert decode(code.encode()) == code


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["russian", "greek", "hebrew", "arabic", "thai", "polish", "vietnamese"])
def test_utf16_without_a_mark_is_recognised_in_other_scripts(language: str, codec: str) -> None:
    text = f"{SAMPLES[language].sentences}\n12 34\n"
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("language", ["japanese", "simplified chinese", "korean"])
def test_utf16_without_a_mark_is_recognised_in_east_asian_text_with_line_ends(language: str) -> None:
    text = f"{SAMPLES[language].sentences}\n" * 3
    assert decode(text.encode("utf-16-le")) == text


@pytest.mark.parametrize(
    ("name", "codec"),
    [("髙橋商店", "cp932"), ("㈱ヤマト①", "cp932"), ("朱镕基先生说", "gbk"), ("똠방각하 펲시", "cp949")],
)
def test_characters_that_vendors_added_are_read(name: str, codec: str) -> None:
    text = table([name, "山田商店" if codec == "cp932" else name])
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(("language", "codec"), [("german", "cp1252"), ("russian", "cp1251"), ("korean", "cp949")])
@pytest.mark.parametrize("legacy_first", [False, True])
def test_an_encoding_that_changes_in_mid_file_is_followed_with_a_remark(
    language: str, codec: str, legacy_first: bool
) -> None:
    sentences = SAMPLES[language].sentences
    parts = [f"{sentences}\n".encode() * 12, f"{sentences}\n".encode(codec) * 12]
    decoded = decoded_text(b"".join(reversed(parts) if legacy_first else parts))
    assert decoded is not None
    assert decoded.text == f"{sentences}\n" * 24
    assert "its encoding changes: 12 lines are in" in decoded.remarks[0]


def test_a_change_between_two_legacy_encodings_is_followed_with_a_remark() -> None:
    text = f"{SAMPLES['russian'].sentences}\n" * 12
    decoded = decoded_text(text.encode("koi8_r") + text.encode("cp1251"))
    assert decoded == Decoded(text + text, ("its encoding changes: KOI8-R, from line 13 on Windows-1251",))


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["german", "russian"])
def test_utf16_appended_to_utf8_is_followed_with_a_remark(language: str, codec: str) -> None:
    text = f"{SAMPLES[language].sentences}\n" * 6
    data = text.encode() + text.encode(codec)
    assert is_text(data)
    assert decoded_text(data) == Decoded(text + text, ("its encoding changes: UTF-8, from line 7 on UTF-16",))


def test_utf8_appended_to_utf16_is_followed_with_a_remark() -> None:
    text = f"{SAMPLES['german'].sentences}\n" * 6
    decoded = decoded_text(text.encode("utf-16") + text.encode())
    assert decoded == Decoded(text + text, ("its encoding changes: UTF-16, from line 7 on UTF-8",))


def test_many_utf8_lines_decide_where_the_other_lines_hold_rare_pairs_of_letters() -> None:
    above, below = (
        "Die Brücke über die Saale: Größe und Länge.\n" * 9,
        "Süßwasser und Müßig, außer der Fähre täglich.\n" * 9,
    )
    assert decode(above.encode() + below.encode("cp1252")) == above + below


def test_one_legacy_line_with_two_letters_side_by_side_is_read_in_a_short_table() -> None:
    decoded = decoded_text("Name;Stadt\nJürgen;Köln\nKäthe;Düren\n".encode() + "Björn;Gößnitz\n".encode("cp1252"))
    assert decoded is not None
    assert decoded.text.endswith("Käthe;Düren\nBjörn;Gößnitz\n")
    assert decoded.remarks == ("its encoding changes: one line is in Windows-1252, the others in UTF-8",)


def test_a_short_table_whose_second_half_has_another_encoding_is_read() -> None:
    decoded = decoded_text("id;name\n1;Müller\n2;Jürgen\n".encode() + "3;Größe\n4;Köln\n".encode("cp1252"))
    assert decoded is not None
    assert decoded.text == "id;name\n1;Müller\n2;Jürgen\n3;Größe\n4;Köln\n"


def test_one_legacy_line_at_the_end_of_a_utf8_file_is_read() -> None:
    text = "Größe und Höhe für alle Türen\n" * 5
    assert decode(text.encode() + "Müller, Köln".encode("cp1252")) == text + "Müller, Köln"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("关于镕基金会的通知", "gb18030", "gb2312"), ("髙島屋の広告", "cp932", "shift_jis"),
        ("“Straße” – 5 €", "cp1252", "latin1"),
        ("Größe und Höhe für Türen", "utf-8", "iso-8859-1"), ("Книга о колесе", "cp1251", "utf-8"),
        ("Книга о мельничном колесе", "koi8_r", "windows-1251"), ("会議のお知らせ", "iso2022_jp", "us-ascii"),
        ("Größe", "utf-7", "utf-7"), ("Żółć i gęś", "cp1250", "nonsense"),
    ],
)  # fmt: skip
def test_a_declared_encoding_counts_unless_the_bytes_contradict_it(text: str, codec: str, label: str) -> None:
    decoded = decoded_text(text.encode(codec), label)
    assert decoded is not None
    assert decoded.text == text


def test_a_single_letter_that_fits_two_encodings_is_reported_as_doubtful() -> None:
    decoded = decoded_text(table(["Mađarska"]).encode("cp1250"))
    assert decoded is not None
    assert decoded.remarks[0].startswith("its encoding is not certain: read as ")


def test_high_bytes_without_meaning_give_a_remark() -> None:
    decoded = decoded_text(bytes(random.Random(7).choices(range(128, 256), k=200)))
    assert decoded is not None
    assert decoded.remarks or "\ufffd" in decoded.text


def test_broken_utf8_keeps_the_valid_characters() -> None:
    assert decode("größer als \xe9".encode() + b"\xff\xfe \xc3\x28") == "größer als é\ufffd\ufffd \ufffd("


@pytest.mark.parametrize("data", [b"ab\0cd", bytes(range(256)), b"\x01\x02\x03\x04" * 10])
def test_binary_is_not_text(data: bytes) -> None:
    assert decode(data) is None
    assert not is_text(data)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text",
    [
        "本店每周一休息，周六照常营业。",
        "ร้านปิดทุกวันจันทร์ตลอดปี",
        "매주 월요일 휴무",
        "Closed on Mondays",
        "㈱青葉工房\n鈴木商会",
        "किताबें सोमवार को बंद हैं",
        "წიგნის ბორბალი",
    ],
)
def test_a_few_words_without_a_blank_are_recognised_in_wide_encodings(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_picture_among_ascii_letters_does_not_hide_a_wide_encoding(codec: str) -> None:
    assert decode("Shop closed 🚲 today\n".encode(codec)) == "Shop closed 🚲 today\n"


def test_korean_that_control_characters_switch_on_and_off_is_text() -> None:
    text = "월요일에는 문을 닫습니다.\n책 바퀴 세 대\n"
    assert decode(text.encode("iso2022_kr")) == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("part,price\nrim,€ 14\nhub,€ 52\n", "cp1252"),
        ("part,price\nrim,€ 14\nhub,€ 52\n", "iso8859_15"),
        ("Ein Platz kostet 7 € im Monat.\n", "iso8859_15"),
        ("Gap ±0.2 mm, plate 3 m², wire 90 µm.\n", "cp1252"),
        ("Gap ±0.2 mm, plate 3 m², wire 90 µm.\n", "cp850"),
        ("Warm to 60 °C, then stir.\n", "cp850"),
        ("№ 12\n", "cp1251"),
        ("Maße: 4 mm²\n│ Länge │ 7 │\n", "cp437"),
        ("┌───┬───┐\n│ A │ 7 │\n└───┴───┘\n", "cp437"),
        ("ﾌﾘｶﾞﾅ,半角ｶﾅの欄です。\n", "cp932"),
        ("As crianças não têm aulas amanhã.\n", "cp860"),
        ("Það er opið á þriðjudögum og föstudögum.\n", "cp861"),
        ("Το βιβλίο βρίσκεται στο πάνω ράφι.\n", "cp869"),
    ],
)
def test_signs_and_rare_code_pages_are_read(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("text", ["© 2021 Mill Trust\n", "½ pint of milk, ¼ pint of cream\n", "Rent is 40 € a week.\n"])
def test_a_usual_sign_alone_is_not_doubtful(text: str) -> None:
    assert decoded_text(text.encode("cp1252")) == Decoded(text)


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("Świeżość żółtych róż, źdźbło i ślimak.", "cp1250", "iso-8859-2"),
        ("王璐", "utf-8", "gb2312"),
        ("联通", "gb18030", "gb2312"),
    ],
)
def test_bytes_that_cannot_be_the_declared_encoding_are_read_in_their_own(text: str, codec: str, label: str) -> None:
    found = decoded_text(text.encode(codec), label)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("╔══════════╗\n║ Menü für München ║\n╚══════════╝\n", "cp437"),
        ("┌────────┐\n│ Größe: Straße, São João │\n└────────┘\nÁrea e Ícone\n", "cp850"),
        ("╔═══════╗\n║ Žluťoučký kůň ║\n╚═══════╝\nPříliš žluťoučký kůň úpěl.\n", "cp852"),
        ("╔══════════╗\n║ Отчёт за май ║\n╚══════════╝\nВсего продано сорок ящиков.\n", "cp866"),
        ("╒════════╕\n│ ½ inch │ ■ 40°\n╘════════╛\n", "cp437"),
        ("▄▄▄▄██████▄▄▄▄\n░▒▓ MILL ▓▒░\nCrème de la mer, ½ l\n", "cp437"),
        ("┌──────────┐\n│ plain │\n└──────────┘\n", "cp437"),
    ],
)
def test_frames_of_lines_show_a_code_page_of_dos(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


def test_the_accents_of_vietnamese_are_joined_with_their_letters() -> None:
    text = "Thư viện mở cửa từ tám giờ sáng. Phí phạt trả sách muộn là hai nghìn đồng mỗi ngày.\n"
    assert decode(encoded(text, "cp1258")) == normalize("NFC", text)

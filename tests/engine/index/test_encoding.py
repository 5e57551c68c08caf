"""Bytes to text: UTF-8 as `read_text` gives it, other encodings by evidence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.index.readers.encoding import decode, is_text

GERMAN = "Die Bücher lagen auf dem Rad; Größe und Gewicht störten nicht. Er fügte „Anführungszeichen“ hinzu.\n" * 5
RUSSIAN = "Книжное колесо придумал инженер Агостино Рамелли в шестнадцатом веке.\n" * 5
JAPANESE = "本の車輪は、十六世紀にイタリアの技師が考えたものです。読書をする人のための机でした。\n" * 5
CHINESE = "这是一个可以同时阅读很多书的轮子，是意大利的工程师在十六世纪的时候画的，不是中国人的发明。\n" * 5
KOREAN = "이 책 바퀴는 십육 세기에 이탈리아의 기술자가 그린 것이다. 여러 책을 한 번에 읽을 수 있다.\n" * 5


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


@pytest.mark.parametrize("text", ["h\n\né\té\n", "À toi", "à l'été"])
def test_a_latin_text_of_a_few_accented_letters_is_recognised(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(("text", "encoding"), [("Ο τροχός", "cp1253"), ("הגלגל", "cp1255"), ("วงล้อ", "tis-620")])
def test_an_unknown_encoding_is_not_read_as_latin(text: str, encoding: str) -> None:
    assert "\ufffd" in (decode(text.encode(encoding)) or "")


def test_broken_utf8_keeps_what_is_whole() -> None:
    assert decode("größer als \xe9".encode() + b"\xff\xfe \xc3\x28") == "größer als é\ufffd\ufffd \ufffd("


@pytest.mark.parametrize("data", [b"ab\0cd", bytes(range(256)), b"\x01\x02\x03\x04" * 10])
def test_binary_is_not_text(data: bytes) -> None:
    assert decode(data) is None
    assert not is_text(data)

"""The header of a session is written without a TOML library where it holds texts, numbers and lists of texts."""

import tomllib

import pytest
import tomli_w

from bookwheel.sessions.header import as_toml

TEXTS = [
    "",
    "How do I quit?",
    'a "b" \\ c',
    "two\nlines\r\n\tand a tab",
    "été 文 🎡",
    "".join(map(chr, range(0x20))),
    "\x7f",
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    table = {"version": 1, "title": text, "created": 1795916209.064, "updated": 1e22, "documents": [text, "/tmp"]}
    assert tomllib.loads(as_toml(table)) == table


def test_a_header_looks_as_it_did_before() -> None:
    table = {"version": 1, "title": 'a "b"', "created": 0.5, "documents": ["/tmp/a", "b"], "model": "", "cost": 1e-07}
    assert as_toml(table) == tomli_w.dumps(table)
    assert as_toml({"documents": []}) == tomli_w.dumps({"documents": []})


def test_what_others_have_added_survives() -> None:
    table = {"title": "a", "is-mine": True, "owner": {"name": "b"}, "tags": [["c"], 1]}
    assert tomllib.loads(as_toml(table)) == table

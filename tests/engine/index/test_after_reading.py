"""The check after reading: text without meaning gives a remark, and files of older readers are read again."""

import sqlite3
from pathlib import Path

import pytest
from tests.support.sentences import SAMPLES

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import IngestDone
from bookwheel.engine.index.readers.after_reading import doubts_about
from bookwheel.engine.stores.embedded.store import DATABASE_NAME

ENGLISH = (
    "The wheel of the mill turns slowly while the water comes down from the hills. Craftsmen repaired the ladder "
    "beside the tower and replaced seven broken rungs before the evening.\n"
)


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("format_name", ["pdf", "text"])
def test_prose_in_any_language_raises_no_doubt(language: str, format_name: str) -> None:
    sample = SAMPLES[language]
    assert doubts_about(f"{sample.sentences}\n{' '.join(sample.names)}\n" * 20, format_name) == []


@pytest.mark.parametrize("shift", [1, 7, 13])
def test_a_pdf_with_exchanged_letters_gets_a_remark(shift: int) -> None:
    exchanged = "".join(chr((ord(sign) - 97 + shift) % 26 + 97) if sign.isalpha() else sign for sign in ENGLISH.lower())
    assert "fit no language" in doubts_about(exchanged * 3, "pdf")[0]
    assert doubts_about(exchanged * 3, "code") == []


def test_characters_without_meaning_give_a_remark() -> None:
    assert "does not say which letters" in doubts_about("\ue012\ue013\ue014 \ue015\ue016 " * 40, "pdf")[0]


@pytest.mark.parametrize(("lost", "said"), [(1, "one character could"), (1_200, "1,200 characters could")])
def test_lost_characters_are_counted(lost: int, said: str) -> None:
    assert doubts_about(ENGLISH + "\ufffd" * lost, "text")[0].startswith(said)


@pytest.mark.parametrize("language", ["german", "french", "polish", "russian"])
def test_letters_that_were_encoded_twice_give_a_remark(language: str) -> None:
    twice = SAMPLES[language].sentences.encode().decode("cp1252", errors="replace").replace("\ufffd", "")
    assert "encoded twice" in doubts_about(twice, "text")[-1]


async def test_a_file_that_older_readers_read_is_read_again(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "old.txt").write_bytes("Книжное колесо\n".encode("cp1251"))
    (desk / "new.txt").write_text("A wheel for books\n")

    async def refreshed() -> IngestDone:
        library = Library(tmp_path / "index")
        updates = [update async for update in library.refresh([desk])]
        await library.aclose()
        assert isinstance(updates[-1], IngestDone)
        return updates[-1]

    assert (await refreshed()).indexed == 2
    assert (await refreshed()).unchanged == 2
    with sqlite3.connect(tmp_path / "index" / DATABASE_NAME) as record:
        # As the readers of before wrote it: the hash alone.
        record.execute("UPDATE documents SET sha256 = substr(sha256, 3) WHERE CAST(path AS TEXT) LIKE '%old.txt'")
    record.close()
    done = await refreshed()
    assert (done.indexed, done.unchanged) == (1, 1)
    assert (await refreshed()).unchanged == 2

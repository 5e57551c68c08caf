"""`bookwheel index --to`, and a desk whose index is a shared one."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION

from bookwheel import paths


def use_store(address: str) -> None:
    paths.make_private_dir(paths.config_dir())
    paths.config_file().write_text(f'[index]\nstore = "{address}"\n')
    paths.config_file().chmod(0o600)


async def test_an_index_is_copied_to_a_server_and_the_desk_moves_after_it(notes: Path, postgres: str) -> None:
    await bookwheel("index", str(notes))
    copied = await bookwheel("index", "--to", postgres)
    assert (copied.code, copied.err) == (0, "")
    assert copied.out.startswith(f"1 document copied to {postgres}; ")
    again = json.loads((await bookwheel("index", "--to", postgres, "--json", str(notes))).out)
    assert (again["copied"], again["unchanged"]) == (0, 1)

    await asyncio.to_thread(use_store, postgres)
    found = await bookwheel("search", "--json", QUESTION, str(notes))
    assert json.loads(found.lines[0])["path"] == str(notes / "mill.md")
    asked = await bookwheel("ask", QUESTION, str(notes))
    assert (asked.code, "[1]" in asked.out) == (0, True)
    doctor = await bookwheel("doctor")
    assert "PostgreSQL 18" in doctor.out
    assert "1 document, " in doctor.out
    indexed = await bookwheel("index", str(notes))
    assert indexed.out.startswith("0 indexed, 1 unchanged")


async def test_a_shared_index_is_copied_into_a_folder(notes: Path, postgres: str, tmp_path: Path) -> None:
    await asyncio.to_thread(use_store, postgres)
    await bookwheel("index", str(notes))
    copied = await bookwheel("index", "--to", str(tmp_path / "copy"))
    assert copied.out.startswith(f"1 document copied to {tmp_path / 'copy'}; ")
    assert await asyncio.to_thread((tmp_path / "copy/library.sqlite3").exists)


async def test_an_index_is_not_copied_onto_itself(notes: Path) -> None:
    await bookwheel("index", str(notes))
    ended = await bookwheel("index", "--to", str(paths.index_dir()))
    assert (ended.code, "already is" in ended.err) == (2, True)
    assert (await bookwheel("index")).code == 2


async def test_an_empty_target_for_a_copy_is_refused(notes: Path) -> None:
    await bookwheel("index", str(notes))
    ended = await bookwheel("index", "--to", "", cwd=notes)
    assert (ended.code, "--to is empty" in ended.err) == (2, True)
    assert await asyncio.to_thread(lambda: [file.name for file in notes.iterdir()]) == ["mill.md"]


@pytest.mark.parametrize("command", [["search", "wheel"], ["ask", "what is a wheel?"], ["index"]])
async def test_an_unreachable_server_is_reported_without_its_password(notes: Path, command: list[str]) -> None:
    await asyncio.to_thread(use_store, "postgresql://ann:s3cr3t@127.0.0.1:1/papers")
    ended = await bookwheel(*command, str(notes), "--debug")
    assert ended.code == 1
    assert "'papers' at 127.0.0.1:1 cannot be reached: Connection refused." in ended.err
    assert "s3cr3t" not in ended.err + ended.out


async def test_the_doctor_and_the_settings_show_no_password(notes: Path) -> None:
    await asyncio.to_thread(use_store, "postgresql://ann:s3cr3t@127.0.0.1:1/papers")
    doctor, shown, as_json = (
        await bookwheel("doctor"),
        await bookwheel("config", "show"),
        await bookwheel("config", "show", "--json"),
    )
    assert (doctor.code, "Connection refused" in doctor.out) == (1, True)
    assert "postgresql://ann:(hidden)@127.0.0.1:1/papers" in shown.out
    for ended in (doctor, shown, as_json):
        assert "s3cr3t" not in ended.out + ended.err

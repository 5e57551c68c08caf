"""The guards of conftest.py work."""

import asyncio
import os
import socket
import time
from pathlib import Path

import pytest
from blockbuster import BlockingError

from bookwheel import paths


def test_settings_and_data_are_in_a_home_of_the_test(tmp_path: Path) -> None:
    assert paths.config_dir().is_relative_to(Path.home())
    assert paths.data_dir().is_relative_to(Path.home())
    assert list(tmp_path.iterdir()) == []


def test_keys_of_the_developer_are_removed() -> None:
    assert not [name for name in os.environ if name.startswith(("OPENAI_", "TAVILY_"))]


def test_a_socket_that_leaves_the_machine_is_refused() -> None:
    with pytest.raises(OSError, match="loopback only"):
        socket.create_connection(("nowhere.invalid", 443), timeout=1)


def test_a_model_server_of_the_developer_does_not_answer() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 11434), timeout=1)


async def test_loopback_works() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_bookwheel_may_not_touch_the_disk_on_the_loop(tmp_path: Path) -> None:
    with pytest.raises(BlockingError):
        paths.make_private_dir(tmp_path / "a" / "b")
    await asyncio.to_thread(paths.make_private_dir, tmp_path / "a" / "b")


async def test_a_test_itself_may_touch_the_disk(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    time.sleep(0)
    assert (tmp_path / "note.txt").read_text() == "hello"

"""The app in a browser: served on loopback to those with the token, and seen in a real one."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.cli.program import TIMEOUT_S, bookwheel, start
from tests.cli.scenes import NOTES, QUESTION
from tests.support.browser import browser_path, open_tab

from bookwheel.serving.browser_server import BrowserServer

aiohttp = pytest.importorskip("aiohttp")
TOKEN = "token-of-the-test"
PORT = 49_152


@asynccontextmanager
async def serving(folder: Path) -> AsyncGenerator[str]:
    """`bookwheel serve` on a small folder; the address that it prints."""
    notes = folder / "notes"
    notes.mkdir()
    (notes / "mill.md").write_text(NOTES, encoding="utf-8")
    process = await start("serve", str(notes), env={"BOOKWHEEL_SERVE_TOKEN": TOKEN, "PYTHONWARNINGS": ""})
    try:
        assert process.stderr is not None
        async with asyncio.timeout(TIMEOUT_S):
            line = await process.stderr.readline()
        found = re.search(r"http://\S+", line.decode())
        assert found, line
        yield found[0]
        process.terminate()
        async with asyncio.timeout(TIMEOUT_S):
            assert await process.wait() == 143
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_only_a_page_of_this_address_with_the_token_is_served(tmp_path: Path) -> None:
    async with serving(tmp_path) as address, aiohttp.ClientSession() as plain:
        base = address.partition("/?")[0]
        assert base.startswith("http://127.0.0.1:")
        refused = [
            (base, {}),
            (f"{base}/?token=wrong", {}),
            (f"{base}/static/js/textual.js", {}),
            (f"{base}/ws", {}),
            (f"{base}/ws?token={TOKEN}", {}),  # no page says where it comes from
            (f"{base}/ws?token={TOKEN}", {"Origin": "http://evil.example"}),
            (f"{base}/?token={TOKEN}", {"Host": "evil.example"}),
        ]
        for target, headers in refused:
            async with plain.get(target, headers=headers) as response:
                assert response.status == 403, (target, headers)
        async with plain.get(address, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "/")
            cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        async with plain.get(base, headers={"Cookie": cookie.partition(";")[0]}) as response:
            page = await response.text()
            assert response.status == 200
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert TOKEN not in page
        assert not re.search(r"https?://", page)


async def test_a_person_asks_in_a_real_browser(tmp_path: Path) -> None:
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium or Chrome is installed")
    async with serving(tmp_path) as address, open_tab(path, tmp_path / "profile") as tab:
        await tab.open(address)
        await tab.receives("1 doc")
        assert await tab.value("location.search") == ""
        await tab.type(QUESTION)
        await tab.press_enter()
        await tab.receives("nine revolutions")
        picture = await tab.picture()
        (tmp_path / "desk.png").write_bytes(picture)
        assert len(picture) > 10_000, "the terminal was not drawn"


async def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "textual_serve.py"
    blocked.write_text("raise ModuleNotFoundError('No module named textual_serve')\n")
    ended = await bookwheel("serve", env={"PYTHONPATH": str(tmp_path)})
    assert ended.code == 2
    assert "pip install 'bookwheel[serve]'" in ended.err


def test_a_server_makes_one_command_of_its_parts() -> None:
    server = BrowserServer(["python", "-m", "bookwheel", "/a folder/it's"], PORT, TOKEN)
    assert server.command == """python -m bookwheel '/a folder/it'"'"'s'"""

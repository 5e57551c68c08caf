"""A real browser without a window, driven over its debugging protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT_S = 45.0

# What a page receives over its connections, as text: a terminal draws on a canvas, which holds no text.
_LISTEN = """
window.received = "";
const Own = window.WebSocket;
window.WebSocket = class extends Own {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", async (event) => {
      if (event.data instanceof Blob) window.received += await event.data.text();
      else if (event.data instanceof ArrayBuffer) window.received += new TextDecoder().decode(event.data);
    });
  }
};
"""


def browser_path() -> str | None:
    """The browser that is installed, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """One page; `seen` is what its connections have received."""

    def __init__(self, connection: ClientWebSocketResponse) -> None:
        self._connection = connection
        self._numbers = count(1)

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command of the protocol and wait for its result."""
        number = next(self._numbers)
        await self._connection.send_json({"id": number, "method": method, "params": params})
        async for message in self._connection:
            reply = json.loads(message.data)
            if reply.get("id") == number:
                assert "error" not in reply, reply
                return reply["result"]
        raise AssertionError("the browser has closed the connection")

    async def open(self, address: str) -> None:
        await self.call("Page.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=_LISTEN)
        await self.call("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression gives in the page."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def receives(self, text: str) -> None:
        """Wait until the page has received `text`, whatever colours lie between its words."""
        pattern = re.compile(r"(?:\x1b\[[0-9;?]*[A-Za-z]|\s)+".join(map(re.escape, text.split())))
        async with asyncio.timeout(TIMEOUT_S):
            while not pattern.search(str(await self.value("window.received"))):
                await asyncio.sleep(0.05)

    async def type(self, text: str) -> None:
        """Type into the terminal of the page."""
        await self.value("document.querySelector('.xterm-helper-textarea').focus()")
        for char in text:
            await self.call("Input.dispatchKeyEvent", type="keyDown", text=char, key=char)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=char)

    async def press_enter(self) -> None:
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **key)

    async def picture(self) -> bytes:
        """The page as a PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def open_tab(path: str, profile: Path) -> AsyncGenerator[Tab]:
    """A tab of a new browser, which is ended with it."""
    from aiohttp import ClientSession

    process = await asyncio.create_subprocess_exec(
        path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--remote-debugging-port=0", f"--user-data-dir={profile}", "--window-size=1280,800", "about:blank",
        stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(TIMEOUT_S):
            port = await _debugging_port(process)
        async with ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                pages = [page for page in await response.json(content_type=None) if page["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as connection:
                yield Tab(connection)
    finally:
        process.kill()
        await process.wait()


async def _debugging_port(process: Process) -> str:
    assert process.stderr is not None
    while line := await process.stderr.readline():
        if found := re.search(rb"ws://127\.0\.0\.1:(\d+)/", line):
            return found[1].decode()
    raise AssertionError("the browser has ended")

"""Fetches one web page, with checks of its address and of each redirect, and limits of size and time."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, urljoin, urlunsplit

from bookwheel import __version__
from bookwheel.engine.tools.page_address import PORTS, checked_ip, checked_url
from bookwheel.errors import WebPageError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 5_000_000
TIME_LIMIT_S = 25.0
CONNECT_S = 8.0
MAX_REDIRECTS = 5
ACCEPTED = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": f"Bookwheel/{__version__} (reads one page at its user's request)",
    "Accept": ", ".join(ACCEPTED),
    "Accept-Encoding": "gzip",
}


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as received: `url` is its final address, `media_type` without its parameters, `charset` may be ""."""

    url: str
    media_type: str
    charset: str
    data: bytes


class Network(Protocol):
    """The network: resolves names and opens connections."""

    async def addresses(self, host: str, port: int) -> list[str]: ...

    def client(self) -> AbstractAsyncContextManager[httpx.AsyncClient]: ...


class Internet:
    """The real network. Does not use proxies, because the address of a page could not be checked behind one."""

    async def addresses(self, host: str, port: int) -> list[str]:
        """All addresses of the host. Raises OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[httpx.AsyncClient]:
        async with await asyncio.to_thread(_new_client) as client:
            yield client


async def fetch_page(url: str, network: Network) -> FetchedPage:
    """The page at `url`.

    Connects to the checked network address itself, so that a later change of the name's address has no effect. Raises
    WebPageError.
    """
    try:
        async with asyncio.timeout(TIME_LIMIT_S), network.client() as client:
            for _ in range(MAX_REDIRECTS + 1):
                page = await _fetched(client, url, network)
                if isinstance(page, FetchedPage):
                    return page
                url = page
    except TimeoutError as error:
        raise WebPageError(f"{url} did not answer within {TIME_LIMIT_S:.0f} seconds.") from error
    raise WebPageError(f"{url} redirects more than {MAX_REDIRECTS} times.")


async def _fetched(client: httpx.AsyncClient, url: str, network: Network) -> FetchedPage | str:
    """The page, or the address that it redirects to."""
    parts = checked_url(url)
    ip = await _checked_address(parts, url, network)
    import httpx

    pinned = urlunsplit((parts.scheme, f"[{ip}]" if ":" in ip else ip, parts.path or "/", parts.query, ""))
    request = client.build_request(
        "GET",
        pinned,
        headers={**_HEADERS, "Host": parts.hostname or ""},
        timeout=httpx.Timeout(TIME_LIMIT_S, connect=CONNECT_S),
        # The certificate is that of the host, not of the address.
        extensions={"sni_hostname": parts.hostname},
    )
    try:
        response = await client.send(request, stream=True, follow_redirects=False)
    except httpx.HTTPError as error:
        raise WebPageError(f"No answer from {parts.hostname}: {error or type(error).__name__}.") from error
    try:
        if response.status_code in _REDIRECTS and (location := response.headers.get("location")):
            return urljoin(url, location)
        return await _read(response, url)
    except httpx.HTTPError as error:
        raise WebPageError(f"The connection broke while reading {url}: {error or type(error).__name__}.") from error
    finally:
        await response.aclose()


async def _checked_address(parts: SplitResult, url: str, network: Network) -> str:
    host = parts.hostname or ""
    try:
        found = await network.addresses(host, PORTS[parts.scheme])
    except OSError as error:
        raise WebPageError(f"There is no host {host}: {error.strerror or error}.") from error
    # Refuse if one of several addresses is private, because the next lookup may give only that one.
    checked = [str(checked_ip(address, url)) for address in found]
    if not checked:
        raise WebPageError(f"There is no host {host}.")
    return checked[0]


async def _read(response: httpx.Response, url: str) -> FetchedPage:
    if response.status_code != 200:
        raise WebPageError(f"{url} answered with status {response.status_code}.")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ACCEPTED:
        raise WebPageError(
            f"{url} is {media_type or 'of an unknown type'}, which cannot be read from the web.",
            hint="Download the file and add it to the documents.",
        )
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise WebPageError(f"{url} has the encoding '{encoding}', which is not supported.")
    unpack = None if encoding == "identity" else zlib.decompressobj(wbits=_ZLIB_OR_GZIP).decompress
    data = bytearray()
    async for piece in response.aiter_raw():
        # Limit the unpacked size: a kilobyte can unpack to a megabyte.
        data += piece if unpack is None else _unpacked(unpack, piece, MAX_BYTES + 1 - len(data), url)
        if len(data) > MAX_BYTES:
            raise WebPageError(f"{url} has more than {MAX_BYTES // 1_000_000} MB.")
    return FetchedPage(url, media_type, response.charset_encoding or "", bytes(data))


def _unpacked(unpack: Callable[[bytes, int], bytes], piece: bytes, limit: int, url: str) -> bytes:
    try:
        return unpack(piece, limit)
    except zlib.error as error:
        raise WebPageError(f"The page {url} cannot be unpacked: {error}.") from error


def _new_client() -> httpx.AsyncClient:
    """Make the client. Blocks during imports and while it loads certificates."""
    import ssl

    import httpx

    return httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False)

"""The tool `read_page`: only public pages, each address checked, bounded, and citable as they were."""

import asyncio
import gzip
from pathlib import Path

import pytest
from tests.support.loopback_web import PAGE, PUBLIC, redirect, response, web

from bookwheel.engine.index.sources.web_pages import saved_page
from bookwheel.engine.tools.page_address import checked_ip, checked_url
from bookwheel.engine.tools.page_document import page_as_document
from bookwheel.engine.tools.page_fetch import MAX_BYTES, MAX_REDIRECTS, fetch_page
from bookwheel.engine.tools.read_page import MAX_PAGE_CHARS, PageReader
from bookwheel.errors import WebPageError


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://mill.example/", "javascript:alert(1)", "//mill.example/", "mill.example", "",
        "http://mill.example:22/", "https://mill.example:80/", "http://user:word@mill.example/",
        "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://mill.example\\@evil/",
        "http://mill.example/a b", "http://mill.example/\r\nX: y", "http://m\u0456ll.example/", "http://[::1",
        "http://a" + "b" * 2_000,
    ],
)  # fmt: skip
@pytest.mark.fault("I3")
def test_odd_addresses_are_refused_before_they_are_looked_up(url: str) -> None:
    with pytest.raises(WebPageError, match="is not fetched"):
        checked_url(url)


def test_an_address_without_a_scheme_is_told_what_is_missing() -> None:
    with pytest.raises(WebPageError, match="it does not begin with http:// or https://"):
        checked_url("mill.example")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "ff02::1",
        "x",
    ],
)  # fmt: skip
@pytest.mark.fault("I3")
def test_addresses_that_are_not_public_are_refused(ip: str) -> None:
    with pytest.raises(WebPageError, match=r"not (a public|an) address"):
        checked_ip(ip, "http://mill.example/")


@pytest.mark.parametrize("ip", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses_pass(ip: str) -> None:
    assert str(checked_ip(ip, "http://mill.example/")) == ip


@pytest.mark.fault("I3")
async def test_a_name_with_one_private_address_is_refused_before_a_connection() -> None:
    async with web(lambda host, path: response(PAGE), rebind_example=[PUBLIC, "127.0.0.1"]) as served:
        with pytest.raises(WebPageError, match=r"resolves to 127\.0\.0\.1"):
            await fetch_page("http://rebind.example/", served)
        assert served.connected == []


@pytest.mark.fault("I3")
async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    async with web(lambda host, path: response(PAGE)) as served:
        page = await fetch_page("https://mill.example/wheel?x=1#part", served)
        assert served.connected == [PUBLIC]
        assert served.asked == ["mill.example/wheel?x=1"]
    assert (page.url, page.media_type, page.charset) == ("https://mill.example/wheel?x=1#part", "text/html", "utf-8")


@pytest.mark.parametrize(
    "location",
    ["http://local.example/", "http://127.0.0.1/", "file:///etc/passwd", "http://[::1]/", "//local.example/x"],
)
@pytest.mark.fault("I3")
async def test_each_redirect_is_checked_again(location: str) -> None:
    async with web(lambda host, path: redirect(location), local_example="10.0.0.7") as served:
        served.hosts |= {"127.0.0.1": ["127.0.0.1"], "::1": ["::1"]}
        with pytest.raises(WebPageError, match="is not fetched"):
            await fetch_page("http://mill.example/", served)
        assert served.asked == ["mill.example/"]


@pytest.mark.fault("I3")
async def test_a_name_that_resolves_to_this_machine_the_second_time_is_refused() -> None:
    def answer(host: str, path: str) -> bytes:
        served.hosts["mill.example"] = ["127.0.0.1"]
        return redirect("http://mill.example/again")

    async with web(answer) as served:
        with pytest.raises(WebPageError, match=r"resolves to 127\.0\.0\.1"):
            await fetch_page("http://mill.example/", served)
        assert served.asked == ["mill.example/"]
        assert served.connected == [PUBLIC]


async def test_a_redirect_to_a_public_page_is_followed_and_a_circle_ends() -> None:
    def answer(host: str, path: str) -> bytes:
        return response(PAGE) if host == "new.example" else redirect("/again" if path == "/round" else "//new.example/")

    async with web(answer, new_example=PUBLIC) as served:
        assert (await fetch_page("http://mill.example/", served)).url == "http://new.example/"
    async with web(lambda host, path: redirect("/again")) as served:
        with pytest.raises(WebPageError, match="redirects more than"):
            await fetch_page("http://mill.example/", served)
        assert len(served.asked) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (response("x" * (MAX_BYTES + 1)), "more than 5 MB"),
        (
            response(gzip.compress(bytes(200_000_000), 1), "Content-Type: text/html", "Content-Encoding: gzip"),
            "more than 5 MB",
        ),
        (response(b"no gzip", "Content-Type: text/html", "Content-Encoding: gzip"), "cannot be unpacked"),
        (response(b"x", "Content-Type: text/html", "Content-Encoding: br"), "not supported"),
        (response(b"%PDF", "Content-Type: application/pdf"), "cannot be read from the web"),
        (response("gone", status="404 Not Found"), "status 404"),
        (b"no http at all", "No answer from mill.example"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nshort", "connection broke"),
    ],
)
async def test_a_page_that_cannot_be_read_has_its_reason(answer: bytes, message: str) -> None:
    async with web(lambda host, path: answer) as served:
        with pytest.raises(WebPageError, match=message):
            await fetch_page("http://mill.example/", served)


async def test_an_unknown_host_is_named() -> None:
    async with web(lambda host, path: response(PAGE)) as served:
        with pytest.raises(WebPageError, match=r"no host nowhere\.example"):
            await fetch_page("http://nowhere.example/", served)


async def test_the_tool_gives_the_text_with_its_number_and_address() -> None:
    async with web(lambda host, path: response(PAGE)) as served:
        output = await PageReader(network=served).read_page("http://mill.example/")
    [numbered] = output.nodes
    assert numbered.node.path == "http://mill.example/"
    assert "The wheel turns at nine revolutions." in numbered.node.text
    assert output.content.startswith("[1]")


async def test_a_long_page_says_that_it_was_cut() -> None:
    async with web(lambda host, path: response("word " * 20_000, "Content-Type: text/plain")) as served:
        output = await PageReader(network=served).read_page("http://mill.example/")
    assert len(output.nodes[0].node.text) < MAX_PAGE_CHARS + 100
    assert "[cut: the page has 100,000 characters]" in output.nodes[0].node.text


async def test_a_page_is_saved_as_a_document_under_its_address(tmp_path: Path) -> None:
    address = "https://mill.example/old"

    def answer(host: str, path: str) -> bytes:
        latin = PAGE.replace("nine", "fünf").encode("latin-1")
        page = response(latin, "Content-Type: text/html; charset=iso-8859-1")
        return redirect("/wheels/mill") if path == "/old" else page

    async with web(answer) as served:
        file = await page_as_document(address, tmp_path / "pages", served)
        again = await page_as_document(address, tmp_path / "pages", served)
    assert file == again
    assert file.name.startswith("mill.example-wheels-mill-")
    assert "fünf revolutions" in await asyncio.to_thread(file.read_text, "utf-8-sig")
    assert await asyncio.to_thread(saved_page, address, tmp_path / "pages") == file
    assert await asyncio.to_thread(saved_page, "https://mill.example/other", tmp_path / "pages") is None
    modes = await asyncio.to_thread(lambda: (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777))
    assert modes == (0o600, 0o700)


@pytest.mark.fault("I3")
async def test_a_document_is_not_fetched_from_a_private_address(tmp_path: Path) -> None:
    async with web(lambda host, path: response(PAGE), inner_example="10.0.0.1") as served:
        with pytest.raises(WebPageError, match="not a public address"):
            await page_as_document("http://inner.example/", tmp_path / "pages", served)
        assert served.asked == []
    assert not (tmp_path / "pages").exists()

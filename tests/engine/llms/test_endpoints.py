"""Where requests go and how: base URLs as people write them, proxies, certificates, and answers of any size."""

from __future__ import annotations

import asyncio
import gzip
import resource
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer, Request
from tests.support.patience import busy_factor
from tests.support.wire_replies import Gate, Part, Pause, Reply, chunk, error, say, usage_chunk

from bookwheel.engine.embeddings.openai_compatible import OpenAIEmbedding
from bookwheel.engine.llms.openai import answer_reader
from bookwheel.engine.llms.openai.endpoint import address_of, is_loopback
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import (
    BookwheelError,
    ModelNotFoundError,
    ModelResponseError,
    ModelStreamCutError,
    ModelUnreachableError,
    UsageError,
)

ASKED = [ChatMessage(content="Count.")]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def answer(llm: OpenAI) -> str:
    """The streamed answer."""
    try:
        return "".join([piece.delta async for piece in llm.astream_chat(ASKED)])
    finally:
        await llm.aclose()


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("/v1", ["/v1/chat/completions"]),
        ("/v1/", ["/v1/chat/completions"]),
        ("", ["/v1/chat/completions"]),
        ("/v1/chat/completions", ["/v1/chat/completions"]),
        ("/v1/chat/completions/", ["/v1/chat/completions"]),
        ("/v1/models", ["/v1/chat/completions"]),
        ("/v1/messages", ["/v1/chat/completions"]),
        ("/v1/chat", ["/v1/chat/completions"]),
        ("/v1/chat/?api-version=1", ["/v1/chat/completions?api-version=1"]),
        ("/openai/v1?api-version=preview", ["/openai/v1/chat/completions?api-version=preview"]),
        (
            "/openai/deployments/gpt-4o?api-version=2024-10-21",
            ["/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"],
        ),
        (
            "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21&x=a%20b",
            ["/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21&x=a%20b"],
        ),
    ],
)
async def test_a_base_url_is_read_in_all_its_forms(server: OpenAIServer, written: str, paths: list[str]) -> None:
    assert await answer(OpenAI("scripted", base_url=f"{server.root_url}{written}"))
    assert [request.path.replace("+", "%20") for request in server.chats] == paths


async def test_quotation_marks_around_an_address_and_a_key_are_not_part_of_them(server: OpenAIServer) -> None:
    assert await answer(OpenAI("scripted", base_url=f' "{server.root_url}/v1" ', api_key="'key-12345'"))
    assert server.chats[0].headers["authorization"] == "Bearer key-12345"


@pytest.mark.parametrize(
    "written",
    ["https://[::1/v1", "https://api.example.org:port/v1", "https://api.example.org:99999", "api.example.org"],
)
def test_an_address_that_is_none_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(UsageError, match="is not an http or https address"):
        OpenAI("scripted", base_url=written)


@pytest.mark.parametrize("written", ["https://kiln.openai.azure.com", "https://kiln.services.ai.azure.com/"])
def test_the_address_of_an_azure_resource_has_its_api_below_openai(written: str) -> None:
    assert address_of(written, allow_http=False).base_url == f"{written.rstrip('/')}/openai/v1"


def test_the_address_for_all_networks_is_this_machine() -> None:
    assert is_loopback("0.0.0.0")
    assert not is_loopback("10.0.0.1")


@pytest.mark.parametrize(
    ("written", "served"),
    [("", "/chat/completions"), ("/api", "/api/v1/chat/completions"), ("/api", "/api/chat/completions")],
)
async def test_an_api_is_found_with_and_without_its_version(server: OpenAIServer, written: str, served: str) -> None:
    def script(request: Request) -> Reply:
        return say("Found.") if request.path == served else error(404, "no such path")

    server.script = script
    llm = OpenAI("scripted", base_url=f"{server.root_url}{written}")
    assert str(await llm.achat(ASKED)) == "Found."
    asked = len(server.chats)
    assert await answer(llm) == "Found."
    assert [request.path for request in server.chats[asked:]] == [served]


async def test_an_endpoint_without_an_api_is_asked_twice_at_most(server: OpenAIServer) -> None:
    server.script = lambda _: error(404, "no such path")
    with pytest.raises(ModelResponseError, match="no chat-completions API"):
        await answer(OpenAI("scripted", base_url=server.root_url))
    assert len(server.chats) == 2


async def test_an_azure_deployment_gets_its_key_in_its_own_header(server: OpenAIServer) -> None:
    address = f"{server.root_url}/openai/deployments/d?api-version=2024-10-21"
    await answer(OpenAI("scripted", api_key="sk-secret-of-azure", base_url=address))
    assert server.chats[0].headers["api-key"] == "sk-secret-of-azure"
    await answer(OpenAI("scripted", api_key="sk-secret-of-azure", base_url=server.base_url))
    assert "api-key" not in server.requests[-1].headers


async def test_a_deployment_that_azure_does_not_have_is_named(server: OpenAIServer) -> None:
    server.script = lambda _: error(404, "The API deployment for this resource does not exist.")
    address = f"{server.root_url}/openai/deployments/mill-4o?api-version=2024-10-21"
    with pytest.raises(ModelNotFoundError, match="no deployment 'mill-4o'"):
        await answer(OpenAI("scripted", api_key="sk-secret-of-azure", base_url=address))


async def test_embeddings_go_to_the_same_kinds_of_address(server: OpenAIServer) -> None:
    for written in ("", "/v1/embeddings", "/v1?api-version=1"):
        model = OpenAIEmbedding("scripted", base_url=f"{server.root_url}{written}")
        assert await model.aget_query_embedding("x")
        await model.aclose()
    paths = {request.path.partition("?")[0] for request in server.requests}
    assert paths == {"/v1/embeddings"}


async def test_a_query_is_in_no_message(server: OpenAIServer) -> None:
    server.replies += [error(403, "api-version=1&key=very-secret is not allowed")]
    llm = OpenAI("scripted", base_url=f"{server.base_url}?api-version=1&key=very-secret")
    assert "very-secret" not in repr(llm)
    with pytest.raises(BookwheelError) as caught:
        await answer(llm)
    assert "very-secret" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
async def test_the_endpoint_of_the_environment_is_asked_by_either_name(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-gateway")
    await answer(OpenAI("scripted"))
    assert server.chats[0].headers["authorization"] == "Bearer sk-of-the-gateway"
    model = OpenAIEmbedding("scripted")
    await model.aget_query_embedding("x")
    await model.aclose()


def test_two_endpoints_in_the_environment_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://one.example/v1")
    monkeypatch.setenv("OPENAI_API_BASE", "https://two.example/v1")
    for make in (OpenAI, OpenAIEmbedding):
        with pytest.raises(UsageError, match="OPENAI_API_BASE"):
            make("scripted")
    monkeypatch.setenv("OPENAI_API_BASE", "https://one.example/v1/")
    assert "one.example" in repr(OpenAI("scripted"))


@pytest.mark.fault("N18")
async def test_a_refused_connection_is_said_in_words() -> None:
    async with OpenAIServer() as server:
        closed = server.base_url
    with pytest.raises(ModelUnreachableError) as caught:
        await answer(OpenAI("scripted", base_url=closed, max_retries=0))
    assert caught.value.message == f"No connection to {closed}: Connection refused"


@pytest.mark.fault("N18")
async def test_a_socks_proxy_names_the_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://127.0.0.1:1")
    with pytest.raises(ModelUnreachableError, match="socksio"):
        await answer(OpenAI("scripted", base_url="https://model.example/v1"))


@pytest.mark.fault("N18")
async def test_a_proxy_of_socks_4_is_refused_with_what_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:1")
    with pytest.raises(ModelUnreachableError, match="speaks SOCKS 4"):
        await answer(OpenAI("scripted", base_url="https://model.example/v1"))


@pytest.mark.fault("N18")
async def test_certificates_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    for address in ("https://127.0.0.1:1/v1", "https://model.example/v1"):
        with pytest.raises(ModelUnreachableError, match=r"SSL_CERT_FILE is .*none\.pem: No such file") as caught:
            await answer(OpenAI("scripted", base_url=address))
        assert "SSL_CERT_FILE" in caught.value.hint
    async with OpenAIServer() as server:
        assert await answer(OpenAI("scripted", base_url=server.base_url))
    monkeypatch.setenv("SSL_CERT_FILE", __file__)
    with pytest.raises(ModelUnreachableError, match="it has no certificates"):
        await answer(OpenAI("scripted", base_url="https://127.0.0.1:1/v1"))


@pytest.mark.fault("N18")
@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://ann:secret@127.0.0.1:{port}", "through the proxy 127.0.0.1:{port}: Connection refused"),
        ("http://:::", "has no usable address: Invalid port"),
        ("ftp://127.0.0.1", "has no usable address: Unknown scheme"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str, said: str) -> None:
    async with OpenAIServer() as server:
        port = server.port
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(port=port))
    with pytest.raises(ModelUnreachableError) as caught:
        await answer(OpenAI("scripted", base_url="https://model.example/v1", max_retries=0))
    assert said.format(port=port) in caught.value.message
    assert "HTTPS_PROXY" in caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.fault("N18")
async def test_an_address_without_tls_is_said_to_be_one() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ModelUnreachableError, match="does not speak TLS") as caught:
            await answer(OpenAI("scripted", base_url=f"https://127.0.0.1:{port}/v1", max_retries=0))
    assert "http://" in caught.value.hint


async def test_a_certificate_of_ones_own_counts_on_this_machine_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate, key = await asyncio.to_thread(_make_certificate, tmp_path)
    async with OpenAIServer(tls=await asyncio.to_thread(_tls, certificate, key)) as server:
        address = f"https://127.0.0.1:{server.port}/v1"
        with pytest.raises(ModelUnreachableError, match="certificate"):
            await answer(OpenAI("scripted", base_url=address))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await answer(OpenAI("scripted", base_url=address))


def _tls(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "own.pem", folder / "own.key"
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return certificate, key


def bomb(megabytes: int) -> bytes:
    """So many megabytes of blanks, packed."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    block = b" " * 1_000_000
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def packed(body: bytes, status: int) -> Reply:
    return Reply([body], status, "application/json", {"content-encoding": "gzip"})


@pytest.mark.fault("N20")
async def test_a_packed_body_of_an_error_is_read_to_a_limit_and_not_asked_for_again(server: OpenAIServer) -> None:
    server.script = lambda _: packed(bomb(400), 500)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ModelResponseError):
        await answer(OpenAI("scripted", base_url=server.base_url))
    assert len(server.chats) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


async def test_a_plain_body_of_an_error_is_read_to_a_limit_and_not_asked_for_again(server: OpenAIServer) -> None:
    server.script = lambda _: Reply([b" " * 1_000_000] * 300, 503, "text/plain")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ModelResponseError):
        await answer(OpenAI("scripted", base_url=server.base_url))
    assert len(server.chats) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.fault("N20")
async def test_a_packed_listing_of_models_is_read_to_a_limit(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookwheel.engine.llms.openai.client.LIST_TIMEOUT_S", 30.0)
    server.listing = packed(bomb(400), 200)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    llm = OpenAI("scripted", base_url=server.base_url)
    with pytest.raises(ModelResponseError, match="larger than 8 MB"):
        await llm.model_names()
    await llm.aclose()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


async def test_a_packed_answer_is_unpacked(server: OpenAIServer) -> None:
    body = b'data: {"choices": [{"delta": {"content": "All."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
    server.replies += [Reply([gzip.compress(body)], headers={"content-encoding": "gzip"})]
    assert await answer(OpenAI("scripted", base_url=server.base_url)) == "All."


async def test_a_short_error_is_still_asked_again(server: OpenAIServer) -> None:
    server.replies += [packed(gzip.compress(b'{"error": {"message": "busy"}}'), 503)]
    assert await answer(OpenAI("scripted", base_url=server.base_url))
    assert len(server.chats) == 2


@pytest.mark.parametrize("begun", [False, True])
async def test_comments_alone_count_as_activity_for_a_bounded_time(server: OpenAIServer, *, begun: bool) -> None:
    comments = [part for _ in range(round(400 * busy_factor())) for part in (Pause(0.01), b": still here\n\n")]
    server.replies += [Reply([*([chunk({"content": "Well"})] if begun else []), *comments, Gate()])]
    with pytest.raises(ModelStreamCutError if begun else ModelUnreachableError, match="only comments and empty events"):
        await answer(OpenAI("scripted", base_url=server.base_url, timeout=0.2 * busy_factor()))


@pytest.mark.parametrize("begun", [False, True])
async def test_silence_after_a_comment_is_called_silence(server: OpenAIServer, *, begun: bool) -> None:
    server.replies += [Reply([*([chunk({"content": "Well"})] if begun else []), b": still here\n\n", Gate()])]
    with pytest.raises(ModelStreamCutError if begun else ModelUnreachableError, match=r"silent for|no data for"):
        await answer(OpenAI("scripted", base_url=server.base_url, timeout=0.2 * busy_factor()))


@pytest.mark.fault("N1")
@pytest.mark.parametrize(
    ("piece", "begun"),
    [(b"data: {}\n\n", False), (chunk({"content": ""}), True), (chunk({}), False), (usage_chunk(), True)],
)
async def test_events_without_text_count_as_activity_for_a_bounded_time(
    server: OpenAIServer, piece: Part, *, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_reader, "COMMENTS_COUNT_FOR", 2)
    server.replies += [Reply([*([chunk({"content": "Well"})] if begun else []), *[Pause(0.01), piece] * 10_000])]
    with pytest.raises(ModelStreamCutError if begun else ModelUnreachableError):
        await answer(OpenAI("scripted", base_url=server.base_url, timeout=0.2 * busy_factor()))
    assert not server.requests[0].answered.is_set()


@pytest.mark.fault("N4")
@pytest.mark.parametrize("piece", [b": still here\n\n", usage_chunk(), chunk({}, finish_reason="stop")])
async def test_nothing_holds_up_an_answer_after_its_end(
    server: OpenAIServer, piece: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_reader, "DONE_GRACE_S", 0.1)
    ended = [chunk({"content": "All."}), chunk({}, finish_reason="stop")]
    server.replies += [Reply([*ended, *[Pause(0.01), piece] * 1_000])]
    assert await answer(OpenAI("scripted", base_url=server.base_url)) == "All."
    assert not server.requests[0].answered.is_set()


@pytest.mark.fault("N1", "N20")
@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (b"HTTP/1.1 500 No\r\nContent-Type: application/json\r\n\r\n", b"x"),
    ],
)
async def test_a_reply_that_never_gets_to_its_answer_is_given_up(first: bytes, piece: bytes) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError), closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(first)
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
        llm = OpenAI("scripted", base_url=url, timeout=0.1, max_retries=0)
        with pytest.raises(ModelUnreachableError, match="silent"):
            await answer(llm)
        await llm.aclose()


async def test_an_answer_of_endless_calls_is_cut(server: OpenAIServer) -> None:
    calls = [chunk({"tool_calls": [{"index": number, "id": f"c{number}"}]}) for number in range(1_000)]
    server.replies += [Reply([*calls, Gate()])]
    with pytest.raises(ModelStreamCutError, match="more than 256 tools"):
        await answer(OpenAI("scripted", base_url=server.base_url))


async def test_a_name_of_a_tool_has_the_limit_of_an_answer(server: OpenAIServer) -> None:
    pieces = [{"tool_calls": [{"index": 0, "function": {"name": letter * 1_000_000}}]} for letter in "abcde"]
    server.replies += [Reply([*map(chunk, pieces), Gate()])]
    with pytest.raises(ModelStreamCutError, match="longer than 4000000 characters"):
        await answer(OpenAI("scripted", base_url=server.base_url))


async def test_comments_do_not_end_an_answer_that_is_slow_to_begin(server: OpenAIServer) -> None:
    busy = busy_factor()
    comments = [part for _ in range(30) for part in (Pause(0.01 * busy), b": still here\n\n")]
    server.replies += [Reply([*comments, *say("All.").parts])]
    assert await answer(OpenAI("scripted", base_url=server.base_url, timeout=0.2 * busy)) == "All."

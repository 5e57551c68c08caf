"""`bookwheel mcp` as its clients see it: the real program over standard input, and over HTTP."""

import asyncio
import re
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.cli.program import bookwheel, start
from tests.serving.mcp_client import call, refusal, served
from tests.support.index_once import index_before

READING = {"search", "read", "find_quote", "check", "list_documents"}
RESEARCH = {"research_start", "research_status", "research_report"}
NOTES = "# The mill\n\nThe mill wheel turns at nine revolutions a minute.\n\nIt was built by Anna Brandt in 1588.\n"
LONG = "".join(f"Entry {number}: the sluice of basin {number} was opened.\n\n" for number in range(2_000))


@pytest.fixture
async def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "mill.md").write_text(NOTES, encoding="utf-8")
    (folder / "log.txt").write_text(LONG, encoding="utf-8")
    await index_before(folder)
    return folder


async def test_a_found_passage_can_be_read_cited_and_checked(papers: Path) -> None:
    async with served(papers) as client:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == READING | RESEARCH
        assert all(tool.annotations and tool.output_schema for tool in tools)
        assert {tool.name for tool in tools if tool.annotations and tool.annotations.read_only_hint} == (
            READING | RESEARCH - {"research_start"}
        )

        found = await call(client, "search", query="How fast does the mill wheel turn?")
        first = found["passages"][0]
        assert first["path"] == str(papers / "mill.md")
        assert NOTES[first["start"] : first["end"]] == first["text"]
        assert found["indexed"] == "2 of 2 documents are indexed"

        whole = await call(client, "read", path="mill.md")
        assert (whole["text"], whole["next_cursor"]) == (NOTES, None)

        source = {"path": first["path"], "start": 0, "end": len(NOTES)}
        text = "The mill wheel turns at nine revolutions a minute [1]. It was built by Clara Winter [1]."
        checked = await call(client, "check", text=text, sources=[source])
        assert [sentence["status"] for sentence in checked["sentences"]] == ["supported", "unsupported"]
        assert checked["sentences"][1]["missing"] == ["Clara Winter"]


async def test_a_quotation_is_found_with_its_range_or_the_nearest_passage_is_named(papers: Path) -> None:
    async with served(papers) as client:
        found = await call(client, "find_quote", quote="built by  anna Brandt")
        [place] = found["found"]
        assert (NOTES[place["start"] : place["end"]], place["is_exact"]) == ("built by Anna Brandt", False)
        missing = await call(client, "find_quote", quote="the mill wheel was built of oak")
        assert missing["found"] == []
        assert "mill wheel" in missing["nearest"]["text"]


async def test_long_results_come_in_parts_that_join_to_the_whole(papers: Path) -> None:
    async with served(papers) as client:
        parts, cursor = list[str](), None
        while True:
            part = await call(client, "read", path="log.txt", **({"cursor": cursor} if cursor else {}))
            assert part["start"] == sum(map(len, parts))
            parts.append(part["text"])
            if (cursor := part["next_cursor"]) is None:
                break
        assert "".join(parts) == LONG
        assert len(parts) > 5

        first = await call(client, "search", query="sluice basin opened", limit=3)
        second = await call(client, "search", query="sluice basin opened", limit=3, cursor=first["next_cursor"])
        assert [passage["number"] for passage in second["passages"]] == [4, 5, 6]


async def test_a_document_outside_of_the_desk_is_refused(papers: Path) -> None:
    async with served(papers) as client:
        outside = papers.parent / "secret.txt"
        outside.write_text("The secret of the outside.\n", encoding="utf-8")
        # It is in the user's index, which the desk shares with others.
        assert (await bookwheel("index", str(outside))).code == 0
        for path in (str(outside), "secret.txt", "../secret.txt", "/etc/passwd"):
            assert "is not one of the documents" in await refusal(client, "read", path=path)
        found = await call(client, "search", query="secret of the outside")
        assert "secret.txt" not in str(found)
        source = {"path": str(outside), "start": 0, "end": 5}
        assert "is not one of the documents" in await refusal(client, "check", text="A secret.", sources=[source])


async def test_wrong_arguments_are_named(papers: Path) -> None:
    async with served(papers) as client:
        assert "The query is empty" in await refusal(client, "search", query="  ")
        assert "is not a cursor" in await refusal(client, "search", query="mill", cursor="x")
        assert "It has no pages" in await refusal(client, "read", path="mill.md", page=2)
        assert "too short" in await refusal(client, "find_quote", quote="mill")
        outside_of_text = {"path": "mill.md", "start": 5, "end": 9_999}
        assert "Source 1 is not a part" in await refusal(client, "check", text="Nine.", sources=[outside_of_text])


async def test_a_document_that_changes_is_served_as_it_is_then(papers: Path) -> None:
    async with served(papers) as client:
        assert (await call(client, "find_quote", quote="twelve revolutions"))["found"] == []
        (papers / "mill.md").write_text(NOTES.replace("nine", "twelve"), encoding="utf-8")
        async with asyncio.timeout(30):
            while not (await call(client, "find_quote", quote="twelve revolutions"))["found"]:
                await asyncio.sleep(0.05)


async def test_research_is_started_followed_and_read_with_exact_sources(papers: Path) -> None:
    async with served(papers) as client:
        question = "How fast does the mill wheel turn, and who built it?"
        started = await call(client, "research_start", question=question)
        async with asyncio.timeout(50):
            while (status := await call(client, "research_status", **started))["status"] == "running":
                await asyncio.sleep(0.05)
        assert (status["status"], status["phase"], status["error"]) == ("completed", "done", "")
        assert [branch["notes"] > 0 for branch in status["branches"]] == [True, True]
        report = await call(client, "research_report", **started)
        assert report["is_complete"]
        assert "nine revolutions a minute" in report["text"]
        assert "Anna Brandt" in report["text"]
        for source in report["sources"]:
            read = await call(client, "read", path=source["path"], cursor=str(source["start"]))
            assert read["text"]
        assert "no research 'x'" in await refusal(client, "research_status", research_id="x")
    shown = await bookwheel("sessions", "show", started["research_id"])
    assert question in shown.out


async def test_over_http_only_the_token_opens_it(papers: Path) -> None:
    process = await start("mcp", "--http", str(papers), env={"BOOKWHEEL_MCP_TOKEN": "a-token-of-the-user"})
    assert process.stderr is not None
    try:
        line = (await process.stderr.readline()).decode()
        address = re.fullmatch(r"Serving on (http://127\.0\.0\.1:\d+/mcp)\n", line)
        assert address, line
        async with httpx2.AsyncClient() as http:
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "a-token-of-the-user"}):
                assert (await http.post(address[1], headers=headers, json={})).status_code == 401
            allowed = {"Authorization": "Bearer a-token-of-the-user"}
            rebound = await http.post(address[1], headers={**allowed, "Host": "evil.example"}, json={})
            assert rebound.status_code in (403, 421)
        async with (
            httpx2.AsyncClient(headers=allowed, timeout=60) as http,
            Client(streamable_http_client(address[1], http_client=http)) as client,
        ):
            assert (await call(client, "find_quote", quote="Anna Brandt in 1588"))["found"]
    finally:
        process.terminate()
        await process.wait()
    assert process.returncode == 143


async def test_it_ends_when_its_client_leaves(papers: Path) -> None:
    process = await start("mcp", str(papers), env={"PYTHONWARNINGS": ""})
    out, err = await asyncio.wait_for(process.communicate(b""), 60)
    assert (process.returncode, out, err) == (0, b"", b"")


async def test_nothing_to_serve_and_a_port_without_http_are_refused(tmp_path: Path) -> None:
    nothing = await bookwheel("mcp")
    assert (nothing.code, "no documents to serve" in nothing.err) == (2, True)
    port = await bookwheel("mcp", "--port", "80", str(tmp_path))
    assert (port.code, "--port goes with --http" in port.err) == (2, True)

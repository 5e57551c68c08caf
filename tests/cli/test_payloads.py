"""Texts that steer a terminal, in every place of a session and of documents: no command prints one of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Ended, bookwheel
from tests.support.payloads import FORBIDDEN, all_payloads

from bookwheel import paths
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.sessions.session_store import SessionStore

WORD = "waterwheel"


def hostile_records() -> Iterator[EventRecord]:
    """A run for each payload, which stands in every place that text from outside can reach."""
    seq = 0
    for number, text in enumerate(all_payloads(), start=1):
        node: JsonObject = {
            "number": 1, "node_id": text, "path": f"/papers/{text}.md", "page": 3, "start_char_idx": 0,
            "end_char_idx": 9, "text": f"{WORD} {text}", "score": 1.0,
        }  # fmt: skip
        call: JsonObject = {"tool_name": text, "tool_kwargs": {text: text}, "tool_id": text}
        steps: list[tuple[str, JsonObject]] = [
            ("RunStarted", {"user_msg": f"{WORD} {text}", "mode": "agent", "model": text}),
            ("Retrieval", {"query": text, "nodes": [node]}),
            ("AgentStream", {"thinking_delta": text, "delta": f"{text[:1]}", "current_agent_name": text}),
            ("AgentStream", {"delta": f"{text[1:]} [1]", "current_agent_name": text}),
            ("ToolCall", call),
            ("ToolCallResult", {**call, "tool_output": {"content": text, "is_error": True}, "return_direct": False}),
            ("InputRequiredEvent", {"prefix": text, "request_id": text, **call}),
            ("HumanResponseEvent", {"response": text, "request_id": text}),
            ("Notice", {"text": text}),
            (f"Odd{number}", {text: text}),
            ("RunFinished", {
                "status": "failed", "response": f"{text} [1]", "citations": [node],
                "error": {"type": text, "message": text, "hint": text},
            }),
        ]  # fmt: skip
        for type_, data in steps:
            seq += 1
            yield EventRecord(seq, float(seq), f"r{number}", type_, data)


def save_hostile_session(root: Path) -> str:
    """A session of all payloads, and one for each that has it in its title."""
    store = SessionStore(root)
    for number, text in enumerate(all_payloads()):
        named = store.create(f"{WORD} {text}", model=text, documents=[f"/x/{text}"])
        named.append([EventRecord(1, float(number), "r1", "RunStarted", {"user_msg": f"{WORD} {text}"})], durable=True)
        named.close()
    session = store.create("All of them")
    session.append(list(hostile_records()), durable=True)
    session.close()
    return session.id


def write_hostile_documents(folder: Path) -> Path:
    """A document for each payload, with the payload in its name, its heading and its text."""
    folder.mkdir()
    for number, text in enumerate(all_payloads()):
        name = f"{number}{text[:60]}.md".replace("/", "-").replace("\0", "-").encode("utf-8", "replace")
        body = f"# {text} {number}\n\nThe {WORD} of case{number} turns {text} nine times.\n"
        (folder / os.fsdecode(name)).write_bytes(body.encode("utf-8", "replace"))
    return folder


def assert_harmless(ended: Ended, least: int = 1) -> None:
    assert len(ended.out) > least, ended
    for text in (ended.out, ended.err):
        found = FORBIDDEN.search(text.replace("\r\n", "\n"))
        assert found is None, repr(text[max(0, found.start() - 200) : found.end() + 50])
    assert "Traceback" not in ended.err


@pytest.mark.fault("T1")
async def test_no_command_prints_a_payload_of_a_session(tmp_path: Path) -> None:
    session = await asyncio.to_thread(save_hostile_session, paths.sessions_dir())
    for arguments in (
        ("sessions", "list"),
        ("sessions", "search", WORD),
        ("sessions", "show", session),
        ("sessions", "export", session, "--format", "md"),
        ("sessions", "export", session, "--format", "json"),
    ):
        assert_harmless(await bookwheel(*arguments), least=2_000)


@pytest.mark.fault("T1")
async def test_no_command_prints_a_payload_of_a_document_or_of_its_name(tmp_path: Path) -> None:
    folder = await asyncio.to_thread(write_hostile_documents, tmp_path / "papers")
    assert_harmless(await bookwheel("search", WORD, str(folder), "--top-k", "50"), least=2_000)
    assert_harmless(await bookwheel("ask", f"How often does the {WORD} of case7 turn?", str(folder)))
    assert_harmless(await bookwheel("ask", "--agent", f"How often does the {WORD} of case51 turn?", str(folder)))
    hostile = "\x1b]0;owned\x07 \x9b31m \u202e"
    refused = await bookwheel("ask", hostile, str(tmp_path / f"nothing {hostile}"))
    assert FORBIDDEN.search(refused.err) is None
    assert refused.code in (1, 2)

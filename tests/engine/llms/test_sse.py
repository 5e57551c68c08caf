"""Server-sent events, by the WHATWG rules, wherever the bytes are cut."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest

from bookwheel.engine.llms.openai.sse import SseDecoder, SseTooLongError


def _decode(chunks: list[bytes]) -> list[dict[str, str]]:
    decoder = SseDecoder()
    return [event._asdict() for chunk in chunks for event in decoder.feed(chunk)]


def _cases(shared: Path) -> list[tuple[str, list[bytes], list[dict[str, str]]]]:
    cases = json.loads((shared / "conformance" / "sse_cases.json").read_text())
    return [(case["name"], [base64.b64decode(part) for part in case["chunks_b64"]], case["events"]) for case in cases]


@pytest.mark.fault("N8")
def test_every_conformance_case_gives_its_events(shared: Path) -> None:
    wrong = [name for name, chunks, events in _cases(shared) if _decode(chunks) != events]
    assert wrong == []


@pytest.mark.fault("N9")
def test_every_conformance_case_gives_its_events_byte_by_byte(shared: Path) -> None:
    for name, chunks, events in _cases(shared):
        whole = b"".join(chunks)
        if len(whole) < 10_000:
            assert _decode([whole[at : at + 1] for at in range(len(whole))]) == events, name


def test_any_cut_gives_the_same_events() -> None:
    stream = "﻿data: a\r\n\r\n: ping\rdata: 豆腐😀\rdata: b\n\nevent: x\ndata\n\nid: 7\ndata:  c\r\r".encode()
    expected = _decode([stream])
    assert [event["data"] for event in expected] == ["a", "豆腐😀\nb", "", " c"]
    pick = random.Random(7)
    for _ in range(500):
        cuts = sorted(pick.sample(range(1, len(stream)), 6))
        chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        assert _decode(chunks) == expected


@pytest.mark.fault("N6")
@pytest.mark.parametrize("chunk", [b"data: " + b"x" * 200, b"data: 0123456789\n" * 20], ids=["one line", "many lines"])
def test_an_endless_event_is_refused(chunk: bytes) -> None:
    with pytest.raises(SseTooLongError):
        SseDecoder(max_event_bytes=100).feed(chunk)


def test_comments_count_as_activity() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b": still here\n") == []
    assert decoder.lines == 1

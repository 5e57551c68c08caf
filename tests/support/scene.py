"""A desk with everything on it that a picture should show: papers in several states, three sessions of fixed times."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.desk import Folder

from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.engine.index.worker.page_picture import png
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import Document
from bookwheel.sessions.session_store import SessionStore

ROOT = "/papers"
T0 = 1_762_524_000.0  # 7 November 2025, 14:00 UTC
LONGFORMER = f"{ROOT}/attention/longformer.pdf"
ATTENTION = f"{ROOT}/attention/attention-is-all-you-need.pdf"
_WINDOW = "Sliding window attention employs a fixed-size window surrounding each token, so that the cost is O(n w)."
_GLOBAL = "A few tokens attend to all others and are attended to by all of them: this restores links over the document."
_FULL = "Self-attention connects all positions with a constant number of operations, at a cost of O(n²) in each layer."
TEXTS = {
    LONGFORMER: f"Longformer\n\nAttention in long documents.\n\n{_WINDOW} Depth widens what is reached.\n\n{_GLOBAL}\n",
    ATTENTION: f"Attention Is All You Need\n\n{_FULL}\n\nThe window of a convolution is smaller.\n",
}
ANSWER = f"""Each token attends to the *w* tokens around it, so the cost grows with the length of the text [1]:

> {_WINDOW} [1]

| pattern | cost | reach |
|---|---|---|
| full | O(n²) | every token [3] |
| window | O(n·w) | w tokens a layer [1] |
| window and global | O(n·w) | the document [2] |

```python
mask = abs(query - key) <= window // 2  # the band
mask[:, is_global] = True
```

A few `global` tokens restore links over the whole document [2]. It gives up exact recall at a distance.
"""


class Papers(Folder):
    """The library of the scene: nothing is read from a disk."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = str(root)
        self.states = {file.path: file for file in _files(self._root)}

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        names = (("/.git", "hidden"), ("/data.bin", "binary"))
        return [LeftOut(f"{self._root}{name}", self._root, reason) for name, reason in names]

    def document(self, path: Path) -> Document:
        text = next((text for name, text in TEXTS.items() if name.endswith(path.name)), f"The text of {path.name}.")
        return Document(text, {"file_path": str(path)})


def _files(root: str) -> list[FileState]:
    def paper(name: str, title: str, pages: int, **more: Any) -> FileState:
        status = more.pop("status", "indexed")
        date = datetime.date(2017 + pages % 8, 3, 2)
        return FileState(
            path=f"{root}/{name}", root=root, status=status, title=title, pages=pages, size=pages * 41_000,
            passages=pages * 4 if status == "indexed" else 0, format=".pdf", date=date, **more,
        )  # fmt: skip

    def note(name: str, size: int) -> FileState:
        day = datetime.date(2025, 11, 3)
        return FileState(
            path=f"{root}/{name}", root=root, status="indexed", size=size, passages=3, format=".md", changed=day
        )

    return [
        paper("attention/attention-is-all-you-need.pdf", "Attention Is All You Need", 15, author="Vaswani and others"),
        paper("attention/longformer.pdf", "Longformer", 12, author="Beltagy and others"),
        paper("attention/linear-attention-and-kernels-a-survey-of-eight-years.pdf", "Linear attention", 34),
        paper("scan-07.pdf", "", 14, status="failed", reason="no text: its 14 pages are pictures"),
        note("notes/kv-cache.md", 4_200),
        note("notes/meeting-0611.md", 1_900),
    ]


def _node(number: int, path: str, words: str, page: int) -> dict[str, Any]:
    start = TEXTS[path].index(words)
    return {
        "number": number, "node_id": f"n{number}", "path": path, "page": page, "start_char_idx": start,
        "end_char_idx": start + len(words), "score": 3.2 - number / 2, "text": words,
    }  # fmt: skip


_NODES = [_node(1, LONGFORMER, _WINDOW, 3), _node(2, LONGFORMER, _GLOBAL, 4), _node(3, ATTENTION, _FULL, 6)]


class _Log:
    """Records with times that go on by themselves."""

    def __init__(self, t: float) -> None:
        self.t = t
        self.records: list[EventRecord] = []

    def add(self, run: str, type_: str, after_s: float = 0.1, **data: Any) -> None:
        self.t += after_s
        line = {"seq": len(self.records) + 1, "t": round(self.t, 3), "run": run, "type": type_, "data": data}
        self.records.append(parse_line(json.dumps(line)))

    def answer(self, run: str, text: str, rate: int = 60) -> None:
        """The pieces of a streamed answer, ten a second."""
        for start in range(0, len(text), rate):
            self.add(run, "AgentStream", delta=text[start : start + rate], current_agent_name="")

    def finish(self, run: str, response: str, cited: Sequence[int] = (), **more: Any) -> None:
        citations = [node for node in _NODES if node["number"] in cited]
        usage = {"prompt_tokens": 3140, "completion_tokens": 212, "total_tokens": 3352}
        facts: dict[str, Any] = {"status": "completed", "usage": usage, "ttft_s": 0.62, "duration_s": 6.1} | more
        self.add(run, "RunFinished", response=response, citations=citations, **facts)


def attention_session() -> Sequence[EventRecord]:
    """Four questions: one with a table and code, one of the agent with a tool denied, a branch, one that failed."""
    log = _Log(T0)
    question = "What makes sliding-window attention cheaper, and what does it give up?"
    log.add("r1", "RunStarted", user_msg=question, mode="query", model="gpt-4o-mini")
    log.add("r1", "Retrieval", query=question, nodes=_NODES)
    log.add("r1", "AgentInput", input=[{"role": "user", "content": "x" * 8_000}], current_agent_name="")
    log.t += 0.5
    log.answer("r1", ANSWER)
    log.finish("r1", ANSWER, (1, 2, 3))
    log.t += 60
    asked = "Is there newer work on the web?"
    log.add("r2", "RunStarted", user_msg=asked, mode="agent", model="gpt-4o-mini")
    log.add("r2", "AgentInput", input=[{"role": "user", "content": "x" * 4_000}], current_agent_name="Agent")
    call: dict[str, Any] = {
        "tool_name": "search_documents",
        "tool_kwargs": {"query": "sparse attention since 2024"},
        "tool_id": "c1",
    }
    log.add("r2", "ToolCall", 0.8, **call)
    log.add("r2", "ToolCallResult", 0.2, **call, tool_output={"content": "3 passages", "is_error": False})
    fetch: dict[str, Any] = {
        "tool_name": "web_search",
        "tool_kwargs": {"query": "sparse attention 2025"},
        "tool_id": "c2",
    }
    log.add("r2", "ToolCall", 1.1, **fetch)
    asks: dict[str, Any] = {
        "request_id": "q1",
        "prefix": "Search the web?",
        "choices": ["once", "session", "deny"],
        **fetch,
    }
    log.add("r2", "InputRequiredEvent", **asks)
    log.add("r2", "HumanResponseEvent", 4.0, request_id="q1", response="deny", reason="stay with the papers", **fetch)
    log.add("r2", "ToolCallResult", **fetch, tool_output={"content": "denied: stay with the papers", "is_error": True})
    text = "The papers on this desk end in 2023 [1]; I did not search the web.\n"
    log.answer("r2", text)
    log.finish("r2", text, (1,))
    log.t += 30
    branch = "How does it compare with full attention?"
    log.add("r3", "RunStarted", user_msg=branch, mode="query", model="gpt-4o-mini", parent="r1")
    log.add("r3", "Retrieval", query=branch, nodes=_NODES[2:])
    text = "Full attention connects all positions, at a cost of O(n²) in each layer [3].\n"
    log.answer("r3", text)
    log.finish("r3", text, (3,))
    return log.records


def cost_chart(file: Path) -> None:
    """Write a bar chart of 56 × 34 pixels, which no terminal of the walk makes smaller."""
    width, height, bars = 56, 34, [2, 4, 7, 11, 16, 22, 29]
    paper, axis, bar, last = b"\xf0\xf0\xe8", b"\x50\x50\x58", b"\x40\x88\x80", b"\xc8\x80\x30"

    def pixel(x: int, y: int) -> bytes:
        number, within = divmod(x - 4, 7)
        is_bar = x >= 4 and number < len(bars) and 1 <= within <= 5 and height - 3 - bars[number] <= y < height - 3
        is_axis = (x == 2 and y < height - 2) or (y == height - 3 and x >= 2)
        return (last if number == len(bars) - 1 else bar) if is_bar else axis if is_axis else paper

    pixels = b"".join(pixel(x, y) for y in range(height) for x in range(width))
    file.write_bytes(png(pixels, width, height, stride=width * 3, channels=3))


def short_session(question: str, days: int) -> Sequence[EventRecord]:
    log = _Log(T0 - days * 86_400)
    log.add("r1", "RunStarted", user_msg=question, mode="query", model="gpt-4o-mini")
    text = "It keeps the keys and values of earlier tokens.\n"
    log.answer("r1", text)
    log.finish("r1", text)
    return log.records


def research_session() -> Sequence[EventRecord]:
    """A research run with three branches in three states, then one question that was answered twice."""
    log = _Log(T0 + 86_400)
    asked = "What is known of attention over long documents?"
    items = [
        {"id": "1", "question": "What does a sliding window cost?", "why": "the cost decides", "parent": ""},
        {"id": "2", "question": "What restores links over the document?", "why": "", "parent": ""},
        {"id": "3", "question": "Who measured recall at a distance?", "why": "", "parent": "2"},
    ]
    log.add("r1", "RunStarted", user_msg=asked, mode="research", model="gpt-4o-mini")
    log.add("r1", "PlanProposed", 2.0, version=1, items=items, changes=[])
    log.add("r1", "PlanApproved", 3.0, version=1, items=items)
    for item in items:
        log.add("r1", "BranchStarted", branch=item["id"], question=item["question"], rounds=2)
    for number, (branch, node) in enumerate(zip("12", _NODES[:2], strict=True), start=1):
        place = {"path": node["path"], "page": node["page"], "start_char_idx": node["start_char_idx"]}
        log.add("r1", "BranchSearched", branch=branch, round=1, query=f"cost of part {number}", nodes=[node], new=1)
        log.add(
            "r1", "NoteTaken", branch=branch, note=f"{branch}.1", quote=node["text"], node_id=node["node_id"],
            end_char_idx=node["end_char_idx"], says="the cost", **place,
        )  # fmt: skip
    log.add("r1", "BranchFinished", branch="1", status="done")
    log.add("r1", "BranchReflected", branch="2", round=1, missing="the number of global tokens", next_query="global")
    log.add("r1", "BranchFinished", branch="3", status="failed", error="the endpoint gave no answer for 120 s")
    text = f"A window costs O(n w) [1]:\n\n> {_WINDOW} [1]\n"
    log.answer("r1", text)
    log.finish("r1", text, (1,))
    for run, text in (("r2", "Full attention costs O(n²) [3].\n"), ("r3", "A window costs O(n w) and no more [1].\n")):
        log.add(run, "RunStarted", 30.0, user_msg="What does it cost?", mode="query", model="gpt-4o-mini")
        log.add(run, "Retrieval", query="What does it cost?", nodes=_NODES)
        log.answer(run, text)
        log.finish(run, text, (3,) if run == "r2" else (1,))
    return log.records


def save_sessions(folder: Path) -> str:
    """Save three sessions with the times of their logs; the id of the longest."""
    store = SessionStore(folder)
    for records in (short_session("What is a KV cache?", 3), short_session("Which papers measure recall?", 1)):
        _dated(folder, store.add(records).id, records)
    records = attention_session()
    session_id = store.add(records, "Attention cost in long documents").id
    _dated(folder, session_id, records)
    return session_id


def _dated(folder: Path, session_id: str, records: Sequence[EventRecord]) -> None:
    """Give the files of a session the times of its records."""
    import os

    from bookwheel.sessions.header import HEADER

    header = folder / session_id / HEADER
    lines = [
        f"{name} = {t}" if (name := line.partition(" = ")[0]) in ("created", "updated") else line
        for line in header.read_text().splitlines()
        for t in (records[0].t if line.startswith("created") else records[-1].t,)
    ]
    header.write_text("\n".join([*lines, ""]))
    for file in (header, folder / session_id / "events.jsonl"):
        os.utime(file, (records[-1].t, records[-1].t))

"""A run as text."""

from collections.abc import Sequence
from io import StringIO

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.headless.formats import PlainText
from bookwheel.headless.outlet import Outlet


async def printed(events: Sequence[tuple[str, JsonObject]], *, activity: bool = False) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    outlet = Outlet(out, err)
    text = PlainText(outlet, shown_path=lambda path: path.removeprefix("/home/me/"), activity=activity)
    for seq, (type_, data) in enumerate(events, start=1):
        text.show(EventRecord(seq, 0.0, "r1", type_, data))
    outlet.close()
    await outlet.run(on_error=lambda: None)
    return out.getvalue(), err.getvalue()


def piece(delta: str) -> tuple[str, JsonObject]:
    return "AgentStream", {"delta": delta, "thinking_delta": "hmm"}


def finished(*citations: JsonObject) -> tuple[str, JsonObject]:
    return "RunFinished", {"status": "completed", "citations": list(citations)}


async def test_an_answer_ends_with_a_line_end_and_its_sources() -> None:
    sources: list[JsonObject] = [
        {"number": 1, "path": "/home/me/a.pdf", "page": 3},
        {"number": 4, "path": "/elsewhere/b.md", "page": None},
    ]
    out, _ = await printed([piece("Nine "), piece("[1]."), finished(*sources)])
    assert out == "Nine [1].\n\n[1] a.pdf p 3\n[4] /elsewhere/b.md\n"


async def test_the_remarks_of_a_source_are_below_it() -> None:
    source: JsonObject = {"number": 1, "path": "/home/me/a.pdf", "page": 3, "remarks": ["2 of 3 pages hold no text"]}
    out, _ = await printed([piece("Nine [1]."), finished(source)])
    assert out == "Nine [1].\n\n[1] a.pdf p 3\n    ! 2 of 3 pages hold no text\n"


async def test_the_nearest_passages_are_not_part_of_the_answer() -> None:
    """A script reads no source on standard output where nothing answers."""
    node: JsonObject = {"number": 1, "path": "/home/me/a.pdf", "page": 3, "heading": "Fees \u203a Berths", "text": "x"}
    other: JsonObject = {"number": 2, "path": "/home/me/b.pdf", "page": 1, "text": "The berth\nis wet. " * 9}
    found: tuple[str, JsonObject] = "Retrieval", {"query": "q", "nodes": [node, other]}
    end: tuple[str, JsonObject] = "RunFinished", {"status": "completed", "supported": False}
    out, err = await printed([found, piece("They do not say."), end])
    assert out == "They do not say.\n"
    words = "The berth is wet. The berth is wet. The berth is wet. The berth is …"
    assert err == f"The nearest passages:\n[1] a.pdf p 3, Fees \u203a Berths\n[2] b.pdf p 1, “{words}”\n"


async def test_an_answer_without_sources_is_only_itself() -> None:
    assert (await printed([piece("Nine.\n"), finished()]))[0] == "Nine.\n"
    assert (await printed([finished()]))[0] == ""


async def test_the_answers_of_several_rounds_are_paragraphs() -> None:
    out, err = await printed([
        piece("Let me look."), ("AgentOutput", {}), ("ToolCall", {"tool_name": "search"}), piece("Nine."), finished(),
    ])  # fmt: skip
    assert (out, err) == ("Let me look.\n\nNine.\n", "")


async def test_activity_names_each_tool_call_in_one_line() -> None:
    call: JsonObject = {"tool_name": "search\x1b[2J", "tool_kwargs": {"query": "x\ny" * 100}}
    _, err = await printed([("ToolCall", call)], activity=True)
    assert err.startswith("· search␛[2J ")
    assert err.count("\n") == 1
    assert len(err) < 140


async def test_a_subclass_of_a_known_event_counts_as_it() -> None:
    assert (await printed([("MyStream", {"delta": "Nine.", "is_a": "AgentStream"}), finished()]))[0] == "Nine.\n"


async def test_hostile_text_is_cleaned_in_every_field() -> None:
    hostile = "\x1b]0;x\x07\x9b2J\u202e"
    out, err = await printed(
        [piece(hostile), ("ToolCall", {"tool_name": hostile}), finished({"number": 1, "path": hostile})], activity=True
    )
    assert not set(out + err) & set("\x1b\x07\x9b\u202e")


async def test_unsupported_sentences_are_listed_beside_the_answer() -> None:
    answer = "It cost **1,300** [1]. " + "It has 99 [2]. " * 9
    unsupported: list[JsonObject] = [{"start": 0, "end": 22, "cited": [1], "missing": ["1,300"]}]
    unsupported += [
        {"start": start, "end": start + 14, "cited": [2], "missing": ["99\x1b[2J"]} for start in range(23, 150, 15)
    ]
    end: JsonObject = {"status": "completed", "response": answer, "citations": [], "unsupported": unsupported}
    out, err = await printed([piece(answer), ("RunFinished", end)])
    assert out == f"{answer}\n"
    lines = err.splitlines()
    assert lines[0] == "Not supported: It cost 1,300 [1]. (not in [1]: 1,300)"
    assert lines[1] == "Not supported: It has 99 [2]. (not in [2]: 99␛[2J)"
    assert lines[-1] == "Not supported: 5 more sentences"
    assert len(lines) == 6

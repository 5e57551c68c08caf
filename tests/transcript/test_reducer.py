"""Events to blocks: independent of how texts were cut, for any log, and with every block closed at the end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Change,
    Closed,
    EventBlock,
    Extended,
    InputBlock,
    NoticeBlock,
    Opened,
    QuestionBlock,
    Replaced,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.event_rows import EventRows, records_of
from bookwheel.transcript.reducer import Transcript

STARTED: JsonObject = {"user_msg": "What?", "mode": "query", "model": "mock"}


class Log:
    """Builds records of one run."""

    def __init__(self, run: str = "r1") -> None:
        self.records: list[EventRecord] = []
        self.run = run

    def add(self, type_: str, **data: object) -> "Log":
        seq = len(self.records) + 1
        self.records.append(EventRecord(seq, 1000.0 + seq, self.run, type_, data))  # type: ignore[arg-type]
        return self

    def apply(self) -> tuple[Transcript, list[Change]]:
        transcript = Transcript()
        changes = [change for record in self.records for change in transcript.apply(record)]
        return transcript, changes


def node(number: int) -> JsonObject:
    return {"number": number, "node_id": f"n{number}", "path": "/p.md", "page": 3, "start_char_idx": 5,
            "end_char_idx": 9, "score": 0.5, "text": "text"}  # fmt: skip


def kinds(blocks: tuple[Block, ...]) -> list[type]:
    return [type(block) for block in blocks]


def test_a_whole_run_gives_question_sources_thought_and_answer() -> None:
    log = Log().add("RunStarted", **STARTED).add("Retrieval", query="q", nodes=[node(1), node(2)])
    log.add("AgentInput", input=[]).add("AgentStream", delta="", thinking_delta="Hmm")
    log.add("AgentStream", delta="It is ").add("AgentStream", delta="so [1].").add("AgentOutput", response={})
    log.add("RunFinished", status="completed", response="It is so [1].", citations=[node(1)])
    transcript, changes = log.apply()
    question, sources, thought, answer = transcript.blocks
    assert isinstance(question, QuestionBlock)
    assert isinstance(sources, SourcesBlock)
    assert [citation.number for citation in sources.citations] == [1]
    assert isinstance(thought, ThoughtBlock)
    assert isinstance(answer, AnswerBlock)
    assert answer.text == "It is so [1]."
    assert all(block.status == "closed" for block in transcript.blocks)
    assert transcript.runs["r1"].response == "It is so [1]."
    assert_lawful(changes)


def assert_lawful(changes: list[Change]) -> None:
    """A block opens once, closes once, and nothing happens to it afterwards; its text is what was appended."""
    texts: dict[str, str] = {}
    closed: set[str] = set()
    for change in changes:
        match change:
            case Opened(block):
                assert block.id not in texts
                texts[block.id] = ""
            case Extended(block_id, text):
                assert block_id not in closed
                texts[block_id] += text
            case Replaced(AnswerBlock() as block) if block.id in closed:
                assert block.marks
                assert block.text == texts[block.id]
            case Replaced(block):
                assert block.id in texts
                assert block.id not in closed
            case Closed(block):
                assert block.id in texts
                assert block.id not in closed
                assert block.status != "open"
                closed.add(block.id)
                if isinstance(block, AnswerBlock | ThoughtBlock):
                    assert block.text == texts[block.id]


def test_the_words_before_a_tool_call_stay_a_block_of_their_own() -> None:
    log = Log().add("RunStarted", **STARTED).add("AgentStream", delta="Let me look.")
    log.add("ToolCall", tool_name="a", tool_kwargs={"x": 1}, tool_id="1")
    log.add("ToolCall", tool_name="b", tool_kwargs={}, tool_id="2")
    log.add("ToolCallResult", tool_name="b", tool_id="2", tool_output={"content": "no", "is_error": True})
    log.add("ToolCallResult", tool_name="a", tool_id="1", tool_output={"content": "yes", "is_error": False})
    log.add("AgentStream", delta="Found.").add("RunFinished", status="completed", response="Found.")
    blocks = log.apply()[0].blocks
    assert kinds(blocks) == [QuestionBlock, AnswerBlock, ToolBlock, ToolBlock, AnswerBlock]
    first, second = (block for block in blocks if isinstance(block, ToolBlock))
    assert (first.output, first.status, first.duration_s) == ("yes", "closed", 3.0)
    assert (second.output, second.status, second.is_error) == ("no", "failed", True)


def test_a_repeated_tool_id_is_two_calls() -> None:
    log = Log().add("RunStarted", **STARTED)
    for name in ("a", "b"):
        log.add("ToolCall", tool_name=name, tool_id="same")
    for content in ("A", "B"):
        log.add("ToolCallResult", tool_id="same", tool_output={"content": content})
    outputs = [block.output for block in log.apply()[0].blocks if isinstance(block, ToolBlock)]
    assert outputs == ["A", "B"]


def test_a_cancelled_run_closes_every_block_as_cut() -> None:
    log = Log().add("RunStarted", **STARTED).add("Retrieval", nodes=[node(1)])
    log.add("ToolCall", tool_name="a", tool_id="1").add("InputRequiredEvent", prefix="Sure?", request_id="q")
    log.add("AgentStream", delta="Half", thinking_delta="")
    log.add("RunFinished", status="cancelled", response="Half", error={"message": "Stopped by you."})
    transcript, changes = log.apply()
    assert not [block for block in transcript.blocks if block.status == "open"]
    cut = [type(block) for block in transcript.blocks if block.status == "cut"]
    assert cut == [ToolBlock, InputBlock, AnswerBlock]
    notice = transcript.blocks[-1]
    assert isinstance(notice, NoticeBlock)
    assert (notice.text, notice.level) == ("Stopped by you.", "warning")
    assert_lawful(changes)


def test_a_failed_run_has_a_hint() -> None:
    log = Log().add("RunStarted", **STARTED)
    log.add("RunFinished", status="failed", error={"type": "ModelAuthError", "message": "No.", "hint": "Set the key."})
    notice = log.apply()[0].blocks[-1]
    assert isinstance(notice, NoticeBlock)
    assert (notice.text, notice.hint, notice.level) == ("No.", "Set the key.", "error")


def test_an_answer_that_the_documents_do_not_support_says_so() -> None:
    log = Log().add("RunStarted", **STARTED).add("AgentStream", delta="They don't say.", thinking_delta="")
    log.add("RunFinished", status="completed", response="They don't say.", supported=False)
    notice = log.apply()[0].blocks[-1]
    assert isinstance(notice, NoticeBlock)
    assert (notice.text, notice.level) == ("Not found among the passages.", "info")


def unanswered(*nodes: JsonObject, **finished: object) -> SourcesBlock:
    log = Log().add("RunStarted", **STARTED).add("Retrieval", query="q", nodes=list(nodes))
    log.add("RunFinished", status="completed", response="They don't say.", supported=False, **finished)
    (block,) = (block for block in log.apply()[0].blocks if isinstance(block, SourcesBlock))
    return block


def test_where_nothing_answers_the_nearest_passages_are_the_sources() -> None:
    """One of each place, and none of them cited."""
    apart = [node(1), node(2), node(3) | {"page": 4}, node(4) | {"path": "/q.md"}, node(5) | {"page": 9}]
    block = unanswered(*apart)
    assert [citation.number for citation in block.citations] == [1, 3, 4]
    assert (block.is_nearest, block.cited, block.status) == (True, (), "closed")


def test_what_an_unsupported_answer_cites_stays_its_sources() -> None:
    block = unanswered(node(1), node(2), citations=[node(2)])
    assert [citation.number for citation in block.cited] == [2]
    assert not block.is_nearest


def test_a_question_is_answered_by_its_id_only() -> None:
    log = Log().add("RunStarted", **STARTED)
    log.add("InputRequiredEvent", prefix="One?", request_id="1", choices=["once", "deny"])
    log.add("Approval", is_a="InputRequiredEvent", prefix="Two?", request_id="2")
    log.add("HumanResponseEvent", response="deny", request_id="2").add("HumanResponseEvent", response="x")
    one, two = (block for block in log.apply()[0].blocks if isinstance(block, InputBlock))
    assert (one.response, one.status, one.choices) == (None, "open", ("once", "deny"))
    assert (two.response, two.status) == ("deny", "closed")


def test_the_time_of_a_call_counts_from_when_it_was_allowed() -> None:
    log = Log().add("RunStarted", **STARTED).add("ToolCall", tool_name="web", tool_kwargs={"q": "x"}, tool_id="1")
    log.add("InputRequiredEvent", prefix="May I?", request_id="q", tool_id="1")
    log.add("Progress", msg="somebody thinks").add("Progress", msg="about it")
    log.add("HumanResponseEvent", response="once", request_id="q", edited_kwargs={"q": "y"})
    log.add("ToolCallResult", tool_name="web", tool_id="1", tool_output={"content": "found", "is_error": False})
    (tool,) = (block for block in log.apply()[0].blocks if isinstance(block, ToolBlock))
    assert (tool.duration_s, tool.tool_kwargs) == (1.0, {"q": "y"})


def test_a_run_without_an_end_is_cut_by_the_next_one() -> None:
    log = Log().add("RunStarted", **STARTED).add("Retrieval", nodes=[node(1)]).add("AgentStream", delta="Half")
    log.run = "r2"
    log.add("RunStarted", **STARTED)
    transcript, changes = log.apply()
    assert [block.status for block in transcript.blocks] == ["closed", "cut", "cut", "closed"]
    assert_lawful(changes)


def test_unknown_events_are_shown_and_internal_ones_are_not() -> None:
    log = Log().add("RunStarted", **STARTED).add("Weather", degrees=21).add("StepStateChanged", name="x")
    log.add("StopEvent").add("WorkflowFailedEvent").add("AgentSetup").add("Notice", text="asking again in 2 s")
    blocks = log.apply()[0].blocks
    assert kinds(blocks) == [QuestionBlock, EventBlock, NoticeBlock]


def test_events_after_the_end_of_a_run_change_nothing() -> None:
    log = Log().add("RunStarted", **STARTED).add("RunFinished", status="completed", response="x")
    before = log.apply()[0].blocks
    log.add("AgentStream", delta="late").add("ToolCallResult", tool_id="1").add("RunFinished", status="failed")
    assert log.apply()[0].blocks == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["delta", "thinking_delta", "tool_id", "tool_kwargs", "tool_output", "nodes", "citations", "status", "error"]
DATA = st.dictionaries(st.sampled_from([*NAMES, "response", "request_id", "is_a", "input", "usage", "choices"]), JSON)
TYPES = ["RunStarted", "RunFinished", "Retrieval", "AgentInput", "AgentStream", "AgentOutput", "ToolCall", "Notice",
         "ToolCallResult", "InputRequiredEvent", "HumanResponseEvent", "StopEvent", "Mine"]  # fmt: skip
ANY_RECORD = st.builds(
    EventRecord, st.integers(-1, 9), st.floats(0, 2e9), st.sampled_from(["r1", "r2", ""]), st.sampled_from(TYPES), DATA
)


@settings(max_examples=300)
@given(st.lists(ANY_RECORD, max_size=25))
def test_any_log_can_be_reduced_to_blocks_and_rows(records: list[EventRecord]) -> None:
    transcript, event_rows = Transcript(), EventRows()
    changes: list[Change] = []
    for record in records:
        changes.extend(transcript.apply(record))
        event_rows.apply(record)
    assert_lawful(changes)
    for row in event_rows.rows:
        assert "\n" not in row.summary
        records_of(row, records)


PIECE = st.tuples(st.sampled_from(["delta", "thinking_delta"]), st.text(max_size=6))
STEP = st.one_of(
    st.lists(PIECE, max_size=6),
    st.sampled_from(["AgentInput", "AgentOutput", "ToolCall", "ToolCallResult", "Retrieval", "Mine"]),
)


@settings(max_examples=200)
@given(st.lists(STEP, max_size=10))
def test_blocks_do_not_depend_on_how_the_text_was_cut(steps: list[str | list[tuple[str, str]]]) -> None:
    """Live pieces, merged log lines and a reload are all the same."""
    pieces, merged = Log().add("RunStarted", **STARTED), Log().add("RunStarted", **STARTED)
    for step in steps:
        if isinstance(step, str):
            for log in (pieces, merged):
                log.add(step, tool_id="1", tool_output={"content": "x"})
            continue
        for kind, text in step:
            pieces.add("AgentStream", **{kind: text})
        for kind, text in _merged(step):
            merged.add("AgentStream", **{kind: text})
    for log in (pieces, merged):
        log.add("RunFinished", status="completed", response="")
    reloaded = Transcript()
    for record in merged.records:
        reloaded.apply(parse_line(record.to_line()))
    assert _untimed(pieces.apply()[0].blocks) == _untimed(merged.apply()[0].blocks)
    assert reloaded.blocks == merged.apply()[0].blocks


def _merged(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for kind, text in pieces:
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        else:
            joined.append((kind, text))
    return joined


def _untimed(blocks: tuple[Block, ...]) -> list[object]:
    return [
        {name: getattr(block, name) for name in block.__dataclass_fields__ if name not in ("t", "duration_s")}
        for block in blocks
    ]


def test_documents_searched_by_their_former_text_are_not_called_unread() -> None:
    """An answer that cited the only document, saved again meanwhile, was "from 0 of 1 documents"."""

    def notices(**coverage: int) -> list[str]:
        log = Log().add("RunStarted", **STARTED).add("RunFinished", status="completed", response="It [1].",
                                                     coverage=coverage)  # fmt: skip
        return [block.text for block in log.apply()[0].blocks if isinstance(block, NoticeBlock)]

    changed = "Changed and not read again yet, so searched by the former text: 1 of 1."
    assert changed in notices(indexed=0, total=1, changed=1)
    assert not any("Answered from" in text for text in notices(indexed=0, total=1, changed=1))
    assert "Answered from 1 of 3 documents so far." in notices(indexed=1, total=3)

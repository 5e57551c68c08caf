"""`bookwheel ask --schema`: an object that fits the schema, each value with the words that it is from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import NOTES, events, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel.engine.record import parse_line
from bookwheel.transcript.blocks import EventBlock
from bookwheel.transcript.reducer import blocks_of

MILL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "speed": {"type": "integer", "description": "How fast does the mill wheel turn?"},
        "trees": {"type": ["number", "null"], "description": "number of apple trees in the garden"},
        "owner": {"type": "string", "description": "Who owns the castle?"},
    },
    "required": ["speed"],
}


def schema_file(folder: Path, schema: object) -> str:
    file = folder / "schema.json"
    file.write_text(json.dumps(schema), encoding="utf-8")
    return str(file)


def filled(**values: tuple[object, str]) -> str:
    """What a model replies: each value with its quotation from the first passage."""
    form = {
        name: {"value": value, "passage": 1 if quote else None, "quote": quote or None}
        for name, (value, quote) in values.items()
    }
    return json.dumps(form)


async def test_without_a_model_values_are_read_from_quotations(notes: Path, tmp_path: Path) -> None:
    ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    printed = json.loads(ended.out)
    assert ended.code == 0
    assert printed["answer"] == {"speed": 9, "trees": 40}
    assert ended.err == "Not found: /owner: the documents do not say\n"
    assert printed["missing"] == {"/owner": "the documents do not say"}


async def test_each_value_has_the_exact_range_of_its_words(notes: Path, tmp_path: Path) -> None:
    ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    cited = json.loads(ended.out)["citations"]
    assert set(cited) == {"/speed", "/trees"}
    for words in cited.values():
        assert words["path"] == str(notes / "mill.md")
        assert NOTES[words["start_char_idx"] : words["end_char_idx"]] == words["text"]
    assert "nine revolutions" in cited["/speed"]["text"]


async def test_a_text_that_the_documents_do_not_have_is_not_filled_with_what_answers_the_question(
    notes: Path, tmp_path: Path
) -> None:
    texts = {name: {"type": "string"} for name in ("insurer", "architect", "phone_number")}
    schema = {"type": "object", "properties": {**MILL["properties"], **texts}}
    ended = await bookwheel(
        "ask", "--schema", schema_file(tmp_path, schema), "What about the mill and its garden?", str(notes)
    )
    assert ended.code == 0
    assert not texts.keys() & json.loads(ended.out)["answer"].keys()


async def test_a_required_value_that_is_missing_prints_nothing_and_ends_with_3(notes: Path, tmp_path: Path) -> None:
    file = schema_file(tmp_path, {**MILL, "required": ["speed", "owner"]})
    ended = await bookwheel("ask", "--schema", file, "The mill", str(notes))
    assert (ended.code, ended.out) == (3, "")
    assert "Not found: /owner: the documents do not say" in ended.err


async def test_a_model_fills_in_the_schema_and_its_quotations_are_found_again(notes: Path, tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(
            say(filled(speed=(9, "turns at nine  revolutions"), trees=(None, ""), owner=("Agostino", "by Agostino")))
        )
        ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
        asked = server.chats[-1].json
    printed = json.loads(ended.out)
    assert (ended.code, printed["answer"]) == (0, {"speed": 9, "owner": "Agostino"})
    assert printed["citations"]["/speed"]["text"] == "turns at nine revolutions"
    form = asked["response_format"]["json_schema"]["schema"]["properties"]["speed"]
    assert set(form["properties"]) == {"value", "passage", "quote"}


@pytest.mark.parametrize(
    ("value", "quote", "reason"),
    [
        (11, "nine revolutions a minute", "the model's value, 11, is not in the words that it quotes"),
        (9, "turns at nine times the speed of light", "the words that the model quotes are in no passage"),
        (None, "", "the documents do not say"),
    ],
)
async def test_a_value_without_its_words_in_a_passage_is_refused(
    notes: Path, tmp_path: Path, value: int | None, quote: str, reason: str
) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say(filled(speed=(value, quote), trees=(None, ""), owner=(None, ""))))
        ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    assert (ended.code, ended.out) == (3, "")
    assert f"Not found: /speed: {reason}" in ended.err


async def test_a_value_that_does_not_fit_is_asked_for_once_more(notes: Path, tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        quote = "nine revolutions a minute"
        server.replies.append(say(filled(speed=("nine", quote), trees=(None, ""), owner=(None, ""))))
        server.replies.append(say(filled(speed=(9, quote), trees=(None, ""), owner=(None, ""))))
        ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
        repair = server.chats[-1].last_message
    assert (ended.code, json.loads(ended.out)["answer"]) == (0, {"speed": 9})
    assert '/speed: "nine" is not of the type integer' in repair


async def test_a_model_without_json_fails_the_run(notes: Path, tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say("Nine, I think."), say("Really: nine.")]
        ended = await bookwheel("ask", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    assert (ended.code, ended.out) == (1, "")
    assert "scripted gave no JSON object" in ended.err


async def test_the_event_log_has_the_object_and_the_run_its_citations(notes: Path, tmp_path: Path) -> None:
    ended = await bookwheel("ask", "--json", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    log = events(ended)
    structured = next(line for line in log if line["type"] == "AgentStreamStructuredOutput")
    assert structured["data"]["output"]["answer"]["speed"] == 9
    finished = log[-1]["data"]
    assert [citation["path"] for citation in finished["citations"]] == [str(notes / "mill.md")]
    streamed = "".join(line["data"]["delta"] for line in log if line["type"] == "AgentStream")
    assert streamed == finished["response"]
    assert "- `/speed`: “" in streamed
    support = [each["status"] for citation in finished["citations"] for each in citation["support"]]
    assert support == ["supported", "supported"]
    assert not any(isinstance(block, EventBlock) for block in blocks_of(map(parse_line, ended.lines)))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("[", "is not JSON"),
        ([], "it is not an object"),
        ({"type": "string"}, "is a schema of a single value"),
        ({"type": "object", "properties": {"a": {"type": "string", "if": {}}}}, 'at /a: "if" is not supported'),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}, '"$ref" "#/$defs/A" is not found'),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, '"$ref" "#" is not found'),
        ({"type": "object", "properties": {"a": {}}}, 'at /a: it has no "type"'),
        ({"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}, "not a regular expression"),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["b"]}, '"required" names b'),
    ],
)
async def test_a_schema_that_cannot_be_used_ends_with_2(
    notes: Path, tmp_path: Path, schema: object, expected: str
) -> None:
    file = tmp_path / "schema.json"
    file.write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
    ended = await bookwheel("ask", "--schema", str(file), "The mill", str(notes))
    assert (ended.code, ended.out) == (2, "")
    assert expected in ended.err


async def test_a_missing_schema_file_and_the_agent_end_with_2(notes: Path, tmp_path: Path) -> None:
    missing = await bookwheel("ask", "--schema", str(tmp_path / "none.json"), "The mill", str(notes))
    agent = await bookwheel("ask", "--agent", "--schema", schema_file(tmp_path, MILL), "The mill", str(notes))
    assert (missing.code, agent.code) == (2, 2)
    assert "There is no file" in missing.err
    assert "not with --agent" in agent.err


async def test_max_tokens_stops_a_run_with_4(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say("Nine revolutions a minute [1]. " * 20))
        ended = await bookwheel("ask", "--max-tokens", "5", "How fast?", str(notes))
    assert ended.code == 4
    assert "stopped by --max-tokens 5: the run has taken" in ended.err

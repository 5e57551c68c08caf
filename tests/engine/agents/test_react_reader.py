"""The ReAct protocol read in pieces: any cut gives the same answer, thoughts and action."""

import pytest

from bookwheel.engine.agents.react_reader import ReActReader, read_action

ACTION = 'Thought: I need a tool.\nAction: multiply\nAction Input: {"a": 3,\n "b": 4}\nObservation: 12\nAnswer: made up'
ANSWER = "Thought: I know.\nReally.\nAnswer: It is twelve.\n\n- Action: none\nAction: none.\n"
PLAIN = "  Twelve, I think.\nAct two: the thoughts of a king."


def read(text: str, cuts: tuple[int, ...] = ()) -> tuple[str, str, ReActReader]:
    reader = ReActReader()
    answer, thought = "", ""
    for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True):
        more_answer, more_thought = reader.push(text[start:end])
        if reader.take_restart():
            answer, thought = "", answer + thought
        answer, thought = answer + more_answer, thought + more_thought
    last_answer, last_thought = reader.finish()
    return answer + last_answer, thought + last_thought, reader


def test_an_action_is_found_and_a_made_up_observation_ignored() -> None:
    answer, thought, reader = read(ACTION)
    assert (answer, thought) == ("", "I need a tool.\n")
    assert read_action(reader.action, reader.arguments) == ("multiply", {"a": 3, "b": 4})


def test_an_answer_comes_without_its_mark() -> None:
    answer, thought, reader = read(ANSWER)
    assert (answer, thought) == ("It is twelve.\n\n- Action: none\nAction: none.", "I know.\nReally.\n")
    assert (reader.has_answer, reader.action) == (True, "")


def test_text_without_the_protocol_is_the_answer() -> None:
    assert read(PLAIN)[:2] == ("Twelve, I think.\nAct two: the thoughts of a king.", "")


BOLD_CALL = '**Thought:** add\n**Action:** add\n**Action Input:** {"a": 1}'
BOLD_ANSWER = "**Thought**: I know.\n\n**Final Answer:** 8 **stars** and 9"
ONE_LINE = "Thought: I can do it. Answer: 8"
FINAL = "Thought: I know.\nFinal Answer: 8"
AFTER_PROSE = "The sum is easy.\nAnswer: 8"
CALL_AFTER_PROSE = 'I take the tool.\nAction: add\nAction Input: {"text": "Answer: 8"}'
CALL_ON_ONE_LINE = 'Thought: I take the tool. Action: add Action Input: {"a": 1}'


@pytest.mark.parametrize(
    ("text", "thought"),
    [(ONE_LINE, "I can do it. "), (FINAL, "I know.\n"), (AFTER_PROSE, "The sum is easy.")],
)
def test_an_answer_is_found_where_weak_models_write_it(text: str, thought: str) -> None:
    assert read(text)[:2] == ("8", thought)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [(CALL_AFTER_PROSE, {"text": "Answer: 8"}), (CALL_ON_ONE_LINE, {"a": 1}), (BOLD_CALL, {"a": 1})],
)
def test_a_call_is_found_where_weak_models_write_it(text: str, arguments: dict[str, object]) -> None:
    answer, _, reader = read(text)
    assert answer == ""
    assert read_action(reader.action, reader.arguments) == ("add", arguments)


def test_marks_in_bold_are_not_part_of_the_answer() -> None:
    assert read(BOLD_ANSWER)[:2] == ("8 **stars** and 9", "I know.\n\n")


@pytest.mark.parametrize(
    "text",
    [ACTION, ANSWER, PLAIN, ONE_LINE, FINAL, AFTER_PROSE, CALL_AFTER_PROSE, CALL_ON_ONE_LINE, BOLD_CALL, BOLD_ANSWER],
)
def test_where_the_pieces_are_cut_makes_no_difference(text: str) -> None:
    whole = read(text)
    for cut in range(len(text)):
        for cuts in ((cut,), tuple(range(cut, len(text)))):
            answer, thought, reader = read(text, cuts)
            assert (answer, thought) == whole[:2]
            assert reader.action.strip() == whole[2].action.strip()
            assert reader.arguments.strip() == whole[2].arguments.strip()


def test_the_answer_streams_and_is_not_held_back() -> None:
    reader = ReActReader()
    pieces = [reader.push(piece)[0] for piece in ("Thou", "ght: x\nAns", "wer: It", " is", " twelve.")]
    assert pieces == ["", "", "It", " is", " twelve."]


@pytest.mark.parametrize(
    ("action", "arguments", "read_as"),
    [
        (" `multiply` \n", '```json\n{"a": 1}\n```', ("multiply", {"a": 1})),
        ("multiply", "", ("multiply", {})),
        ("multiply", '{"a": 1} and more', ("multiply", {"a": 1})),
        ("multiply", "{'a': 1, 'b': None}", ("multiply", {"a": 1, "b": None})),
        ("multiply(a=1)", '{"a": 1}', ("multiply", {"a": 1})),
    ],
)
def test_small_slips_of_weak_models_are_understood(action: str, arguments: str, read_as: tuple[str, object]) -> None:
    assert read_action(action, arguments) == read_as


@pytest.mark.parametrize(("action", "arguments"), [(" \n", "{}"), ("multiply", "a=1"), ("multiply", "[1]")])
def test_text_that_is_not_an_action_is_refused(action: str, arguments: str) -> None:
    with pytest.raises(ValueError, match="Action"):
        read_action(action, arguments)

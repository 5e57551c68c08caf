"""Thoughts in the content of an answer: separated from it, however the pieces are cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.thought_tags import thinks_first
from bookwheel.engine.llms.thoughts import ThoughtReader

ANSWER = "Room B12 holds the rack [1]."

TAGGED = {
    "think": f"<think>\nHmm, [2] maybe.\n</think>\n\n{ANSWER}",
    "thinking": f"<thinking>Hmm, [2] maybe.</thinking>\n{ANSWER}",
    "thought": f"\n<thought>Hmm, [2] maybe.</thought>{ANSWER}",
    "reasoning in capitals": f"<REASONING>Hmm, [2] maybe.</REASONING>\n\n{ANSWER}",
    "seed": f"<seed:think>Hmm, [2] maybe.</seed:think>{ANSWER}",
    "kimi": f"◁think▷Hmm, [2] maybe.◁/think▷{ANSWER}",
    "mistral": f"[THINK]Hmm, [2] maybe.[/THINK]{ANSWER}",
    "tokens": f"<|begin_of_thought|>Hmm, [2] maybe.<|end_of_thought|><|begin_of_solution|>{ANSWER}",
    "cohere": f"<|START_THINKING|>Hmm, [2] maybe.<|END_THINKING|>{ANSWER}",
    "cohere, marked": f"<|START_THINKING|>Hmm, [2] it is.<|END_THINKING|><|START_RESPONSE|>{ANSWER}<|END_RESPONSE|>",
    "answer in a box": f"<think>Hmm, [2] maybe.</think>\n\n<|begin_of_box|>{ANSWER}<|end_of_box|>",
    "apertus": f"<|inner_prefix|>Hmm, [2] maybe.<|inner_suffix|>{ANSWER}",
    "process": f"<thinking_process>Hmm, [2] maybe.</thinking_process>{ANSWER}",
    "monologue": f"<internal_monologue>Hmm, [2] maybe.</internal_monologue>{ANSWER}",
    "analysis": f"<analysis>Hmm, [2] maybe.</analysis>\n{ANSWER}",
    "in an answer of its own tags": f"<think>\nHmm, [2] maybe.\n</think>\n<answer>{ANSWER}</answer>",
    "reflection": f"<reflection>Hmm, [2] maybe.</reflection>\n{ANSWER}",
    "scratchpad": f"<scratchpad>Hmm, [2] maybe.</scratchpad>{ANSWER}",
    "begin_think": f"<|begin_think|>Hmm, [2] maybe.<|end_think|>{ANSWER}",
    "medgemma": f"<unused94>thought\nHmm, [2] maybe.<unused95>{ANSWER}",
    "gemma": f"<|channel>thought\nHmm, [2] maybe.<channel|>{ANSWER}",
    "harmony": "<|channel|>analysis<|message|>Hmm, [2] maybe.<|end|><|start|>assistant"
    f"<|channel|>final<|message|>{ANSWER}<|return|>",
    "harmony from its start": "<|start|>assistant<|channel|>analysis<|message|>Hmm, [2] maybe.<|end|>"
    f"<|start|>assistant<|channel|>final<|message|>{ANSWER}",
    "harmony without its tokens": f"analysisHmm, [2] maybe.assistantfinal{ANSWER}",
    "with attributes": f'<think type="private" budget="2">Hmm, [2] maybe.</think>\n{ANSWER}',
    "folded by Open WebUI": '<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n'
    f"> Hmm, [2] maybe.\n</details>\n{ANSWER}",
    "granite": f"Here is my thought process:\n\nHere, [2] maybe.\n\nHere is my response:\n\n{ANSWER}",
    "granite, short": f"Here's my thought process: Hmm, [2] maybe.\nHere's my response: {ANSWER}",
    "full-width tokens": f"<｜begin▁of▁thinking｜>Hmm, [2] maybe.<｜end▁of▁thinking｜>\n{ANSWER}",
    "full-width, closed only": f"Okay, the user asks. [2]?<｜end▁of▁thinking｜>\n{ANSWER}",
    "ernie": f"<think>\nHmm, [2] maybe.\n</think>\n\n<response>\n{ANSWER}</response>",
    "a thought inside a thought": f"<think>Hmm, [2]: <think>maybe</think> it is.\n</think>\n{ANSWER}",
    "solar": f"<|think|>Hmm, [2] maybe.<|end|><|begin|>assistant<|content|>{ANSWER}",
    "minimax": f"<mm:think>\nHmm, [2] maybe.\n</mm:think>\n\n{ANSWER}",
    "closed twice": f"<think>Hmm, [2] maybe.</think>\n</think>\n{ANSWER}",
    "a plan": f"<planning>Hmm, [2] maybe.</planning>\n{ANSWER}",
    "tokens without their breaks": f"<|startofthought|>Hmm, [2] maybe.<|endofthought|>{ANSWER}",
    "folded by hand": f"<details>\n<summary>💭 Reasoning</summary>\n\nHmm, [2] maybe.\n</details>\n\n{ANSWER}",
    "in a fence": f"```thinking\nHmm, [2] maybe.\n```\n{ANSWER}",
    "under headings": f"**Thinking:** Hmm, [2] maybe.\n\n**Answer:** {ANSWER}",
    "under plain headings": f"Reasoning: Hmm, [2] maybe.\n\nFinal answer: {ANSWER}",
    "a final answer in tags": f"<thought>Hmm, [2] maybe.</thought>\n<final_answer>\n{ANSWER}</final_answer>",
    "harmony without its tokens, with the role": f"assistantanalysisHmm, [2] maybe.assistantfinal{ANSWER}",
    "a field as a tag": f"<reasoning_content>Hmm, [2] maybe.</reasoning_content>\n{ANSWER}",
    "under bold lines": f"**Thought Process**\n\nHmm, [2] maybe.\n\n**Answer**\n\n{ANSWER}",
    "an answer in tags on lines": f"<think>Hmm, [2] maybe.</think>\n<answer>\n{ANSWER}\n</answer>",
    "harmony opened by the prompt": "We need to look. [2]?<|end|><|start|>assistant<|channel|>final<|message|>"
    + ANSWER,
    "harmony without its tokens, opened by the prompt": f"We need to look. [2]?assistantfinal{ANSWER}",
    "thinking aloud, closed by a tag": f"Okay, the user asks. Hmm, [2] maybe.\n</think>\n\n{ANSWER}",
    "a blank in the closing tag": f"<think>Hmm, [2] maybe.</ think>\n{ANSWER}",
    "tokens of reasoning": f"<|reasoning|>Hmm, [2] maybe.<|/reasoning|>{ANSWER}",
    "brackets of another name": f"[thinking]Hmm, [2] maybe.[/thinking]{ANSWER}",
    "a thought inside a thought, in one line": f"<think>Hmm, [2]: <think>maybe</think> it is.</think>{ANSWER}",
    "never closed before its answer": f"<think>\nHmm, [2] maybe.\n<answer>\n{ANSWER}\n</answer>",
    "thinking aloud, closed in the line": f"Let me think: [2]?</think>\n{ANSWER}",
}


def told(pieces: Sequence[str], *, begins_thinking: bool = False) -> tuple[str, str, list[bool]]:
    """The answer, the thought, and at which pieces it began anew."""
    reader = ThoughtReader(begins_thinking=begins_thinking)
    answer: list[str] = []
    thought: list[str] = []
    restarts: list[bool] = []
    for piece in (*pieces, None):
        got = reader.finish() if piece is None else reader.push(piece)
        if reader.restarts:
            answer.clear()
        restarts.append(reader.restarts)
        answer.append(got[0])
        thought.append(got[1])
    return "".join(answer), "".join(thought), restarts


def cuts(text: str) -> list[list[str]]:
    """The text whole, in single characters, in threes, and cut in two at every place."""
    return [
        [text],
        list(text),
        [text[at : at + 3] for at in range(0, len(text), 3)],
        *([text[:at], text[at:]] for at in range(1, len(text))),
    ]


@pytest.mark.parametrize("content", TAGGED.values(), ids=TAGGED.keys())
def test_a_thought_in_the_content_is_kept_out_of_the_answer(content: str) -> None:
    for pieces in cuts(content):
        answer, thought, _ = told(pieces)
        assert answer == ANSWER, pieces
        assert "[2]" in thought, pieces


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        "In XML, `<think>` opens a thought and `</think>` closes it [1].",
        "The tag </think> closes what <think> opens.",
        "Use it so:\n```xml\n<think>\nhm\n</think>\n```\nand no other way.",
        "1 < 2 and [TH is no tag, nor is <th",
        "Okay, here it is: B12.",
        "We need to talk about B12 [1].",
        "Analysis shows that B12 is full.",
        "<thinkpad> is a brand",
        "<answer>Room B12.</answer>",
        "<details>\n<summary>More</summary>\nRoom B12.\n</details>",
        "Here is my answer: B12.",
        "Here is my",
        "Rooms:\nHere is my response: B12.",
        "A <channel|> of 3 m; <unused95> is a token.",
        "First comes B12.\n<think>\nand what is never closed stays",
        "Reasoning: the rack is there, so B12 is full.",
        "Thinking: ",
        "**Reasoning**\n\nThe rack is there.",
        "The code:\n```thinking\nx\n```\nand no more.",
    ],
)
def test_an_answer_without_thoughts_comes_as_it_is(content: str) -> None:
    for pieces in cuts(content):
        answer, thought, restarts = told(pieces)
        assert (answer, thought) == (content, ""), pieces
        assert not any(restarts)


def test_tokens_around_a_thought_and_its_answer_are_in_neither() -> None:
    content = f"<|im_start|>assistant\n<think>Hmm, [2] maybe.</think>\n{ANSWER}<|im_end|>\n"
    for pieces in cuts(content):
        reader = ThoughtReader()
        deltas = [*map(ChatDelta, pieces), ChatDelta(finish_reason="stop")]
        for delta in deltas:
            reader.apply(delta)
        assert "".join(delta.delta for delta in deltas) == ANSWER, pieces
        assert "".join(delta.thinking_delta for delta in deltas) == "Hmm, [2] maybe.", pieces


def test_a_second_thought_after_some_text_is_kept_out_too() -> None:
    content = "<think>one</think>First.\n<think>two [2]</think>\nSecond."
    for pieces in cuts(content):
        answer, thought, _ = told(pieces)
        assert answer.split() == ["First.", "Second."], pieces
        assert thought == "onetwo [2]", pieces


def test_a_thought_that_nothing_opened_makes_the_answer_begin_anew() -> None:
    """What was shown cannot be taken back, so an event says that the answer begins only now."""
    content = f"B13 or B12, says [2]; it depends.\n</think>\n\n{ANSWER}"
    answer, _, restarts = told(content.split(" "))
    assert any(restarts)
    assert answer.split() == "".join(ANSWER.split(" ")).split()
    assert told(list(content))[0] == ANSWER


def test_a_final_channel_that_follows_text_makes_the_answer_begin_anew() -> None:
    content = f"B13 or B12, says [2].<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}"
    for pieces in cuts(content):
        answer, thought, _ = told(pieces)
        assert answer == ANSWER, pieces
        assert "<|start|>" not in thought


def test_a_model_that_is_known_to_begin_thinking_shows_none_of_it_as_the_answer() -> None:
    for pieces in cuts(f"B13 or B12?\n</think>\n\n{ANSWER}"):
        answer, thought, restarts = told(pieces, begins_thinking=True)
        assert (answer, any(restarts)) == (ANSWER, False), pieces
        assert thought.startswith("B13 or B12?")


def test_a_model_that_is_known_to_begin_thinking_may_answer_at_once() -> None:
    assert told(list(ANSWER), begins_thinking=True)[0] == ANSWER


def test_a_model_known_by_its_name_is_held_back_until_it_is_clear_what_it_writes() -> None:
    for pieces in cuts(f"B13 or B12?\n</think>\n\n{ANSWER}"):
        reader = ThoughtReader(may_think=thinks_first("deepseek-ai/DeepSeek-R1-0528"))
        given = [*map(reader.push, pieces), reader.finish()]
        assert "".join(answer for answer, _ in given) == ANSWER, pieces
        assert "".join(thought for _, thought in given) == "B13 or B12?\n", pieces
    reader = ThoughtReader(may_think=True)
    assert [reader.push(ANSWER), reader.finish()] == [("", ""), (ANSWER, "")]


def test_thoughts_in_a_field_of_their_own_end_the_holding_back() -> None:
    reader = ThoughtReader(may_think=True)
    reader.come_apart()
    assert reader.push("Room ") == ("Room ", "")


@pytest.mark.parametrize(
    ("model", "is_so"),
    [("qwq:32b", True), ("Qwen3-235B-A22B-Thinking-2507", True), ("kimi-k2-thinking", True), ("MiniMax-M2", True),
     ("deepseek-reasoner", True), ("gpt-4o-mini", False), ("llama3.1:8b", False), ("qwen3:8b", False),
     ("rethinker-7b", False)],
)  # fmt: skip
def test_models_that_think_first_are_known_by_their_names(model: str, is_so: bool) -> None:
    assert thinks_first(model) is is_so


def test_a_thought_that_is_cut_short_is_not_an_answer() -> None:
    for pieces in cuts("<think>Hmm, [2] maybe, or"):
        assert told(pieces)[0] == ""


def test_an_answer_is_given_piece_by_piece() -> None:
    reader = ThoughtReader()
    assert [reader.push(piece)[0] for piece in ("Room ", "B12 ", "holds ")] == ["Room ", "B12 ", "holds "]


def test_a_long_thought_without_an_opening_tag_is_shown_until_its_closing_tag() -> None:
    """Kept back without an end, an answer that only begins as thoughts do would be lost when the run is stopped."""
    reader = ThoughtReader()
    assert reader.push("Okay, the user asks. ") == ("", "")
    pieces = [reader.push("and on ")[0] for _ in range(20_000)]
    assert pieces[:200] == [""] * 200
    assert pieces[-1] == "and on "
    answer, _ = reader.push(f"\n</think>\n{ANSWER}")
    assert reader.restarts
    assert answer == ANSWER

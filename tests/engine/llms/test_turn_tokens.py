"""Tokens of turns that an endpoint leaves in the text: out of the answer, however the pieces are cut."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.turn_tokens import TurnTokenReader

ANSWER = "Room B12 holds the rack [1]."


def read(pieces: list[str]) -> str:
    reader = TurnTokenReader()
    return "".join([*map(reader.push, pieces), reader.finish()])


def cuts(text: str) -> list[list[str]]:
    return [[text], list(text), *([text[:at], text[at:]] for at in range(1, len(text)))]


@pytest.mark.parametrize(
    "content",
    [
        f"{ANSWER}<|im_end|>",
        f"{ANSWER}<|eot_id|>",
        f"{ANSWER}</s>",
        f"{ANSWER}<end_of_turn>",
        f"{ANSWER}<｜end▁of▁sentence｜>",
        f"{ANSWER} [/INST]",
        f"{ANSWER}<|EOT|>\n<|EOT|>\n<|EOT|>",
        f"{ANSWER}<|im_end|>\n<|im_start|>user\nAnd B13?<|im_end|>",
        f"<|im_start|>assistant\n{ANSWER}<|im_end|>",
        f"<|start_header_id|>assistant<|end_header_id|>\n\n{ANSWER}<|eot_id|>",
        f"<s> {ANSWER}</s>",
        f"<think/>\n{ANSWER}",
        f"{ANSWER}<|eot|>",
        f"{ANSWER} <|im_end|>",
        f"{ANSWER}<|observation|>",
        f"{ANSWER}<turn|>",
        f"{ANSWER}[EOS]",
        f"{ANSWER}\n<|user|>\nAnd B13?",
        f"{ANSWER}</s><s>[INST] And B13? [/INST]",
        f"{ANSWER}<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>And B13?",
        f"<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{ANSWER}",
        f"<|header_start|>assistant<|header_end|>\n\n{ANSWER}",
        f"<|start_of_role|>assistant<|end_of_role|>{ANSWER}<|end_of_text|>",
        f"<|turn>model\n{ANSWER}",
        f"<|im_assistant|>assistant<|im_middle|>{ANSWER}<|im_end|>",
        f"assistant\n\n{ANSWER}",
    ],
)
def test_tokens_around_an_answer_are_taken_out(content: str) -> None:
    for pieces in cuts(content):
        assert read(pieces).strip() == ANSWER, pieces


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        "  B12",
        "The token <|im_end|> ends a turn.",
        "Write `<|im_end|>`",
        "The token that ends a turn is <|im_end|>",
        "<|user|> begins a turn of the user.",
        "assistant to the mayor",
        "It is <s>struck</s> and <s>gone</s>",
        "1 < 2 and a <",
        "<table><tr><td>B12</td></tr></table>",
        "[1] and [",
        "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>B12<|return|>",
    ],
)
def test_other_text_stays_as_it_is(content: str) -> None:
    for pieces in cuts(content):
        assert read(pieces) == content, pieces

"""Each response mode asks the model as often as LlamaIndex's, in windows of every size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.prompts import PromptTemplate
from llama_index.core.response_synthesizers import get_response_synthesizer as theirs
from llama_index.core.schema import NodeWithScore as TheirNodeWithScore
from llama_index.core.schema import TextNode as TheirTextNode
from llama_index.core.utils import get_tokenizer

from bookwheel import Settings
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.query.answer_prompts import REFINE_TEMPLATE, SUMMARY_TEMPLATE, TEXT_QA_TEMPLATE
from bookwheel.engine.query.synthesizer import get_response_synthesizer as ours
from bookwheel.engine.schema import NodeWithScore, TextNode

MODES = ["compact", "refine", "tree_summarize", "simple_summarize", "accumulate", "compact_accumulate"]
QUESTION = "What is this about?"
SHORT, LONG = "alpha beta gamma delta epsilon", "a longer answer, growing, with 1,234 details; " * 12
# The room for context goes from a few words to all that there is.
WINDOWS = [(900, 50), (1_200, 256), (2_000, 256), (16_000, 512)]


class CountingLLM(CustomLLM):
    """LlamaIndex's interface for a model of one's own; counts its calls."""

    window: int
    output: int
    answer: str
    calls: int = 0

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.window, num_output=self.output, model_name="counting")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self.calls += 1
        return CompletionResponse(text=self.answer)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def same_tokenizer() -> Iterator[None]:
    Settings.tokenizer = get_tokenizer()
    yield
    Settings.tokenizer = None


def calls_there(mode: str, texts: Sequence[str], window: int, output: int, answer: str) -> int:
    llm = CountingLLM(window=window, output=output, answer=answer)
    synthesizer = theirs(
        llm=llm,
        response_mode=mode,  # type: ignore[arg-type] - its enum takes the name
        text_qa_template=PromptTemplate(TEXT_QA_TEMPLATE),
        refine_template=PromptTemplate(REFINE_TEMPLATE),
        summary_template=PromptTemplate(SUMMARY_TEMPLATE),
    )
    nodes = [TheirTextNode(text=f"[{number}] {text}") for number, text in enumerate(texts, 1)]
    synthesizer.synthesize(QUESTION, [TheirNodeWithScore(node=node, score=1.0) for node in nodes])
    return llm.calls


def calls_here(mode: str, texts: Sequence[str], window: int, output: int, answer: str) -> int:
    llm = MockLLM([answer], context_window=window, max_tokens=output)
    nodes = [NodeWithScore(TextNode(text=text), 1.0) for text in texts]
    ours(llm, response_mode=mode).synthesize(QUESTION, nodes)
    return len(llm.calls)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("answer", [SHORT, LONG], ids=["short", "long"])
def test_the_model_is_asked_as_often_as_by_llamaindex(mode: str, answer: str) -> None:
    prose = "The quick brown fox, aged 12, jumps over 3.5 lazy dogs; nobody knows why.\nA new line follows. "
    for window, output in WINDOWS:
        for size in (5, 60, 290, 700):
            for count in (1, 3, 7):
                texts = [f"Chunk {n}. {prose * (size // 20)}{'word ' * size}".strip() for n in range(count)]
                case = (texts, window, output, answer)
                assert calls_here(mode, *case) == calls_there(mode, *case), (mode, window, output, size, count)

"""The response modes: which model calls are made before the last one, and what the last one is asked."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template, as_template, prompt_messages
from bookwheel.engine.metadata_text import MetadataMode
from bookwheel.engine.query.answer_prompts import (
    REFINE_TEMPLATE,
    SIMPLE_TEMPLATE,
    SUMMARY_TEMPLATE,
    TEXT_QA_TEMPLATE,
    without_hidden,
)
from bookwheel.engine.query.packing import PARAGRAPH_BREAK, Packer, Piece
from bookwheel.engine.query.tokens import CountTokens, estimated_tokens
from bookwheel.engine.schema import ChatMessage, NumberedNode
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass

PROMPT_NAMES = ("text_qa_template", "refine_template", "summary_template", "simple_template")
ANSWER_BREAK = "\n---------------------\n"
# LlamaIndex's margins: for the text that joins the parts of a prompt, and for an answer that grows while it is refined.
PADDING_TOKENS = 5
ANSWER_PADDING_TOKENS = 500
# With less room than this each sentence would take a call, or none would fit.
MIN_ROOM_TOKENS = 32


class ResponseMode(StrEnum):
    """How the retrieved passages and the model make an answer (LlamaIndex's names)."""

    REFINE = "refine"
    COMPACT = "compact"
    SIMPLE_SUMMARIZE = "simple_summarize"
    TREE_SUMMARIZE = "tree_summarize"
    GENERATION = "generation"
    NO_TEXT = "no_text"
    CONTEXT_ONLY = "context_only"
    ACCUMULATE = "accumulate"
    COMPACT_ACCUMULATE = "compact_accumulate"


@dataclass(frozen=True, slots=True)
class Templates:
    """The prompts; each is filled with `query_str` and `context_str` (refine: `existing_answer`, `context_msg`)."""

    text_qa: Template = TEXT_QA_TEMPLATE
    refine: Template = REFINE_TEMPLATE
    summary: Template = SUMMARY_TEMPLATE
    simple: Template = SIMPLE_TEMPLATE

    def with_prompts(self, prompts: Mapping[str, Template]) -> Templates:
        """With some prompts replaced, by LlamaIndex's names of them. Raises UsageError for a name that is not one."""
        fields = {name: name.removesuffix("_template") for name in PROMPT_NAMES}
        unknown = [name for name in prompts if name.rpartition(":")[2] not in fields]
        if unknown:
            raise UsageError(f"There is no prompt '{unknown[0]}'.", hint=f"There are: {', '.join(fields)}.")
        for name, prompt in prompts.items():
            if not callable(getattr(prompt, "format", None)):
                raise UsageError(f"The prompt '{name}' is a {type(prompt).__name__}; give a PromptTemplate or a text.")
        return replace(self, **{fields[name.rpartition(":")[2]]: prompt for name, prompt in prompts.items()})


@dataclass(frozen=True, slots=True)
class LastCall:
    """The last step: `prefix` is text of the answer that is known, `messages` go to the model (None: no call)."""

    messages: list[ChatMessage] | None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one model with one question."""

    llm: LLM
    question: str
    templates: Templates
    count: CountTokens = estimated_tokens
    use_async: bool = False

    def messages(self, template: Template, nodes: Sequence[NumberedNode] = (), **values: str) -> list[ChatMessage]:
        """The prompt with its values; its last message carries the question and the passages that it shows."""
        messages = prompt_messages(template, {"query_str": self.question, **values})
        messages[-1].additional_kwargs = {"question": self.question}
        messages[-1].nodes = list(nodes)
        return messages

    async def ask(self, messages: list[ChatMessage]) -> str:
        return str(await self.llm.achat(messages))

    async def ask_all(self, prompts: Sequence[list[ChatMessage]]) -> list[str]:
        """Ask one after the other, or all at once with `use_async`."""
        if self.use_async:
            return list(await asyncio.gather(*(self.ask(messages) for messages in prompts)))
        return [await self.ask(messages) for messages in prompts]

    def packer(self, *templates: Template, padding: int = PADDING_TOKENS, existing_answer: str = "") -> Packer:
        """Packs to the room for context in a prompt of the longest of `templates`."""
        given = {"context_str": "", "context_msg": "", "existing_answer": existing_answer}
        filled = (as_template(template).format(query_str=self.question, **given) for template in templates)
        longest = max(filled, key=len)
        metadata = self.llm.metadata
        room = metadata.context_window - metadata.num_output - self.count(longest) - padding
        return Packer(max(MIN_ROOM_TOKENS, room), self.count)


class Mode(ABC):
    """One response mode: makes all model calls but the last."""

    # Whether passages are needed; without them the answer says that there are none.
    needs_passages = True

    @abstractmethod
    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        """The last call, after all earlier ones are done."""


class RefineMode(Mode):
    """One call a passage, each refining the answer so far."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        left = deque(self._pieces(self._packer(asker), pieces))
        answer = ""
        while True:
            piece = left.popleft()
            if answer:
                # The answer may have grown beyond the room left for it.
                parts = asker.packer(asker.templates.refine, existing_answer=answer).split(piece)
                if len(parts) > 1:
                    left.extendleft(reversed(parts))
                    continue
            messages = self._messages(asker, piece, answer)
            if not left:
                return LastCall(messages)
            answer = await asker.ask(messages)

    @staticmethod
    def _packer(asker: Asker) -> Packer:
        return asker.packer(asker.templates.text_qa, asker.templates.refine, padding=ANSWER_PADDING_TOKENS)

    def _pieces(self, packer: Packer, pieces: list[Piece]) -> list[Piece]:
        return packer.split_all(pieces)

    @staticmethod
    def _messages(asker: Asker, piece: Piece, answer: str) -> list[ChatMessage]:
        if not answer:
            return asker.messages(asker.templates.text_qa, piece.nodes, context_str=piece.text)
        return asker.messages(asker.templates.refine, piece.nodes, context_msg=piece.text, existing_answer=answer)


class CompactMode(RefineMode):
    """As refine, with as many passages in a call as the window holds: mostly one call."""

    def _pieces(self, packer: Packer, pieces: list[Piece]) -> list[Piece]:
        return packer.pack(pieces)


class TreeSummarizeMode(Mode):
    """Summaries of what fits in a call, then of those summaries, until one call is left."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.summary
        packer = asker.packer(template)
        packed = packer.pack(pieces)
        while len(packed) > 1:
            prompts = [asker.messages(template, piece.nodes, context_str=piece.text) for piece in packed]
            answers = await asker.ask_all(prompts)
            shorter = packer.pack([Piece(answer) for answer in answers])
            if len(shorter) >= len(packed):
                # Summaries as long as their sources would never end in one call; the rest is left out.
                shorter = shorter[:1]
            packed = shorter
        return LastCall(asker.messages(template, packed[0].nodes, context_str=packed[0].text))


class SimpleSummarizeMode(Mode):
    """All passages in one call, cut to what fits."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.text_qa
        nodes = [node for piece in pieces for node in piece.nodes]
        text = PARAGRAPH_BREAK.join(piece.text for piece in pieces)
        return LastCall(asker.messages(template, nodes, context_str=asker.packer(template).truncate(text)))


class AccumulateMode(Mode):
    """One answer a passage, one after the other."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.text_qa
        pieces = self._pieces(asker.packer(template), pieces)
        prompts = [asker.messages(template, piece.nodes, context_str=piece.text) for piece in pieces]
        answers = await asker.ask_all(prompts[:-1])
        done = "".join(f"Response {n}: {answer}{ANSWER_BREAK}" for n, answer in enumerate(answers, 1))
        return LastCall(prompts[-1], f"{done}Response {len(prompts)}: ")

    def _pieces(self, packer: Packer, pieces: list[Piece]) -> list[Piece]:
        return packer.split_all(pieces)


class CompactAccumulateMode(AccumulateMode):
    """One answer for as many passages as the window holds."""

    def _pieces(self, packer: Packer, pieces: list[Piece]) -> list[Piece]:
        return super()._pieces(packer, packer.pack(pieces))


class GenerationMode(Mode):
    """The question alone."""

    needs_passages = False

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall(asker.messages(asker.templates.simple))


class NoTextMode(Mode):
    """Only the sources."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall(None)


class ContextOnlyMode(Mode):
    """The passages themselves."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall(None, PARAGRAPH_BREAK.join(piece.text for piece in pieces))


MODES: dict[ResponseMode, Mode] = {
    ResponseMode.COMPACT: CompactMode(),
    ResponseMode.REFINE: RefineMode(),
    ResponseMode.TREE_SUMMARIZE: TreeSummarizeMode(),
    ResponseMode.SIMPLE_SUMMARIZE: SimpleSummarizeMode(),
    ResponseMode.ACCUMULATE: AccumulateMode(),
    ResponseMode.COMPACT_ACCUMULATE: CompactAccumulateMode(),
    ResponseMode.GENERATION: GenerationMode(),
    ResponseMode.NO_TEXT: NoTextMode(),
    ResponseMode.CONTEXT_ONLY: ContextOnlyMode(),
}


def pieces_of(nodes: Sequence[NumberedNode]) -> list[Piece]:
    """Each passage as a piece of context: its number for citing, the metadata that is for models, the text."""
    shown = ((node, node.node.get_content(MetadataMode.LLM)) for node in nodes)
    return [Piece(f"[{node.number}] {without_hidden(text)}", [node]) for node, text in shown]

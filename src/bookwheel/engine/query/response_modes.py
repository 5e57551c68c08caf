"""The response modes: which model calls are made before the last one, and what the last one is asked."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bookwheel.engine.llms.base import LLM
from bookwheel.engine.query.citations import estimated_tokens
from bookwheel.engine.query.prompts import (
    REFINE_TEMPLATE,
    SIMPLE_TEMPLATE,
    SUMMARY_TEMPLATE,
    TEXT_QA_TEMPLATE,
    Template,
    fill,
    without_hidden,
)
from bookwheel.engine.schema import ChatMessage, NumberedNode

PARAGRAPH_BREAK = "\n\n"
ANSWER_BREAK = "\n---------------------\n"
MIN_ROOM_TOKENS = 64


class ResponseMode(StrEnum):
    """How the retrieved passages and the model make an answer (LlamaIndex's names)."""

    COMPACT = "compact"
    REFINE = "refine"
    TREE_SUMMARIZE = "tree_summarize"
    SIMPLE_SUMMARIZE = "simple_summarize"
    ACCUMULATE = "accumulate"
    COMPACT_ACCUMULATE = "compact_accumulate"
    GENERATION = "generation"
    NO_TEXT = "no_text"
    CONTEXT_ONLY = "context_only"


@dataclass(frozen=True, slots=True)
class Templates:
    """The prompts; each is filled with `query_str` and `context_str` (refine: `existing_answer`, `context_msg`)."""

    text_qa: Template = TEXT_QA_TEMPLATE
    refine: Template = REFINE_TEMPLATE
    summary: Template = SUMMARY_TEMPLATE
    simple: Template = SIMPLE_TEMPLATE


@dataclass(frozen=True, slots=True)
class LastCall:
    """What is left to do: `prefix` is already known text of the answer, `messages` go to the model (None: nobody)."""

    messages: list[ChatMessage] | None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of context that fits into one prompt, with the passages that it is from."""

    text: str
    nodes: list[NumberedNode] = field(default_factory=lambda: list[NumberedNode]())


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one model with one question."""

    llm: LLM
    question: str
    templates: Templates
    use_async: bool = False

    def message(self, template: Template, nodes: Sequence[NumberedNode] = (), **values: str) -> ChatMessage:
        text = fill(template, query_str=self.question, **values)
        return ChatMessage(content=text, additional_kwargs={"question": self.question}, nodes=list(nodes))

    async def ask(self, message: ChatMessage) -> str:
        return str(await self.llm.achat([message]))

    async def ask_all(self, messages: Sequence[ChatMessage]) -> list[str]:
        """Ask one after the other, or all at once with `use_async`."""
        if self.use_async:
            return list(await asyncio.gather(*(self.ask(message) for message in messages)))
        return [await self.ask(message) for message in messages]

    def room(self, template: Template, **values: str) -> int:
        """The tokens that are left for context in one prompt."""
        names = ("context_str", "context_msg", "existing_answer")
        empty = fill(template, query_str=self.question, **(dict.fromkeys(names, "") | values))
        metadata = self.llm.metadata
        return max(MIN_ROOM_TOKENS, metadata.context_window - metadata.num_output - estimated_tokens(empty))


class Mode(ABC):
    """One response mode: makes all model calls but the last."""

    # Whether passages are needed: without them the answer is that there are none.
    needs_passages = True

    @abstractmethod
    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        """The last call, with everything before it done."""


class Refine(Mode):
    """One call a passage, each refining the answer so far."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        pieces = self._pieces(asker, pieces)
        answer = ""
        for piece in pieces[:-1]:
            answer = await asker.ask(self._message(asker, piece, answer))
        return LastCall([self._message(asker, pieces[-1], answer)])

    def _pieces(self, asker: Asker, pieces: list[Piece]) -> list[Piece]:
        return split(pieces, asker.room(asker.templates.text_qa))

    @staticmethod
    def _message(asker: Asker, piece: Piece, answer: str) -> ChatMessage:
        if not answer:
            return asker.message(asker.templates.text_qa, piece.nodes, context_str=piece.text)
        return asker.message(asker.templates.refine, piece.nodes, context_msg=piece.text, existing_answer=answer)


class Compact(Refine):
    """As refine, with as many passages in a call as the window takes: mostly one call."""

    def _pieces(self, asker: Asker, pieces: list[Piece]) -> list[Piece]:
        return pack(pieces, asker.room(asker.templates.text_qa))


class TreeSummarize(Mode):
    """Summaries of what fits in a call, then of those summaries, until one call is left."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.summary
        packed = pack(pieces, asker.room(template))
        while len(packed) > 1:
            messages = [asker.message(template, piece.nodes, context_str=piece.text) for piece in packed]
            answers = await asker.ask_all(messages)
            shorter = pack([Piece(answer) for answer in answers], asker.room(template))
            if len(shorter) >= len(packed):
                # Summaries as long as what they sum up never get to one call; the rest is left out.
                shorter = shorter[:1]
            packed = shorter
        return LastCall([asker.message(template, packed[0].nodes, context_str=packed[0].text)])


class SimpleSummarize(Mode):
    """All passages in one call, cut to what fits."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.text_qa
        room = asker.room(template)
        nodes = [node for piece in pieces for node in piece.nodes]
        text = PARAGRAPH_BREAK.join(piece.text for piece in pieces)
        return LastCall([asker.message(template, nodes, context_str=cut_to(text, room))])


class Accumulate(Mode):
    """One answer a passage, one after the other."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        template = asker.templates.text_qa
        pieces = self._pieces(asker, pieces)
        messages = [asker.message(template, piece.nodes, context_str=piece.text) for piece in pieces]
        answers = await asker.ask_all(messages[:-1])
        done = "".join(f"Response {n}: {answer}{ANSWER_BREAK}" for n, answer in enumerate(answers, 1))
        return LastCall([messages[-1]], f"{done}Response {len(messages)}: ")

    def _pieces(self, asker: Asker, pieces: list[Piece]) -> list[Piece]:
        return split(pieces, asker.room(asker.templates.text_qa))


class CompactAccumulate(Accumulate):
    """One answer for as many passages as the window takes."""

    def _pieces(self, asker: Asker, pieces: list[Piece]) -> list[Piece]:
        return pack(pieces, asker.room(asker.templates.text_qa))


class Generation(Mode):
    """The question alone."""

    needs_passages = False

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall([asker.message(asker.templates.simple)])


class NoText(Mode):
    """Only the sources."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall(None)


class ContextOnly(Mode):
    """The passages themselves."""

    async def prepare(self, asker: Asker, pieces: list[Piece]) -> LastCall:
        return LastCall(None, PARAGRAPH_BREAK.join(piece.text for piece in pieces))


MODES: dict[ResponseMode, Mode] = {
    ResponseMode.COMPACT: Compact(),
    ResponseMode.REFINE: Refine(),
    ResponseMode.TREE_SUMMARIZE: TreeSummarize(),
    ResponseMode.SIMPLE_SUMMARIZE: SimpleSummarize(),
    ResponseMode.ACCUMULATE: Accumulate(),
    ResponseMode.COMPACT_ACCUMULATE: CompactAccumulate(),
    ResponseMode.GENERATION: Generation(),
    ResponseMode.NO_TEXT: NoText(),
    ResponseMode.CONTEXT_ONLY: ContextOnly(),
}


def pieces_of(nodes: Sequence[NumberedNode]) -> list[Piece]:
    """Each passage as a piece of context, with the number by which it can be cited."""
    return [Piece(f"[{node.number}] {without_hidden(node.node.text)}", [node]) for node in nodes]


def split(pieces: Sequence[Piece], room_tokens: int) -> list[Piece]:
    """The pieces, those that are longer than the room cut at blanks."""
    return [Piece(part, piece.nodes) for piece in pieces for part in _parts(piece.text, room_tokens)]


def pack(pieces: Sequence[Piece], room_tokens: int) -> list[Piece]:
    """The pieces put together, as many as fit."""
    packed: list[Piece] = []
    for piece in split(pieces, room_tokens):
        last = packed[-1] if packed else None
        joined = piece.text if last is None else f"{last.text}{PARAGRAPH_BREAK}{piece.text}"
        if last is not None and estimated_tokens(joined) <= room_tokens:
            packed[-1] = Piece(joined, [*last.nodes, *(node for node in piece.nodes if node not in last.nodes)])
        else:
            packed.append(piece)
    return packed


def cut_to(text: str, room_tokens: int) -> str:
    """As much of the text as fits."""
    return _parts(text, room_tokens)[0]


def _parts(text: str, room_tokens: int) -> list[str]:
    if estimated_tokens(text) <= room_tokens:
        return [text]
    # Bytes rather than characters: they are what the estimate counts.
    chars = max(1, room_tokens * 4 * len(text) // max(1, len(text.encode("utf-8", "replace"))))
    parts: list[str] = []
    while text:
        end = (
            len(text)
            if len(text) <= chars
            else max(text.rfind(" ", chars // 2, chars), text.rfind("\n", chars // 2, chars))
        )
        end = end if end > 0 else chars
        parts.append(text[:end])
        text = text[end:].lstrip()
    return parts

"""The only `match` over the kinds of blocks: each medium has a class that renders them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar, assert_never

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    EventBlock,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.research.plan_folding import PlanBlock

T = TypeVar("T")


class BlockRenderer(ABC, Generic[T]):
    """Renders blocks for one medium as `T`.

    A new kind of block is a subclass of `LinesBlock`, which `lines` renders. One with a look of its own also has a
    method here that calls `lines`, for those media to override in which it looks different.
    """

    def render(self, block: Block) -> T:
        match block:
            case QuestionBlock():
                return self.question(block)
            case AnswerBlock():
                return self.answer(block)
            case ThoughtBlock():
                return self.thought(block)
            case ToolBlock():
                return self.tool(block)
            case InputBlock():
                return self.input(block)
            case SourcesBlock():
                return self.sources(block)
            case NoticeBlock():
                return self.notice(block)
            case EventBlock():
                return self.event(block)
            case LinesBlock():
                return self._of_lines(block)
            case _:
                assert_never(block)

    def _of_lines(self, block: LinesBlock) -> T:
        match block:
            case PlanBlock():
                return self.plan(block)
            case _:
                return self.lines(block)

    @abstractmethod
    def question(self, block: QuestionBlock) -> T: ...

    @abstractmethod
    def answer(self, block: AnswerBlock) -> T: ...

    @abstractmethod
    def thought(self, block: ThoughtBlock) -> T: ...

    @abstractmethod
    def tool(self, block: ToolBlock) -> T: ...

    @abstractmethod
    def input(self, block: InputBlock) -> T: ...

    @abstractmethod
    def sources(self, block: SourcesBlock) -> T: ...

    @abstractmethod
    def notice(self, block: NoticeBlock) -> T: ...

    @abstractmethod
    def event(self, block: EventBlock) -> T: ...

    @abstractmethod
    def lines(self, block: LinesBlock) -> T: ...

    def plan(self, block: PlanBlock) -> T:
        return self.lines(block)

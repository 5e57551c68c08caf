"""The only `match` over the kinds of blocks: each medium has a class that renders them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar, assert_never

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    EventBlock,
    InputBlock,
    NoticeBlock,
    PlanBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)

T = TypeVar("T")


class BlockRenderer(ABC, Generic[T]):
    """Renders blocks for one medium as `T`; a new kind of block is a new abstract method here."""

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
            case PlanBlock():
                return self.plan(block)
            case EventBlock():
                return self.event(block)
            case _:
                assert_never(block)

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
    def plan(self, block: PlanBlock) -> T: ...

    @abstractmethod
    def event(self, block: EventBlock) -> T: ...

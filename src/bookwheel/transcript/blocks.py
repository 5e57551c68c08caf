"""The blocks of a session that a reader sees, in order, and the changes that build them.

A block opens, may be extended (text appended) or replaced (same id, new fields), and closes once. A closed block never
changes again, with two exceptions: a question or tool waiting for the user is replaced when it is answered, and an
answer when its run has ended and its sentences were checked; then its text stays, and marks are added. Texts in blocks
are unchanged; they pass through `sanitize` when they are drawn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from bookwheel.engine.events.run_events import Citation
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.marks import Checked, Mark

BlockStatus = Literal["open", "closed", "cut", "failed"]
NoticeLevel = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockBase:
    """`id` is unique in a session, `run` names the question that the block belongs to, `t` is when it opened.

    `status`: open while it may grow; closed when done; cut when the run was stopped or failed in it; failed.
    """

    id: str
    run: str
    t: float = 0.0
    status: BlockStatus = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBlock(BlockBase):
    """What the user asked, and how it is answered; `filter` says in words which documents alone, "" for all.

    `parent` is the run whose answer it follows, as `RunStarted` has it. `branch` of `branches` questions follow the
    same answer, that to the question `after`; both are 0 where it is the only one.
    """

    text: str
    mode: str = "query"
    model: str = ""
    filter: str = ""
    parent: str | None = None
    branch: int = 0
    branches: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBlock(BlockBase):
    """The answer as Markdown; grows while it is written. Citations are written `[1]`.

    `marks` are the sentences that no source supports; they are added when the run has ended.
    """

    text: str = ""
    agent: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtBlock(BlockBase):
    """The thoughts of a reasoning model before it answers; shown folded."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBlock(BlockBase):
    """A tool call, keyed by `tool_id`; `output` is None until the result is there.

    `is_denied`: the user refused it, which is not a failure. `is_waiting`: it runs once the user has allowed it, at
    `allowed_t`, from which on `duration_s` counts.
    """

    tool_id: str
    tool_name: str
    tool_kwargs: JsonObject = field(default_factory=dict[str, JsonValue])
    output: str | None = None
    is_error: bool = False
    is_denied: bool = False
    is_waiting: bool = False
    allowed_t: float | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputBlock(BlockBase):
    """A question from the agent to the user; `response` is None until it is answered, `reason` goes with a refusal.

    `agent` is the name of the agent that asks, "" where the run names none. `rule` is the lasting permission: the one
    that would be saved, and after the answer the one that was. `edited_kwargs` are the arguments that run, if the user
    changed them, as `may_edit` allows. `behind` calls are asked about after it, unless its answer covers them.
    `branch` is the branch of a research run that asks, "" for others.
    """

    request_id: str
    prefix: str
    tool_id: str | None = None
    tool_name: str | None = None
    tool_kwargs: JsonObject = field(default_factory=dict[str, JsonValue])
    choices: tuple[str, ...] = ()
    response: str | None = None
    reason: str = ""
    agent: str = ""
    rule: str = ""
    may_edit: bool = False
    behind: int = 0
    branch: str = ""
    edited_kwargs: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesBlock(BlockBase):
    """The numbered sources of an answer: while it streams those found, at the end those cited.

    `marks` and `checked` are the result of comparing the answer with them, added at the end. `is_nearest`: nothing
    answers, and these are the passages nearest to the question, which the answer does not cite.
    """

    citations: tuple[Citation, ...] = ()
    marks: tuple[Mark, ...] = ()
    checked: Checked = field(default_factory=Checked)
    is_nearest: bool = False

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The citations that the answer rests on."""
        return () if self.is_nearest else self.citations

    @property
    def label(self) -> str:
        """What stands above the sources where they are not those of the answer; else ""."""
        return "The nearest passages:" if self.is_nearest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBlock(BlockBase):
    """A line from Bookwheel itself: stopped, failed (with what to do), nothing found.

    `ends_run`: it says how the run ended, and so stands below the sources. `is_stop`: the user ended it.
    """

    text: str
    hint: str = ""
    level: NoticeLevel = "info"
    ends_run: bool = False
    is_stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBlock(BlockBase):
    """An event of an unknown class, from the user's own workflow."""

    type: str
    data: JsonObject


@dataclass(frozen=True, slots=True)
class BlockLines:
    """The text of a block: its lines in order, and below them a `footer`, which is neither copied nor sent to editors.

    `name` says in a word what was copied. Texts are as they came.
    """

    name: str
    lines: Sequence[str]
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesBlock(BlockBase, ABC):
    """A block that needs no look of its own: each medium draws every subclass from its lines."""

    @abstractmethod
    def as_lines(self) -> BlockLines: ...


Block: TypeAlias = (
    LinesBlock
    | QuestionBlock
    | AnswerBlock
    | ThoughtBlock
    | ToolBlock
    | InputBlock
    | SourcesBlock
    | NoticeBlock
    | EventBlock
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new block at the end of the transcript."""

    block: Block


@dataclass(frozen=True, slots=True)
class Extended:
    """Text appended to an open answer or thought."""

    block_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A block with the same id and new fields."""

    block: Block


@dataclass(frozen=True, slots=True)
class Closed:
    """The block is complete; `block` has its final fields (its text equals all that was appended)."""

    block: Block


Change: TypeAlias = Opened | Extended | Replaced | Closed

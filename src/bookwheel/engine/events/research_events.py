"""The events of a research run: its plan, its branches, its notes, its steering, and the parts of its report.

A branch is one sub-question, named by its `id` ("1", "2", …), which it keeps for the whole run. All of these events
are `SideEvent`s: the answer of a run is the text of its `AgentStream`s, and these events do not begin or end it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from bookwheel.engine.events.event_base import Event, ResearchEvent
from bookwheel.engine.events.workflow_events import UserQuestion
from bookwheel.engine.schema import JsonObject, NumberedNode, Usage
from bookwheel.lazy_dataclass import dataclass

BranchEnd: TypeAlias = Literal["done", "nothing", "dropped", "failed", "limit"]
ChangeKind: TypeAlias = Literal["added", "reworded", "dropped", "moved"]
SteerKind: TypeAlias = Literal[
    "add",
    "reword",
    "drop",
    "restore",
    "deeper",
    "hint",
    "pause",
    "go_on",
    "up",
    "down",
    "plan_again",
    "write_now",
]
STEER_KINDS: tuple[SteerKind, ...] = (
    "add",
    "reword",
    "drop",
    "restore",
    "deeper",
    "hint",
    "pause",
    "go_on",
    "up",
    "down",
    "plan_again",
    "write_now",
)
WITHOUT_BRANCH: frozenset[str] = frozenset({"add", "plan_again", "write_now"})
WITH_TEXT: frozenset[str] = frozenset({"add", "reword", "hint"})
OF_THE_PLAN: frozenset[str] = frozenset({"add", "reword", "drop", "up", "down"})
"""The kinds that change a plan before its approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One sub-question of a plan; `parent` is the branch that it was split from, "" for none."""

    id: str
    question: str
    why: str = ""
    parent: str = ""

    def model_dump(self) -> JsonObject:
        return {"id": self.id, "parent": self.parent, "question": self.question, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """One difference from the previous version of the plan; `before` is the old wording of a sub-question."""

    id: str
    kind: ChangeKind
    before: str = ""

    def model_dump(self) -> JsonObject:
        return {"id": self.id, "kind": self.kind, "before": self.before}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The most that a plan may cost; `cost` is None when the model's prices are not known."""

    calls: int
    tokens: int
    cost: float | None = None
    time_s: float | None = None

    def model_dump(self) -> JsonObject:
        return {"calls": self.calls, "tokens": self.tokens, "cost": self.cost, "time_s": self.time_s}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSentence:
    """A sentence of the report, `start` to `end` of the whole answer, compared with the passages; as `CheckedSentence`.

    `found_in` are the numbers of the passages in which parts of it were found.
    """

    start: int
    end: int
    status: Literal["supported", "unsupported", "unchecked"]
    cited: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    found_in: tuple[int, ...] = ()

    def model_dump(self) -> JsonObject:
        return {
            "start": self.start,
            "end": self.end,
            "status": self.status,
            "cited": list(self.cited),
            "missing": list(self.missing),
            "found_in": list(self.found_in),
        }


class Steer(Event):
    """Changes a running research run: `handler.ctx.send_event(Steer(kind="drop", branch="3"))`.

    `text` is the new sub-question (`add`, `reword`), the hint, or the feedback for a new plan (`plan_again`). Before
    the plan is approved `add`, `reword`, `drop`, `up` and `down` change the plan itself. A `Notice` says when a
    change is refused.
    """

    kind: SteerKind
    branch: str = ""
    text: str = ""


class BudgetSet(ResearchEvent):
    """The first event of a run: its limits, None for none, and the share of each that is kept for writing."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    time_s: float | None = None
    reserve: float = 0.0


class PlanProposed(ResearchEvent):
    """A plan, or a new version of it with its `changes`; a `PlanReview` follows unless the plan needs no approval."""

    version: int
    items: list[PlanItem]  # pyright: ignore[reportIncompatibleMethodOverride] - the log has this name
    changes: list[PlanChange] = []


class PlanReview(UserQuestion):
    """Asks whether the plan of this `version` may run; only the response `start` approves it.

    Any other response is feedback: a new version follows, with its own `PlanReview`.
    """

    version: int = 0
    estimate: Estimate | None = None


class PlanApproved(ResearchEvent):
    """The plan was approved; its branches begin after this event."""

    version: int
    items: list[PlanItem]  # pyright: ignore[reportIncompatibleMethodOverride] - the log has this name


class Steered(ResearchEvent):
    """The user changed the run; for an added sub-question `branch` is its new id."""

    kind: SteerKind
    branch: str = ""
    text: str = ""


class BranchStarted(ResearchEvent):
    """A branch begins, or continues after it was restored, for at most `rounds` rounds."""

    branch: str
    question: str
    rounds: int


class BranchSearched(ResearchEvent):
    """A branch searched for `query`; `new` counts the `nodes` not seen before.

    `where` is "documents", "web" or the name of a server's tool. The branch "" is the search before the plan, which
    keeps no nodes.
    """

    branch: str
    round: int
    query: str
    where: str = "documents"
    nodes: list[NumberedNode] = []
    new: int = 0
    duration_s: float = 0.0


class NoteTaken(ResearchEvent):
    """A quotation, found word for word in its passage, with its range in the document and its meaning."""

    branch: str
    note: str
    quote: str
    node_id: str
    path: str = ""
    page: int | None = None
    start_char_idx: int = 0
    end_char_idx: int = 0
    says: str = ""


class NoteRefused(ResearchEvent):
    """A note of the model that is not kept, such as one whose quotation is not in the passage; `reason` says why."""

    branch: str
    quote: str
    reason: str


class NoteStale(ResearchEvent):
    """The document of a note was deleted or changed after the note was taken; the note keeps its quotation."""

    branch: str
    note: str
    reason: str


class BranchReflected(ResearchEvent):
    """A round has ended: what is still missing, and the next query, "" when there is none."""

    branch: str
    round: int
    missing: str = ""
    next_query: str = ""


class BranchFinished(ResearchEvent):
    """A branch has ended; `error` says why when it failed."""

    branch: str
    status: BranchEnd
    error: str = ""


class ModelCalled(ResearchEvent):
    """A model call outside of the report's text: `purpose` is `plan` or `read`. `usage` is what the ledger counts.

    `input` is the request without the passages; `output` is the reply, which a resumed run reuses.
    """

    branch: str = ""
    purpose: str = ""
    round: int = 0
    input: str = ""
    output: str = ""
    usage: Usage | None = None
    estimated: bool = False
    cost: float = 0.0
    duration_s: float = 0.0


class ReportStarted(ResearchEvent):
    """The report begins; `sections` are the ids of its sections, in order. A `Retrieval` with all sources follows."""

    sections: list[str]


class SectionStarted(ResearchEvent):
    """A section begins; `input` is the request to the model, "" without a model call."""

    section: str
    title: str = ""
    notes: list[str] = []
    input: str = ""


class SectionFinished(ResearchEvent):
    """A section is written and checked: characters `start` to `end` of the answer.

    `asked` says whether the model was called for it in this run; `usage` is the usage of that call.
    """

    section: str
    start: int
    end: int
    sentences: list[ReportSentence] = []
    usage: Usage | None = None
    estimated: bool = False
    cost: float = 0.0
    asked: bool = False


class LimitReached(ResearchEvent):
    """A limit of the run is used up (`calls`, `tokens`, `cost` or `time`); the report is written from what is known."""

    limit: str
    text: str


ResearchStep: TypeAlias = (
    BudgetSet
    | PlanProposed
    | PlanApproved
    | Steered
    | BranchStarted
    | BranchSearched
    | NoteTaken
    | NoteRefused
    | NoteStale
    | BranchReflected
    | BranchFinished
    | ModelCalled
    | ReportStarted
    | SectionStarted
    | SectionFinished
    | LimitReached
)
"""All research events of the log except `PlanReview`, which is a question."""

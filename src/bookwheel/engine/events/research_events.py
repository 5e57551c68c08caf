"""The events of a research run: its plan, its branches, its notes, its steering, and the parts of its report.

A branch is one sub-question, named by its `id` ("1", "2", …), which it keeps for the whole run. All of these events
are `SideEvent`s: the answer of a run is what its `AgentStream`s add up to, and none of these begins or ends one.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from bookwheel.engine.events.event_base import Event, SideEvent
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
"""What changes a plan that waits for approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One sub-question of a plan; `parent` is the branch that it was split from, "" for one of the question's own."""

    id: str
    question: str
    why: str = ""
    parent: str = ""

    def model_dump(self) -> JsonObject:
        return {"id": self.id, "parent": self.parent, "question": self.question, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """What differs from the version of the plan before; `before` are the words of a sub-question that was reworded."""

    id: str
    kind: ChangeKind
    before: str = ""

    def model_dump(self) -> JsonObject:
        return {"id": self.id, "kind": self.kind, "before": self.before}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The most that a plan may take, before it runs; `cost` is None where the model's prices are not known."""

    calls: int
    tokens: int
    cost: float | None = None
    time_s: float | None = None

    def model_dump(self) -> JsonObject:
        return {"calls": self.calls, "tokens": self.tokens, "cost": self.cost, "time_s": self.time_s}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSentence:
    """A sentence of the report, `start` to `end` of the whole answer, compared with the passages; as `CheckedSentence`.

    `found_in` are the numbers of the passages in which something of it was found.
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
    """Changes a research run while it goes on: `handler.ctx.send_event(Steer(kind="drop", branch="3"))`.

    `text` is the new sub-question (`add`, `reword`), the hint, or what a new plan should heed (`plan_again`). Before
    the plan is approved `add`, `reword`, `drop`, `up` and `down` change the plan itself. What cannot be done is refused
    with a `Notice`.
    """

    kind: SteerKind
    branch: str = ""
    text: str = ""


class ResearchEvent(SideEvent):
    """The base of all events of research mode."""


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

    Any other response is what is to be changed: a new version comes, and is asked about again.
    """

    version: int = 0
    estimate: Estimate | None = None


class PlanApproved(ResearchEvent):
    """The plan that runs, as it was approved; branches begin after it."""

    version: int
    items: list[PlanItem]  # pyright: ignore[reportIncompatibleMethodOverride] - the log has this name


class Steered(ResearchEvent):
    """A change that the user made while the run goes on; of an added sub-question `branch` is its new id."""

    kind: SteerKind
    branch: str = ""
    text: str = ""


class BranchStarted(ResearchEvent):
    """A branch begins, or goes on after it was restored; it takes at most `rounds` rounds."""

    branch: str
    question: str
    rounds: int


class BranchSearched(ResearchEvent):
    """A branch searched for `query` in the `documents` or the `web`; `new` of the `nodes` it had not seen.

    The branch "" is the search before the plan, which keeps no nodes.
    """

    branch: str
    round: int
    query: str
    where: Literal["documents", "web"] = "documents"
    nodes: list[NumberedNode] = []
    new: int = 0
    duration_s: float = 0.0


class NoteTaken(ResearchEvent):
    """A quotation that stands word for word in its passage, with its range in the document, and what it says."""

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
    """A note of the model's that is not kept: its quotation is not in the passage, or the passage does not exist."""

    branch: str
    quote: str
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

    `input` is the request without the passages, `output` the reply, from which a killed run goes on.
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
    """The report begins: the branches that have a section, in its order. A `Retrieval` with all sources follows."""

    sections: list[str]


class SectionStarted(ResearchEvent):
    """A section begins; `input` is what the model is asked, "" when it is not asked."""

    section: str
    title: str = ""
    notes: list[str] = []
    input: str = ""


class SectionFinished(ResearchEvent):
    """A section is written and checked: characters `start` to `end` of the answer.

    `asked` says whether the model was asked for it in this run; `usage` is then what the call took.
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
    | BranchReflected
    | BranchFinished
    | ModelCalled
    | ReportStarted
    | SectionStarted
    | SectionFinished
    | LimitReached
)
"""Every research event of the log, `PlanReview`, a question, aside."""

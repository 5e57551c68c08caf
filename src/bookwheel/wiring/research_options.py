"""What a desk may spend, and how its mode `research` works: the options of `bookwheel research` and `ask`."""

from __future__ import annotations

from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLimits:
    """What the model calls of one question may take in the other modes, and those of a whole session; None is no limit.

    `hint` says where the limits can be raised.
    """

    max_tokens: int | None = None
    max_cost: float | None = None
    max_session_cost: float | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchOptions:
    """None takes the default of `ResearchWorkflow`.

    breadth           the most sub-questions of a plan
    rounds            the most searches of one sub-question
    max_calls … time_s    the limits of a run, of which a quarter is kept for writing
    plan              a Markdown list of sub-questions, "" to have a plan made
    approves_itself   the plan runs without being asked about
    plan_only         the answer is the plan alone
    """

    breadth: int | None = None
    rounds: int | None = None
    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    time_s: float | None = None
    plan: str = ""
    approves_itself: bool = False
    plan_only: bool = False

"""One account of what a run's model calls may take: each call reserves its most before it is made, or is not made.

A reservation is an upper bound: the bytes of the prompt, of which a tokenizer makes at most one token in two, and the
output limit that the call is sent with. When the call has ended, what it really took takes its place. So nothing is
ever spent beyond a limit. A share of each limit can be kept for the end of the run, for writing.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence

from bookwheel.engine.schema import ChatMessage, Usage
from bookwheel.errors import LimitReachedError
from bookwheel.lazy_dataclass import dataclass

BYTES_PER_TOKEN = 2
# Where an endpoint does not count: tokenizers make about one token of four letters, so that this errs on the safe side.
BYTES_PER_UNCOUNTED_TOKEN = 3
# The wrapping of one message in the prompt template of a model.
MESSAGE_TOKENS = 16
# A call that could not write a sentence is not worth its prompt.
MIN_COMPLETION = 128
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """The limits of all model calls of a run together; None means no limit. `reserve` is the share kept for writing.

    `hint` says where a limit can be raised.
    """

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    time_s: float | None = None
    reserve: float = 0.0
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Money for a million tokens; 0.0 where it is not known."""

    prompt: float = 0.0
    completion: float = 0.0

    @property
    def are_known(self) -> bool:
        return bool(self.prompt or self.completion)

    def cost(self, usage: Usage) -> float:
        return (usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion) / _MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a call took, as it is counted; `notice` says so when the endpoint's own count cannot be right."""

    usage: Usage
    cost: float
    estimated: bool = False
    notice: str = ""


@dataclass(slots=True, eq=False)
class Reservation:
    """The most that one call may take; `max_tokens` is the output limit to send with it."""

    bound: Usage
    prompt_bytes: int
    cost: float

    @property
    def max_tokens(self) -> int:
        return self.bound.completion_tokens


@dataclass(slots=True)
class _Total:
    calls: int = 0
    tokens: int = 0
    cost: float = 0.0


class Ledger:
    """Reserves and counts; `calls`, `tokens`, `cost` and `elapsed_s` are what was spent before (a killed run's).

    Belongs to the event loop that it is used on.
    """

    def __init__(
        self,
        limits: CallLimits,
        prices: Prices | None = None,
        *,
        calls: int = 0,
        tokens: int = 0,
        cost: float = 0.0,
        elapsed_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.prices = prices or Prices()
        self._spent = _Total(calls, tokens, cost)
        self._open: list[Reservation] = []
        self._clock = clock
        self._began = clock() - elapsed_s
        self._changed = asyncio.Event()

    @property
    def calls(self) -> int:
        return self._spent.calls

    @property
    def tokens(self) -> int:
        return self._spent.tokens

    @property
    def cost(self) -> float:
        return self._spent.cost

    def time_left(self, *, writing: bool = True) -> float | None:
        """Seconds until the run must end, or without `writing` until it must begin to write; None without a limit."""
        limit = self._share(self.limits.time_s, writing=writing)
        return None if limit is None else limit - (self._clock() - self._began)

    async def reserve(
        self,
        messages: Sequence[ChatMessage],
        wanted: int,
        *,
        extra: str = "",
        least: int = MIN_COMPLETION,
        writing: bool = False,
    ) -> Reservation:
        """Reserve a call with these messages and at most `wanted` tokens of output.

        The output is cut to what is left, where that is at least `least` tokens. While other calls are at work whose
        end may free enough, this waits. `extra` is sent beside the messages, such as a schema. Raises
        LimitReachedError, which names the limit.
        """
        size = sum(len((message.content or "").encode("utf-8", "replace")) for message in messages) + len(extra)
        prompt = math.ceil(size / BYTES_PER_TOKEN) + MESSAGE_TOKENS * (len(messages) + 1)
        smallest = Usage(prompt, min(wanted, least))
        while True:
            bound = Usage(prompt, min(wanted, self._output_room(prompt, writing=writing)))
            if bound.completion_tokens >= smallest.completion_tokens and not self._blocking(bound, writing=writing):
                reservation = Reservation(bound, size, self.prices.cost(bound))
                self._open.append(reservation)
                return reservation
            blocking = self._blocking(smallest, writing=writing)
            if blocking == "time" or self._blocking(smallest, writing=writing, alone=True):
                raise self.exceeded(blocking, writing=writing)
            self._changed.clear()
            await self._changed.wait()

    def settle(self, reservation: Reservation, usage: Usage | None, output: str = "") -> Counted:
        """Count what the call took; `output` is what it wrote, from which a missing count is estimated."""
        counted = self._counted(reservation, usage, output)
        self._release(reservation)
        self._spent.calls += 1
        self._spent.tokens += counted.usage.total_tokens
        self._spent.cost += counted.cost
        return counted

    def cancel(self, reservation: Reservation, *, was_sent: bool = True) -> None:
        """Close a call that broke off or failed: it counts as a call, and its prompt as read, where it `was_sent`."""
        if reservation not in self._open:
            return
        if was_sent:
            self.settle(reservation, None)
        else:
            self._release(reservation)

    def exceeded(self, limit: str, *, writing: bool = True) -> LimitReachedError:
        """The error for a limit that leaves no room for another call."""
        from bookwheel.engine.llms.price_table import shown_cost

        limits = self.limits
        what = {
            "calls": f"{limits.max_calls} model calls",
            "tokens": f"{limits.max_tokens} tokens",
            "cost": f"{shown_cost(limits.max_cost or 0.0)} for model calls",
            "time": f"{limits.time_s or 0.0:g} s",
        }[limit]
        kept = "" if writing or not limits.reserve else f"; {limits.reserve:.0%} of it is kept for writing"
        return LimitReachedError(
            f"The limit of {what} has no room for another call{kept}.",
            hint="What had arrived is kept. " + (limits.hint or "Raise the limit to get more."),
            limit=limit,
        )

    def _counted(self, reservation: Reservation, usage: Usage | None, output: str) -> Counted:
        bound = reservation.bound
        if usage is None or not usage.total_tokens:
            written = math.ceil(len(output.encode("utf-8", "replace")) / BYTES_PER_UNCOUNTED_TOKEN)
            read = math.ceil(reservation.prompt_bytes / BYTES_PER_UNCOUNTED_TOKEN)
            usage = Usage(min(read, bound.prompt_tokens), min(written, bound.completion_tokens))
            return Counted(usage=usage, cost=self.prices.cost(usage), estimated=True)
        likely = Usage(
            min(usage.prompt_tokens, bound.prompt_tokens), min(usage.completion_tokens, bound.completion_tokens)
        )
        notice = ""
        if likely != usage:
            notice = (
                f"The endpoint counts {usage.total_tokens} tokens for a call that can take at most "
                f"{bound.total_tokens}; {likely.total_tokens} are counted."
            )
        return Counted(usage=likely, cost=self.prices.cost(likely), notice=notice)

    def _release(self, reservation: Reservation) -> None:
        self._open.remove(reservation)
        self._changed.set()

    def _blocking(self, bound: Usage, *, writing: bool, alone: bool = False) -> str:
        """The limit that has no room for this call, "" when none; `alone`: as if no other call were at work."""
        others = [] if alone else self._open
        calls = self._spent.calls + len(others) + 1
        tokens = self._spent.tokens + sum(each.bound.total_tokens for each in others) + bound.total_tokens
        cost = self._spent.cost + sum(each.cost for each in others) + self.prices.cost(bound)
        limits = self.limits
        max_calls = self._share(limits.max_calls, writing=writing)
        max_tokens = self._share(limits.max_tokens, writing=writing)
        max_cost = self._share(limits.max_cost, writing=writing)
        time_left = self.time_left(writing=writing)
        if time_left is not None and time_left <= 0:
            return "time"
        if max_calls is not None and calls > math.floor(max_calls):
            return "calls"
        if max_tokens is not None and tokens > max_tokens:
            return "tokens"
        return "cost" if max_cost is not None and cost > max_cost else ""

    def _output_room(self, prompt: int, *, writing: bool) -> int:
        """How many tokens of output fit beside a prompt and the calls at work."""
        max_tokens = self._share(self.limits.max_tokens, writing=writing)
        max_cost = self._share(self.limits.max_cost, writing=writing)
        room = math.inf
        if max_tokens is not None:
            room = max_tokens - self._spent.tokens - sum(each.bound.total_tokens for each in self._open) - prompt
        if max_cost is not None and self.prices.completion:
            left = max_cost - self._spent.cost - sum(each.cost for each in self._open)
            room = min(room, (left * _MILLION - prompt * self.prices.prompt) / self.prices.completion)
        return int(min(max(room, 0), _MILLION))

    def _share(self, limit: float | None, *, writing: bool) -> float | None:
        return limit if limit is None or writing else limit * (1.0 - self.limits.reserve)

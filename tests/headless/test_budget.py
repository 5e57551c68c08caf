"""What a run may take."""

from bookwheel.engine.events.logged_events import decoded
from bookwheel.engine.schema import JsonObject
from bookwheel.headless.budget import AskLimits, Budget
from bookwheel.transcript.answer import RunAnswer


def spend(limits: AskLimits, *events: tuple[str, JsonObject]) -> list[tuple[str, bool]]:
    """After each event: the limit gone beyond, and whether the run must be stopped for it."""
    budget, answer = Budget(limits), RunAnswer()
    seen: list[tuple[str, bool]] = []
    for kind, data in events:
        event = decoded(kind, data)
        answer.apply(event)
        budget.check(answer)
        seen.append((budget.exceeded, budget.must_stop))
    return seen


ROUND: tuple[str, JsonObject] = ("AgentInput", {"input": []})


def test_without_limits_nothing_is_exceeded() -> None:
    assert spend(AskLimits(), *[ROUND] * 50)[-1] == ("", False)


def test_one_round_beyond_the_limit_may_answer_and_the_second_is_stopped() -> None:
    seen = spend(AskLimits(max_turns=2), *[ROUND] * 4)
    assert [bool(exceeded) for exceeded, _ in seen] == [False, False, True, True]
    assert [must_stop for _, must_stop in seen] == [False, False, False, True]


def test_the_price_of_counted_tokens_is_added_up_over_rounds() -> None:
    output: tuple[str, JsonObject] = ("AgentOutput", {"usage": {"prompt_tokens": 1000, "completion_tokens": 100}})
    limits = AskLimits(max_cost=0.005, prompt_price=2.0, completion_price=10.0)  # 0.003 a round
    seen = spend(limits, ROUND, output, ROUND, output)
    assert [must_stop for _, must_stop in seen] == [False, False, False, True]
    assert seen[-1][0] == "--max-cost 0.005: the run has cost $0.0060"


def test_an_answer_that_is_still_being_written_counts_already() -> None:
    piece: tuple[str, JsonObject] = ("AgentStream", {"delta": "four" * 25})  # about 25 tokens
    seen = spend(AskLimits(max_cost=0.1, completion_price=2_000.0), ROUND, piece, piece, piece)
    assert [must_stop for _, must_stop in seen] == [False, False, False, True]

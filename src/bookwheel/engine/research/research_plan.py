"""Functions on plans: read from a Markdown list, changed by the user or a model, compared with the previous version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookwheel.engine.events.research_events import PlanChange, PlanItem, Steer
from bookwheel.engine.research.slot_reading import MAX_QUESTION_CHARS, numbered_items, one_line, read_questions
from bookwheel.engine.text.folding import fold
from bookwheel.errors import UsageError

MAX_BRANCHES = 12


def plan_from_list(text: str) -> list[PlanItem]:
    """The plan in a Markdown list, each item a sub-question. Raises UsageError for none or too many sub-questions."""
    questions = read_questions(text)
    if not questions:
        raise UsageError("The plan has no sub-questions.", hint="Write one per line, each after “- ”.")
    if len(questions) > MAX_BRANCHES:
        raise UsageError(
            f"The plan has {len(questions)} sub-questions, more than {MAX_BRANCHES}.", hint="Combine or remove some."
        )
    return numbered_items(questions)


def plan_as_list(items: Sequence[PlanItem]) -> str:
    """The plan as a Markdown list, which `plan_from_list` reads."""
    return "".join(f"- {item.question}\n" for item in items)


def steered_plan(items: Sequence[PlanItem], steer: Steer, next_id: str) -> list[PlanItem]:
    """The plan with one change by the user; unchanged when the sub-question does not exist."""
    found = list(items)
    at = next((index for index, item in enumerate(found) if item.id == steer.branch), None)
    match steer.kind:
        case "add" if len(found) < MAX_BRANCHES:
            found.append(PlanItem(id=next_id, question=one_line(steer.text, MAX_QUESTION_CHARS), why="added by you"))
        case "reword" if at is not None:
            found[at] = replace(found[at], question=one_line(steer.text, MAX_QUESTION_CHARS))
        case "drop" if at is not None and len(found) > 1:
            del found[at]
        case "up" if at:
            found[at - 1], found[at] = found[at], found[at - 1]
        case "down" if at is not None and at + 1 < len(found):
            found[at], found[at + 1] = found[at + 1], found[at]
        case _:
            pass
    return found


def with_known_ids(questions: Sequence[tuple[str, str]], before: Sequence[PlanItem], next_id: str) -> list[PlanItem]:
    """A new plan; sub-questions that are also in the previous plan keep their ids, the others get new ones."""
    known = {_words(item.question): item for item in before}
    number = int(next_id)
    items: list[PlanItem] = []
    for question, why in questions[:MAX_BRANCHES]:
        same = known.get(_words(question))
        if same is not None:
            items.append(same)
            continue
        items.append(PlanItem(id=str(number), question=question, why=why))
        number += 1
    return items


def plan_changes(before: Sequence[PlanItem], after: Sequence[PlanItem]) -> list[PlanChange]:
    """The differences of the plan `after` from `before`."""
    old = {item.id: item for item in before}
    new = {item.id: item for item in after}
    changes: list[PlanChange] = []
    for item in after:
        known = old.get(item.id)
        if known is None:
            changes.append(PlanChange(id=item.id, kind="added"))
        elif known.question != item.question:
            changes.append(PlanChange(id=item.id, kind="reworded", before=known.question))
    changes += [PlanChange(id=item.id, kind="dropped", before=item.question) for item in before if item.id not in new]
    kept_before = [item.id for item in before if item.id in new]
    kept_after = [item.id for item in after if item.id in old]
    moved = [new_id for old_id, new_id in zip(kept_before, kept_after, strict=True) if old_id != new_id]
    changes += [PlanChange(id=item_id, kind="moved") for item_id in moved]
    return changes


def _words(question: str) -> str:
    return " ".join(fold(question).strip(" ?？.").split())

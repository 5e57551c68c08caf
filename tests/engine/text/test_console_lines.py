"""Commands apart from their output in fenced blocks."""

from __future__ import annotations

from bookwheel.engine.text.code_lines import with_both_fences
from bookwheel.engine.text.passage_units import units

CONSOLE = "```console\n$ sluice open \\\n    --gate 3\nwaiting for the gate\n\ngate 3 is open\n$ sluice shut\n```"


def parts_of(text: str) -> list[tuple[str, str]]:
    return [(unit.kind, text[unit.start : unit.end]) for unit in units(text)]


def test_what_was_typed_stands_apart_from_what_was_answered() -> None:
    assert parts_of(CONSOLE) == [
        ("code", "```console\n$ sluice open \\\n    --gate 3"),
        ("output", "waiting for the gate\n\ngate 3 is open"),
        ("code", "$ sluice shut\n```"),
    ]


def test_code_without_a_prompt_is_one_piece() -> None:
    code = "```python\nlevel = 3\n\nprint(level)\n```"
    assert parts_of(code) == [("code", code)]


def test_a_part_of_a_block_gets_the_fence_that_it_lacks() -> None:
    assert with_both_fences("```console\n$ sluice open") == "```console\n$ sluice open\n```"
    assert with_both_fences("$ sluice shut\n```") == "```\n$ sluice shut\n```"
    assert with_both_fences("```\na\n```") == "```\na\n```"
    assert with_both_fences("level = 3") == "level = 3"

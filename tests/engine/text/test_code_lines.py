"""What of code is written for people."""

from __future__ import annotations

from bookwheel.engine.text.code_lines import written_for_people

CODE = '''"""Opens the sluice.

Every hour."""
LEVEL = 31.5  # metres
address = "https://sluice.example/open"

def open_gate(count):
    if count > Gate.MAX:  # too many
        raise Full('the gate is full')
    return count + 1
'''


def test_comments_docstrings_quotations_and_constants_are_for_people() -> None:
    assert written_for_people(CODE).splitlines() == [
        "Opens the sluice.",
        "Every hour.",
        "LEVEL = 31.5  # metres",
        'address = "https://sluice.example/open"',
        "too many",
        "the gate is full",
    ]


def test_a_constant_and_a_setting_are_kept() -> None:
    assert written_for_people('LEVEL = 31.5\n"port": 8121,\nrun(level)') == 'LEVEL = 31.5\n"port": 8121,'


def test_a_sentence_in_a_fence_is_kept() -> None:
    assert written_for_people("```\nPress the green button twice\n```") == "Press the green button twice"

"""Questions for options and defaults, answered by what says it, not by change notes, links or lines of data."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import JsonValue, NumberedNode, TextNode

CHANGES = """# Changes

## 1.4.0 (2023-06-01)

- --skip-frozen: add a remark on ponds, #48
- the default depth of a sluice is 7 feet now
- the bell is rung by hand
"""
HELP = """Usage

Options of sluice:
  -n, --dry-run         only say what would be opened
  -f, --skip-frozen     open no gate below which there is ice
      --depth DEPTH     how deep a gate goes
                        below the water
  -q, --quiet           say nothing
"""


def answer(question: str, *texts: str) -> str | None:
    nodes = [
        NumberedNode(at, TextNode(text, {"file_name": f"{at}.md"}, ref_doc_id=f"{at}"), 6.0 - at)
        for at, text in enumerate(texts, 1)
    ]
    quoted = quoted_answer(question, (), nodes)
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("what does --skip-frozen do", "-f, --skip-frozen     open no gate below which there is ice"),
        ("What is --dry-run for?", "-n, --dry-run         only say what would be opened"),
        ("was macht --quiet", "-q, --quiet           say nothing"),
    ],
)
def test_an_option_is_explained_by_its_line_in_the_help(question: str, quoted: str) -> None:
    found = answer(question, CHANGES, HELP) or ""
    assert quoted in found
    assert "#48" not in found


@pytest.mark.parametrize("question", ["what does --quiet do", "What is -q for?", "What does --quiet mean?"])
def test_a_command_that_uses_an_option_does_not_say_what_it_does(question: str) -> None:
    script = "# Script\n\nOpen the gates each night:\n\n```\n$ sluice -q --quiet north\n```\n"
    assert answer(question, script) is None
    assert "sluice" not in (answer(question, script, "# Help\n\n  -q, --quiet  say nothing\n") or "sluice")


def test_the_meaning_of_an_option_is_quoted_to_its_end() -> None:
    assert "how deep a gate goes\n                        below the water" in (
        answer("what does --depth do", HELP) or ""
    )


@pytest.mark.parametrize(
    ("question", "manual"),
    [
        ("How is the bell rung?", "# Bells\n\nThe bell of the mill is rung with a rope."),
        ("what is the default depth of a sluice", "# Depth\n\nBy default the depth of a sluice is 5 feet."),
    ],
)
def test_a_manual_comes_before_what_changed_in_a_release(question: str, manual: str) -> None:
    assert (answer(question, CHANGES, manual) or "").startswith(manual.partition("\n\n")[2][:20])


def test_what_changed_in_a_release_is_no_note_that_takes_back_a_manual() -> None:
    release: dict[str, JsonValue] = {"heading": "Changes › 2.0 (2024-06-01)", "file_name": "changes.md"}
    manual: dict[str, JsonValue] = {"file_name": "depth.md"}
    texts = ("# Depth\n\nThe depth of a sluice is 5 feet.", "- the depth of a sluice is now 7 feet, no longer 5\n")
    nodes = [
        NumberedNode(at, TextNode(text, metadata, ref_doc_id=f"{at}"), 6.0 - at)
        for at, (text, metadata) in enumerate(zip(texts, (manual, release), strict=True), 1)
    ]
    quoted = quoted_answer("What is the depth of a sluice?", (), nodes)
    assert quoted.text.startswith("The depth of a sluice is 5 feet.")
    assert "2024-06-01:" not in quoted.text


@pytest.mark.parametrize(
    ("question", "named", "given"),
    [
        ("what is the default gate size", "--gate-size  sets the gate size (default: $GATE_SIZE)", "16 inches"),
        ("default gate size", "--gate-size  the gate size, one of (small|big), default: $GATE_SIZE", "16 inches"),
    ],
)
def test_a_default_is_a_value_and_not_the_name_of_a_variable(question: str, named: str, given: str) -> None:
    found = answer(question, f"# Options\n\n{named}", "# Gates\n\nThe mill defaults to a gate size of 16 inches.") or ""
    assert given in found.partition("\n")[0]


@pytest.mark.parametrize(
    "pointer",
    [
        "See also: exit codes of the mill",
        "- further exit codes of the mill are documented in exit-codes.",
        "The exit codes of the mill are described in the chapter on bells.",
    ],
)
def test_a_sentence_that_only_points_elsewhere_gives_way(pointer: str) -> None:
    codes = "# Codes\n\nThe mill ends with an exit code: 0 for open, 1 for shut."
    found = answer("what are the exit codes of the mill", f"# Mill\n\n{pointer}", codes) or ""
    assert found.startswith("The mill ends with an exit code")


def test_a_pointer_says_where_a_thing_is_described_but_not_where_it_is() -> None:
    pointer, place = (
        "# Mill\n\nSee the chapter on bells and keys.",
        "# Keys\n\nThe keys hang in the mill, behind the bells.",
    )
    assert "chapter" not in (answer("Where are the keys?", pointer, place) or "").partition("\n")[0]
    described = "# Mill\n\nThe keys are described in the chapter on bells."
    assert "chapter on bells" in (answer("Where are the keys described?", described, place) or "")


def test_a_line_of_data_does_not_explain_the_name_in_it() -> None:
    data = '```json\n{\n  "tender": false,\n  "depth": 4\n}\n```\n'
    text = "# Tenders\n\nThe tender brings coal to the mill."
    assert (answer("what is a tender", data, text) or "").startswith("The tender brings coal")


@pytest.mark.parametrize("name", ["all", "from", "no"])
def test_an_option_with_the_name_of_a_stop_word_is_found(name: str) -> None:
    text = f"# Options\n\n--{name}\n    Tests the lamps in the rack.\n\n--dim N\n    Sets the brightness.\n"
    assert "Tests the lamps" in (answer(f"What does --{name} do?", text) or "")

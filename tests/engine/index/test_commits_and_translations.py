"""Rows from what `git log` prints and from the translations of gettext."""

from __future__ import annotations

import pytest
from tests.engine.index.test_tables import text_of

_LOG = """commit 4be1f00dcafe1234 (HEAD -> main, tag: v2)
Author: Ada Holm <ada@mill.example>
Date:   Mon Mar 3 17:40:02 2025 +0100

    Widen the sluice

    The old one leaked.

 sluice.c | 4 ++--
 1 file changed

commit 9d00f00dcafe1234
Merge: 11aa22b 33cc44d
Author: Bo Lind <bo@mill.example>
Date:   Sun Mar 2 09:00:00 2025 +0100

    Merge the wheel
"""
_PO = r"""# Translation of the mill.
msgid ""
msgstr ""
"Language: de\n"
"Last-Translator: Ada Holm\n"

#. The button below the list
#: src/cart.c:12
msgid ""
"Check"
"out"
msgstr "Zur \"Kasse\""

#, fuzzy
msgctxt "menu"
msgid "One sack"
msgid_plural "%d sacks"
msgstr[0] "Ein Sack"
msgstr[1] "%d Säcke"
#~ msgid "Gone"
#~ msgstr "Fort"
"""


@pytest.mark.parametrize("name", ["history.txt", "history.log", "history"])
def test_a_commit_is_a_line_with_its_author_and_message(name: str) -> None:
    assert text_of(name, _LOG).split("\n") == [
        (
            "Commit: 4be1f00dcafe1234; Author: Ada Holm <ada@mill.example>; Date: Mon Mar 3 17:40:02 2025 +0100;"
            " Message: Widen the sluice. The old one leaked."
        ),
        "",
        " sluice.c | 4 ++--",
        " 1 file changed",
        (
            "Commit: 9d00f00dcafe1234; Merge: 11aa22b 33cc44d; Author: Bo Lind <bo@mill.example>;"
            " Date: Sun Mar 2 09:00:00 2025 +0100; Message: Merge the wheel"
        ),
    ]


def test_a_long_message_of_a_commit_stands_below_its_line() -> None:
    long = _LOG.replace("The old one leaked.", "It leaked. " * 80)
    lines = text_of("history.txt", long).split("\n")
    assert lines[0].endswith("Message: Widen the sluice")
    assert lines[2].startswith("It leaked. It leaked.")


def test_prose_that_begins_with_the_word_commit_is_prose() -> None:
    text = "commit facade1\nThe facade of the mill was painted."
    assert text_of("a.txt", text) == text


def test_a_translation_is_a_line_with_its_text_and_comments() -> None:
    assert text_of("de.po", _PO).split("\n") == [
        "Language: de",
        "Last-Translator: Ada Holm",
        'Text: Checkout; German translation: Zur "Kasse"; Comment: The button below the list',
        (
            "Context: menu; Text: One sack; Plural: %d sacks; German translation: Ein Sack;"
            " German translation 1: %d Säcke; State: not checked"
        ),
        "Text: Gone; German translation: Fort; State: no longer used",
    ]

"""Lists, rows and settings that a question asks for with a word that neither they nor their headings have."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

DYEING = (
    "# Sheet 4: red from madder\n\nIn this trial you dye a skein of wool.\n\n## What you need\n\n- a pot of steel\n"
    "- a bag of root\n- rubber gloves\n\n## Steps\n\n1. Soak the root.\n2. Heat the bath.\n3. Put the wool in."
)
WORKSHOP = (
    "# Rules of the workshop\n\n- No loose sleeves at the machines.\n- Goggles are worn at the grinder.\n"
    "- The last one switches off the compressor."
)
VAULT = '[store]\npath = "/srv/vault"\n\n[keep]\ndaily = 9\nweekly = 5\nmonthly = 14\n'
COURIER = "courier.name: Swift Post\ncourier.pickup: 17:15\ncourier.days: Mon-Fri\ndesk.opens: 08:30"
FILES = (
    "File: K-101; Client: Lena Moor; Matter: Fence; Next step: letter\n"
    "File: K-102; Client: Jon Hale; Matter: Will; Next step: signing\n"
    "File: K-103; Client: Lena Moor; Matter: Roof; Next step: expert"
)


def answer(question: str, text: str, name: str) -> str:
    title = text.partition("\n")[0].strip("# ") if name.endswith(".md") else ""
    other = TextNode("The office opens at nine. Open the door slowly.", {"file_name": "note.txt"})
    nodes = [NumberedNode(1, TextNode(text, {"file_name": name, "title": title}), 9.0), NumberedNode(2, other, 3.0)]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "name", "there"),
    [
        ("What equipment does the madder trial need?", DYEING, "madder.md", ["steel", "root", "gloves"]),
        ("Which rules hold inside the workshop?", WORKSHOP, "rules.md", ["sleeves", "Goggles", "compressor"]),
        ("How many weekly backups are kept according to vaultbox.toml?", VAULT, "vaultbox.toml", ["weekly = 5"]),
        ("At what time does Swift Post pick up the parcels?", COURIER, "shop.json", ["17:15"]),
        ("Which open files does the office have for Lena Moor?", FILES, "files.csv", ["K-101", "K-103"]),
    ],
)
def test_the_list_or_setting_is_quoted(question: str, text: str, name: str, there: list[str]) -> None:
    found = answer(question, text, name)
    assert [word for word in there if word not in found] == [], found


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("What equipment does the indigo trial need?", DYEING, "madder.md"),
        ("Which rules hold inside the kitchen?", WORKSHOP, "rules.md"),
        ("How many yearly backups are kept according to vaultbox.toml?", VAULT, "vaultbox.toml"),
        ("How many weekly backups are kept according to safebox.toml?", VAULT, "vaultbox.toml"),
        ("At what time does Slow Post pick up the parcels?", COURIER, "shop.json"),
        ("Which open files does the office have for Mark Dunn?", FILES, "files.csv"),
    ],
)
def test_those_of_something_else_are_not(question: str, text: str, name: str) -> None:
    assert answer(question, text, name) == ""

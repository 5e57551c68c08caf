"""A setting is quoted by its section and key, in files of settings, environments and data."""

from __future__ import annotations

from functools import partial

import pytest
from tests.support import quoted_notes

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.schema import Document

answer = partial(quoted_notes.answer, name="a.conf")

KILN = """; Settings of the kiln
[heater]
port = 7001
limit_c=1180
quiet

[fan]
port = 7002
hosts =
    north
    south
"""
BAKERY = """services:
  oven:
    image: oven:3
    ports:
      - "70:80"
      - "71:81"
  mixer:
    image: mixer:5
jobs:
  - name: dough
    every: 30m
    steps: [knead]
  - name: crust
    every: 45m
maxRetries: 6
"""
TOOL = """[project]
name = "sieve"
needs = [
  "mesh>=2",
  "frame",
]

[tool.check.options]
least = "8.1"
words = \"\"\"
one = 1
two\"\"\"
"""
VARIABLES = "# Mail\nMAIL_PORT=587\n# Queue\nQUEUE_WORKERS=4\n"
DATA = "Agreement.SellerParty.Name: Reed Ltd\nAgreement.BuyerParty.Name: Otter plc\nAgreement.Sum.GrandTotal: 52.80"


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("What is the port in the [heater] section?", KILN, "[heater]\n\nport = 7001 [1]"),
        ("Which port is set under [fan]?", KILN, "[fan]\n\nport = 7002 [1]"),
        ("What is fan.port?", KILN, "[fan]\n\nport = 7002 [1]"),
        ("Wie ist der Port im Abschnitt [heater]?", KILN, "[heater]\n\nport = 7001 [1]"),
        ("Quel est le port de la section heater ?", KILN, "[heater]\n\nport = 7001 [1]"),
        ("What are the hosts in the fan section?", KILN, "[fan]\n\nhosts =\n    north\n    south [1]"),
        ("Which image does the mixer service use?", BAKERY, "services:\n\nmixer:\n\nimage: mixer:5 [1]"),
        ("Which ports does the oven expose?", BAKERY, 'oven:\n\nports:\n\n- "70:80"\n- "71:81" [1]'),
        ("What is the every of the job crust?", BAKERY, "jobs:\n\n- name: crust\nevery: 45m [1]"),
        ("What are the max retries?", BAKERY, "maxRetries: 6 [1]"),
        ("What is the least in [tool.check.options]?", TOOL, '[tool.check.options]\n\nleast = "8.1" [1]'),
        ("What are the needs of the project?", TOOL, '[project]\n\nneeds = [\n  "mesh>=2",\n  "frame",\n] [1]'),
        ("How many queue workers are configured?", VARIABLES, "# Queue\nQUEUE_WORKERS=4 [1]"),
        ("Who is the buyer?", DATA, "Agreement.BuyerParty.Name: Otter plc [1]"),
        ("What is the grand total?", DATA, "Agreement.Sum.GrandTotal: 52.80 [1]"),
    ],
)
def test_a_setting_is_quoted_by_its_section_and_key(question: str, text: str, there: str) -> None:
    assert answer(question, text) == there


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the limit of the fan?", KILN),
        ("What is the port in the [pump] section?", KILN),
        ("What is the backup port of the fan?", KILN),
        ("Which ports does the mixer expose?", BAKERY),
        ("Who is the carrier?", DATA),
    ],
)
def test_a_setting_of_another_section_is_not_an_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_the_words_of_a_name_in_one_are_found() -> None:
    index = DocumentIndex.from_documents(
        [Document(text="The mill grinds rye."), Document(text="replicaCount: 3\npullPolicy: Always")]
    )
    assert index.as_retriever(similarity_top_k=1).retrieve("replica")[0].text.startswith("replicaCount")

"""The guide that the demo opens answers what newcomers ask, and names only keys and settings that exist."""

import re
from pathlib import Path

import pytest

from bookwheel import DocumentIndex, ExtractiveLLM, paths
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.config.check import KNOWN
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.tui.keymap import key_help

CHAPTERS = sorted(paths.samples_dir().glob("*.md"))
NAMES_WITHOUT_DISPLAY = {"Up": "↑", "Down": "↓", "F1": "f1"}


def test_every_key_of_the_keys_chapter_exists() -> None:
    known = {name for key in key_help({}) for name in (key.keys, *key.keys.split(), *key.keys.split("–"))}
    named = {name for cell in _first_cells() if not re.match("/[a-z]", cell) for name in cell.split(", ")}
    assert {name for name in named if not {name, NAMES_WITHOUT_DISPLAY.get(name)} & known} == set()


def test_every_command_of_the_keys_chapter_exists() -> None:
    named = {name for cell in _first_cells() for name in re.findall("/([a-z]+)", cell)}
    assert named
    assert named <= {command.name for command in standard_commands().all()}


def _first_cells() -> list[str]:
    """The first column of every table in the chapter."""
    chapter = (paths.samples_dir() / "07-keys.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1].strip() for line in chapter.splitlines() if line.startswith("| ")]
    return [cell for cell in cells if cell not in ("key", "command", "---")]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_setting_that_a_chapter_names_exists(path: Path) -> None:
    named = set(re.findall(r"`((?:model|retrieval|tools|ui)\.[a-z_]+)", path.read_text(encoding="utf-8")))
    assert named <= set(KNOWN)


@pytest.fixture(scope="module")
def guide() -> DocumentIndex:
    return DocumentIndex.from_paths([paths.samples_dir()])


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How do I add my own documents?", "start Bookwheel with their files or folders: `bookwheel ~/papers"),
        ("Which keys stop an answer?", "Ctrl+C stops an answer and keeps the text so far."),
        ("How do I open a source?", "or to open a source, press Esc and then its number"),
        ("How do I follow a citation?", "To follow a citation, or to open a source, press Esc and then its number"),
        ("how to change the model", "To change the model while Bookwheel is running, press Esc and then m"),
        ("Does it work offline?", "Bookwheel works offline"),
        ("Can it read scanned PDFs?", "can read scanned pages"),
        ("Is my data sent anywhere?", "Your data stays on your machine"),
        ("How can I resume yesterday's session?", "start `bookwheel --continue`"),
        ("How do I search in a document?", "To search in a document, open it and press /"),
        ("How do I use it in a script?", "To use Bookwheel in a script"),
        ("How do I set a time limit?", "add `--time-limit SECONDS` to `ask`"),
        ("How do I get help?", "To get help, press F1"),
        ("What does the mark ! mean?", "The mark `!` means that a document could not be read"),
        ("How do I undo a deletion?", "To undo a deletion, press u there"),
        ("How do I quit?", "To quit Bookwheel, press Ctrl+D on an empty prompt"),
        ("What keys stop an answer?", "Ctrl+C stops an answer and keeps the text so far."),
        ("Where are my sessions saved?", "your sessions are saved in the folder `~/.config/bookwheel/sessions`"),
        ("Where is the index stored?", "index is stored in the folder `~/.local/share/bookwheel/index`"),
        ("What happens when the connection drops?", "nothing that you have seen is lost."),
        ("How big can a file be?", "A file can be 100 MB big"),
        ("What is an unsupported sentence?", "An unsupported sentence is one with something that is in none of them"),
        ("What languages does search understand?", "The search understands documents in all languages."),
        ("Who invented the bookwheel?", "Ramelli"),
        ("Which model is used without a key?", "the embedded extractive model is used."),
        ("How do I switch to the agent?", "press Ctrl+T, or"),
        ("Who drew the bookwheel?", "Ramelli"),
    ],
)
async def test_the_embedded_model_answers_newcomers_from_the_guide(
    guide: DocumentIndex, question: str, sentence: str
) -> None:
    """What `make run` promises: no key, no network, and the guide still answers."""
    workflow = QueryWorkflow(guide.as_retriever(), ExtractiveLLM())
    first_quotation = str(await workflow.run(user_msg=question)).partition(" [")[0]
    assert sentence in first_quotation


async def test_a_name_that_answers_who_stands_without_another_sense_of_its_verb(guide: DocumentIndex) -> None:
    response = await QueryWorkflow(guide.as_retriever(), ExtractiveLLM()).run(user_msg="Who drew the bookwheel?")
    assert "Ramelli" in str(response)
    assert "draws only what has changed" not in str(response)

"""An Obsidian vault as a source: notes as they are shown, their tags, and the notes that they link to."""

import os
from pathlib import Path

import pytest

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState
from bookwheel.engine.index.sources.obsidian import shown_text, tags_in
from bookwheel.engine.stores.store_protocol import Selection


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "Vault"
    (folder / ".obsidian").mkdir(parents=True)
    (folder / ".obsidian" / "app.json").write_text("{}")
    (folder / ".trash").mkdir()
    (folder / ".trash" / "old.md").write_text("The wheel of long ago.\n")
    return folder


async def documents(library: Library, vault: Path) -> dict[str, FileState]:
    updates = [update async for update in library.refresh([vault])]
    return {os.path.relpath(one.path, vault): one for one in updates if isinstance(one, FileState)}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("See [[Wheel]] and [[Parts/Axle|the axle]].", "See Wheel and the axle."),
        ("[[Wheel#Speed]] [[#Speed]] [[Wheel#^a1]]", "Wheel > Speed Speed Wheel"),
        ("![[mill.png|300]] ![[Wheel#Speed]]", "mill.png Wheel > Speed"),
        ("It turns %%or not%% ==slowly==. ^a1\nNext", "It turns  slowly.\nNext"),
        ("%%\na whole\nparagraph\n%%\nText", "\nText"),
        ("> [!warning]- Hot axle\n> Let it cool.", "> Hot axle\n> Let it cool."),
        ("> [!note]\n> Text", "> Note\n> Text"),
        ("`[[code]]` ==\n```\n[[x]] ==y== %%z%%\n```\n[[z]]", "`[[code]]` ==\n```\n[[x]] ==y== %%z%%\n```\nz"),
        ("[[ ]] [[a[b]] [x](y) a == b == c", " [[a[b]] [x](y) a == b == c"),
    ],
)
def test_a_note_is_read_as_it_is_shown(written: str, shown: str) -> None:
    assert shown_text(written) == shown


def test_tags_are_words_with_a_letter_outside_of_code_and_links() -> None:
    text = "#mill/wheel, #2024 #y2024; a#b [[Note#Part]] `#code` https://x.org/#top\n# Heading\n#Mühle-1 #mill/wheel"
    assert tags_in(text) == ["mill/wheel", "y2024", "Mühle-1"]


async def test_tags_links_and_front_matter_of_a_note(vault: Path, tmp_path: Path) -> None:
    (vault / "Wheel.md").write_text(
        "---\ntitle: The wheel\ntags: [mill, '#slow']\naliases:\n  - Rad\ndate: 2024-03-01\n---\n"
        "It turns with the [[axle]], not the [[deep/Axle|other]]. See [[Nothing]], ![[mill.mp3]]. #oak\n"
    )
    for name in ("Axle.md", "deep/Axle.md"):
        (vault / name).parent.mkdir(exist_ok=True)
        (vault / name).write_text(f"# {name}\n\nAn axle for [[rad]] and [[Wheel#Speed]] of {name}.\n")
    (vault / "mill.mp3").write_bytes(b"ID3")
    library = Library(tmp_path / "index")
    made = await documents(library, vault)
    assert set(made) == {"Wheel.md", "Axle.md", "deep/Axle.md"}
    assert (made["Wheel.md"].title, str(made["Wheel.md"].date)) == ("The wheel", "2024-03-01")
    assert made["Wheel.md"].tags == ("mill", "slow", "oak")
    wheel = await library.adocument(vault / "Wheel.md")
    assert "turns with the axle, not the other. See Nothing, mill.mp3." in wheel.text
    assert wheel.metadata["links"] == [str(vault / name) for name in ("Axle.md", "deep/Axle.md", "mill.mp3")]
    assert "vault" not in wheel.metadata
    # By its alias, in another case.
    assert (await library.adocument(vault / "Axle.md")).metadata["links"] == [str(vault / "Wheel.md")]

    async def found(tag: str) -> list[str]:
        retriever = library.retriever([vault], selection=Selection(tags=(tag,)))
        return [os.path.basename(node.node.path or "") for node in await retriever.aretrieve("Which axle turns?")]

    assert await found("oak") == ["Wheel.md"]
    assert await found("pine") == []


async def test_a_vault_below_the_folder_that_was_named_is_one_too(vault: Path, tmp_path: Path) -> None:
    (vault / "a.md").write_text("See [[b|the other note]] #x\n")
    library = Library(tmp_path / "index")
    made = {os.path.basename(name): one for name, one in (await documents(library, tmp_path)).items()}
    assert made["a.md"].tags == ("x",)


async def test_a_changed_note_is_read_alone(vault: Path, tmp_path: Path) -> None:
    (vault / "a.md").write_text("One wheel #x\n")
    (vault / "b.md").write_text("Two wheels #y\n")
    library = Library(tmp_path / "index")
    await documents(library, vault)
    (vault / "a.md").write_text("One wheel and [[b]] #z\n")
    updates = [update async for update in library.refresh([vault], {str(vault / "a.md")})]
    made = [(os.path.basename(one.path), one.tags) for one in updates if isinstance(one, FileState)]
    assert made[-1] == ("a.md", ("z",))
    assert {name for name, _ in made} == {"a.md"}

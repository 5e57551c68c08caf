"""What a wheel holds: the package, themes, samples and example settings, so that nothing needs the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPO, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    ("folder", "pattern", "shipped_as"),
    [
        ("themes", "*.toml", "bookwheel/themes"),
        ("src/bookwheel/samples", "*.*", "bookwheel/samples"),
        ("src/bookwheel/tui", "*.tcss", "bookwheel/tui"),
    ],
)
def test_the_wheel_holds_all_files_of_the_app(
    wheel_names: set[str], folder: str, pattern: str, shipped_as: str
) -> None:
    needed = {f"{shipped_as}/{path.name}" for path in (REPO / folder).glob(pattern)}
    assert needed
    assert needed <= wheel_names


def test_the_wheel_holds_no_tests(wheel_names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bookwheel"}

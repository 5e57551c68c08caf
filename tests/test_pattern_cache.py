"""Compiled patterns are kept in a file, and a file that is not ours or not whole is passed over."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bookwheel.pattern_cache import PatternCache

PATTERNS: list[tuple[str, int]] = [
    (r"(?P<year>\d{4})-(?P<month>\d\d)|(x+?)y", re.IGNORECASE),
    (r"(?i)\bwie (?:viele?|lange)\b|[à-ÿ]{2,}", 0),
    (r"(?<!\w)[^\W\d_]+(?=\.)", re.DOTALL | re.MULTILINE),
    (r"[\U00020000-\U0003ffff一-鿿]|[^ -~]", 0),
]


def saved(path: Path) -> Path:
    cache = PatternCache()
    cache.open(path)
    for pattern, flags in PATTERNS:
        cache.compiled(pattern, flags)
    cache.save()
    return path


def test_a_pattern_from_the_file_is_the_pattern_that_re_compiles(tmp_path: Path) -> None:
    text = "2024-07 xxxY Wie lange? Wie viele dauert es. Über naïveté… 2023-11 漢字 ab.\nxy. 𠀀"
    again = PatternCache()
    again.open(saved(tmp_path / "patterns.bin"))
    for pattern, flags in PATTERNS:
        ours, known = again.compiled(pattern, flags), re.compile(pattern, flags)
        assert ours == known
        assert (ours.groups, ours.groupindex, ours.flags) == (known.groups, known.groupindex, known.flags)
        assert [each.groupdict() for each in ours.finditer(text)] == [each.groupdict() for each in known.finditer(text)]
        assert ours.sub("_", text) == known.sub("_", text)


def test_ctrl_c_while_the_file_is_written_leaves_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that takes its place at the end stayed, with the number of the process in its name."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        saved(tmp_path / "patterns.bin")
    assert list(tmp_path.iterdir()) == []


def test_only_new_patterns_are_written(tmp_path: Path) -> None:
    path = saved(tmp_path / "patterns.bin")
    path.chmod(0o400)
    before = path.stat().st_ino
    saved(path)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "failing"])
def test_the_patterns_of_a_module_imported_with_them_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    fault = "" if is_whole else "1 / 0\n"
    (tmp_path / "wheel_patterns.py").write_text(f'import re\nSPOKE = re.compile(r"spokes?", re.IGNORECASE)\n{fault}')
    monkeypatch.syspath_prepend(str(tmp_path))
    usual = re.compile
    written: list[int] = []
    for _ in range(2):
        cache = PatternCache()
        cache.open(tmp_path / "patterns.bin")
        with suppress(ZeroDivisionError):
            cache.import_with("wheel_patterns")
            assert sys.modules["wheel_patterns"].SPOKE.fullmatch("Spokes")
        cache.save()
        sys.modules.pop("wheel_patterns", None)
        written.append((tmp_path / "patterns.bin").stat().st_ino)
    assert written[0] == written[1]
    assert re.compile is usual


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "shared", "link"])
def test_a_damaged_or_shared_file_is_passed_over(tmp_path: Path, damage: str) -> None:
    path = saved(tmp_path / "patterns.bin")
    data = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(data[:-9])
        case "changed":
            path.write_bytes(data[:40] + b"\0\0" + data[42:])
        case "empty":
            path.write_bytes(b"")
        case "shared":
            path.chmod(0o666)
        case _:
            path.rename(tmp_path / "other.bin")
            path.symlink_to(tmp_path / "other.bin")
    cache = PatternCache()
    cache.open(path)
    assert cache.compiled(r"(\d)x", 0).findall("1x 2x") == ["1", "2"]


def test_an_invalid_pattern_is_refused_as_by_re(tmp_path: Path) -> None:
    cache = PatternCache()
    cache.open(tmp_path / "patterns.bin")
    with pytest.raises(re.error, match="unterminated"):
        cache.compiled("(a", 0)


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    saved(tmp_path / "missing" / "patterns.bin")
    assert list(tmp_path.iterdir()) == []


def test_of_too_many_patterns_those_in_use_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was not written again once it was full: each question compiled what it did not hold."""
    path = saved(tmp_path / "patterns.bin")
    monkeypatch.setattr("bookwheel.pattern_cache._MOST_KEPT", len(PATTERNS))
    written = [path.stat()]
    for _ in range(2):
        cache = PatternCache()
        cache.open(path)
        for pattern in (PATTERNS[0][0], "new"):
            cache.compiled(pattern, re.IGNORECASE)
        cache.save()
        written.append(path.stat())
    assert written[1].st_size < written[0].st_size
    assert written[2].st_ino == written[1].st_ino


def test_a_question_compiles_the_same_patterns_in_each_process(tmp_path: Path) -> None:
    """An alternation that was built from a set had another order in each, and every question compiled it."""
    (tmp_path / "notes.md").write_text("# Mill\n\nThe mill was built on 3 May 1911. The sluice is opened at 6 am.\n")
    home = {"HOME": str(tmp_path), "BOOKWHEEL_DATA_DIR": str(tmp_path / "data"), "BOOKWHEEL_CONFIG_DIR": str(tmp_path)}
    left_out = ("OPENAI_", "TAVILY_", "PYTHONHASHSEED")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | home
    kept: list[int] = []
    for seed in ("1", "2"):
        argv = [sys.executable, "-m", "bookwheel", "ask", "When was the mill built?", str(tmp_path / "notes.md")]
        subprocess.run(argv, env=env | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        kept.append((tmp_path / "data" / "patterns.bin").stat().st_ino)
    assert kept[0] == kept[1]

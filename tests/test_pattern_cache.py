"""Compiled patterns are kept in a file, and a file that is not ours or not whole is passed over."""

import os
import re
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

"""What the section [index] of the settings does to a desk."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bookwheel import wiring
from bookwheel.config.search_settings import IndexSettings
from bookwheel.config.setting_tables import Config


def config(**index: object) -> Config:
    return replace(Config(), index=replace(IndexSettings(), **index))


async def test_the_limits_of_the_settings_hold_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text("The wheel turns.")
    with open(tmp_path / "large.txt", "wb") as file:
        file.truncate(6_000_000)
    library = wiring.build_library(config(largest_file_mb=5, seconds_per_file=7, memory_mb=300))
    async for _ in library.refresh([tmp_path]):
        pass
    assert [(Path(left.path).name, left.reason) for left in await library.aleft_out([tmp_path])] == [
        ("large.txt", "too large (more than 5 MB)")
    ]
    limits = library._limits
    assert (limits.cpu_seconds, limits.wall_seconds, limits.memory_bytes) == (7, 21.0, 300 << 20)
    await library.aclose()


@pytest.mark.parametrize(
    ("watch", "stays_open", "sees"), [(True, True, True), (False, True, False), (True, False, False)]
)
async def test_a_desk_that_stays_open_watches_the_disk_unless_the_setting_is_off(
    tmp_path: Path, watch: bool, stays_open: bool, sees: bool
) -> None:
    (tmp_path / "wheel.txt").write_text("The wheel turns.")
    assistant = wiring.build(config(watch=watch), stays_open=stays_open)
    await assistant.start([tmp_path])
    await assistant.documents.wait_indexed()
    (tmp_path / "axle.txt").write_text("The axle holds.")
    run = await assistant.ask("What does the axle do?")
    await assistant.wait_finished(run)
    seen = {Path(file.path).name for file in assistant.documents.state.files}
    assert seen == ({"axle.txt", "wheel.txt"} if sees else {"wheel.txt"})
    await assistant.aclose()
    assert not [task for task in asyncio.all_tasks() if task.get_name() in ("watch", "index")]

"""A worker that is stopped while it reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from bookwheel.engine.index.ingest import Ingest
from bookwheel.engine.index.worker.indexing_process import _Stopped
from bookwheel.engine.index.worker.worker_messages import Task
from bookwheel.engine.stores.memory import MemoryStore

PAGES = Path("documents/filings/MGMRESORTS_2022Q4_EARNINGS.pdf")
# Reads for 1.5 s with a limit of 0.5 s, of which it waits for a processor as long as its argument says.
READER = """
import sys, time
from pathlib import Path
from bookwheel.engine.index import parse_limits
parse_limits.WAITS = waits = Path(sys.argv[1])
waits.write_text("0 0 1")
guard = parse_limits.ParserGuard(parse_limits.ParseLimits(wall_seconds=0.5))
guard.watch("pdf", 1)
waits.write_text(f"0 {int(float(sys.argv[2]) * 1e9)} 2")
time.sleep(1.5)
guard.stop_watching()
"""


def test_stopping_the_worker_does_not_fail_the_document_in_hand(shared: Path) -> None:
    """The request to stop is raised inside the reader; it used to count as a failure of the document."""
    file = shared / PAGES
    store = MemoryStore()
    status = file.stat()

    def stop(_: float) -> None:
        raise _Stopped

    task = Task(path=str(file), root=str(file), size=status.st_size, mtime_ns=status.st_mtime_ns)
    with store.writer() as writer, pytest.raises(_Stopped):
        Ingest(store).bring_in(writer, task, stop)
    assert store.documents() == []


@pytest.mark.parametrize(("waiting", "code"), [(0.0, 1), (100.0, 0)])
def test_a_file_is_not_given_up_while_other_programs_have_the_processor(
    tmp_path: Path, waiting: float, code: int
) -> None:
    """A busy machine left a `.docx` out of the index, since its reader had waited 90 seconds for a processor."""
    argv = [sys.executable, "-c", READER, str(tmp_path / "schedstat"), str(waiting)]
    assert subprocess.run(argv, check=False, timeout=60).returncode == code

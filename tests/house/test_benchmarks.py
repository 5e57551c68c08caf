"""The benchmarks can be started in each way that their documentation names."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import benchmarks, runs

REPO = Path(__file__).resolve().parents[2]
USAGES = {
    line.partition(" ")[0]: line
    for line in re.findall(r"^\| `([^`]+)` \|", (REPO / "benchmarks" / "README.md").read_text(), re.MULTILINE)
}


def test_the_readme_names_every_benchmark() -> None:
    assert sorted(USAGES) == benchmarks()


@pytest.mark.parametrize("name", benchmarks())
def test_a_benchmark_describes_its_arguments_as_the_readme_does(name: str) -> None:
    described = ast.get_docstring(ast.parse((REPO / "benchmarks" / f"{name}.py").read_text())) or ""
    usage = re.search(r"^ *python -m benchmarks\.(.+)$", described, re.MULTILINE)
    assert (usage[1] if usage else name) == USAGES[name]


def test_arguments_go_to_the_last_benchmark_that_is_named() -> None:
    assert runs([]) == [[name] for name in benchmarks()]
    assert runs(["index", "--documents", "20"]) == [["index", "--documents", "20"]]
    assert runs(["startup", "kills", "10", "7"]) == [["startup"], ["kills", "10", "7"]]
    assert runs(["answers", "./research", "--meaning"]) == [["answers", "./research", "--meaning"]]
    with pytest.raises(ValueError, match="no benchmark 'indexing'"):
        runs(["indexing", "--documents", "20"])


@pytest.mark.parametrize("form", [["-m", "benchmarks", "index"], ["-m", "benchmarks.index"]])
def test_both_documented_forms_pass_arguments_on(form: list[str]) -> None:
    asked = [sys.executable, *form, "--documents", "none"]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=REPO)
    assert done.returncode != 0
    assert "argument --documents: invalid int value: 'none'" in done.stderr

"""One way through the house: layers, no circles, no import of ours hidden in a function."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.house.tree import MODULES, PACKAGE, ROOT, functions, parse

HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "statsmodels", "pandera", "papermill"}


def test_layers_are_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    lint = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_no_circles():
    graph = grimp.build_graph("analysis", cache_dir=None)
    arrows = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    # A circle raises CycleError, which names its members.
    assert len(list(TopologicalSorter(arrows).static_order())) == len(graph.modules)


def test_a_circle_would_be_found():
    with pytest.raises(Exception, match="cycle"):
        list(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_of_ours_hidden_in_a_function(path):
    for function in functions(parse(path)):
        for node in ast.walk(function):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "analysis"] if not node.level else ["analysis"]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            ours = [name for name in names if name.split(".")[0] == "analysis"]
            assert not ours, f"{path.name}:{node.lineno} hides an import of {ours}"


@pytest.mark.parametrize("statement", ["import analysis", "import analysis.__main__"])
def test_import_loads_nothing_heavy(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(run.stdout.split())

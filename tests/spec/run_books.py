"""A small project to run: the invented study `tiny` and chapters of a few lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from analysis.plan.as_run import write_as_run
from analysis.plan.schema import Plan
from tests import conftest

PARAMETERS = (
    'study = "tiny"\nrun = "by-hand"\nweek: int | None = None\nmeasure: str | None = None\n'
)

# Saves one invented difference and a figure, by the same doors as the chapters that ship.
GOOD = """\
import os
from pathlib import Path
from analysis.result.record import Result, result_id
from analysis.result.store import write_results
folder = Path(os.environ["ANALYSIS_RUN_FOLDER"])
number = dict(question="primary", measure="pain_vas", week=week or 16, arm="bands")
row = Result(
    id=result_id("primary", "difference", "pain_vas", week or 16, "bands"), chapter="{name}",
    statistic="difference", comparator="usual_care", value=-8.25, se=2.0, df=100.0, lower=-12.0,
    upper=-4.5, p=0.001, n=10, n_observed=9, method="invented", planned=week in (None, 16),
    **number,
)
level = Result(id="primary.interval_level", statistic="interval_level", value=95, chapter="{name}",
               **(number | dict(arm=None)))
_ = write_results([row, level], folder / "chapters" / "{name}.parquet")
"""
EMPTY = """\
import os
from pathlib import Path
from analysis.result.store import write_results
_ = write_results([], Path(os.environ["ANALYSIS_RUN_FOLDER"]) / "chapters" / "{name}.parquet")
"""
TABLE = """\
from IPython.display import display, HTML
display(HTML("<table><thead><tr><th>Arm</th><th>n</th></tr></thead>"
             "<tbody><tr><th>bands</th><td>5</td></tr></tbody></table>"))
"""


def write_chapter(
    root: Path, name: str, *cells: str, parameters: str = PARAMETERS, tag: str = "parameters"
) -> Path:
    """A chapter of a title, the parameters cell and the given code cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.cells = [
        nbformat.v4.new_markdown_cell(
            f"# Chapter {name}\\n\\n## A question\\n\\nWords.", id="title"
        ),
        nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": [tag]}),
        *(nbformat.v4.new_code_cell(c, id=f"code-{n}") for n, c in enumerate(cells)),
    ]
    notebook.cells[0].source = notebook.cells[0].source.replace("\\n", "\n")
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    return path


def write_book(root: Path, plan: Plan) -> Path:
    """The project of `tiny_study` with its plan and two good chapters."""
    write_as_run(plan, root / "plans" / f"{plan.study.name}.yaml")
    write_chapter(root, "01_people", EMPTY.format(name="01_people"), TABLE)
    write_chapter(root, "02_effect", GOOD.format(name="02_effect"))
    return root


def analysis(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs the command in a project as a person would, in a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "analysis", *words],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, **environment},
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name, for comparing before and after.

    Hidden files are the runner's own notes of what is up to date: they hold the times of files.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def make_project(root: Path) -> Path:
    """The project of the fixtures `tiny_study` and `tiny_plan`, for tests that share one run."""
    root = conftest.tiny_study.__wrapped__(root)
    return write_book(root, conftest.tiny_plan.__wrapped__())

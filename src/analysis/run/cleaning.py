"""An executed notebook made fit to keep: no traces of the machine, no noise between runs."""

from __future__ import annotations

from pathlib import Path

import nbformat

from analysis.run.noise import join_streams, steady
from analysis.run.private import scrub, scrub_all

_FAILED_TAG = "papermill-error-cell-tag"


def clean_notebook(source: Path, target: Path, root: Path, run_folder: str) -> None:
    """Writes `source` to `target` without machine traces, noise and papermill's own notes.

    Args:
        source: the notebook as papermill saved it; it is removed.
        target: the file to write.
        root: the project folder, shown as ``.``.
        run_folder: the place in which the run was built, shown as ``.``.
    """
    notebook = nbformat.read(source, as_version=4)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    notebook.cells = [c for c in notebook.cells if _FAILED_TAG not in c.metadata.get("tags", [])]
    for place, cell in enumerate(notebook.cells, 1):
        _clean_cell(cell, place, root, run_folder)
    beside = source.with_suffix(".clean")
    try:
        nbformat.write(notebook, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    source.unlink()


def _clean_cell(cell: nbformat.NotebookNode, place: int, root: Path, run_folder: str) -> None:
    for noise in ("papermill", "execution"):
        cell.metadata.pop(noise, None)
    if "injected-parameters" in cell.metadata.get("tags", []):
        cell.id = "injected-parameters"
    cell.source = scrub(cell.source, root)
    if "outputs" in cell:
        cell.outputs = join_streams(cell.outputs)
        for number, output in enumerate(cell.outputs, 1):
            _clean_output(output, f"{place}-{number}", root, run_folder)


def _clean_output(output: nbformat.NotebookNode, place: str, root: Path, run_folder: str) -> None:
    for key in ("text", "evalue"):
        if key in output:
            output[key] = steady(scrub(output[key].replace(run_folder, "."), root), place)
    if "traceback" in output:
        output["traceback"] = [scrub(line, root) for line in output["traceback"]]
    for kind, content in output.get("data", {}).items():
        if not _is_picture(kind):
            output["data"][kind] = steady(scrub_all(content, root), place)
    if "metadata" in output:
        output["metadata"] = scrub_all(output["metadata"], root)


def _is_picture(kind: str) -> bool:
    """Pictures as letters: a path cannot be read out of them, and changing a letter breaks them."""
    return kind.startswith("image/") and kind != "image/svg+xml"

"""An executed notebook made fit to keep: no traces of the machine, no noise between runs."""

from __future__ import annotations

import getpass
import re
import socket
import sys
from pathlib import Path

import nbformat

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_KERNEL_FILE = re.compile(r"\S*ipykernel_\d+\S*?\.py")
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
_FAILED_TAG = "papermill-error-cell-tag"


def strip_ansi(text: str) -> str:
    """Text without the codes that colour a terminal."""
    return _ANSI.sub("", text)


def scrub(text: str, root: Path) -> str:
    """Text without absolute paths, user and host names, and memory addresses."""
    packages = next((p for p in map(Path, sys.path) if p.name == "site-packages"), None)
    places = {str(root): ".", str(packages): "site-packages", sys.prefix: "python"}
    places |= {sys.base_prefix: "python", str(Path(__file__).parents[2]): "src"}
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place])
    text = _ADDRESS.sub("at an address", _KERNEL_FILE.sub("cell", text))
    text = text.replace(str(Path.home()), "~") if len(str(Path.home())) > 1 else text
    for name, word in ((_user(), "user"), (socket.gethostname(), "host")):
        # A path or an address holds the name between separators; a word of prose does not.
        text = re.sub(rf"(?<=[/@]){re.escape(name)}\b|\b{re.escape(name)}(?=@)", word, text)
    return text


def clean_notebook(source: Path, target: Path, root: Path, run_folder: str) -> None:
    """Writes `source` to `target` without machine traces and papermill's own notes.

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
    for cell in notebook.cells:
        _clean_cell(cell, root, run_folder)
    beside = source.with_suffix(".clean")
    nbformat.write(notebook, beside)
    beside.replace(target)
    source.unlink()


def _clean_cell(cell: nbformat.NotebookNode, root: Path, run_folder: str) -> None:
    for noise in ("papermill", "execution"):
        cell.metadata.pop(noise, None)
    if "injected-parameters" in cell.metadata.get("tags", []):
        cell.id = "injected-parameters"
    for output in cell.get("outputs", []):
        for key in ("text", "evalue"):
            if key in output:
                output[key] = scrub(output[key].replace(run_folder, "."), root)
        if "traceback" in output:
            output["traceback"] = [scrub(line, root) for line in output["traceback"]]
        for kind in ("text/plain", "text/html", "text/markdown"):
            if kind in output.get("data", {}):
                output["data"][kind] = scrub(output["data"][kind], root)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "user"

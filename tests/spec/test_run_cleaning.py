"""An executed notebook keeps no trace of the machine and no noise of papermill."""

from __future__ import annotations

import getpass
import json
import socket
import sys
from pathlib import Path

import nbformat

from analysis.run.cleaning import clean_notebook, scrub


def test_paths_become_short_and_addresses_go(tmp_path):
    text = (
        f"{tmp_path}/data/x.csv {sys.prefix}/lib/y.py {Path.home()}/z "
        "<object at 0x7f00deadbeef> /tmp/ipykernel_123/456.py:1: UserWarning"
    )
    assert scrub(text, tmp_path) == (
        "./data/x.csv python/lib/y.py ~/z <object at an address> cell:1: UserWarning"
    )


def test_user_and_host_are_removed_where_they_stand_as_such(tmp_path):
    text = f"{getpass.getuser()}@{socket.gethostname()} took part"
    assert scrub(text, tmp_path) == "user@host took part"


def test_a_notebook_loses_noise_and_keeps_what_it_shows(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"papermill": {"input_path": "/x/y"}})
    cell = nbformat.v4.new_code_cell(
        "1", metadata={"papermill": {"duration": 1}, "tags": ["injected-parameters"]}
    )
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=f"read {tmp_path}/reports/.b/c.txt")
    ]
    marker = nbformat.v4.new_markdown_cell("!", metadata={"tags": ["papermill-error-cell-tag"]})
    notebook.cells = [marker, cell]
    source, target = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    nbformat.write(notebook, source)
    clean_notebook(source, target, tmp_path, "reports/.b")
    read = json.loads(target.read_text())
    assert "papermill" not in json.dumps(read)
    assert [c["id"] for c in read["cells"]] == ["injected-parameters"]
    assert "".join(read["cells"][0]["outputs"][0]["text"]) == "read ././c.txt"
    assert not source.exists()

"""An executed notebook keeps no trace of the machine and no noise of papermill."""

from __future__ import annotations

import getpass
import json
import re
import socket
import sys
import time
from pathlib import Path

import nbformat
import pytest

from analysis.run.cleaning import clean_notebook
from analysis.run.noise import join_streams, steady
from analysis.run.private import scrub, scrub_all


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


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("Date:   Wed, 25 Nov 2026   AIC", "Date:             as run   AIC"),
        ("Time:      18:47:38", "Time:        as run"),
        ("<th>Time:</th>  <td>18:47:38</td>", "<th>Time:</th>  <td>  as run</td>"),
        ("\\textbf{Time:}  &   18:47:38   &", "\\textbf{Time:}  &     as run   &"),
        ('<div id="abcdefghij" style="padding-left:0px">#abcdefghij', None),
        ('<style>#T_0a1b2_row0 {}</style><table id="T_0a1b2">', None),
        ('<path id="m0123456789"/><use href="#m0123456789"/>', None),
        ("<dc:date>2026-11-25T18:00:00</dc:date>", ""),
        ("At 18:47:38 pain was less.", "At 18:47:38 pain was less."),
    ],
)
def test_names_made_by_chance_and_clocks_are_made_steady(shown, kept):
    clean = steady(shown, "3-1")
    if kept is not None:
        assert clean == kept
    else:
        assert clean.count("shown-3-1-1") == 2
        assert not re.search("abcdefghij|T_0a1b2|m0123456789", clean)


def test_pieces_of_what_was_printed_are_joined_in_one_order():
    def stream(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    shown = nbformat.v4.new_output("display_data", {"text/plain": "x"})
    first = [stream("stdout", "a\n"), stream("stderr", "!"), stream("stdout", "b\n"), shown]
    second = [stream("stderr", "!"), stream("stdout", "a\nb\n"), shown]
    assert join_streams(first) == join_streams(second)
    assert [output.get("text") for output in join_streams(first)] == ["a\nb\n", "!", None]


def test_paths_are_found_wherever_they_are_nested(tmp_path):
    content = {f"{tmp_path}/a": [f"{tmp_path}/b", {"c": 1, "d": "/Users/somebody/e"}]}
    assert scrub_all(content, tmp_path) == {"./a": ["./b", {"c": 1, "d": "~/e"}]}


def test_a_failure_is_kept_without_a_path(tmp_path):
    text = f"A file cannot be read.\n  Where: {tmp_path}/data/raw/x.csv"
    assert scrub(text, tmp_path) == "A file cannot be read.\n  Where: ./data/raw/x.csv"


def test_a_cell_in_a_traceback_is_named_alike_wherever_it_stands(tmp_path):
    text = 'File "/tmp/ipykernel_12/34.py", line 1\n/x/ipykernel_1/2.py:3 and ipykernel_x.py'
    assert scrub(text, tmp_path) == 'File cell", line 1\ncell:3 and ipykernel_x.py'


@pytest.mark.parametrize(
    "piece",
    ["q", "ipykernel_1", "at 0x", "/tmp/", "<dc:date>", "Date: ", '<div id="abcdefghij" style="'],
)
def test_what_it_costs_to_clean_grows_with_the_length(tmp_path, piece):
    def took(length):
        text = piece * (length // len(piece))
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            steady(scrub(text, tmp_path), "1")
            best = min(best, time.process_time() - began)
        return best

    # Quadratic would be 64 times as much; a picture as letters has a million or more.
    assert took(1_600_000) < 24 * took(200_000)

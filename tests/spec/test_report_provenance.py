"""Provenance: a change of one character is seen, and nothing private is kept."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time

import pytest

from analysis.report.hashing import file_hash, file_hashes, notebook_hash, source_hashes
from analysis.report.provenance import note_chapters, note_inputs, outdated, read_provenance
from analysis.report.record import ChapterRecord
from tests.spec.run_books import write_book, write_chapter


@pytest.fixture
def project(tiny_study, tiny_plan):
    return write_book(tiny_study, tiny_plan)


def noted(project, plan, *names, parameters=None):
    folder = project / "reports"
    folder.mkdir(exist_ok=True)
    note_inputs(folder, plan, project)
    records = [
        ChapterRecord(
            name=name,
            notebook=project / "notebooks" / f"{name}.ipynb",
            parameters=parameters or {},
            started="2026-01-01T10:00:00+00:00",
            seconds=1.5,
        )
        for name in names
    ]
    return note_chapters(folder, "main", records)


def test_every_raw_file_is_hashed(project, tiny_plan):
    data = noted(project, tiny_plan)["data"]
    assert set(data) == {p.name for p in (project / "data/raw/tiny").iterdir()}
    assert data == file_hashes(project / "data/raw/tiny")


def test_nothing_of_the_machine_is_kept(project, tiny_plan):
    text = json.dumps(noted(project, tiny_plan, "01_people"))
    for private in (str(project), socket.gethostname() + '"', f'"{getpass.getuser()}"', "/home"):
        assert private not in text


def test_two_notes_of_the_same_inputs_are_the_same(project, tiny_plan):
    first = noted(project, tiny_plan, "01_people", "02_effect")
    assert noted(project, tiny_plan, "01_people", "02_effect") == first


def test_outputs_do_not_change_the_hash_of_a_notebook_but_a_cell_does(project):
    path = project / "notebooks" / "02_effect.ipynb"
    before = notebook_hash(path)
    content = json.loads(path.read_text())
    content["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    path.write_text(json.dumps(content))
    assert notebook_hash(path) == before
    write_chapter(project, "02_effect", "1")
    assert notebook_hash(path) != before


def test_an_edit_of_the_program_is_seen_however_small(tmp_path):
    for name in ("a.py", "templates/page.j2", "__pycache__/a.pyc", ".swap"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one = 1")
    first = source_hashes(tmp_path)
    assert first == {n: file_hash(tmp_path / n) for n in ("a.py", "templates/page.j2")}
    assert source_hashes(tmp_path) == first
    # Of the same length: in place and with its time put back, and as a new file renamed.
    before = os.stat(tmp_path / "a.py")
    time.sleep(0.02)  # a person edits no sooner than a tick of the clock after
    (tmp_path / "a.py").write_text("one = 2")
    os.utime(tmp_path / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    (tmp_path / "beside").write_text("one = 3")
    (tmp_path / "beside").replace(tmp_path / "templates" / "page.j2")
    later = source_hashes(tmp_path)
    assert later == {n: file_hash(tmp_path / n) for n in ("a.py", "templates/page.j2")}
    assert set(later.values()).isdisjoint(first.values())


def test_a_kept_chapter_of_other_data_is_named(project, tiny_plan):
    noted(project, tiny_plan, "01_people", "02_effect")
    visits = project / "data/raw/tiny/visits.csv"
    visits.write_text(visits.read_text().replace("58.5", "58.4"))
    later = noted(project, tiny_plan, "02_effect")
    assert outdated(later) == {"01_people": ["data"]}
    assert set(read_provenance(project / "reports")["chapters"]) == {"01_people", "02_effect"}

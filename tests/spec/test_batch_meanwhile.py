"""What changes while a batch runs, what --fresh goes on from, and a disk that takes no more."""

from __future__ import annotations

import errno
import json
import shutil

import pytest

from analysis.run import folder, inputs
from analysis.run.batch import command, journal
from analysis.run.batch.command import BatchRequest, run_batch
from tests.spec.batch_books import quiet, write_batch
from tests.spec.run_books import EMPTY, GOOD, make_project, write_chapter

# Of one study, so that one run is begun after the other.
NIGHT = """\
label: A night
chapters: [02_effect]
grids:
  other:
    label: Other weeks and measures
    chapters: [02_effect]
    each: {week: [8, 16, null], measure: [null, pain_vas]}
"""
ASKED = "asked for by --fresh"


@pytest.fixture
def project(tmp_path, monkeypatch):
    quiet(monkeypatch)
    root = make_project(tmp_path)
    write_batch(root, NIGHT)
    return root


@pytest.fixture
def batch(project, capsys):
    """Runs the batch; returns its exit code and the events of its output."""

    def run(**given):
        code = run_batch(BatchRequest(file="night", as_json=True, **given), project)
        return code, [json.loads(x) for x in capsys.readouterr().out.splitlines() if x[0] == "{"]

    return run


def first_time(code: str) -> str:
    """A chapter that does something the first time only, and is good."""
    return (
        "import pathlib\n"
        "if not pathlib.Path('once').exists():\n"
        "    pathlib.Path('once').write_text('')\n"
        f"    {code}\n" + GOOD.format(name="02_effect")
    )


def test_runs_that_begin_after_an_edit_are_of_the_edit(project, batch):
    edit = "p = pathlib.Path('plans/tiny.yaml'); t = p.read_text()\n"
    edit += "    p.write_text(t.replace('seed: 1', 'seed: 2'))"
    write_chapter(project, "02_effect", first_time(edit))
    code, events = batch()
    assert code == 15
    runs = [each["status"] for each in events if each["event"] == "run"]
    # As many as are begun ahead are of neither state; those after them are none the worse.
    assert sorted(runs) == ["complete"] * 3 + ["failed"] * 4
    texts = {f["text"].splitlines()[0] for e in events for f in e.get("failures", [])}
    assert texts == {"While the run was made, the plan and the seed changed."}
    code, events = batch()
    assert (code, events[-1]["done"], events[-1]["kept"]) == (0, 4, 3)


def test_a_new_program_ends_the_batch_with_one_message_and_the_same_command_goes_on(
    project, batch, monkeypatch
):
    before, after = {"a.py": "1"}, {"a.py": "2"}
    once = project / "once"
    monkeypatch.setattr(inputs, "source_hashes", lambda _: after if once.exists() else before)
    write_chapter(project, "02_effect", first_time("pass"))
    code, events = batch()
    assert code == 15
    last = events[-1]
    assert (last["event"], last["failed"], last["not_begun"]) == ("lost", 0, 3)
    assert "While the batch ran, the program changed." in last["text"]
    assert "type the same command" in last["text"]
    assert not [each for each in events if each["event"] == "failed"]
    code, events = batch()
    assert (code, events[-1]["done"]) == (0, 7)


def began(project, **given):
    with journal.open_journal(project, "night") as open_journal:
        open_journal.add("began", kept=0, planned=7, runs=7, **given)


def reasons(batch, **given):
    _, events = batch(dry_run=True, **given)
    return [each["reason"] for each in events if each["event"] == "run"]


def test_a_fresh_batch_that_was_stopped_goes_on(project, batch):
    write_chapter(project, "02_effect", EMPTY.format(name="02_effect"))
    assert batch()[0] == 0
    assert reasons(batch, fresh=True) == [ASKED] * 7
    # As if it had begun before what is there, and was then killed.
    began(project, since="2020-01-01T00:00:00+00:00")
    shutil.rmtree(project / "reports/tiny/main")
    assert reasons(batch, fresh=True) == [ASKED]
    code, events = batch(fresh=True)
    assert (code, events[-1]["done"], events[-1]["kept"]) == (0, 1, 6)
    assert any("--fresh goes on" in note for note in events[-1]["notes"])
    # It has come to its end: the next one begins anew.
    assert reasons(batch, fresh=True) == [ASKED] * 7
    assert reasons(batch) == []


@pytest.mark.parametrize("how", ["stopped", "lost"])
def test_an_end_before_the_end_counts_as_none(project, how):
    began(project, since="2020-01-01T00:00:00+00:00")
    with journal.open_journal(project, "night") as open_journal:
        open_journal.add(how, done=1, failed=0, left=3)
    events, _ = journal.read_events(journal.journal_path(project, "night"))
    assert journal.begun_fresh(events) == "2020-01-01T00:00:00+00:00"
    # Whatever ran since without it.
    began(project)
    events, _ = journal.read_events(journal.journal_path(project, "night"))
    assert journal.begun_fresh(events) == "2020-01-01T00:00:00+00:00"


def test_a_part_ends_no_fresh_batch_that_it_goes_on_with(project, batch):
    write_chapter(project, "02_effect", EMPTY.format(name="02_effect"))
    assert batch()[0] == 0
    began(project, since="2020-01-01T00:00:00+00:00")
    shutil.rmtree(project / "reports/tiny/main")
    assert batch(fresh=True, only=("main-week_8-*",))[0] == 0
    assert reasons(batch, fresh=True) == [ASKED]
    assert batch(fresh=True)[1][-1]["done"] == 1
    # A part that begins anew ends with itself.
    assert batch(fresh=True, only=("main-week_8-*",))[1][-1]["done"] == 2
    assert reasons(batch, fresh=True) == [ASKED] * 7


def test_a_chapter_that_keeps_failing_keeps_no_fresh_batch_open(project, batch):
    write_chapter(project, "02_effect", "raise ValueError")
    assert batch(fresh=True)[0] == 15
    write_chapter(project, "02_effect", EMPTY.format(name="02_effect"))
    assert batch()[0] == 0
    assert reasons(batch, fresh=True) == [ASKED] * 7


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ("pathlib.Path('notebooks/02_effect.ipynb').unlink()", "02_effect cannot be read any more"),
        (
            "p = pathlib.Path('plans/tiny.yaml'); t = p.read_text()\n"
            "    p.write_text(t.replace('week: 8\\n', 'week: 9\\n'))",
            "has no week 8",
        ),
    ],
)
def test_what_a_run_asks_for_and_is_gone_is_told_in_words(project, batch, edit, words):
    write_batch(project, NIGHT.replace("[8, 16, null]", "[16, null, 8]"))
    write_chapter(project, "02_effect", first_time(edit))
    code, events = batch()
    assert (code, events[-1]["event"]) == (15, "ended")
    told = [f["text"] for each in events for f in each.get("failures", [])]
    assert any(words in text for text in told)
    assert not any("cannot be written" in text or "fault of" in text for text in told)


def test_what_is_decided_anew_is_counted(project, batch):
    assert batch()[0] == 0
    (project / "reports/tiny/main/chapters/02_effect.parquet").write_bytes(b"")
    edit = "p = pathlib.Path('plans/tiny.yaml'); t = p.read_text()\n"
    edit += "    p.write_text(t.replace('seed: 1', 'seed: 2'))"
    write_chapter(project, "02_effect", first_time(edit))
    _, events = batch()
    done = events[-1]
    assert done["done"] + done["kept"] == 7


def test_a_disk_that_is_full_in_the_middle_is_told_after_the_summary(project, batch, monkeypatch):
    add = journal.Journal.add

    def full(self, event, **given):
        if event == "done":
            raise folder.cannot_write(OSError(errno.ENOSPC, "No space left on device"))
        add(self, event, **given)

    monkeypatch.setattr(journal.Journal, "add", full)
    code, events = batch()
    assert (code, events[-1]["event"]) == (15, "lost")
    assert "No space left on device" in events[-1]["text"]


def test_where_the_record_finds_no_room_the_summary_is_told_all_the_same(
    project, batch, monkeypatch
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command, "record_batch", full)
    code, events = batch()
    assert (code, events[-1]["done"]) == (15, 7)
    assert "No space left on device" in events[-1]["text"]

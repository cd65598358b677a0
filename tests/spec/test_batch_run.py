"""A batch runs what is to be run and nothing else, says why, and goes on where it was stopped."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from analysis.errors import UsageError
from analysis.run import finished, folder, stages
from analysis.run.batch import carry, journal
from analysis.run.batch.command import BatchRequest, run_batch
from tests.spec import batch_books
from tests.spec.batch_books import quiet, results, write_batch
from tests.spec.run_books import GOOD, bytes_of, make_project, write_chapter

BROKEN = "from analysis.errors import ModelError\nraise ModelError('No.', do='change it')"

# Fails the first two times.
FLAKY = """\
tries = open("tries", "a+")
tries.write("1")
tries.seek(0)
if len(tries.read()) < 3:
    raise ValueError
tries.close()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project whose batch has run, for the tests to copy."""
    root = make_project(tmp_path_factory.mktemp("made"))
    write_batch(root)
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch)
        assert run_batch(BatchRequest(file="night", as_json=True), root) == 0
    return root


@pytest.fixture
def project(made, tmp_path, monkeypatch):
    """A project whose batch has run."""
    quiet(monkeypatch)
    return shutil.copytree(made, tmp_path / "project")


@pytest.fixture
def new(project):
    """A project of which nothing has run."""
    shutil.rmtree(project / "reports")
    return project


@pytest.fixture
def batch(project, capsys):
    """Runs the batch; returns its exit code and what it said."""

    def run(**given):
        code = run_batch(BatchRequest(file="night", **given), project)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def json_events(out):
    # Without a kernel, what a chapter displays comes here.
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def failed(project):
    """What the journal says has failed."""
    events, _ = journal.read_events(journal.journal_path(project, "night"))
    return [(e["study"], e["chapter"], e["kind"]) for e in events if e["event"] == "failed"]


def planned(batch, **given):
    """Chapters that would run, with the reason, by study, run and chapter."""
    _, out, _ = batch(dry_run=True, as_json=True, **given)
    events = [json.loads(line) for line in out.splitlines()]
    return {(e["run"], e.get("chapter")): e["reason"] for e in events if e["event"] in RUNS}


RUNS = ("run", "bind")


def test_everything_runs_once_and_then_nothing(new, project, batch):
    assert set(planned(batch).values()) == {"new"}
    code, out, err = batch()
    assert (code, err) == (0, "Note: plain kernels: a test.\n")
    assert "3 run, 0 up to date, 0 failed" in out
    before = bytes_of(project / "reports" / "tiny")
    assert planned(batch) == {}
    code, out, _ = batch()
    assert (code, "Nothing to do: 3 up to date" in out) == (0, True)
    assert bytes_of(project / "reports" / "tiny") == before


def test_a_dry_run_writes_nothing(new, project, batch):
    batch(dry_run=True)
    assert not (project / "reports").exists()


def edit_plan(project):
    path = project / "plans" / "tiny.yaml"
    path.write_text(path.read_text().replace("seed: 1", "seed: 2"))


def edit_data(project):
    path = project / "data" / "raw" / "tiny" / "source.md"
    path.write_text("Invented again.\n")


def edit_chapter(project):
    write_chapter(project, "02_effect", GOOD.format(name="02_effect"), "1 + 1")


@pytest.mark.parametrize(
    ("edit", "reasons"),
    [
        (edit_plan, {"the plan and the seed changed"}),
        (edit_data, {"the data changed"}),
        (edit_chapter, {"the chapter changed"}),
    ],
)
def test_a_changed_input_runs_just_what_depends_on_it(project, batch, edit, reasons):
    edit(project)
    found = planned(batch)
    assert set(found.values()) == reasons
    chapters = {chapter for _, chapter in found}
    whole = {"01_people", "02_effect"}
    assert chapters == ({"02_effect"} if edit is edit_chapter else whole)


def test_a_comment_in_the_plan_binds_again_and_runs_nothing(project, batch):
    path = project / "plans" / "tiny.yaml"
    path.write_text("# A comment.\n" + path.read_text())
    assert {chapter for _, chapter in planned(batch)} == {None}
    code, out, _ = batch()
    assert (code, "0 run, 3 up to date" in out) == (0, True)
    assert planned(batch) == {}


def test_an_output_that_was_changed_is_made_again(project, batch):
    good = project / "reports" / "tiny" / "main"
    before = results(project)
    (good / "chapters" / "02_effect.parquet").write_bytes(b"x")
    assert planned(batch) == {("main", "02_effect"): "its files were changed or are missing"}
    batch()
    (good / "report.html").unlink()
    assert list(planned(batch)) == [("main", None)]
    batch()
    assert results(project) == before


def test_an_output_that_was_only_touched_is_kept(project, batch):
    os.utime(project / "reports" / "tiny" / "main" / "chapters" / "02_effect.parquet", (1, 1))
    assert planned(batch) == {}


def test_fresh_runs_all_and_only_runs_some(project, batch):
    assert set(planned(batch, fresh=True).values()) == {"asked for by --fresh"}
    found = planned(batch, fresh=True, only=("tiny/main-*",))
    assert {run for run, _ in found} == {"main-week_8"}
    with pytest.raises(UsageError, match="did you mean `tiny/main`"):
        batch(only=("tiny/man",))


def test_a_chapter_that_fails_is_told_and_the_others_go_on(new, project, batch):
    write_chapter(project, "02_effect", BROKEN)
    code, out, err = batch()
    assert code == 15
    assert "1 run, 0 up to date, 2 failed" in out
    assert "ModelError" in err
    assert "did not" not in (project / "reports" / "index.html").read_text()
    assert (project / "reports/tiny/main.failed/chapters/01_people.ipynb").is_file()
    found = planned(batch)
    # What was finished of a failed run is kept for the next time.
    assert found == {
        (run, "02_effect"): "failed before: ModelError" for run in ("main", "main-week_8")
    }
    write_chapter(project, "02_effect", GOOD.format(name="02_effect"))
    code, out, _ = batch()
    assert (code, "2 run, 1 up to date, 0 failed" in out) == (0, True)
    assert not (project / "reports/tiny/main.failed").exists()


def test_a_failed_chapter_is_tried_again_as_often_as_the_file_says(new, project, batch):
    write_batch(project, batch_books.NIGHT + "retries: 2\n")
    write_chapter(project, "02_effect", FLAKY, GOOD.format(name="02_effect"))
    code, out, err = batch(only=("tiny/main",))
    assert (code, (project / "tries").read_text()) == (0, "111"), out
    assert "again   tiny main 02_effect: ValueError" in out
    assert "2 stages were run again after: ValueError" in err
    events, _ = journal.read_events(journal.journal_path(project, "night"))
    again = [each for each in events if each["event"] == "again"]
    assert [(each["chapter"], each["kind"]) for each in again] == [("02_effect", "ValueError")] * 2


def test_nothing_new_is_begun_after_so_many_failures(new, project, batch, monkeypatch):
    write_batch(project, batch_books.NIGHT + "stop_after: 1\n")
    write_chapter(project, "02_effect", BROKEN)
    write_chapter(project, "01_people", BROKEN)
    monkeypatch.setattr(carry, "_AHEAD", 0)
    code, out, _ = batch(workers=1)
    assert code == 15
    assert "1 run was not begun" in out
    crate = (project / "reports" / "ro-crate-metadata.json").read_text()
    assert "This run was not begun: so many stages had failed" in crate
    assert "The batch was stopped" not in crate


def test_a_broken_plan_fails_its_own_runs(new, project, batch):
    (project / "plans" / "other.yaml").write_text("study: {}\n")
    code, out, err = batch()
    assert code == 15
    assert "3 run" in out
    assert "other main, plan: PlanError" in err
    assert "other" in (project / "reports" / "index.html").read_text()
    assert failed(project) == [("other", "plan", "PlanError")] * 2
    code, out, err = batch(dry_run=True)
    assert code == 15
    assert "broken other  main  (the plan is broken)" in out
    assert "The plan" in err


def test_a_run_that_another_process_writes_is_told_and_the_others_go_on(new, project, batch):
    with folder.held(folder.run_folder(project, "tiny", "main")):
        code, out, _ = batch(as_json=True)
    assert code == 15
    events = json_events(out)
    [held] = [e for e in events if e["event"] == "run" and e["status"] == "failed"]
    assert [(f["stage"], f["kind"]) for f in held["failures"]] == [("data", "UsageError")]
    assert "being written already" in held["failures"][0]["text"]
    assert failed(project) == [("tiny", "data", "UsageError")]
    assert events[-1]["done"] == 1


def test_one_batch_at_a_time(project, batch):
    with journal.open_journal(project, "night"), pytest.raises(UsageError, match="running already"):
        batch()


def test_inputs_that_change_on_the_way_are_no_result(new, project, batch):
    cell = "import pathlib; p = pathlib.Path('data/raw/tiny/source.md'); p.write_text('Other.')"
    write_chapter(project, "01_people", cell)
    code, _, err = batch(only=("tiny/main",))
    assert code == 15
    assert "While the run was made, the data changed." in err
    assert failed(project) == [("tiny", "report", "UsageError")]
    assert set(planned(batch, only=("tiny/main",)).values()) == {"new"}


def test_what_was_finished_in_a_stopped_batch_is_taken_over(project, batch):
    whole = results(project)
    good = project / "reports" / "tiny" / "main"
    shutil.copytree(good, good.with_name(".main.building"))
    shutil.rmtree(good)
    (good.with_name(".main.building") / "chapters" / ".02_effect.note.json").unlink()
    (good.with_name(".main.building") / "chapters" / ".torn.part").write_text("x")
    assert planned(batch) == {("main", "02_effect"): "new"}
    code, out, _ = batch()
    assert (code, "1 run, 2 up to date" in out) == (0, True)
    assert results(project) == whole


def test_results_that_another_process_wrote_are_no_result(new, project, batch, monkeypatch):
    # As a worker of a cluster does that was left with a chapter of the plan before.
    def note(folder, chapter, inputs, **took):
        finished.note_chapter(folder, chapter, inputs | {"plan": "another"}, **took)

    monkeypatch.setattr(stages, "note_chapter", note)
    code, _, err = batch(only=("tiny/main",))
    assert code == 15
    assert "another process wrote into it" in err


def test_what_a_stray_worker_built_beside_a_finished_run_is_removed(project, batch):
    whole = results(project)
    good = project / "reports" / "tiny" / "main"
    stray = good.with_name(".main.building")
    shutil.copytree(good / "chapters", stray / "chapters")
    with folder.held(good):
        batch()
    assert stray.is_dir()
    code, out, _ = batch()
    assert (code, "Nothing to do" in out, stray.exists()) == (0, True, False)
    assert results(project) == whole


def test_json_lines_tell_everything(new, project, batch):
    _, out, err = batch(as_json=True)
    events = json_events(out)
    assert events[0] == {"event": "began", "planned": 3, "kept": 0, "runs": 2}
    assert [e["waiting"] for e in events if e["event"] == "progress"][-1] == 0
    assert [e["event"] for e in events].count("run") == 2
    assert {e["stage"] for e in events if e["event"] == "done"} >= {"01_people", "02_effect"}
    assert (events[-1]["event"], events[-1]["done"], err) == ("ended", 3, "")

"""The command line: quick to answer, one voice for mistakes, the exit codes of the house."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import date

import pytest
import yaml

from analysis.plan.lock import plan_hash
from analysis.plan.read import read_plan
from tests.spec.run_books import analysis, write_book


@pytest.fixture
def project(tiny_study, tiny_plan):
    return write_book(tiny_study, tiny_plan)


def test_help_answers_within_half_a_second(tmp_path):
    # The processor's time: what else the machine does must not decide.
    times = []
    for _ in range(3):
        before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        done = subprocess.run(
            [sys.executable, "-m", "analysis", "--help"], cwd=tmp_path, capture_output=True
        )
        times.append(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before)
        assert done.returncode == 0
    assert min(times) < 0.5


def test_help_loads_nothing_heavy():
    code = (
        "import sys, analysis.__main__; "
        "print([m for m in ('pandas','numpy','papermill','nbconvert','yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run"], 2, "Name the studies"),
        (["run", "tiny", "--all"], 2, "Name the studies"),
        (["run", "tinny"], 10, "Did you mean `tiny`"),
        (["run", "../tiny"], 10, "no plan"),
        (["run", "tiny", "--chapter", "02_efect"], 2, "did you mean `02_effect`"),
        (["run", "tiny", "--set", "wek=8"], 2, "did you mean `week`"),
        (["run", "tiny", "--set", "week=eight"], 2, "takes int or None"),
        (["run", "tiny", "--set", "week=13"], 2, "its weeks are: 8, 16"),
        (["run", "tiny", "--set", "measure=pain_nrs"], 2, "its measures are: pain_vas"),
        (["run", "tiny", "--set", "week"], 2, "not a setting"),
        (["run", "tiny", "--set", "token=x"], 2, "looks like a secret"),
        (["run", "tiny", "--run", "../x"], 2, "name"),
        (["run", "tiny", "--run", "main.failed"], 2, "failed attempts"),
        (["run", "tiny", "--workers", "0"], 2, "--workers"),
        (["report", "tiny"], 2, "no finished run"),
        (["nosuch"], 2, "nosuch"),
        (["simulate", "tiny"], 10, "simulat"),
        (["lock", "tinny"], 10, "Did you mean `tiny`"),
    ],
)
def test_a_mistake_is_told_before_anything_starts(project, words, code, says):
    done = analysis(project, *words)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""
    assert not list((project / "reports").glob("*/*/*"))


def test_a_plan_is_locked_once_and_then_only_amended(project):
    file = project / "plans" / "tiny.yaml"
    before = file.read_text().replace("lock: null\n", "").replace("amendments: []\n", "")
    file.write_text(before)
    done = analysis(project, "lock", "tiny")
    assert done.returncode == 0, done.stderr
    lines = yaml.safe_load(file.read_text())["lock"]
    assert lines == {"date": date.today(), "hash": plan_hash(read_plan(file))}
    assert file.read_text().startswith(before.rstrip())
    added = file.read_text()[len(before.rstrip()) :].strip()
    assert done.stdout.startswith("plans/tiny.yaml: locked.")
    assert f"\n{added}\n" in done.stdout
    assert analysis(project, "check", "tiny").returncode == 0
    locked = file.read_text()
    again = analysis(project, "lock", "tiny")
    assert (again.returncode, again.stdout) == (10, "")
    assert "locked already" in again.stderr
    assert "`amendments:`" in again.stderr
    file.write_text(locked.replace("seed: 1", "seed: 2"))
    changed = analysis(project, "lock", "tiny")
    assert changed.returncode == 10
    assert "changed after" in changed.stderr
    assert f"hash: {plan_hash(read_plan(file))}" in changed.stderr
    assert file.read_text() == locked.replace("seed: 1", "seed: 2")


def test_outside_a_project_it_says_where_to_go(tmp_path):
    done = analysis(tmp_path, "run", "demo")
    assert done.returncode == 2
    assert "no project here" in done.stderr


def test_a_path_serves_as_well_as_a_name(project):
    done = analysis(project, "check", "plans/tiny.yaml")
    assert done.returncode == 0, done.stderr
    assert "in order" in done.stdout


def test_check_lists_all_problems_and_writes_them(project, sign_study):
    raw = project / "data/raw/tiny"
    visits = raw / "visits.csv"
    visits.write_text(visits.read_text().replace("P01,56,pain_vas,58.5", "P01,56,pain_vas,158.5"))
    people = raw / "participants.csv"
    people.write_text(people.read_text().replace("P02,usual_care", "P02,usual_cure"))
    sign_study(raw)
    done = analysis(project, "check", "tiny", "--csv", "found.csv", "--html", "found.html")
    assert done.returncode == 11, done.stderr
    assert "visits.csv" in done.stdout
    assert "participants.csv" in done.stdout
    assert len((project / "found.csv").read_text().splitlines()) >= 3
    assert "visits.csv" in (project / "found.html").read_text()
    assert "With --values the cells are shown too" in done.stdout
    assert "usual_cure" not in done.stdout
    shown = analysis(project, "check", "tiny", "--values").stdout
    assert "usual_cure" in shown
    assert "With --values" not in shown
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code"), [(["check", "tiny"], 0), (["check", "nobody"], 10), (["report", "tiny"], 2)]
)
@pytest.mark.parametrize("closed", [["stdout"], ["stdout", "stderr"]])
def test_who_reads_may_go_before_the_end_and_the_exit_code_stays(project, words, code, closed):
    reader, writer = os.pipe()
    # As `analysis ... | head -0` does, and `2>&1` before it.
    os.close(reader)
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | dict.fromkeys(closed, writer)
    done = subprocess.run([sys.executable, "-m", "analysis", *words], cwd=project, **given)
    os.close(writer)
    assert done.returncode == code
    assert b"unexpected" not in (done.stderr or b"")
    assert not (project / "reports" / "crash.log").exists()


def test_an_unforeseen_error_is_one_clear_message_and_a_log(project):
    code = (
        "import sys; import analysis.__main__ as m; sys.argv = ['analysis', 'check', 'tiny']\n"
        "def fail(*a): raise ValueError('secret 42')\n"
        "m.plan.project_root = fail\nm.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert done.returncode == 1
    assert "An unexpected ValueError" in done.stderr
    assert "Traceback" not in done.stderr
    log = (project / "reports" / "crash.log").read_text()
    assert "ValueError" in log
    assert "secret 42" not in log + done.stderr


def test_a_plan_outside_the_project_is_told_where_plans_must_lie(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "tiny.yaml"
    outside.write_bytes((project / "plans" / "tiny.yaml").read_bytes())
    done = analysis(project, "check", str(outside))
    assert done.returncode == 10
    assert "outside the folder `plans` of this project, where every plan must lie" in done.stderr

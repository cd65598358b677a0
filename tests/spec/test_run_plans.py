"""Plans are read before a worker starts: a broken one is told at once and stops its study only."""

from __future__ import annotations

import json

import pytest

from analysis.errors import UsageError
from analysis.plan.read import read_plan
from analysis.run import flow, pool, tasks
from analysis.run.plans import read_plans, refuse_unplanned
from tests.spec.run_books import write_book


@pytest.fixture
def project(tiny_study, tiny_plan):
    root = write_book(tiny_study, tiny_plan)
    (root / "plans" / "other.yaml").write_text("study: {}\n")
    return root


def test_a_broken_plan_is_told_without_a_worker(project, monkeypatch):
    def submit(*given):
        raise AssertionError("a worker was started")

    monkeypatch.setattr(pool.Processes, "submit", submit)
    [outcome] = tasks.run_studies(tasks.Request(studies=("other",)), project)
    assert [f.stage for f in outcome.failures] == ["plan"]
    assert flow.exit_code(list(outcome.failures)) == 10
    status = json.loads((project / "reports/other/main.failed/status.json").read_text())
    assert status["status"] == "failed"
    assert "other, run main" in (project / "reports" / "index.html").read_text()


def test_a_broken_plan_leaves_the_other_studies_theirs(project):
    plans, failures = read_plans(["other", "tiny"], project)
    assert list(plans) == ["tiny"]
    assert list(failures) == ["other"]


def test_a_plan_changed_after_its_lock_is_told_as_broken(project):
    path = project / "plans" / "tiny.yaml"
    whole = path.read_text()
    lock = f"lock:\n  date: 2026-01-01\n  hash: {'a' * 64}\n"
    assert whole.count("\nlock: null\n") == 1
    path.write_text(whole.replace("lock: null\n", lock))
    _, failures = read_plans(["tiny"], project)
    assert "changed after" in failures["tiny"].text


def test_a_week_or_measure_of_the_plan_passes(project):
    plans = {"tiny": read_plan(project / "plans" / "tiny.yaml")}
    refuse_unplanned({"02_effect": {"week": 8, "measure": "pain_vas"}, "01_people": {}}, plans)
    refuse_unplanned({"02_effect": {"week": None}}, plans)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"week": 13}, "The plan of `tiny` has no week 13."),
        ({"week": 0}, "its weeks are: 8, 16"),
        ({"measure": "pain"}, "its measures are: pain_vas"),
    ],
)
def test_a_week_or_measure_that_is_not_planned_is_refused(project, given, message):
    plans = {"tiny": read_plan(project / "plans" / "tiny.yaml")}
    with pytest.raises(UsageError, match=message):
        refuse_unplanned({"01_people": {}, "02_effect": given}, plans)

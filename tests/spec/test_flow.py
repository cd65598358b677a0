"""The stages of studies under way: what is in hand, what is to come, and what is tried again."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from analysis.errors import BatchError
from analysis.run.batch.summary import Tally
from analysis.run.flow import LOST, Flow, StudyRun
from analysis.run.job import Failure, Job, Outcome

CHAPTERS = ("01_people", "02_effect", "03_more")


class ByHand:
    """An engine whose stages end when the test says so."""

    workers = 1

    def __init__(self):
        self.given = []

    def submit(self, stage, *given):
        future = Future()
        # The pool of processes calls also the one that is taken next a running one.
        future.set_running_or_notify_cancel()
        self.given.append((stage, future))
        return future

    def end(self, stage, seconds=2.0, failure=None):
        """The oldest one ends, as the stage of that name."""
        _, future = next(each for each in self.given if not each[1].done())
        future.set_result(
            Outcome(study="tiny", stage=stage, started="", seconds=seconds, failure=failure)
        )


@pytest.fixture
def engine():
    return ByHand()


@pytest.fixture
def study(tmp_path):
    def job(chapter):
        where = {"notebook": Path(chapter), "folder": tmp_path, "root": tmp_path}
        return Job(study="tiny", run="main", chapter=chapter, **where)

    jobs = [job(chapter) for chapter in CHAPTERS]
    return StudyRun("tiny", "main", tmp_path, tmp_path, tmp_path, jobs)


def stages(flow):
    return [stage for stage, _ in flow.waiting()]


def test_what_is_in_hand_and_what_is_to_come(engine, study):
    flow = Flow(engine)
    flow.begin(study)
    assert stages(flow) == ["data", *CHAPTERS, "report"]
    assert flow.running() == [("tiny", "main", "data")]
    outcomes = flow.outcomes()
    engine.end("data")
    next(outcomes)
    assert stages(flow) == [*CHAPTERS, "report"]
    # One worker has one in hand, though all were given to the engine.
    assert flow.running() == [("tiny", "main", "01_people")]
    for chapter in CHAPTERS:
        engine.end(chapter)
        next(outcomes)
    assert stages(flow) == ["report"]
    engine.end("report")
    next(outcomes)
    assert (stages(flow), flow.running(), list(outcomes)) == ([], [], [])


def test_time_is_left_while_a_chapter_of_the_last_study_runs(engine, study):
    flow, tally = (
        Flow(engine),
        Tally(kept=0, planned=3, runs=1, expected=dict.fromkeys(CHAPTERS, 8)),
    )
    flow.begin(study)
    outcomes = flow.outcomes()
    for stage in ("data", "01_people"):
        engine.end(stage, 10.0)
        tally.ended("main", next(outcomes)[1])
    # Two chapters of 8 s and a report that takes as long as a chapter does, of (10 + 8 + 8) / 3 s.
    left = tally.seconds_left(flow.waiting(), engine.workers)
    assert left == pytest.approx(16 + 26 / 3, abs=0.5)


def test_a_stage_that_was_lost_is_told_and_given_again(engine, study):
    flow = Flow(engine)
    flow.begin(study)
    outcomes = flow.outcomes()
    engine.given[0][1].set_exception(OSError())
    _, outcome = next(outcomes)
    assert (outcome.stage, outcome.again, outcome.failure.kind) == ("data", True, LOST)
    assert (study.done, study.notes) == ([], ["data was run again after: lost worker"])
    engine.end("data")
    _, outcome = next(outcomes)
    assert (outcome.stage, outcome.again, outcome.failure) == ("data", False, None)


def test_after_a_failure_nothing_is_to_come(engine, study):
    flow = Flow(engine)
    flow.begin(study)
    outcomes = flow.outcomes()
    wrong = Failure(stage="data", kind="DataError", text="", exit_code=11)
    engine.end("data", failure=wrong)
    next(outcomes)
    assert (stages(flow), [name for name, _ in engine.given]) == ([], ["prepare"])


def test_a_cluster_that_cannot_go_on_ends_it_all(engine, study):
    flow = Flow(engine)
    flow.begin(study)
    engine.given[0][1].set_exception(BatchError("A worker is not fit."))
    with pytest.raises(BatchError, match="not fit"):
        next(flow.outcomes())

"""The stages of studies under way: what is in hand, what is to come, and what is tried again."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from analysis.errors import BatchError
from analysis.run.batch.summary import Tally
from analysis.run.flow import Flow
from analysis.run.job import Failure, Job, Outcome
from analysis.run.lost import LOST
from analysis.run.study_run import StudyRun

CHAPTERS = ("01_people", "02_effect", "03_more")


class ByHand:
    """An engine whose stages end when the test says so."""

    workers = 1
    together = False

    def __init__(self):
        self.given = []
        self.lost = []

    def in_hand_when_lost(self, future):
        return True

    def begun_again(self):
        lost, self.lost = self.lost, []
        return lost

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
    return study_run(tmp_path, "main", CHAPTERS)


def study_run(place, run, chapters):
    where = {"folder": place, "root": place}
    jobs = [
        Job(study="tiny", run=run, chapter=chapter, notebook=Path(chapter), **where)
        for chapter in chapters
    ]
    return StudyRun("tiny", run, place, place, place, jobs)


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


def test_every_run_has_its_own_attempts(engine, tmp_path):
    flow, again = Flow(engine, retries=1), []
    wrong = Failure(stage="01_people", kind="ValueError", text="", exit_code=1)
    study = study_run(tmp_path, "before", ("01_people",))
    for number in range(40):
        # A run is freed when it has ended, and the next one may be made in its place in memory.
        vars(study).update(vars(study_run(tmp_path, f"run-{number}", ("01_people",))))
        flow.begin(study)
        outcomes = flow.outcomes()
        stages = ("data", None), ("01_people", wrong), ("01_people", None), ("report", None)
        for stage, failure in stages:
            engine.end(stage, failure=failure)
            _, outcome = next(outcomes)
            again += [study.run] if outcome.again else []
        assert list(outcomes) == []
        assert not study.failures
    assert again == [f"run-{number}" for number in range(40)]


def test_a_stage_that_a_cluster_began_again_is_told_and_counted(engine, study):
    flow = Flow(engine)
    flow.begin(study)
    outcomes = flow.outcomes(every=0.01)
    for _ in range(3):
        engine.lost = [engine.given[0][1]]
        _, outcome = next(outcomes)
        assert (outcome.stage, outcome.again, outcome.failure.kind) == ("data", True, LOST)
        assert next(outcomes) is None
    assert study.notes == ["data was run again after: lost worker"] * 3
    # The cluster gives it up: it had as many attempts as a stage has.
    engine.given[0][1].set_exception(OSError())
    _, outcome = next(outcomes)
    assert (outcome.again, outcome.failure.kind, len(engine.given)) == (False, LOST, 1)


class Breaking(ByHand):
    """An engine of two workers, of which each ends all when it dies."""

    workers = 2
    together = True

    def in_hand_when_lost(self, future):
        return future in self.first


def test_only_what_ends_its_worker_fails_and_what_was_not_begun_is_not_told(tmp_path):
    engine, chapters = Breaking(), tuple(f"{n:02d}_x" for n in range(9))
    flow = Flow(engine)
    flow.begin(study_run(tmp_path, "main", chapters))
    told, together = [], []
    for each in flow.outcomes(every=0.01):
        if each is not None:
            told.append(each[1])
            continue
        # All that had ended was taken in.
        left = [future for _, future in engine.given if not future.done()]
        engine.first = left[: engine.workers]
        together.append([stage for _, _, stage in flow.running()])
        if "03_x" in together[-1]:
            for future in left:
                future.set_exception(OSError())
        else:
            engine.end(together[-1][0])
    failed = [each.stage for each in told if each.failure and not each.again]
    again = [each.stage for each in told if each.again]
    assert failed == ["03_x"]
    # Twice with the one beside it, then alone.
    assert again == ["02_x", "03_x", "02_x", "03_x", "03_x"]
    assert {each.stage for each in told if not each.failure} == {"data", *chapters} - {"03_x"}
    assert [each for each in together if "03_x" in each] == [["02_x", "03_x"]] * 2 + [["03_x"]] * 2

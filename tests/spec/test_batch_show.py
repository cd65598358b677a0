"""What is seen of a batch under way: counts, what runs, what failed, and the time that is left."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from analysis.run.batch.show import Lines, LiveTable, picture
from analysis.run.batch.summary import Ahead, Tally, duration
from analysis.run.job import Failure, Outcome, StudyOutcome

LOST = Failure(stage="02_effect", kind="dead kernel", text="It died.", exit_code=15)


def outcome(chapter, seconds, failure=None):
    return Outcome(study="tiny", stage=chapter, started="", seconds=seconds, failure=failure)


@pytest.fixture
def tally():
    made = Tally(kept=3, planned=4, runs=2, expected={"02_effect": 10.0})
    made.ended("main", outcome("data", 1.0))
    made.ended("main", outcome("01_people", 2.0))
    made.ended("main", outcome("01_people", 4.0))
    made.closed(StudyOutcome(study="tiny", run="main", seconds=3.0, report=None, failures=(LOST,)))
    return made


def seen(renderable):
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(renderable)
    return console.file.getvalue()


def test_the_table_counts_what_is_done_runs_failed_and_is_left(tally):
    ahead = Ahead(running=[("tiny", "main", "02_effect")], waiting=1, seconds=75.0)
    text = seen(picture(ahead, tally))
    assert "2 done, 1 running, 1 waiting, 3 up to date, 1 failed; about 1 min 15 s to go" in text
    assert "running tiny main 02_effect" in " ".join(text.split())
    assert "failed tiny main 02_effect: dead kernel" in " ".join(text.split())


def test_the_time_left_comes_from_how_long_chapters_took(tally):
    # Now 3 s on average here, 10 s when it was run before; half of both where nobody knows.
    assert tally.seconds_left([("01_people", 0.0)], 1) == 3.0
    assert tally.seconds_left([("02_effect", 0.0), ("02_effect", 0.0)], 2) == 10.0
    assert tally.seconds_left([("09_new", 0.0)], 1) == 6.5
    assert tally.seconds_left([("data", 0.0)], 1) == 1.0
    assert tally.seconds_left([], 1) == 0.0
    assert Tally(kept=0, planned=1, runs=1, expected={}).seconds_left([("x", 0.0)], 1) is None


def test_what_runs_is_counted_by_what_is_left_of_it(tally):
    assert tally.seconds_left([("02_effect", 4.0)], 1) == 6.0
    # One stage cannot be shared; a late one is never said to be about to end.
    assert tally.seconds_left([("02_effect", 4.0), ("01_people", 0.0)], 4) == 6.0
    assert tally.seconds_left([("02_effect", 20.0)], 1) == 2.0


def test_the_table_is_drawn_on_a_terminal_and_taken_away(tally):
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    table = LiveTable(console)
    table.waiting(Ahead(running=[], waiting=2), tally)
    table.stop()
    assert "2 done" in console.file.getvalue()


def test_a_pipe_has_a_line_for_each_chapter(tally):
    stream = io.StringIO()
    lines = Lines(stream)
    lines.ended("main", outcome("01_people", 4.0), tally)
    lines.ended("main", outcome("02_effect", 1.0, LOST), tally)
    assert stream.getvalue().splitlines() == [
        "done    tiny main 01_people  4.0 s  (2 of 4)",
        "failed  tiny main 02_effect: dead kernel",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (59.9, "59.9 s"), (250, "4 min 10 s"), (7500, "2 h 05 min")],
)
def test_times_are_told_as_people_read_them(seconds, words):
    assert duration(seconds) == words

"""A batch followed as it goes: what ends is counted, noted in the journal and shown."""

from __future__ import annotations

import time
from pathlib import Path

from analysis.report.index import write_index
from analysis.run import folder
from analysis.run.batch.carry import Carrier, Ended
from analysis.run.batch.journal import Journal
from analysis.run.batch.show import Show
from analysis.run.batch.summary import OWN, Ahead, Tally
from analysis.run.job import Outcome, StudyOutcome

# Seconds between two looks at what is under way.
_EVERY = 0.5
# Seconds between two writings of the index while runs come in.
_INDEX = 20


def follow(carrier: Carrier, journal: Journal, tally: Tally, show: Show, root: Path) -> None:
    """Takes in what ends until nothing is left to be begun.

    Raises:
        BatchError: the scheduler has gone, or a worker is not fit.
        AnalysisError: the disk takes no more.
    """
    indexed, shown = time.monotonic(), float("-inf")
    for told in carrier.outcomes(_EVERY):
        tally.announce(carrier.more)
        carrier.more = 0
        if isinstance(told, Ended):
            tally.ended(told.run, told.outcome)
            _note(journal, told.run, told.outcome)
            show.ended(told.run, told.outcome, tally)
        elif isinstance(told, StudyOutcome):
            tally.closed(told)
            if told.report is not None:
                journal.add("placed", study=told.study, run=told.run)
            show.closed(told, tally)
            if time.monotonic() - indexed > _INDEX:
                write_index(root / folder.REPORTS)
                indexed = time.monotonic()
        # Of many thousand runs the rest is not counted after each.
        if time.monotonic() - shown >= _EVERY:
            shown = time.monotonic()
            show.waiting(_ahead(carrier, tally), tally)
    show.waiting(_ahead(carrier, tally), tally)


def _note(journal: Journal, run: str, outcome: Outcome) -> None:
    words = {"study": outcome.study, "run": run, "chapter": outcome.stage}
    if outcome.failure is not None:
        journal.add("again" if outcome.again else "failed", **words, kind=outcome.failure.kind)
    elif outcome.stage in OWN:
        journal.add("stage", **words, seconds=outcome.seconds)
    else:
        journal.add("done", **words, seconds=outcome.seconds)


def _ahead(carrier: Carrier, tally: Tally) -> Ahead:
    """What is in hand and to come: of the runs under way, and of those not begun."""
    running, stages = carrier.flow.running(), carrier.flow.waiting()
    for decision in carrier.queue:
        stages += [(step.chapter, 0.0) for step in decision.to_run] + [("report", 0.0)]
    chapters = sum(stage not in OWN for stage, _ in stages)
    chapters -= sum(stage not in OWN for _, _, stage in running)
    seconds = tally.seconds_left(stages, carrier.engine.workers)
    return Ahead(running=running, waiting=chapters, seconds=seconds)

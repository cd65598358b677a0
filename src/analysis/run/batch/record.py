"""A batch recorded when it has ended: the index of all runs, and the crate that describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from analysis import report
from analysis.report.index import write_index
from analysis.result.files import replace_file
from analysis.run import folder
from analysis.run.batch.journal import FOLDER
from analysis.run.batch.layout import Layout, PlannedRun
from analysis.run.batch.summary import LOST, STOPPED, Tally
from analysis.run.private import scrub

_NOT_ENDED = {
    STOPPED: "The batch was stopped before this run had ended.",
    LOST: "The batch could not go on before this run had ended.",
    "ended": "This run was not begun: so many stages had failed that nothing new was.",
}


def record_batch(layout: Layout, tally: Tally, root: Path, started: str) -> None:
    """Writes the index, and ``reports/ro-crate-metadata.json`` of the batch.

    The crate tells every run that has a report, whenever it was made, and every run that failed or
    was stopped in this batch; the batch file lies beside its journal. A later batch, whatever its
    name, describes the folder anew.

    Args:
        layout: the batch.
        tally: what became of it.
        root: the project folder.
        started: when it was begun.

    Raises:
        DataError: the disk refuses a file.
    """
    reports = root / folder.REPORTS
    write_index(reports)
    definition = f"{FOLDER}/{layout.name}.yaml"
    replace_file(reports / definition, layout.file.read_bytes())
    runs = [_record(run, tally, root) for run in layout.runs]
    # Loaded here only: a batch with nothing to do does without the library.
    crate = report.batch_crate
    crate.write_batch_crate(
        reports,
        crate.BatchRecord(
            name=layout.name,
            definition=definition,
            started=started,
            ended=datetime.now(UTC).isoformat(timespec="seconds"),
            runs=[run for run in runs if run is not None],
        ),
    )


def _record(run: PlannedRun, tally: Tally, root: Path) -> report.batch_crate.RunRecord | None:
    """A run as it is now; None if it never ran and was not asked for."""
    key = (run.study, run.run)
    given = {
        "study": run.study,
        "run": run.run,
        "folder": run.place,
        "parameters": {name: v for own in run.chapters.values() for name, v in own.items()},
    }
    failed = [f"{f.stage}: {f.kind}. {f.text}" for *own, f in tally.failures if tuple(own) == key]
    if failed or key in tally.unplaced:
        began, ended = tally.times.get(key, (None, None))
        error = scrub("\n".join(failed) or _NOT_ENDED[tally.ending], root)
        return report.batch_crate.RunRecord(**given, started=began, ended=ended, error=error)
    times = _times(folder.run_folder(root, run.study, run.run))
    if times is None:
        return None
    ended = report.crate_parts.last_end(times["chapters"])
    return report.batch_crate.RunRecord(**given, started=times.get("started"), ended=ended)


def _times(good: Path) -> Mapping | None:
    """When a finished run was made; None where there is none."""
    try:
        return json.loads((good / folder.NOTES).read_text(encoding="utf-8"))["times"]
    except (OSError, ValueError, KeyError, TypeError):
        return None

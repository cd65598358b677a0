"""What moved between two runs of a study, and why: changed results beside changed inputs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import DataError
from analysis.report.inputs import InputChange, changed_inputs
from analysis.report.provenance import read_provenance
from analysis.result.compare import Comparison, Move, compare_results
from analysis.result.files import replace_file
from analysis.result.store import read_results

FILE = "moved.json"
RESULTS = "results.parquet"
STATUS = "status.json"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the front page said and says, in words without links; None where it gave no answer."""

    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A run compared with a former one.

    Attributes:
        run, started: name of the former run and when it was made; None where there is none.
        unreadable: True where there is one that cannot be read.
        results: what became of its result rows.
        inputs: which inputs differ.
        answers: the answer on both front pages; None where nobody noted it.
        kept: unchanged results of chapters that were not run again.
    """

    run: str | None
    started: str | None
    unreadable: bool
    results: Comparison
    inputs: tuple[InputChange, ...]
    answers: Answers | None = None
    kept: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no result and no input differs."""
        return not self.results.moved and not self.inputs

    def record(self) -> dict[str, object]:
        """As plain values, for JSON."""
        return {
            "compared_with": {"run": self.run, "started": self.started} if self.run else None,
            "unreadable": self.unreadable,
            "answer": asdict(self.answers) if self.answers else None,
            "results": {
                "unchanged": self.results.unchanged,
                "not_recalculated": self.kept,
                "changed": [_record(move) for move in self.results.changed],
                "added": list(self.results.added),
                "removed": list(self.results.removed),
            },
            "inputs": [asdict(change) for change in self.inputs],
        }


@dataclass(frozen=True, kw_only=True)
class Former:
    """The run that a new one takes the place of, and how its raw data differ."""

    folder: Path
    data: Sequence[InputChange] = ()


_NOTHING = Comparison(unchanged=0, changed=(), added=(), removed=())
NO_FORMER = Moved(run=None, started=None, unreadable=False, results=_NOTHING, inputs=())


def compare_runs(
    former: Former, folder: Path, rows: pd.DataFrame, noted: Mapping, answer: str | None
) -> Moved:
    """What moved from a former run to the one in `folder`.

    Args:
        former: the run to compare with.
        folder: the folder of the present run.
        rows: its results.
        noted: its provenance.
        answer: what its front page says, in words without links.

    Raises:
        DataError: the former run cannot be read.
    """
    before = read_results(former.folder / RESULTS)
    try:
        was = read_provenance(former.folder)
        inputs = changed_inputs(former.folder, folder, was, noted, former.data)
        results = compare_results(before, rows)
        return Moved(
            run=was["run"],
            started=was["times"].get("started"),
            unreadable=False,
            results=results,
            inputs=inputs,
            answers=Answers(before=answer_of(former.folder), after=answer),
            kept=_not_recalculated(rows, results, was, noted),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise DataError(
            "A run cannot be compared: its provenance is missing, damaged or of an older version.",
            where=f"{former.folder.name}/provenance.json",
            why="without it nobody can say which input moved a number",
            do="run it again",
        ) from error


def answer_of(folder: Path) -> str | None:
    """The answer on the front page of a finished run; None where it has none or none is noted."""
    try:
        return json.loads((folder / STATUS).read_text(encoding="utf-8"))["headline"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_moves(
    former: Former | None,
    folder: Path,
    rows: pd.DataFrame,
    noted: Mapping,
    *,
    answer: str | None,
    anew: bool,
) -> Moved:
    """Compares a run with the one it replaces, and writes ``moved.json``.

    A run that changed nothing, or of which only the pages are built again, says what its former
    one said: so the same inputs give the same bytes however often they are run, and the last change
    stays in sight.

    Args:
        former: the run to compare with; None where this is the first.
        folder: the folder of the present run.
        rows: its results.
        noted: its provenance.
        answer: what its front page says, in words without links.
        anew: whether a chapter was run now.
    """
    moved = NO_FORMER
    if former is not None:
        said = _read(former.folder)
        try:
            moved = compare_runs(former, folder, rows, noted, answer)
        except DataError:
            moved = Moved(**(vars(NO_FORMER) | {"unreadable": True}))
        if said is not None and (moved.nothing or not anew) and not moved.unreadable:
            moved = said
    text = json.dumps(moved.record(), indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / FILE, text.encode())
    return moved


def _not_recalculated(rows: pd.DataFrame, found: Comparison, was: Mapping, now: Mapping) -> int:
    """How many results are those of before because their chapter was not run again.

    A chapter that was kept is noted with the time of the run that it was made in.
    """
    before, after = (noted["times"]["chapters"] for noted in (was, now))
    kept = [name for name, time in after.items() if before.get(name) == time]
    other = {*found.added, *(move.id for move in found.changed)}
    return int((rows["chapter"].isin(kept) & ~rows["id"].isin(other)).sum())


def _record(move: Move) -> dict[str, object]:
    columns = {name: {"before": then, "after": now} for name, then, now in move.columns}
    return {"id": move.id, "standard_errors": move.shift, "columns": columns}


def _read(folder: Path) -> Moved | None:
    """What a run folder says of its last change; None where it says nothing that can be read."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        with_ = said["compared_with"] or {"run": None, "started": None}
        results, answers = said["results"], said.get("answer")
        changed = tuple(_move(each) for each in results["changed"])
        return Moved(
            run=with_["run"],
            started=with_["started"],
            unreadable=said["unreadable"],
            results=Comparison(
                unchanged=results["unchanged"],
                changed=changed,
                added=tuple(results["added"]),
                removed=tuple(results["removed"]),
            ),
            inputs=tuple(InputChange(**each) for each in said["inputs"]),
            answers=Answers(**answers) if answers else None,
            kept=results.get("not_recalculated", 0),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _move(said: Mapping) -> Move:
    columns = tuple((name, c["before"], c["after"]) for name, c in said["columns"].items())
    return Move(id=said["id"], shift=said["standard_errors"], relative=math.nan, columns=columns)

"""Which runs of a batch were asked for by name: a study, a run, or both."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from analysis.errors import UsageError
from analysis.plan.problem import nearest
from analysis.run.batch.layout import PlannedRun


def chosen(runs: Sequence[PlannedRun], only: Sequence[str]) -> list[PlannedRun]:
    """The runs that one of the words names, all where there is no word.

    Raises:
        UsageError: a word names none; suggests the nearest.
    """
    named = []
    for word in only:
        found = [run for run in runs if _named(run, word)]
        if not found:
            known = sorted({n for run in runs for n in (run.study, run.run, run.place)})
            near = nearest(word, known)
            raise UsageError(
                f"The batch has no study or run `{word}`.",
                where="--only",
                do=f"did you mean `{near}`?" if near else "see all with --dry-run",
            )
        named += found
    return [run for run in runs if run in named] if only else list(runs)


def _named(run: PlannedRun, word: str) -> bool:
    return any(fnmatchcase(name, word) for name in (run.study, run.run, run.place))

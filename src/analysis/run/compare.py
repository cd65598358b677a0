"""Two finished runs of one study, found by name or folder, and what moved between them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import MovedError, UsageError
from analysis.report.moved import RESULTS, Former, Moved, answer_of, compare_runs
from analysis.report.moved_words import terminal_text
from analysis.report.provenance import read_provenance
from analysis.result.compare import beyond
from analysis.result.store import read_results
from analysis.run.folder import NOTES, REPORTS
from analysis.run.former import changed_data

ANY = "any"
_IDS = 5


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two runs and what moved: their names, and which results went further than allowed."""

    before: str
    after: str
    moved: Moved
    beyond: tuple[str, ...]

    def record(self) -> dict[str, object]:
        """As plain values, for JSON."""
        found = self.moved.record()
        return {"before": self.before, "after": self.after, **found, "beyond": list(self.beyond)}

    def refuse(self, threshold: str) -> None:
        """Passes where no result went further than allowed.

        Raises:
            MovedError: some did; names the first.
        """
        if not self.beyond:
            return
        more = f" and {len(self.beyond) - _IDS} more" if len(self.beyond) > _IDS else ""
        far = "at all" if threshold == ANY else f"by more than {threshold} standard errors"
        raise MovedError(
            f"{len(self.beyond)} results moved {far}, came or went: "
            f"{', '.join(self.beyond[:_IDS])}{more}.",
            where=f"{self.after}, compared with {self.before}",
            why="--fail-on says that this must not happen unseen",
            do="read above which input moved them; where that is right, compare with this run from "
            "now on",
        )


def compare_named(before: str, after: str, root: Path, fail_on: str | None = None) -> Compared:
    """What moved from one run to another.

    Args:
        before: the former run: ``study/run``, the name of a run that one study only has, or a
            folder that holds a finished run.
        after: the run that came after it, named in the same way.
        root: the project's folder.
        fail_on: ``any`` or standard errors; None lets everything pass.

    Raises:
        UsageError: there is no such finished run, the two are of different studies, or the
            threshold is no number.
        DataError: a run cannot be read.
    """
    threshold = _threshold(fail_on)
    folders = [_find(name, root) for name in (before, after)]
    noted = [read_provenance(folder) for folder in folders]
    studies = [each.get("study", "") for each in noted]
    if studies[0] != studies[1]:
        raise UsageError(
            f"These are runs of two studies: {studies[0]} and {studies[1]}.",
            where=f"{before} {after}",
            why="their numbers answer for different people, so a difference is no move of a number",
            do="compare two runs of one study; studies are put side by side in a synthesis",
        )
    data = changed_data(*folders, studies[0], root)
    rows = read_results(folders[1] / RESULTS)
    former = Former(folder=folders[0], data=data)
    moved = compare_runs(former, folders[1], rows, noted[1], answer_of(folders[1]))
    return Compared(
        before=_shown(folders[0], root),
        after=_shown(folders[1], root),
        moved=moved,
        beyond=() if fail_on is None else beyond(moved.results, threshold),
    )


def told(compared: Compared, *, as_json: bool = False) -> str:
    """The comparison for a terminal, or all of it as JSON."""
    if as_json:
        return json.dumps(compared.record(), indent=1, ensure_ascii=False)
    return terminal_text(compared.moved, compared.before, compared.after)


def _threshold(fail_on: str | None) -> float | None:
    if fail_on is None or fail_on == ANY:
        return None
    try:
        threshold = float(fail_on)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold < float("inf"):
        raise UsageError(
            f"`{fail_on}` is no threshold.",
            where="--fail-on",
            do=f"give standard errors, such as 0.1, or `{ANY}` for any change at all",
        )
    return threshold


def _find(name: str, root: Path) -> Path:
    reports = root / REPORTS
    for folder in (Path(name), root / name, reports / name):
        if _finished(folder):
            return folder.resolve()
    runs = sorted(path.parent for path in reports.glob(f"*/*/{RESULTS}") if _listed(path.parent))
    own = [folder for folder in runs if folder.name == name]
    if len(own) == 1:
        return own[0]
    known = ", ".join(_shown(folder, root) for folder in (own or runs))
    raise UsageError(
        f"Several studies have a run `{name}`." if own else f"There is no finished run `{name}`.",
        where="RUN",
        do=f"name one of: {known}" if known else "run a study first: analysis run --all",
    )


def _finished(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (RESULTS, NOTES))


def _listed(folder: Path) -> bool:
    return not folder.name.startswith(".") and _finished(folder)


def _shown(folder: Path, root: Path) -> str:
    """The name of a run; of a folder elsewhere, its last two parts."""
    reports = (root / REPORTS).resolve()
    folder = folder.resolve()
    if folder.is_relative_to(reports):
        return folder.relative_to(reports).as_posix()
    return Path(*folder.parts[-2:]).as_posix()

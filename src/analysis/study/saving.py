"""Where a chapter saves its results: in the run that is being built, or by hand beside the runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import UsageError
from analysis.plan.places import FINISHED, RUN_FOLDER, safe_name

# A run by hand is kept apart from the runs of the command line.
BY_HAND = "by-hand"


def is_by_hand(run: str | None) -> bool:
    """Whether a person runs the chapter, in JupyterLab or by papermill, and not the runner."""
    return run is None or RUN_FOLDER not in os.environ


def saving_folder(
    root: Path, study: str, run: str | None, parameters: Mapping[str, int | str | None]
) -> Path:
    """The folder of the run that a chapter belongs to.

    By hand, what departs from the plan stands in the folder's name, as in `by-hand-week_12`: runs
    of other values do not take one another's place.

    Args:
        root: the project's folder.
        study: the study's name.
        run: the name of the run; None when run by hand.
        parameters: what was given to the chapter; None is as planned.

    Raises:
        UsageError: an unsafe name, or the run of this name is finished.
    """
    if not is_by_hand(run):
        return root / os.environ[RUN_FOLDER]
    runs = root / "reports" / study
    name = BY_HAND if run is None else safe_name(run, "run")
    refuse_finished(runs / name)
    given = [f"{key}_{value}" for key, value in parameters.items() if value is not None]
    folder = runs / safe_name("-".join([name, *given]), "run")
    refuse_finished(folder)
    return folder


def refuse_finished(folder: Path) -> None:
    """Refuses to save by hand into a run that is finished.

    Raises:
        UsageError: the folder holds a finished run.
    """
    if not (folder / FINISHED).is_file():
        return
    study, run = folder.parent.name, folder.name
    raise UsageError(
        f"The run `{run}` of `{study}` is finished; a chapter that is run by hand does not save "
        "into it.",
        where=f"reports/{study}/{run}",
        why="its report says what its numbers were made from; a chapter that came in later would "
        "contradict the page, and would be called planned",
        do=f"leave `run` out, and the chapter saves in reports/{study}/{BY_HAND}, or give it "
        f"another name; to make the run itself anew: analysis run {study} --run {run}",
    )

"""Where things of a project lie: its root, its plans, and names that cannot leave their folders."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.errors import PlanError, UsageError
from analysis.plan.problem import listed, nearest, shown_path

# Environment variable: the folder, from the root, in which a run is being built out of sight. The
# runner sets it, and the chapters that it starts save there.
RUN_FOLDER = "ANALYSIS_RUN_FOLDER"
# The last file of a run's folder: where it lies, the run is finished.
FINISHED = "status.json"
LONGEST = 80
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Windows gives these names to devices, whatever follows a dot.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}
_WHY_NAME = (
    "Names become folders and files; an unsafe one could write outside its folder "
    "or fail on another system."
)
_DO_NAME = (
    f"Use letters a to z, digits, `_`, `-` and `.`, up to {LONGEST}; "
    "begin with a letter, digit or `_`."
)


def name_fault(name: str) -> str | None:
    """What makes a name unsafe as a file name on any system; None if nothing does."""
    if not name:
        return "it is empty"
    if len(name) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if not _SAFE.fullmatch(name):
        return "it holds a character, or begins with one, that cannot stand in every file name"
    if name.endswith("."):
        return "it ends with a dot"
    if name.split(".")[0].lower() in _DEVICES:
        return "Windows keeps this name for a device"
    return None


def safe_name(name: str, what: str) -> str:
    """The name itself, once it is known to stay in its folder on every system.

    Args:
        name: a study's, run's or file's name as typed.
        what: what is named, in words, such as `run`.

    Raises:
        UsageError: it is empty, too long, holds a separator or another unsafe character, begins
            with a dot or a dash, or is the name of a device.
    """
    fault = name_fault(name)
    if fault is None:
        return name
    raise UsageError(
        f"This name of a {what} cannot be used: {fault}.",
        where=f"{what} {name[:LONGEST]!r}",
        why=_WHY_NAME,
        do=_DO_NAME,
    )


def project_root(start: Path | None = None) -> Path:
    """The project's folder: the nearest one at or above `start` that holds a folder `plans`.

    Args:
        start: where to begin; the current folder if None.

    Raises:
        UsageError: no folder above holds `plans`.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "plans").is_dir():
            return folder
    raise UsageError(
        "There is no project here: no folder `plans` in this folder or above it.",
        where=str(start),
        why="Data and reports lie beside `plans`, so nothing can be found without it.",
        do="Change to the project's folder and type the command again.",
    )


def plan_path(name_or_path: str | Path, root: Path) -> Path:
    """The plan file that is meant by a study's name (`demo`) or a path (`plans/demo.yaml`).

    Args:
        name_or_path: as typed; a path is looked up from the current folder, then from the root.
        root: the project's folder.

    Raises:
        UsageError: the name could leave its folder.
        PlanError: there is no such plan in the project.
    """
    typed = Path(name_or_path)
    plans = root / "plans"
    if typed.suffix == ".yaml" or len(typed.parts) > 1:
        found = next((p for p in (typed, root / typed) if p.is_file()), root / typed)
        safe_name(found.stem, "plan")
    else:
        found = plans / f"{safe_name(str(name_or_path), 'study')}.yaml"
    if not found.is_file() or found.suffix != ".yaml":
        raise _absent(found, plans)
    if found.parent.resolve() != plans.resolve():
        raise PlanError(
            f"The plan {shown_path(found)} lies outside the folder `plans` of this project, where "
            "every plan must lie.",
            where=str(found.parent),
            why="Data and reports are found from the project's folder; two projects would mix.",
            do=f"Move the plan to {shown_path(plans)}, or work in the project it belongs to.",
        )
    return found


def _absent(path: Path, plans: Path) -> PlanError:
    known = sorted(p.stem for p in plans.glob("*.yaml"))
    near = nearest(path.stem, known)
    return PlanError(
        f"There is no plan {shown_path(path)}.",
        where=shown_path(plans),
        why="A study starts from its plan.",
        do=(f"Did you mean `{near}`? " if near else "")
        + (f"Plans here: {listed(known)}." if known else "The folder holds no plan yet."),
    )

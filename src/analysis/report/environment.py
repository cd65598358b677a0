"""With what a report was made: Python, packages, the state of the project's history."""

from __future__ import annotations

import platform
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import distributions
from pathlib import Path

from analysis.report.hashing import content_hash, file_hash

LOCK = "requirements.lock"


def environment(root: Path) -> dict[str, object]:
    """Versions of Python and of every package, their hash, and the lock file's."""
    packages = versions()
    lock = root / LOCK
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": packages,
        "sha256": content_hash(packages),
        LOCK: file_hash(lock) if lock.is_file() else None,
    }


def versions() -> dict[str, str]:
    """The version of every installed package by its name."""
    # What is installed or removed changes the time of the folder that holds it.
    folders = [Path(entry or ".") for entry in sys.path]
    return dict(_versions(tuple((f, f.stat().st_mtime_ns) for f in folders if f.is_dir())))


@lru_cache(maxsize=1)
def _versions(_: tuple[tuple[Path, int], ...]) -> dict[str, str]:
    # Each look at `metadata` reads the package's file again.
    told = (each.metadata for each in distributions())
    found = {each["Name"]: each["Version"] for each in told if each["Name"]}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def history(root: Path) -> dict[str, object]:
    """The commit of the project and whether files differ from it; None where git cannot tell."""
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no") if commit else None
    return {"commit": commit, "changed": None if changes is None else bool(changes)}


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()

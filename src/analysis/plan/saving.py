"""Writing a text file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analysis.errors import PlanError
from analysis.plan.problem import shown_path


def save_text(text: str, path: Path) -> None:
    """Write `text` to `path` as UTF-8; a reader finds the old file or the new, never a part.

    Raises:
        PlanError: the file cannot be written; an older one is left as it was.
    """
    spare = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, spare = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner reads; others should read a plan.
        os.chmod(spare, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(spare, path)
    except OSError as error:
        raise PlanError(
            f"The file {shown_path(path)} cannot be written: {error.strerror}.",
            where=shown_path(path.parent),
            why="The plan on disk would not be the plan that was used.",
            do="Check that the folder may be written to and that the disk has room; run it again.",
        ) from None
    finally:  # also when the program is stopped in between
        if spare is not None:
            Path(spare).unlink(missing_ok=True)

"""The list of all reports: what failed first, then every run with its answer."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.report.fill import fill

STATUS = "status.json"


def write_index(reports: Path) -> Path:
    """Writes ``index.html`` of a reports folder from the status of every run in it.

    Returns:
        The path of the index.
    """
    statuses = [_status(path) for path in sorted(reports.glob("*/*/" + STATUS))]
    statuses = [status for status in statuses if not status["folder"].split("/")[1].startswith(".")]
    failed = [status for status in statuses if status["status"] == "failed"]
    good = [status for status in statuses if status["status"] == "complete"]
    places = {status["folder"] for status in good}
    for status in failed:
        last = f"{status['study']}/{status['run']}"
        status["last_good"] = last if last in places else None
    page = fill("index.html.j2", failed=failed, good=good)
    beside = reports / ".index.html.part"
    beside.write_text(page, encoding="utf-8")
    return beside.replace(reports / "index.html")


def _status(path: Path) -> dict:
    status = json.loads(path.read_text(encoding="utf-8"))
    return status | {"folder": path.parent.relative_to(path.parents[2]).as_posix()}

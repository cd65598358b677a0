"""The list of all reports: what failed or cannot be read first, then every run's answer."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.report.fill import fill

STATUS = "status.json"
_RUN = {"study": str, "run": str, "finished": str}
# What the page shows of a run; a file without it is damaged, or of an older version.
_SHOWN = {
    "complete": _RUN | {"title": str, "headline": str | None, "departures": list, "chapters": list},
    "failed": _RUN | {"failures": list},
}
_FAILURE = {"stage": str, "kind": str, "text": str, "notebook": str | None}


def write_index(reports: Path) -> Path:
    """Writes ``index.html`` of a reports folder from the status of every run in it.

    A status that cannot be read is shown as such, with its place, and hides no other run.

    Returns:
        The path of the index.
    """
    statuses = [_status(path) for path in sorted(reports.glob("*/*/" + STATUS))]
    statuses = [status for status in statuses if not status["folder"].split("/")[1].startswith(".")]
    failed = [status for status in statuses if status["status"] == "failed"]
    good = [status for status in statuses if status["status"] == "complete"]
    unreadable = [status for status in statuses if status["status"] == "unreadable"]
    places = {status["folder"] for status in good}
    for status in failed:
        last = f"{status['study']}/{status['run']}"
        status["last_good"] = last if last in places else None
    page = fill("index.html.j2", failed=failed, unreadable=unreadable, good=good)
    beside = reports / ".index.html.part"
    beside.write_text(page, encoding="utf-8")
    return beside.replace(reports / "index.html")


def _status(path: Path) -> dict:
    folder = {"folder": path.parent.relative_to(path.parents[2]).as_posix()}
    try:
        status = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        status = None
    return (status if _whole(status) else {"status": "unreadable"}) | folder


def _whole(status: object) -> bool:
    if not isinstance(status, dict) or status.get("status") not in list(_SHOWN):
        return False
    failures = status.get("failures", []) if status["status"] == "failed" else []
    return _holds(status, _SHOWN[status["status"]]) and all(_holds(f, _FAILURE) for f in failures)


def _holds(record: object, keys: dict) -> bool:
    return isinstance(record, dict) and all(
        key in record and isinstance(record[key], kind) for key, kind in keys.items()
    )

"""The list of all reports: what failed or cannot be read first, then every run's answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.report.fill import fill
from analysis.result.files import replace_file

STATUS = "status.json"
# Failures that are told in full above the table; the table tells all of them in a line.
IN_FULL = 20
_RUN = {"study": str, "run": str, "finished": str}
# What the page shows of a run; a file without it is damaged, or of an older version.
_SHOWN = {
    "complete": _RUN | {"title": str, "headline": str | None, "departures": list, "chapters": list},
    "failed": _RUN | {"failures": list},
}
_FAILURE = {"stage": str, "kind": str, "text": str, "notebook": str | None}
_ORDER = ("failed", "unreadable", "complete")


def write_index(reports: Path) -> Path:
    """Writes ``index.html`` of a reports folder from the status of every run in it.

    A status that cannot be read is shown as such, with its place, and hides no other run.

    Returns:
        The path of the index.

    Raises:
        DataError: the disk refuses the file.
    """
    found = (path for path in reports.glob("*/*/" + STATUS) if path.parent.name[0] != ".")
    page = index_page([_status(path) for path in sorted(found)])
    replace_file(reports / "index.html", page.encode())
    return reports / "index.html"


def index_page(statuses: Sequence[dict]) -> str:
    """The list of runs as one HTML file.

    Args:
        statuses: what stands in each ``status.json``, with the run's ``folder``.
    """
    by_status = {word: [s for s in statuses if s["status"] == word] for word in _ORDER}
    places = {status["folder"] for status in by_status["complete"]}
    for status in by_status["failed"]:
        last = f"{status['study']}/{status['run']}"
        status["last_good"] = last if last in places else None
    for place, status in enumerate(by_status["failed"][:IN_FULL], 1):
        status["place"] = place
    return fill(
        "index.html.j2",
        "index.js",
        counted=_counted(by_status),
        failed=by_status["failed"][:IN_FULL],
        unreadable=by_status["unreadable"][:IN_FULL],
        rows=[_row(status) for word in _ORDER for status in by_status[word]],
    )


def _counted(by_status: Mapping[str, Sequence[dict]]) -> str:
    words = {"complete": "finished", "failed": "failed", "unreadable": "unreadable"}
    parts = [
        f"{len(by_status[word])} {said}"
        for word, said in words.items()
        if by_status[word] or word == "complete"
    ]
    return ", ".join(parts)


def _row(status: Mapping) -> dict[str, object]:
    """A run as a row of the table: where it leads, its names, and its answer or its error."""
    folder, word = status["folder"], status["status"]
    study, run = folder.split("/")
    row = {"status": word, "study": study, "run": run, "title": study, "link": None}
    row |= {"answer": "", "finished": "", "tags": []}
    if word == "unreadable":
        return row | {"answer": f"reports/{folder}/{STATUS} is damaged or of an older version."}
    row |= {"study": status["study"], "run": status["run"], "finished": status["finished"]}
    if word == "failed":
        return row | _failed(status)
    tags = [status["stamp"]] if status.get("stamp") else []
    tags += ["not as planned"] if status["departures"] else []
    return row | {
        "title": status["title"],
        "link": f"{folder}/report.html",
        "answer": status["headline"] or "",
        "tags": tags,
    }


def _failed(status: Mapping) -> dict[str, object]:
    first = status["failures"][0] if status["failures"] else None
    if first is None:
        return {}
    # To what is told in full above: a browser shows a notebook as a heap of signs.
    link = f"#failed-{status['place']}" if "place" in status else None
    words = first["text"].partition("\n")[0]
    return {"answer": f"{first['stage']}: {first['kind']}. {words}", "link": link}


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

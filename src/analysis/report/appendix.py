"""What stands behind the report: every result row, the plan as run, hashes, versions and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from analysis.report.provenance import outdated
from analysis.show.link import anchor

_NUMBERS = ["value", "se", "df", "lower", "upper", "p"]
_COUNTS = ["n", "n_observed"]
DIGITS = 8
DISTRIBUTION = "training-and-pain-outcomes"


@dataclass(frozen=True)
class Row:
    """A result row as the appendix shows it: numbers unrounded, for who calculates with them."""

    anchor: str
    id: str
    numbers: Sequence[str]
    method: str
    planned: bool


@dataclass(frozen=True, kw_only=True)
class Appendix:
    """The tables behind a report; `earlier_plan` names chapters run under an earlier plan."""

    version: str
    headings: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Row]]]
    plan: str
    earlier_plan: Sequence[str]
    inputs: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str]]
    packages: Sequence[tuple[str, str]]
    chapters: Sequence[Mapping[str, str]]


def appendix(rows: pd.DataFrame, plan_text: str, noted: Mapping) -> Appendix:
    """The appendix of a report, from its result rows and its provenance."""
    by_question = [
        (str(question), [_row(row) for row in own.itertuples(index=False)])
        for question, own in rows.groupby("question", sort=False)
    ]
    environment, program = noted["environment"], noted["program"]
    commit = program["commit"] or "not known"
    version = f"analysis {environment['packages'].get(DISTRIBUTION, '')}".strip()
    inputs = [
        ("Plan", f"{noted['plan']['file']}, content {noted['plan']['content']}"),
        ("Plan file", noted["plan"]["sha256"]),
        ("Program", version),
        ("Program's source", program["sha256"]),
        ("State of the project", commit + (", with changes" if program["changed"] else "")),
        ("Environment", environment["sha256"]),
        ("Lock file", environment["requirements.lock"] or "none"),
        ("Python", f"{environment['implementation']} {environment['python']}"),
        ("System", environment["system"]),
        ("Seed", str(noted["seed"])),
    ]
    return Appendix(
        version=version,
        headings=[*_NUMBERS, *_COUNTS],
        rows=by_question,
        plan=plan_text,
        earlier_plan=[name for name, kinds in outdated(noted).items() if "plan" in kinds],
        inputs=inputs,
        files=sorted(noted["data"].items()),
        packages=sorted(environment["packages"].items(), key=lambda item: item[0].lower()),
        chapters=_chapters(noted),
    )


def _row(row) -> Row:
    numbers = [_number(getattr(row, name)) for name in _NUMBERS]
    counts = ["" if pd.isna(value := getattr(row, name)) else str(value) for name in _COUNTS]
    return Row(
        anchor=anchor(row.id),
        id=row.id,
        numbers=[*numbers, *counts],
        method="" if pd.isna(row.method) else row.method,
        planned=bool(pd.isna(row.planned) or row.planned),
    )


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.{DIGITS}g}".replace("-", "−")


def _chapters(noted: Mapping) -> list[dict[str, str]]:
    times = noted["times"]["chapters"]
    return [
        {
            "name": name,
            "notebook": chapter["notebook"],
            "sha256": chapter["sha256"],
            "parameters": ", ".join(f"{k} = {v}" for k, v in chapter["parameters"].items())
            or "as planned",
            "started": times[name]["started"],
            "clock": datetime.fromisoformat(times[name]["started"]).strftime("%Y-%m-%d %H:%M UTC"),
            "seconds": f"{times[name]['seconds']:.1f}",
        }
        for name, chapter in noted["chapters"].items()
    ]

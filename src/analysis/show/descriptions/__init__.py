"""Figures in words: alt text with the main numbers, and the data behind each figure as a table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from great_tables import GT

from analysis.errors import ClaimError
from analysis.show.descriptions.absent import assumptions, tipping, xray
from analysis.show.descriptions.appraisal import among, bias, funnel, network
from analysis.show.descriptions.evidence import doses, lengths, studies
from analysis.show.descriptions.harms import flare_days, harms
from analysis.show.descriptions.responders import by_week, curve
from analysis.show.descriptions.scores import course, differences, flow, missing, observed
from analysis.show.descriptions.subgroups import subgroups
from analysis.show.descriptions.training import attendance, falls, progress, swimmers
from analysis.show.descriptions.two_years import curves, kept, majority, relapse_free, trajectories
from analysis.show.tables import TABLES
from analysis.terms import Labels

# Every description has the signature (rows, labels) -> str.
DESCRIPTIONS: dict[str, Callable[[pd.DataFrame, Labels], str]] = {
    "flow": flow,
    "course": course,
    "observed": observed,
    "differences": differences,
    "missing": missing,
    "studies": studies,
    "curves": curves,
    "trajectories": trajectories,
    "kept": kept,
    "harms": harms,
    "flare_days": flare_days,
    "responders_by_week": by_week,
    "responder_curve": curve,
    "relapse_free": relapse_free,
    "majority": majority,
    "lengths": lengths,
    "doses": doses,
    "xray": xray,
    "assumptions": assumptions,
    "tipping": tipping,
    "attendance": attendance,
    "swimmers": swimmers,
    "progress": progress,
    "falls": falls,
    "funnel": funnel,
    "bias": bias,
    "network": network,
    "among": among,
    "subgroups": subgroups,
}
# The table that holds the data of each figure.
DATA = {
    "flow": "flow",
    "course": "ls_means",
    "observed": "observed",
    "differences": "differences",
    "missing": "missing",
    "studies": "studies",
    "curves": "course_changes",
    "trajectories": "trajectories",
    "kept": "durability",
    "harms": "harms",
    "flare_days": "flare_days",
    "responders_by_week": "responders_by_week",
    "responder_curve": "responder_curve",
    "relapse_free": "relapse_free",
    "majority": "majority",
    "lengths": "length_marks",
    "doses": "dose_marks",
    "xray": "planned_values",
    "assumptions": "assumptions",
    "tipping": "tipping",
    "attendance": "attendance_weeks",
    "swimmers": "swimmers",
    "progress": "progress",
    "falls": "falls",
    "funnel": "funnel",
    "bias": "bias",
    "network": "network",
    "among": "studies",
    "subgroups": "subgroups",
}


def data_table(name: str, rows: pd.DataFrame, labels: Labels) -> GT:
    """The data of a figure as a table, with an id of its own.

    Args:
        name: key of the figure in `FIGURES`.
        rows: the result rows that the figure was drawn from.
        labels: the study's words.

    Raises:
        ClaimError: no such figure, or rows that it needs are not there.
    """
    if name not in DATA:
        raise ClaimError(
            f"There is no figure '{name}'.",
            why="It has no data to show.",
            do=f"Use one of: {', '.join(DATA)}.",
        )
    table = TABLES[DATA[name]](rows, labels)
    # The same table may stand elsewhere on the page, and an id is given once.
    return table.with_id(f"{table._options.table_id.value}-data")

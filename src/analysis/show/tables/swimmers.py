"""The training of a few people drawn by lot, week by week."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.numbers import count
from analysis.show.select import arms_of, records, some, where
from analysis.show.tables.dress import dress
from analysis.show.words import arm_label, sentence_case
from analysis.terms import Labels


def swimmers(rows: pd.DataFrame, labels: Labels) -> GT:
    """The people drawn by lot: sessions attended in each week, and how it ended."""
    ends = some(where(rows, statistic="swim_end"), "<question>.swim_end.<arm>.<person>")
    sessions = where(rows, statistic="swim_sessions")
    used: list[Any] = []
    cells = []
    for arm in arms_of(ends, labels):
        for end in records(where(ends, arm=arm)):
            own = where(sessions, arm=arm, level=end.level)
            flares = where(rows, statistic="swim_flare_up", arm=arm, level=end.level)
            used.append(end)
            cells.append(
                {
                    "group": arm_label(labels, arm),
                    "row": sentence_case(str(end.level)),
                    "sessions": " ".join(link(row, count(row.value)) for row in records(own)),
                    "end": f"{cell(end, count(end.value))}, {html.escape(str(end.method))}",
                    "flares": ", ".join(link(r, str(r.week)) for r in records(flares)) or "none",
                }
            )
    return dress(
        cells,
        used,
        labels,
        name="swimmers",
        title="The training of a few people, drawn by lot",
        headings={
            "row": "Person",
            "sessions": "Sessions attended in each week",
            "end": "Last week, and why",
            "flares": "Weeks with a flare-up",
        },
        group="group",
        texts=["sessions", "end", "flares"],
        notes=["Drawn by lot from everyone randomised to the arm, and numbered anew."],
    )

"""Flare-ups, each once: records that follow one another closely are one flare-up."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.terms import ARM, DAY, PARTICIPANT

FLARE_UP = "flare-up"
COLUMNS = [PARTICIPANT, ARM, DAY, "records", "last"]


def flare_ups(trial: Trial) -> pd.DataFrame:
    """The flare-ups of everybody, by the day of their first record.

    The data know on which day a flare-up was recorded and not when it ended. A record at most
    `study.flare_up_gap` days after the one before belongs to the same flare-up, and so on from
    record to record; those of one day always do. Harms, relapses and flare-ups around sessions all
    count these.

    Returns:
        A row a flare-up, also of days before randomisation: ``participant``, ``arm``, ``day``
        (float), ``records``, how many rows of the events it is, and ``last``, the day of the last.
    """
    events = trial.events
    if not len(events):
        return pd.DataFrame(columns=COLUMNS).astype(
            {PARTICIPANT: "str", ARM: "str", DAY: float, "last": float}
        )
    found = events.loc[events["event"].astype("str") == FLARE_UP, [PARTICIPANT, DAY]]
    found = found.astype({DAY: float}).sort_values([PARTICIPANT, DAY], kind="stable")
    since = found.groupby(PARTICIPANT)[DAY].diff()
    number = (since.isna() | (since > trial.plan.study.flare_up_gap)).cumsum()
    first = found.groupby(number.rename("number"), as_index=False).agg(
        **{
            PARTICIPANT: (PARTICIPANT, "first"),
            DAY: (DAY, "first"),
            "records": (DAY, "size"),
            "last": (DAY, "last"),
        }
    )
    return first.merge(trial.people[[PARTICIPANT, ARM]], on=PARTICIPANT)[COLUMNS]

"""A trial as the house knows it: its plan, people, visits, sessions, events and flow."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis.data.published import Published
from analysis.plan.schema import Plan
from analysis.plan.schema_claims import Ledger

VARIABLE_WORDS = ["column", "label", "unit"]


@dataclass(frozen=True)
class Trial:
    """One study's derived data; tables are never changed in place.

    Attributes:
        plan: the analysis plan.
        people: a row a participant: ``participant``, ``arm`` (ordered categorical, reference arm
            first), every covariate of the dictionary (categories as pandas categoricals in the
            dictionary's order of levels), ``baseline_<measure>`` for every measure, and
            ``in_<population>`` (bool) for every population of the plan.
        visits: a row a participant, measure and planned visit after baseline, also where nothing
            was measured: ``participant``, ``arm``, ``measure``, ``visit`` (text such as
            ``week 16``, ordered in time), ``week`` (int), ``day`` (float, actual), ``value``,
            ``baseline``, ``change``, ``percent_change``, ``status`` (``observed`` or ``missing``),
            and of a missing value ``event`` and ``event_day`` (``withdrew`` or ``death``, if the
            person had left) and ``reason`` (that of the withdrawal, ``death`` or ``not recorded``).
        sessions: the training log as read, without what it tells after a person withdrew; may be
            empty.
        late_sessions: how many attended sessions were set aside for that, by arm.
        events: adverse events, flare-ups, withdrawals and other events as read; may be empty.
        events_recorded: whether the study has a table of events, be it without rows.
        intercurrent: a row an intercurrent event: ``participant``, ``event`` (the plan's word),
            ``day``, ``reason``, ``values_after`` (planned values of all measures observed later
            than its day; they are kept, and `intercurrent.after_event` finds them).
        variables: the dictionary's words, a row a column of the participants: ``column``,
            ``label``, ``unit``; empty text where the dictionary says nothing.
        scales: unit and range by column of the training log, such as ``points, 0 to 10``, as far as
            the dictionary tells them.
        flow: the CONSORT flow, counted while filtering, a row a count: ``order`` (of reading),
            ``step``, ``arm`` (missing before randomisation), ``week`` and ``measure`` (of the steps
            ``observed`` and ``missing``), ``population`` (of the step ``in the
            population``), ``reason`` (missing for totals, to which the rows with a reason add up),
            ``n``.
        hashes: SHA-256 of every raw file by its name.
        published: facts of the literature; None where the plan asks nothing of published studies.
        ledger: the claims that the plan weighs; None where it weighs none.
        others: the trials of other plans that results behind the claims come from, by study.
    """

    plan: Plan
    people: pd.DataFrame
    visits: pd.DataFrame
    sessions: pd.DataFrame
    events: pd.DataFrame
    intercurrent: pd.DataFrame
    flow: pd.DataFrame
    variables: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=VARIABLE_WORDS))
    hashes: dict[str, str] = field(default_factory=dict)
    published: Published | None = None
    ledger: Ledger | None = None
    others: dict[str, Trial] = field(default_factory=dict)
    late_sessions: dict[str, int] = field(default_factory=dict)
    events_recorded: bool = False
    scales: dict[str, str] = field(default_factory=dict)

    @property
    def has_events(self) -> bool:
        """Whether it was recorded what happened: only then is no event a count of nought."""
        return self.events_recorded or len(self.events) > 0

    @property
    def variable_words(self) -> dict[str, str]:
        """Label and unit by column, such as `Age (years)`; columns without a label are left out."""
        return {
            row.column: f"{row.label} ({row.unit})" if row.unit else row.label
            for row in self.variables.itertuples()
            if row.label
        }

"""A trial that has no participants of its own: what a plan about published studies is asked of."""

from __future__ import annotations

import pandas as pd

from analysis.data.published import Published
from analysis.data.trial import Trial
from analysis.plan.schema import Plan
from analysis.terms import ARM, MEASURE, PARTICIPANT, VALUE, WEEK


def evidence_trial(plan: Plan, published: Published) -> Trial:
    """The published facts under a plan, with tables of participants that have no rows."""
    nobody = pd.DataFrame(columns=[PARTICIPANT, ARM])
    return Trial(
        plan=plan,
        people=nobody,
        visits=pd.DataFrame(columns=[PARTICIPANT, ARM, MEASURE, WEEK, VALUE]),
        sessions=nobody,
        events=nobody,
        intercurrent=nobody,
        flow=pd.DataFrame(),
        hashes=dict(published.hashes),
        published=published,
    )

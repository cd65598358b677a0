"""What counts as a relapse, in words: a flare-up, or a score that is worse again."""

from __future__ import annotations

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count
from analysis.show.select import maybe
from analysis.show.words import inside, measure_label, with_unit
from analysis.terms import Labels

FLARE_UP = "flare-up"
LATE = f"{FLARE_UP} after the end of follow-up"


def relapse_word(rows: pd.DataFrame) -> str:
    """`flare-up` where relapses are those of the events, else `relapse`."""
    rule = maybe(rows, statistic="relapse_rule")
    return FLARE_UP if rule is not None and rule.level == FLARE_UP else "relapse"


def rule_words(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """What makes a relapse, and what the data can say of its day."""
    rule = maybe(rows, statistic="relapse_rule")
    if rule is None:
        return []
    if rule.level == FLARE_UP:
        if not rule.value:
            return [f"Flare-ups recorded on one day are {link(rule, 'one')}"]
        days = link(rule, f"{count(rule.value)} days")
        return [f"Records at most {days} after the one before are the same flare-up"]
    measure = measure_label(labels, rule.measure)
    points = with_unit(link(rule, f"{rule.value:g}"), prose(measure.unit))
    return [
        f"A relapse is {prose(inside(measure.label))} worse by at least {points} than at the end "
        "of the programme. It is seen at a visit, and began between that visit and the one before: "
        "the times told are those of the visits. Only the first of a person counts"
    ]

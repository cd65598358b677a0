"""The caution that a study of one group needs."""

from __future__ import annotations

import pandas as pd

from analysis.show.effects import Answer, effect_rows
from analysis.show.select import one_key, where
from analysis.show.sentences.phrase import measure_words
from analysis.show.words import measure_label
from analysis.terms import SMALL_GROUP, Labels

CAUTION = (
    "One group without a comparator cannot show an effect of the programme: people often seek help "
    "when their {measure} is at its worst, and many improve with time, with attention or with "
    "other treatment. This is the change that was seen, not the change that the programme made"
)


def one_arm_caution(rows: pd.DataFrame, labels: Labels) -> str:
    """Why a change within one group is no effect; empty where there is a comparator.

    Args:
        rows: result rows with `difference`, or with `change` where nothing is compared.
        labels: the study's words.

    Raises:
        ClaimError: the rows hold neither a difference nor a change.
    """
    effects = effect_rows(rows)
    if effects["statistic"].iloc[0] == "difference":
        return ""
    measure = measure_words(measure_label(labels, one_key(effects, "measure")))
    words = CAUTION.format(measure=measure) + "."
    if len(labels.arms) > 1:
        return words.replace("One group without a comparator", "Change within a group")
    return words


def few_people(found: Answer) -> str:
    """That a group is too small to lean on; empty where none is.

    A comparison's own row counts both of its groups, so each group is counted by its mean's row.
    """
    arms = {arm for row in found.effects for arm in (row.arm, row.comparator)}
    means = where(found.rows, week=found.week, level=None)
    means = means[means["statistic"].isin(["ls_mean", "change"]) & means["arm"].isin(arms)]
    group = "The group" if len(means) == 1 else "One of the groups"
    for column, which in (("n", ""), ("n_observed", " with a score at this week")):
        if (means[column].dropna() < SMALL_GROUP).any():
            return f"{group} has fewer than five people{which}: a single person can turn the result"
    return ""

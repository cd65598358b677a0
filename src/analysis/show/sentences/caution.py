"""The caution that a study of one group needs."""

from __future__ import annotations

import pandas as pd

from analysis.show.select import effect_rows
from analysis.terms import Labels

CAUTION = (
    "One group without a comparator cannot show an effect of the programme: people often seek help "
    "when their pain is at its worst, and many improve with time, with attention or with other "
    "treatment. This is the change that was seen, not the change that the programme made"
)


def one_arm_caution(rows: pd.DataFrame, labels: Labels) -> str:
    """Why a change within one group is no effect; empty where there is a comparator.

    Args:
        rows: result rows with `difference`, or with `change` where nothing is compared.
        labels: the study's words.

    Raises:
        ClaimError: the rows hold neither a difference nor a change.
    """
    compared = effect_rows(rows)["statistic"].iloc[0] == "difference"
    if compared:
        return ""
    if len(labels.arms) > 1:
        return CAUTION.replace("One group without a comparator", "Change within a group") + "."
    return CAUTION + "."

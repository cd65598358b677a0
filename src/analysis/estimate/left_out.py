"""Why a published effect cannot enter a pool, as it is: what its source does not print."""

from __future__ import annotations

import pandas as pd

WITHIN_ARM = "within-arm"


def reason(line: tuple, scale: str) -> str:
    """Why nothing that a source prints gives an effect on a scale, in words.

    Args:
        line: a row of the published effects.
        scale: `smd` or `md_100`, the scale of the synthesis.
    """
    measure = "" if pd.isna(line.effect_measure) else str(line.effect_measure)
    if line.comparator_type == WITHIN_ARM or measure.startswith(WITHIN_ARM):
        return "a change within one arm is printed, no effect between arms"
    if pd.isna(line.estimate):
        return "no effect between arms is printed"
    ends = pd.isna([line.ci_low, line.ci_high])
    if ends.any():
        return _without_interval(line, bool(ends.all()))
    if measure.split()[:1] == ["SMD"]:
        return "printed as a standardised difference, which has no place on a scale of 0 to 100"
    if scale == "md_100":
        return "the length of its scale is not told"
    return "printed in points without the people of its arms, which a standardised one needs"


def _without_interval(line: tuple, both: bool) -> str:
    if not both:
        return "one end of its interval is cut off in the text that was read"
    told = "without an interval" if pd.isna(line.p_printed) else "with a p value, not an interval"
    unknown = ", on a scale whose length is not told" if pd.isna(line.scale_max) else ""
    return f"its effect is printed {told}{unknown}"

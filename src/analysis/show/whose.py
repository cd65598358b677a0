"""Whose numbers are shown: those of a study's own people, or those of published trials.

The stamp of a simulated study says that its people are not real. Published trials had real ones,
and calling them simulated would mislead as much as calling the simulated ones real.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.terms import Labels

# Statistics that are made from what publications print, whatever study asks for them.
PUBLISHED = frozenset(
    (
        *("effect", "weight", "trial_effect", "pooled", "prediction", "without", "as_reviewed"),
        *("pooled_difference", "tau2", "i2", "q", "target", "share_better", "share_worthwhile"),
        *("grade", "pool_certainty", "selection", "bias", "egger", "asymmetry_not_tested"),
        *("funnel_contour", "funnel_limit", "funnel_side"),
        *("weeks", "sessions_a_week", "sessions_in_all", "dose_stated", "dose_within"),
        *("slope", "slope_shortest", "slope_longest", "curve", "curve_shortest", "curve_longest"),
        *("slope_sessions_a_week", "slope_sessions_in_all"),
        *("network_difference", "network_edge", "network_node", "network_limit", "p_score"),
        *("review", "contrast", "stated", "verdict", "certainty", "part"),
        *("evidence", "evidence_stated"),
        *("benchmark_percent", "benchmark_least", "benchmark_most"),
        *("published_range", "published_low", "published_high", "count_low", "count_high"),
        *("chance_low", "chance_high", "difference_bound"),
    )
)


def is_published(row: Any) -> bool:
    """Whether a result row is made from published trials alone."""
    return str(row.statistic) in PUBLISHED


def words_for(labels: Labels, used: Iterable[Any]) -> Labels:
    """The study's words, without its stamp where all rows are of published trials.

    Args:
        labels: the study's words.
        used: the result rows that are shown; where there are none, the stamp stays.
    """
    used = list(used)
    if not used or not all(is_published(row) for row in used):
        return labels
    return replace(labels, simulated=False, pseudo_participants=False)


def with_stamp(labels: Labels, words: str) -> str:
    """Words for this study's own rows among published ones: `This trial (simulated data)`."""
    return f"{words} ({labels.stamp[:1].lower()}{labels.stamp[1:]})" if labels.stamp else words

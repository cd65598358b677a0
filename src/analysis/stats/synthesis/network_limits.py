"""What a small network leaves unsaid, in sentences beside the numbers."""

from __future__ import annotations

import numpy as np

from .network_data import Network
from .network_model import NetworkEstimate

# With fewer degrees of freedom tau2 may be far off.
FEW = 5
# P-scores that agree but for rounding.
ALIKE = 1e-9


def limits_of_network(network: Network, made: NetworkEstimate, scores: np.ndarray) -> list[str]:
    """Sentences on what these studies cannot tell; empty where nothing stands out.

    Args:
        network: the contrasts.
        made: what `estimate_network` made of them.
        scores: P-scores of the treatments, the reference first.
    """
    said = []
    studies, df = len(network.studies), made.q_df
    if studies == 1:
        said.append(
            "One study: nothing here goes beyond what it says itself, and P-scores repeat its p "
            "values in another form."
        )
    if df == 0 and made.method != "fixed":
        said.append(
            "No degree of freedom is left: tau2 and prediction intervals are not told (nan), and "
            "the intervals take for granted that studies of one comparison do not differ."
        )
    elif df < FEW and made.method != "fixed":
        said.append(
            f"tau2 rests on {df} degree{'s' if df > 1 else ''} of freedom and may be far off, the "
            "prediction intervals with it. The intervals are normal: they take this tau2 as known "
            "and are too narrow with so few studies."
        )
    single = _single(network)
    if single and studies > 1:
        said.append(
            f"Of one study alone comes all that is said of: {', '.join(single)}. A high P-score "
            "there is that study's result, not agreement of several."
        )
    if np.ptp(scores) < ALIKE:
        said.append("All treatments rank alike: nothing parts them.")
    return said


def _single(network: Network) -> list[str]:
    """Treatments that one study has; the reference is never one to be ranked by it."""
    counts = np.zeros(len(network.treatments), dtype=int)
    for design in network.designs:
        counts[list(design)] += 1
    return [str(network.treatments[i]) for i in np.flatnonzero(counts == 1) if i]

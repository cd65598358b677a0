"""Network meta-analysis of a table of contrasts: the public face."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_level
from ..design import refuse_unknown_columns
from ..threads import one_thread
from .measures import OF_EVENTS
from .network_data import build_network
from .network_fit import NetworkFit
from .studies import listed, people_problems
from .typed import suspects


@one_thread
def network(
    data: pd.DataFrame,
    *,
    study: str,
    treatment: str,
    comparator: str,
    effect: str,
    variance: str | None = None,
    se: str | None = None,
    n: str | None = None,
    measure: str | None = None,
    reference: Hashable | None = None,
    method: str = "reml",
    smaller_better: bool = True,
    level: float = 0.95,
) -> NetworkFit:
    """How all treatments compare, from studies that compare some of them.

    Args:
        data: one row a contrast; a study of m arms gives all m (m - 1) / 2 of them
            (`contrasts_of_arms` makes them from arms). Rows without an effect are left out.
        study: the column that names the study.
        treatment: the column of the treatment that stands first.
        comparator: the column of the treatment that is subtracted.
        effect: the column of the effect, treatment minus comparator.
        variance: the column of sampling variances.
        se: the column of standard errors, if there is none of variances.
        n: the column of people in both groups of the contrast; a standard error typed where a
            variance belongs is found by it.
        measure: the column of the measure; two measures are refused.
        reference: what the others are compared with; default the first comparator.
        method: of tau2, common to all comparisons: `reml`, `ml`, `dl`, `fixed`.
        smaller_better: whether a smaller outcome is the better one (for the ranking).
        level: of the intervals.

    Returns:
        The fit: `.effects`, `.league()`, `.ranking`, `.consistency()`, `.node_splits()`,
        `.limits`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: rows that are wrong (all at once), or a network in several parts.

    Source: Higgins et al. (2012) Res Synth Methods 3:98; docs/methods/meta_analysis.md.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_level(level)
    spread = _one_of(variance, se)
    names = [study, treatment, comparator]
    refuse_unknown_columns(data, [*names, effect, spread, *(x for x in (n, measure) if x)])
    used = _with_effect(data, effect)
    numbers = used[[effect, spread]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    _refuse_wrong(used, numbers, names, spread, measure)
    _refuse_typed(used, numbers[:, 1], n, study, measure, column=spread, is_se=se is not None)
    variances = numbers[:, 1] if variance else numbers[:, 1] ** 2
    columns = (used[name].tolist() for name in names)
    built = build_network(*columns, numbers[:, 0], variances, reference=reference)
    dropped = len(data) - len(used)
    options = {"method": method, "smaller_better": smaller_better, "level": level}
    return NetworkFit(built, n_dropped=dropped, **options)


def _one_of(variance: str | None, se: str | None) -> str:
    if (variance is None) == (se is None):
        raise UsageError(
            "A network needs the sampling variances, or the standard errors.",
            where="variance, se",
            do="Name one of the two columns.",
        )
    return variance or se


def _with_effect(data: pd.DataFrame, effect: str) -> pd.DataFrame:
    used = data[data[effect].notna()]
    if used.empty:
        raise ModelError("There is nothing to compare: no row has an effect.", where=effect)
    return used


def _refuse_wrong(
    used: pd.DataFrame, numbers: np.ndarray, names: list[str], spread: str, measure: str | None
) -> None:
    labels = used[names[0]].tolist()
    problems = [f"{name} is missing in some rows" for name in names if used[name].isna().any()]
    rules = (
        (~np.isfinite(numbers[:, 0]), "an effect that is no finite number"),
        (~np.isfinite(numbers[:, 1]), f"{spread} that is missing or not finite"),
        (numbers[:, 1] == 0, f"{spread} of zero"),
        (numbers[:, 1] < 0, f"a negative {spread}"),
    )
    problems += [f"{words} in: {listed(labels, bad)}" for bad, words in rules if bad.any()]
    scales = sorted({str(x) for x in used[measure]}) if measure else []
    if len(scales) > 1:
        problems.append(f"{measure} holds effects on different scales: {', '.join(scales)}")
    if problems:
        raise ModelError(
            "These contrasts cannot be put together:\n    - " + "\n    - ".join(problems),
            where=f"columns {', '.join([*names, spread])}",
            why="Each weighs by its sampling variance; a wrong one moves every comparison.",
            do="Correct the figures against the papers, or leave rows out on purpose beforehand.",
        )


def _refuse_typed(
    used: pd.DataFrame,
    given: np.ndarray,
    n: str | None,
    study: str,
    measure: str | None,
    *,
    column: str,
    is_se: bool,
) -> None:
    """A standard error where a variance belongs, found by its scale against the people."""
    if n is None:
        return
    people = pd.to_numeric(used[n], errors="coerce").to_numpy(dtype=float)
    labels = used[study].tolist()
    problems = people_problems(people, labels, n)
    scales = set() if measure is None else {str(x) for x in used[measure]}
    if not problems and not OF_EVENTS & scales:
        variances = given**2 if is_se else given
        problems = suspects(variances, people, labels, column=column, is_se=is_se)
    if problems:
        raise ModelError(
            "These contrasts cannot be compared:\n    - " + "\n    - ".join(problems),
            where=f"columns {column} and {n}",
            why="Each weighs by its sampling variance; a wrong one moves the comparison.",
            do="Correct the figures against the papers.",
        )

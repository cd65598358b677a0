"""Mixed model for repeated measures: the public face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from analysis.errors import UsageError

from .basis import find_basis
from .covariance import Structure, find_structure
from .inference import check_methods
from .likelihood import Problem
from .mmrm_fit import MMRMFit
from .observations import read_observations, sum_up
from .reml import maximise
from .screen import refuse_unseen_pairs
from .threads import one_thread


@one_thread
def mmrm(
    formula: str,
    data: pd.DataFrame,
    *,
    subject: str,
    visit: str,
    covariance: str = "us",
    group: str | None = None,
    weights: str | Sequence[float] | None = None,
    reml: bool = True,
    df: str = "kenward-roger-linear",
    vcov: str = "asymptotic",
) -> MMRMFit:
    """How outcomes differ on average, when each participant is measured several times.

    Rows whose outcome is missing are left out and counted (`n_dropped`); a row with an outcome but
    without a covariate is refused. Nothing is imputed: under missing at random the likelihood of
    the observed outcomes is enough.

    Args:
        formula: `outcome ~ terms` in formulaic's language. Text columns must be pandas
            categoricals; the first category is the reference.
        data: one row a participant and visit.
        subject: the column that names the participant.
        visit: the column that names the visit, numbers or a categorical: the order of Sigma. Where
            the formula names it, it is a factor.
        covariance: structure of Sigma (`analysis.stats.covariance.STRUCTURES`).
        group: a categorical, constant within a participant, whose levels have a Sigma each.
        weights: a column or one positive number a row; the row's variance is divided by it.
        reml: restricted maximum likelihood, or (False) maximum likelihood.
        df: small-sample method: `kenward-roger-linear`, `kenward-roger` or `kenward-roger-expected`
            (REML only; they also widen standard errors), `satterthwaite`, `between-within`,
            `residual`.
        vcov: variance of the coefficients: `asymptotic`, or a sandwich: `empirical`, `jackknife`,
            `bias-reduced`.

    Returns:
        The fit: `.coefficients`, `.ls_means`, `.contrasts`, `.contrast`, `.covariance`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: data that cannot carry the model, or no convergence.

    Source: Mallinckrodt et al. (2008) Drug Inf J 42:303; docs/methods/mmrm.md.
    Agrees with: validation/mmrm/reference.json
    """
    check_methods(df, vcov, reml=reml)
    structure = find_structure(covariance)
    observations = read_observations(
        formula, data, subject=subject, visit=visit, group=group, weights=weights
    )
    times = visit_times(structure, observations.visits)
    basis = find_basis(observations.design.X, observations.design.y)
    problem = Problem(sum_up(observations, basis), structure, times, reml, basis)
    refuse_unseen_pairs(problem.parts, structure, observations.visits, observations.groups)
    return MMRMFit(observations, problem, maximise(problem), df=df, vcov=vcov)


def visit_times(structure: Structure, visits: pd.Index) -> np.ndarray:
    """Where the visits lie in time: their numbers, or steps where a structure counts steps only.

    Raises:
        UsageError: the structure needs times and the visits are not numbers.
    """
    if is_numeric_dtype(visits.dtype):
        return visits.to_numpy(dtype=float)
    if structure.needs_times:
        raise UsageError(
            f"{structure.name} ({structure.words}) needs visits that are numbers.",
            where=f"column {visits.name}",
            do="Name a column that holds the time of the visit, for example in weeks.",
        )
    return np.arange(len(visits), dtype=float)

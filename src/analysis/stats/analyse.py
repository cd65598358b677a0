"""Third verb: analyse. The same analysis of every completed data set, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import Formula

from analysis.errors import ModelError, UsageError

from .design import Design, build_design
from .impute_grid import Names, Planned, design_on
from .impute_values import Completed
from .screen import refuse_aliased

DIFFERENCE, MEAN = "difference", "ls_mean"


@dataclass(frozen=True)
class Analysed:
    """What the analysis found in each of D data sets, for J quantities.

    labels: J rows: visit, arm, kind (`difference` from the comparator or `ls_mean`). estimates:
    D x J. variances: D x J, or None where the spread over data sets is all that counts. df: J,
    degrees of freedom of the analysis (D x J if they differ by data set).
    """

    labels: pd.DataFrame
    estimates: np.ndarray
    variances: np.ndarray | None
    df: np.ndarray

    def joined(self, others: list[Analysed]) -> Analysed:
        """This and further data sets."""
        all_ = [self, *others]
        variances = None
        if self.variances is not None:
            variances = np.concatenate([one.variances for one in all_])
        df = self.df
        if df.ndim == 2:
            df = np.concatenate([one.df for one in all_])
        return Analysed(self.labels, np.concatenate([one.estimates for one in all_]), variances, df)


@dataclass(frozen=True)
class Ancova:
    """Analysis of covariance at each visit.

    X: M arrays N x k, the design. at: M arrays A x N x k, the design with everybody in arm a.
    labels: see `Analysed`. comparator: the place of the arm that is subtracted.
    """

    formula: str
    X: tuple[np.ndarray, ...]
    at: tuple[np.ndarray, ...]
    labels: pd.DataFrame
    comparator: int

    @property
    def words(self) -> str:
        """The method in a few words."""
        return f"ANCOVA at each visit ({self.formula})"

    @property
    def numbers_each(self) -> int:
        """Numbers that one data set needs."""
        return len(self.X[0]) * (len(self.X) + 2)

    def analyse(self, completed: Completed) -> Analysed:
        """Fit every visit of every data set.

        Returns:
            Differences from the comparator and LS means: means of the fitted values, had
            everybody in the data set been in that arm.

        Raises:
            ModelError: a sample in which some coefficient cannot be estimated.
        """
        found = [self._visit(completed, v) for v in range(len(self.X))]
        estimates = np.concatenate([one[0] for one in found], axis=1)
        variances = None
        if completed.weights is None:
            variances = np.concatenate([one[1] for one in found], axis=1)
        n, k = self.X[0].shape
        df = np.full(estimates.shape[1], float(n - k))
        return Analysed(self.labels, estimates, variances, df)

    def _visit(self, completed: Completed, v: int) -> tuple[np.ndarray, np.ndarray | None]:
        X, y = self.X[v], completed.Y[:, :, v]
        n, k = X.shape
        if completed.weights is None:
            L = contrast_means(self.at[v].mean(axis=1), self.comparator)
            inverse = np.linalg.inv(X.T @ X)
            b = y @ X @ inverse
            residual = y - b @ X.T
            scale = np.einsum("dn,dn->d", residual, residual) / (n - k)
            return b @ L.T, scale[:, None] * np.einsum("jk,kl,jl->j", L, inverse, L)
        w = completed.weights
        products = (X[:, :, None] * X[:, None, :]).reshape(n, k * k)
        gram = (w @ products).reshape(-1, k, k)
        try:
            np.linalg.cholesky(gram)
            b = np.linalg.solve(gram, ((w * y) @ X)[..., None])[..., 0]
        except np.linalg.LinAlgError:
            raise ModelError(
                "The analysis cannot be made in some of the samples.",
                where=f"{self.formula}, visit {self.labels['visit'].unique()[v]}",
                why="A term rests on one participant, or on few that a sample may leave out.",
                do="Leave the term out of the analysis, or join levels.",
            ) from None
        means = np.einsum("dn,ank->dak", w, self.at[v]) / w.sum(axis=1)[:, None, None]
        return np.einsum("djk,dk->dj", contrast_means(means, self.comparator), b), None


def contrast_means(means: np.ndarray, comparator: int) -> np.ndarray:
    """Contrasts from the arms' mean designs (... x A x k): differences, then LS means."""
    others = [a for a in range(means.shape[-2]) if a != comparator]
    base = means[..., comparator : comparator + 1, :]
    return np.concatenate([means[..., others, :] - base, means], axis=-2)


def labels_of(planned: Planned, comparator: int) -> pd.DataFrame:
    """One row a quantity: visit by visit the differences, then the LS means."""
    arms = list(planned.people.arm.categories)
    rows = []
    for visit in planned.people.visits:
        rows += [(visit, arm, DIFFERENCE) for a, arm in enumerate(arms) if a != comparator]
        rows += [(visit, arm, MEAN) for arm in arms]
    return pd.DataFrame(rows, columns=["visit", "arm", "kind"])


def plan_ancova(planned: Planned, formula: str | None, comparator: int) -> Ancova:
    """Read the formula of the analysis, or take that of the model without its visits.

    Raises:
        UsageError: a formula that cannot be understood, or that names another outcome or no arm.
        ModelError: coefficients that cannot be told apart at some visit.
    """
    names = planned.names
    formula = without_visits(names) if formula is None else formula
    if formula.split("~")[0].strip() != names.outcome:
        raise UsageError(
            "The analysis must have the outcome that is imputed on its left side.",
            where=f"analysis={formula!r}",
            do=f"Write it as {names.outcome} ~ {names.arm} + covariates.",
        )
    n, m = planned.Y.shape
    X, at = [], []
    for v in range(m):
        rows = planned.frame.iloc[v::m]
        design = build_design(formula, rows.assign(**{names.outcome: 0.0}))
        _refuse_unfit(design, names, n)
        X.append(design.X)
        levels = planned.people.arm.categories
        each = [
            design_on(design, rows.assign(**{names.arm: pd.Categorical([a] * n, levels)}))
            for a in levels
        ]
        at.append(np.stack(each))
    return Ancova(formula, tuple(X), tuple(at), labels_of(planned, comparator), comparator)


def _refuse_unfit(design: Design, names: Names, n: int) -> None:
    if names.arm not in design.frame:
        raise UsageError(
            f"The analysis does not name the arm {names.arm}.",
            where=f"analysis={design.formula!r}",
            do="Add it: without it no difference is estimated.",
        )
    refuse_aliased(design.X.T @ design.X, design.names)
    if n <= len(design.names):
        raise ModelError(
            f"{n} participants cannot carry {len(design.names)} coefficients.",
            where=f"analysis={design.formula!r}",
            do="Use fewer terms in the analysis.",
        )


def without_visits(names: Names) -> str:
    """The formula at one visit: every term loses the visit, and repeats are dropped."""
    parsed = Formula(names.formula)
    terms = []
    for term in parsed.rhs:
        factors = [str(f) for f in term.factors if str(f) != names.visit]
        terms.append(":".join(factors) or "1")
    kept = [term for term in dict.fromkeys(terms) if term != "1"]
    intercept = "" if "1" in terms else "0 + "
    return f"{names.outcome} ~ {intercept}{' + '.join(kept) or '1'}"

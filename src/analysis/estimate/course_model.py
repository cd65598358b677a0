"""The mean course by arm as a curve over time, all arms starting from one mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg

from analysis.errors import PlanError, UsageError
from analysis.estimate.asked import Asked
from analysis.estimate.course_data import TIME, CourseData
from analysis.stats.mmrm import mmrm
from analysis.stats.mmrm_fit import MMRMFit
from analysis.stats.spline import natural_cubic, piecewise_linear
from analysis.terms import ARM, PARTICIPANT, VALUE, WEEK


@dataclass(frozen=True)
class Curve:
    """A fitted course.

    Attributes:
        shape: the plan's word for it.
        knots: weeks at which it may bend; of a spline, the outer ones included.
        fit: the model; rows: the table it was fitted to.
        words: the method as a reader knows it.
        departures: planned weeks x columns that let the visits lie off the curve, or None.
    """

    shape: str
    knots: tuple[float, ...]
    fit: MMRMFit
    rows: pd.DataFrame
    words: str
    departures: pd.DataFrame | None = None

    def basis(self, weeks: Sequence[float]) -> np.ndarray:
        """The columns at these weeks, weeks x columns; with departures, of planned visits only."""
        made = _basis(self.shape, self.knots, np.asarray(weeks, dtype=float))
        return made if self.departures is None else np.hstack([made, self.departures.loc[weeks]])

    def off_curve(self) -> np.ndarray:
        """Contrasts x coefficients: what lies off the curve, all 0 where the curve holds."""
        width = 0 if self.departures is None else self.departures.shape[1]
        whole = self.basis([0]).shape[1]
        own = {f"b{place}" for place in range(whole - width, whole)}
        names = self.fit.design.names
        return np.eye(len(names))[[bool(own & set(name.split(":"))) for name in names]]

    def weights(self, weeks: Sequence[float], arm: str, *, difference: bool) -> pd.DataFrame:
        """Weights over coefficients of an arm's change since the start, or of its difference.

        Args:
            weeks: since the start.
            arm: its key.
            difference: the arm minus the comparator, instead of the arm itself.

        Returns:
            A row a week, a column a coefficient.
        """
        made = pd.DataFrame(0.0, index=list(weeks), columns=list(self.fit.design.names))
        for place, column in enumerate(self.basis(weeks).T):
            own = [name for name in made if _is_of(name, arm, f"b{place}")]
            for name in [*own, *([] if difference else [f"b{place}"])]:
                made[name] = column
        return made


def _is_of(name: str, arm: str, column: str) -> bool:
    return set(name.split(":")) == {f"{ARM}[T.{arm}]", column}


def fit_curve(
    data: CourseData,
    asked: Asked,
    shape: str,
    *,
    covariance: str | None = None,
    visits_free: bool = False,
) -> Curve:
    """Fit one shape of the course.

    Everybody's score at the start is an outcome, and all arms share its mean: people were allotted
    at random, so what differs there is chance. In return people without a later score still tell of
    the start, and a difference between arms is one of change.

    Args:
        data: the scores.
        asked: the question as asked.
        shape: the plan's word.
        covariance: structure instead of the planned one; random slopes are over planned weeks.
        visits_free: whether every planned visit may lie off the curve, in each arm by itself. With
            the clock of planned visits these are visits as categories; with that of actual days the
            curve still tells what a few days early or late mean.

    Raises:
        PlanError: an option that the engine cannot understand.
        ModelError: data that cannot carry the model, or no convergence.

    Source: Liang & Zeger (2000) Sankhya B 62:134; Coffman et al. (2016) BMJ Open
    6:e013096.
    """
    options = asked.question.options
    knots = _knots(shape, data, asked)
    basis = _basis(shape, knots, data.rows[TIME].to_numpy())
    off = _departures(shape, knots, data.chosen.weeks) if visits_free else None
    if off is not None:
        basis = np.hstack([basis, off.loc[data.rows[WEEK]]])
    names = [f"b{place}" for place in range(basis.shape[1])]
    rows = data.rows.assign(**dict(zip(names, basis.T, strict=True)))
    arms = [f"{ARM}:{name}" for name in names] if data.compared else []
    formula = f"{VALUE} ~ {' + '.join([*data.covariates, *names, *arms])}"
    try:
        fit = mmrm(
            formula,
            rows,
            subject=PARTICIPANT,
            visit=WEEK,
            covariance=covariance or options.covariance,
            reml=options.reml,
            df=options.df,
        )
    except UsageError as error:
        raise PlanError(
            error.what, where=f"questions.{asked.name}.options", why=error.why, do=error.do
        ) from None
    return Curve(shape, knots, fit, rows, _words(shape, knots, fit, data, asked), off)


def _departures(shape: str, knots: tuple[float, ...], visits: Sequence[int]) -> pd.DataFrame:
    """What a curve cannot follow: columns over the visits, at right angles to its own there.

    A row a planned week, the start among them, where all are 0; as many columns as there are
    visits beyond the columns of the curve, none where it runs through all of them.
    """
    own = _basis(shape, knots, np.asarray(visits, dtype=float))
    lengths = np.linalg.norm(own, axis=0)
    away = linalg.null_space((own / np.where(lengths > 0, lengths, 1.0)).T)
    return pd.DataFrame(np.vstack([np.zeros(away.shape[1]), away]), index=[0, *visits])


def _words(
    shape: str, knots: tuple[float, ...], fit: MMRMFit, data: CourseData, asked: Asked
) -> str:
    at = ", ".join(f"{knot:g}" for knot in knots)
    kind = "bend" if shape == "piecewise linear" else "knots"
    beside = f", adjusted for {', '.join(data.covariates)}" if data.covariates else ""
    shared = "; one mean at the start for all arms" if data.compared else ""
    return f"{fit.method}; {shape}, {kind} at week {at}, on {asked.course.clock}{beside}{shared}"


def _knots(shape: str, data: CourseData, asked: Asked) -> tuple[float, ...]:
    """The programme's end, unless the plan says more; splines have outer knots beside."""
    planned = asked.course.knots
    if shape == "piecewise linear":
        return tuple(map(float, planned)) or (float(data.end),)
    inner = tuple(map(float, planned)) or _inner(data)
    if shape == "natural spline":
        return (0.0, *(k for k in inner if 0 < k < data.last), float(data.last))
    # Tails are straight from the first visit after the start, and from the last but one, on.
    weeks = data.chosen.weeks
    first, last = float(weeks[0]), float(weeks[-2] if len(weeks) > 3 else weeks[-1])
    return (first, *(k for k in inner if first < k < last), last)


def _inner(data: CourseData) -> tuple[float, ...]:
    """Half-way through the programme, its end, and half-way (on a log scale) to the last visit."""
    end, last = float(data.end), float(data.last)
    return tuple(dict.fromkeys([end / 2, end, round(float(np.sqrt(end * max(last, end))), 1)]))


def _basis(shape: str, knots: tuple[float, ...], times: np.ndarray) -> np.ndarray:
    if shape == "piecewise linear":
        return piecewise_linear(times, knots)
    return natural_cubic(times, knots)

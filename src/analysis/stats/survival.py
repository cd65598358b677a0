"""One door to time-to-event methods: lifelines and statsmodels, with their answers as plain tables.

Times are days or any other unit; an event is 1, the end of follow-up without one is 0. All is for
right-censored data of independent people.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning, StatisticalWarning
from lifelines.statistics import logrank_test, proportional_hazard_test
from lifelines.utils import restricted_mean_survival_time
from scipy import stats
from statsmodels.duration.survfunc import CumIncidenceRight

from analysis.errors import ModelError, UsageError


def kaplan_meier(
    time: np.ndarray, event: np.ndarray, at: Sequence[float], *, level: float = 0.95
) -> pd.DataFrame:
    """The share without an event, and how many are still followed.

    Args:
        time: of the event or the end of follow-up, above 0.
        event: 1 or 0.
        at: times to tell of.
        level: of the intervals (log-log; exact before the first event).

    Returns:
        A row a time: ``time``, ``free``, ``lower``, ``upper`` (shares), ``at_risk`` (people
        followed just before that time).

    Raises:
        UsageError: nobody, or times that are not above 0.

    Source: Kaplan & Meier (1958) J Am Stat Assoc 53:457; interval: Kalbfleisch & Prentice (1980).
    """
    t, e = _checked(time, event)
    fit = KaplanMeierFitter().fit(t, e, alpha=1 - level, timeline=_timeline(t, at))
    ends = fit.confidence_interval_survival_function_
    found = pd.DataFrame(
        {
            "time": list(at),
            "free": fit.survival_function_.iloc[:, 0].loc[list(at)].to_numpy(),
            "lower": ends.iloc[:, 0].loc[list(at)].to_numpy(),
            "upper": ends.iloc[:, 1].loc[list(at)].to_numpy(),
            "at_risk": [int((t >= when).sum()) for when in at],
        }
    )
    # None of n people still followed: the exact limit, where Greenwood's error would be 0.
    none = (found["free"] == 1) & (found["time"] > 0)
    exact = ((1 - level) / 2) ** (1 / found["at_risk"].where(found["at_risk"] > 0))
    return found.assign(lower=found["lower"].mask(none, exact), upper=found["upper"].mask(none, 1))


def restricted_mean(time: np.ndarray, event: np.ndarray, until: float) -> tuple[float, float]:
    """Mean time without an event up to a horizon, and its standard error.

    Args:
        time: as in `kaplan_meier`.
        event: as in `kaplan_meier`.
        until: the horizon; follow-up must reach it.

    Raises:
        UsageError: the last person was followed for less than the horizon.

    Source: Royston & Parmar (2013) BMC Med Res Methodol 13:152.
    """
    t, e = _checked(time, event)
    if t.max() < until:
        raise UsageError("Nobody was followed up to the horizon.", where=f"until={until:g}")
    mean = restricted_mean_survival_time(KaplanMeierFitter().fit(t, e), t=until)
    # lifelines gives the variance of one person's restricted time, not that of the mean.
    return float(mean), _error_of_mean(t, e, until)


def _error_of_mean(t: np.ndarray, e: np.ndarray, until: float) -> float:
    """Sum over event times of (area beyond)^2 d / (r (r - d)), as its root."""
    events = np.unique(t[(e == 1) & (t <= until)])
    at_risk = np.array([(t >= when).sum() for when in events], dtype=float)
    died = np.array([((t == when) & (e == 1)).sum() for when in events], dtype=float)
    alive = np.cumprod(1 - died / at_risk)
    widths = np.diff(np.append(events, until))
    beyond = np.cumsum((alive * widths)[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(at_risk > died, beyond**2 * died / (at_risk * (at_risk - died)), 0.0)
    return float(np.sqrt(parts.sum()))


def cumulative_incidence(
    time: np.ndarray, status: np.ndarray, at: Sequence[float], *, level: float = 0.95
) -> pd.DataFrame:
    """The share who had each kind of event, where one kind keeps from the other.

    Args:
        time: of the first event or the end of follow-up, above 0.
        status: 0 for none, 1, 2, ... for the kinds.
        at: times to tell of.
        level: of the intervals (normal, held within 0 and 1).

    Returns:
        A row a kind and time: ``kind``, ``time``, ``share``, ``se``, ``lower``, ``upper``.

    Raises:
        UsageError: nobody, or times that are not above 0.

    Source: Aalen & Johansen (1978) Scand J Stat 5:141.
    """
    t, s = _checked(time, status)
    half, rows = stats.norm.ppf((1 + level) / 2), []
    kinds = [int(kind) for kind in np.unique(s) if kind > 0]
    if not kinds:
        return pd.DataFrame(columns=["kind", "time", "share", "se", "lower", "upper"])
    # statsmodels wants the kinds numbered 1 to k without a gap.
    numbered = np.searchsorted([0, *kinds], s)
    found = CumIncidenceRight(t, numbered)
    for place, kind in enumerate(kinds):
        for when in at:
            k = int(np.searchsorted(found.times, when, side="right")) - 1
            share = float(found.cinc[place][k]) if k >= 0 else 0.0
            se = float(found.cinc_se[place][k]) if k >= 0 else 0.0
            low, high = max(share - half * se, 0.0), min(share + half * se, 1.0)
            rows.append((kind, when, share, se, low, high))
    return pd.DataFrame(rows, columns=["kind", "time", "share", "se", "lower", "upper"])


def cox(table: pd.DataFrame, *, time: str, event: str, level: float = 0.95) -> pd.DataFrame:
    """Hazard ratios of every other column of a table of numbers, ties after Efron.

    Args:
        table: a row a person; all columns numbers.
        time: the column of the time.
        event: the column of the event, 1 or 0.
        level: of the intervals.

    Returns:
        A row a covariate (index): ``ratio``, ``lower``, ``upper``, ``coefficient``, ``se``, ``p``,
        and ``proportional_p``: of the test whether the ratio stays the same over time.

    Raises:
        ModelError: no event, or no convergence, as where one group has none.

    Source: Cox (1972) J R Stat Soc B 34:187; Efron (1977); Grambsch & Therneau (1994).
    """
    _checked(table[time].to_numpy(), table[event].to_numpy())
    if not table[event].any():
        raise _no_ratio("nobody had an event")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", category=StatisticalWarning)
            warnings.simplefilter("error", category=ConvergenceWarning)
            fit = CoxPHFitter(alpha=1 - level).fit(table, time, event)
            held = proportional_hazard_test(fit, table, time_transform="rank")
    except (
        ConvergenceError,
        ConvergenceWarning,
        StatisticalWarning,
        np.linalg.LinAlgError,
    ) as error:
        kind = type(error).__name__
        raise _no_ratio(
            f"the search found no maximum ({kind}); a group may have no event"
        ) from None
    found = fit.summary
    return pd.DataFrame(
        {
            "ratio": found["exp(coef)"],
            "lower": np.exp(found.filter(regex="^coef lower").iloc[:, 0]),
            "upper": np.exp(found.filter(regex="^coef upper").iloc[:, 0]),
            "coefficient": found["coef"],
            "se": found["se(coef)"],
            "p": found["p"],
            "proportional_p": held.summary["p"].reindex(found.index),
        }
    )


def log_rank(
    time: np.ndarray, event: np.ndarray, time_other: np.ndarray, event_other: np.ndarray
) -> tuple[float, float]:
    """Whether two groups have events at the same pace: chi-squared and p.

    Args:
        time: of the first group.
        event: of the first group.
        time_other: of the second.
        event_other: of the second.

    Source: Mantel (1966) Cancer Chemother Rep 50:163.
    """
    _checked(time, event), _checked(time_other, event_other)
    found = logrank_test(time, time_other, event, event_other)
    return float(found.test_statistic), float(found.p_value)


def _no_ratio(why: str) -> ModelError:
    return ModelError(
        "Hazards cannot be compared.",
        where="Cox model",
        why=why,
        do="Read the shares without an event; or compare fewer groups, with fewer covariates.",
    )


def _timeline(t: np.ndarray, at: Sequence[float]) -> np.ndarray:
    return np.unique(np.concatenate([[0.0], t, np.asarray(at, dtype=float)]))


def _checked(time: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    t, e = np.asarray(time, dtype=float), np.asarray(event, dtype=int)
    if not len(t) or len(t) != len(e) or not (np.isfinite(t) & (t > 0)).all():
        raise UsageError(
            "Times to an event need at least one person, and times above 0.",
            where=f"{len(t)} times",
            why="Who was not followed cannot have had, or not had, an event.",
            do="Leave out people without follow-up, and count them.",
        )
    return t, e

"""The rows of one gain: its size at each visit, what share is kept, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.estimate.asked import Asked
from analysis.estimate.durability_draws import Gains
from analysis.estimate.estimand import AnalysisSet
from analysis.result.record import Result
from analysis.stats.decay import first_below, first_below_interval, half_life
from analysis.stats.ratio import fieller


@dataclass(frozen=True)
class Line:
    """A size, in points of the measure, that a gain is held against; level: its kind and name."""

    size: float
    level: str | None


@dataclass(frozen=True)
class Whose:
    """Whose gain: an arm's, or an arm's beyond the comparator's.

    n: the people behind it. line: the size below which it is looked for, or None.
    """

    arm: str
    comparator: str | None
    n: int
    line: Line | None

    @property
    def prefix(self) -> str:
        """What the statistics of a gain beyond another begin with."""
        return "" if self.comparator is None else "extra_"

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms whose people it rests on."""
        return (self.arm,) if self.comparator is None else (self.arm, self.comparator)

    @property
    def df(self) -> int:
        """Degrees of freedom of its standard errors: people less the means of the arms."""
        return self.n - len(self.arms)


@dataclass(frozen=True)
class _Found:
    """One gain at the weeks asked about.

    whose: whose it is. weeks: K, the programme's end first. values: K. samples: bootstrap samples x
    K. covariance: K x K, of the jackknife. method: the method in words.
    """

    whose: Whose
    weeks: list[int]
    values: np.ndarray
    samples: np.ndarray
    covariance: np.ndarray
    method: str

    def row(self, asked: Asked, statistic: str, value: float, how: str, **rest: object) -> Result:
        """A row of this gain; the statistic gets the prefix, the method what was done here."""
        return asked.row(
            f"{self.whose.prefix}{statistic}",
            value,
            arm=self.whose.arm,
            comparator=self.whose.comparator,
            n=self.whose.n,
            method=f"{how}; {self.method}",
            **rest,
        )


def gain_rows(
    whose: Whose,
    gains: Gains,
    weeks: list[int],
    chosen: AnalysisSet,
    asked: Asked,
) -> list[Result]:
    """Everything about one gain.

    Args:
        whose: the arm, and the comparator where it is a difference.
        gains: all gains with their bootstrap samples.
        weeks: the end of the programme and the later weeks.
        chosen: who was seen when.
        asked: the question as asked.

    Returns:
        Rows `gain`, `gain_kept`, `gain_kept_bootstrap`, `weeks_until_below` and `half_life`, with
        `extra_` before them of a difference.
    """
    of = gains.of(whose.arm, weeks, difference=whose.comparator is not None)
    found = _Found(whose, weeks, *of, gains.words)
    made = _sizes(found, chosen, asked)
    for k in range(1, len(weeks)):
        made += _kept(found, k, asked)
    made += _below(found, asked)
    told_from_none = made[0].lower > 0
    return [*made, *_half_life(found, asked)] if told_from_none else made


def _sizes(found: _Found, chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """The gain at each week with its t interval."""
    spread = np.sqrt(np.diag(found.covariance))
    half = stats.t.ppf((1 + asked.question.options.level) / 2, found.whose.df) * spread
    return [
        found.row(
            asked,
            "gain",
            found.values[k],
            "t interval",
            week=week,
            se=float(spread[k]),
            df=float(found.whose.df),
            lower=float(found.values[k] - half[k]),
            upper=float(found.values[k] + half[k]),
            n_observed=chosen.seen(found.whose.arms, week),
        )
        for k, week in enumerate(found.weeks)
    ]


def _kept(found: _Found, k: int, asked: Asked) -> list[Result]:
    """Share of the gain at the end, in percent, twice: Fieller's interval and the bootstrap's."""
    if found.values[0] == 0:
        return []
    level = asked.question.options.level
    pair = found.covariance[np.ix_([k, 0], [k, 0])]
    ratio = fieller(found.values[k], found.values[0], pair, df=found.whose.df, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = found.samples[:, k] / found.samples[:, 0]
    lower, upper = np.nanquantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return [
        found.row(
            asked,
            statistic,
            100 * ratio.value,
            how,
            week=found.weeks[k],
            lower=100 * float(low),
            upper=100 * float(high),
        )
        for statistic, how, low, high in (
            ("gain_kept", "ratio with Fieller's interval", ratio.lower, ratio.upper),
            ("gain_kept_bootstrap", "ratio, percentiles of the bootstrap", lower, upper),
        )
    ]


def _below(found: _Found, asked: Asked) -> list[Result]:
    """Weeks until straight lines through the gains fall below a size."""
    line = found.whose.line
    if line is None:
        return []
    times = np.array(found.weeks, dtype=float)
    lower, upper = first_below_interval(
        times,
        found.values,
        found.covariance,
        line.size,
        df=found.whose.df,
        level=asked.question.options.level,
    )
    return [
        found.row(
            asked,
            "weeks_until_below",
            first_below(times, found.values, line.size),
            "straight lines between visits; ends where those of their t interval cross",
            level=line.level,
            lower=lower,
            upper=upper,
        )
    ]


def _half_life(found: _Found, asked: Asked) -> list[Result]:
    life = half_life(
        np.array(found.weeks) - found.weeks[0],
        found.values,
        found.covariance,
        df=found.whose.df,
        level=asked.question.options.level,
    )
    if life is None:
        return []
    how = "exponential through the gains"
    return [found.row(asked, "half_life", life.value, how, lower=life.lower, upper=life.upper)]

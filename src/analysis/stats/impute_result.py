"""The result of an imputation: estimates, what each absent value was assumed to be, variations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .analyse import DIFFERENCE, MEAN, Analysed, Ancova
from .analyse_mmrm import Repeated
from .delta import Amounts, Delta, read_delta
from .draw import Draws, base_fit
from .impute_grid import Planned, lay_out
from .impute_run import Settings, analyse_all, plan_analysis, until_enough
from .impute_values import Completed, Imputer
from .pool import Pooled, pool
from .summary import Shown


@dataclass(frozen=True, repr=False)
class Imputation(Shown):
    """What `impute` returns.

    planned, draws, analysed, pooled: the results of the four steps. delta: what was added.
    """

    planned: Planned
    settings: Settings
    delta: Delta
    shift: np.ndarray
    analysis: Ancova | Repeated
    draws: Draws
    analysed: Analysed
    pooled: Pooled

    @property
    def estimates(self) -> pd.DataFrame:
        """Each arm minus the comparator at each visit.

        Columns: visit, arm, estimate, se, df, lower, upper, p, mc_error, mc_error_se.
        """
        return self._of_kind(DIFFERENCE)

    @property
    def ls_means(self) -> pd.DataFrame:
        """Each arm's mean at each visit, had everybody been in it; columns as `estimates`."""
        return self._of_kind(MEAN)

    def _of_kind(self, kind: str) -> pd.DataFrame:
        table = self.pooled.table
        return table[table["kind"] == kind].drop(columns="kind").reset_index(drop=True)

    @cached_property
    def filled(self) -> pd.DataFrame:
        """What each absent value was assumed to be: one row a value.

        Columns: the participant, the visit, the arm, `after_event`, `reason` of the event,
        `strategy` that speaks at this visit, `mean` and `sd` of its distribution given what was
        seen (at the fit to the data, before delta), `delta`, and `value`: mean plus delta.
        """
        planned = self.planned
        names, people, events = planned.names, planned.people, planned.events
        who, when = np.nonzero(planned.absent)
        mean, sd = self._imputer.means_and_spreads()
        after = ~events.mar(len(people.visits))[who, when]
        rules = np.array([rule.name for rule in events.rules], dtype=object)
        delta = self.shift[who, when]
        return pd.DataFrame(
            {
                names.subject: people.participants[who],
                names.visit: people.visits[when],
                names.arm: people.arm[who],
                "after_event": after,
                "reason": np.where(after, events.reason[who], None),
                "strategy": np.where(after, rules[events.rule[who]], "mar"),
                "mean": mean,
                "sd": sd,
                "delta": delta,
                "value": mean + delta,
            }
        )

    def completed(self, draw: int = 0) -> pd.DataFrame:
        """One completed data set, a row a participant and visit; `imputed` marks filled values.

        Args:
            draw: its number; with conditional means 0 is the data themselves.

        Raises:
            UsageError: there is no such draw.
        """
        if not isinstance(draw, int | np.integer) or not 0 <= draw < self.draws.n:
            raise UsageError(f"There is no draw {draw}.", do=f"Use 0 to {self.draws.n - 1}.")
        whole = self._imputer.complete(slice(draw, draw + 1), self.shift)
        frame = self.planned.frame.reset_index(drop=True)
        return frame.assign(
            **{self.planned.names.outcome: whole.Y[0].reshape(-1)},
            imputed=self.planned.absent.reshape(-1),
        )

    def completed_values(self, chosen: slice = slice(None)) -> Completed:
        """Completed data sets as numbers: D x N x M, and how often each participant counts.

        Args:
            chosen: which draws. Participants and visits are in the order of `.planned.people`.
        """
        return self._imputer.complete(chosen, self.shift)

    def using(
        self,
        *,
        strategy: str | Callable | Mapping[object, object] | None = None,
        delta: Delta | Amounts | None = None,
    ) -> Imputation:
        """The same analysis under another assumption, with the same draws wherever they hold.

        Draws are made anew only where the strategy changes which outcomes inform the model.

        Args:
            strategy: as in `impute`; None: unchanged.
            delta: as in `impute`; None: unchanged (0 takes it away).

        Raises:
            UsageError: as in `impute`.
        """
        planned, draws = self.planned, self.draws
        if strategy is not None:
            planned = self._laid_out(strategy)
        added = self.delta if delta is None else read_delta(delta)
        if not np.array_equal(planned.informs, self.planned.informs):
            problem = draws.problem
            return run(planned, self.settings, problem.structure.name, problem.reml, added)
        shift = added.shifts(planned.people, planned.events, planned.names.arm)
        analysed = self.analysed_at(shift, planned)
        return replace(
            self,
            planned=planned,
            delta=added,
            shift=shift,
            analysed=analysed,
            pooled=self._pooled(analysed),
        )

    def analysed_at(self, shift: np.ndarray, planned: Planned | None = None) -> Analysed:
        """The analyses of all data sets with another shift of the absent values (N x M)."""
        imputer = Imputer(planned or self.planned, self.draws)
        return analyse_all(imputer, self.analysis, shift, self.settings.workers)

    def _pooled(self, analysed: Analysed) -> Pooled:
        chosen = self.settings
        return pool(analysed, chosen.method, level=chosen.level, interval=chosen.interval)

    def _laid_out(self, strategy: object) -> Planned:
        planned = self.planned
        arms = planned.people.arm.categories
        return lay_out(
            planned.names,
            planned.frame,
            reference=dict(zip(arms, arms[planned.reference], strict=True)),
            strategy=strategy,
            events=planned.given_events,
            by_arm=bool(planned.observations.groups),
        )

    @property
    def _imputer(self) -> Imputer:
        return Imputer(self.planned, self.draws)

    @property
    def seed(self) -> int | None:
        """From which all random numbers follow; None where there is no chance."""
        return self.draws.seed

    @property
    def method(self) -> str:
        """The method in a few words."""
        rules = ", ".join(rule.words for rule in self.planned.events.rules[1:])
        return f"{self.draws.words}; {rules or 'missing at random'}; {self.analysis.words}"

    def _facts(self) -> dict[str, object]:
        planned, draws = self.planned, self.draws
        after = ~planned.events.mar(planned.Y.shape[1]) & planned.absent
        facts = {
            "model": planned.names.formula,
            "participants": len(planned.people.participants),
            "planned values": planned.Y.size,
            "absent": int(planned.absent.sum()),
            "absent after an event": int(after.sum()),
            "values with a delta": int((self.shift != 0).sum()),
            "data sets": draws.n,
        }
        if draws.seed is not None:
            facts |= {"seed": draws.seed, "samples drawn again": draws.n_failed}
        return facts

    def _shown(self) -> pd.DataFrame:
        table, arms = self.estimates, self.planned.people.arm.categories
        base = arms[self.settings.comparator]
        name = [f"{a} - {base} at {v}" for a, v in zip(table["arm"], table["visit"], strict=True)]
        return table.drop(columns=["visit", "arm"]).assign(name=name)[
            ["name", *table.columns.drop(["visit", "arm"])]
        ]


def run(
    planned: Planned, settings: Settings, covariance: str, reml: bool, delta: Delta
) -> Imputation:
    """Fit, draw, impute, analyse and pool."""
    shift = delta.shifts(planned.people, planned.events, planned.names.arm)
    problem, optimum = base_fit(planned, covariance, reml=reml)
    analysis = plan_analysis(planned, settings, optimum)
    settings, *made = until_enough(planned, settings, problem, optimum, analysis, shift)
    return Imputation(planned, settings, delta, shift, analysis, *made)

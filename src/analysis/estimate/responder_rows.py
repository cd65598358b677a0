"""Result rows of responders: by threshold, week and way of treating missing scores."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.imputing import Imputed
from analysis.estimate.model import formula, usable
from analysis.estimate.responder_shares import (
    DIFFERENCE,
    NNT,
    ODDS_RATIO,
    PERCENT,
    RATIO,
    Compared,
    Group,
    compare_as_they_are,
    compare_standardised,
)
from analysis.estimate.responding import Handling, needed_points, seen
from analysis.plan.schema_responders import Responding
from analysis.plan.schema_trial import Threshold
from analysis.result.record import Result
from analysis.stats.design import build_design
from analysis.stats.impute_grid import design_on
from analysis.terms import ARM

UNADJUSTED = "unadjusted"
_NAMES = {
    PERCENT: "percent",
    DIFFERENCE: "difference",
    RATIO: "ratio",
    ODDS_RATIO: "odds_ratio",
    NNT: "nnt",
}


@dataclass(frozen=True)
class RespondersAsked:
    """Everything that the rows of one question are made from.

    Attributes:
        asked: the question as asked.
        responding: what counts as a response.
        people: N rows, who is in the analysis, in the order of the scores.
        arms: keys of the arms, comparator first.
        weeks: the M weeks.
        known: N x M, whose score is known at a week.
        handlings: ways of treating missing scores, the main one first.
        group: the N people, as the comparison needs them.
    """

    asked: Asked
    responding: Responding
    people: pd.DataFrame
    arms: tuple[str, ...]
    weeks: tuple[int, ...]
    known: np.ndarray
    handlings: list[Handling]
    group: Group

    @classmethod
    def of(
        cls, asked: Asked, chosen: AnalysisSet, main: Imputed, ways: list[Handling]
    ) -> RespondersAsked:
        """The question and the people of an imputation."""
        people = main.people
        options, _ = usable(chosen, asked)
        words = formula("responds", options, visits=False)
        frame = people.assign(responds=0.0)
        design = build_design(words, frame)
        codes = pd.Categorical(people[ARM].astype(str), chosen.arms)
        at = [
            design_on(design, frame.assign(**{ARM: pd.Categorical([a] * len(people), chosen.arms)}))
            for a in chosen.arms
        ]
        group = Group(design.X, np.stack(at), codes.codes.astype(int), words)
        responding = asked.question.responding or Responding()
        return cls(asked, responding, people, chosen.arms, main.weeks, seen(main), ways, group)

    @property
    def compared(self) -> bool:
        """Whether there is a comparator."""
        return self.asked.estimand.treatments.comparator is not None


def week_rows(about: RespondersAsked, threshold: Threshold) -> list[Result]:
    """Responders of one threshold: at every week, and compared at the week asked about."""
    needed = needed_points(threshold.value, threshold.scale, about.people)
    rows = []
    for handling in about.handlings:
        responds = handling.responds(needed)
        for place, week in enumerate(about.weeks):
            main = handling is about.handlings[0]
            if not (main or week == about.asked.week):
                continue
            counted = handling.counted[:, place] & ~np.isnan(needed)
            cell = _Cell(about, threshold, handling, week, counted, about.known[:, place])
            rows += cell.rows("responder", responds[:, :, place])
    return rows


def sustained_rows(about: RespondersAsked, threshold: Threshold) -> list[Result]:
    """Responders at the first week and at every planned week up to the last of the plan."""
    lasting = about.responding.sustained
    if lasting is None:
        return []
    inside = [i for i, week in enumerate(about.weeks) if lasting.first <= week <= lasting.last]
    planned = [w for w in about.asked.plan.weeks if lasting.first <= w <= lasting.last]
    unscored = [week for week in planned if week not in about.weeks]
    if unscored or len(inside) < 2:
        raise ModelError(
            f"Nobody can tell whether a response lasts from week {lasting.first} to "
            f"{lasting.last}.",
            where=f"weeks with scores: {', '.join(map(str, about.weeks))}",
            why="a response that lasts is there at every planned visit of its span; a shorter span "
            "would answer another question",
            do="Plan weeks at which scores were taken, or leave `sustained` out.",
        )
    needed = needed_points(threshold.value, threshold.scale, about.people)
    known = about.known[:, inside].all(axis=1)
    rows = []
    for handling in about.handlings:
        responds = handling.responds(needed)[:, :, inside].all(axis=2)
        counted = handling.counted[:, inside].all(axis=1) & ~np.isnan(needed)
        cell = _Cell(about, threshold, handling, about.weeks[inside[-1]], counted, known, True)
        rows += cell.rows("sustained", responds)
    first = about.weeks[inside[0]]
    last = about.weeks[inside[-1]]
    return [*rows, about.asked.row("sustained_from", first, week=last, level=threshold.name)]


@dataclass(frozen=True)
class _Cell:
    """One threshold at one week under one way of treating missing scores."""

    about: RespondersAsked
    threshold: Threshold
    handling: Handling
    week: int
    counted: np.ndarray
    known: np.ndarray
    lasting: bool = False

    def rows(self, name: str, responds: np.ndarray) -> list[Result]:
        asked, level = self.about.asked, self.about.asked.question.options.level
        group = self.about.group.only(self.counted)
        self._refuse_empty(group)
        chosen = responds[:, self.counted]
        plain = compare_as_they_are(chosen, group, level)
        made = compare_standardised(chosen, group, level)
        if not made.numbers:
            if self.about.responding.when_separated == "refuse":
                raise self._no_estimate(made, len(chosen))
            told = self._told(name, plain, "", f" (the planned model has no estimate in "
                              f"{made.without_estimate} of {len(chosen)} data sets)")  # fmt: skip
        else:
            told = self._told(name, made, "", "")
        if self.lasting:
            return [row for row in told if row.statistic != f"{name}_odds_ratio"]
        if self.week != asked.week:
            return [row for row in told if row.statistic == f"{name}_percent"]
        if self.handling is not self.about.handlings[0]:
            told = [row for row in told if row.statistic != f"{name}_odds_ratio"]
        beside = {key: each for key, each in plain.numbers.items() if key != NNT}
        return told + self._told(name, replace(plain, numbers=beside), f", {UNADJUSTED}", "")

    def _told(self, name: str, made: Compared, way: str, why: str) -> list[Result]:
        rows = []
        for scale, table in made.numbers.items():
            for place, line in table.iterrows():
                rows += self._row(
                    f"{name}_{_NAMES[scale]}", scale, int(place), line, made, way, why
                )
        return rows

    def _row(
        self,
        statistic: str,
        scale: str,
        place: int,
        line: pd.Series,
        made: Compared,
        way: str,
        why: str,
    ) -> list[Result]:
        alone = scale == PERCENT
        arms = (place,) if alone else (0, place)
        among = np.isin(self.about.group.arm, arms)
        known = self.known & self.counted & among
        common = {
            "week": self.week,
            "arm": self.about.arms[place],
            "level": f"{self.threshold.name}: {self.handling.key}{way}",
            "comparator": None if alone else self.about.arms[0],
        }
        shown = {
            key: None if np.isnan(line[key]) else float(line[key])
            for key in ("se", "df", "lower", "upper", "p")
        }
        draws = f"; {self.handling.draws}" if self.handling.draws else ""
        row = self.about.asked.row(
            statistic,
            line["estimate"],
            n=int((self.counted & among).sum()),
            n_observed=int(known.sum()),
            method=f"{made.method}{why}; missing: {self.handling.words}{draws}",
            **common,
            **shown,
        )
        single = not self.handling.imputed or np.isnan(line["mc_error"])
        if single or way or self.lasting or self.week != self.about.asked.week:
            return [row]
        error = self.about.asked.row(
            f"{statistic}_mc_error", line["mc_error"], method=self.handling.draws, **common
        )
        return [row, error]

    def _refuse_empty(self, group: Group) -> None:
        nobody = [self.about.arms[a] for a in np.flatnonzero(group.sizes == 0)]
        if nobody:
            raise ModelError(
                f"Nobody of {', '.join(nobody)} can be counted as responding or not.",
                where=f"threshold {self.threshold.name!r}, week {self.week}, {self.handling.key}",
                why="a percentage of a baseline of nought has no meaning, and observed cases need "
                "scores",
                do="Use a threshold in points, or ask about a week with scores.",
            )

    def _no_estimate(self, made: Compared, n_sets: int) -> ModelError:
        return ModelError(
            f"The model of responders has no estimate in {made.without_estimate} of {n_sets} data "
            "sets: an arm or a covariate tells for certain who responds.",
            where=f"threshold {self.threshold.name!r}, week {self.week}, {self.handling.key}",
            why="a logistic model cannot hold a share of none or all",
            do="Plan responding.when_separated: unadjusted, or fewer covariates.",
        )

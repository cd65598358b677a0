"""One synthesis of the plan, pooled: its effects, the model, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.published import Published
from analysis.errors import ModelError, PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.effects import Effects, effects_of
from analysis.estimate.tied import COUNTED, covariance_of, one_a_trial, without_loops
from analysis.plan.schema_evidence import Synthesis
from analysis.stats.synthesis.fit import MetaFit
from analysis.stats.synthesis.levels_fit import LevelsFit
from analysis.stats.synthesis.meta import meta
from analysis.stats.synthesis.meta_levels import meta_levels

VERIFIED = "validation/metafor"


@dataclass(frozen=True)
class Pool:
    """A synthesis of the plan with its effects and the model that pools them.

    Attributes:
        key: of the synthesis.
        synthesis: as the plan has it.
        effects: a row an effect.
        by_trial: a row a trial, as pooled: ``label``, ``trial_key``, ``effect``, ``se``.
        share: of each effect in that of its trial.
        fit: the model of the trials.
    """

    key: str
    synthesis: Synthesis
    effects: Effects
    by_trial: pd.DataFrame
    share: np.ndarray
    fit: MetaFit

    @property
    def trials(self) -> int:
        """How many trials the effects come from."""
        return len(self.by_trial)

    @property
    def method(self) -> str:
        """The method in a few words, with how effects of one trial are tied where some are."""
        if self.trials == len(self.effects.rows):
            return self.fit.method
        return f"{self.fit.method}; effects of one trial tied by the people they share"

    @property
    def weights(self) -> np.ndarray:
        """The weight of each effect in the pool, in percent."""
        whole = self.fit.studies["weight"].to_numpy(float)
        place = {key: at for at, key in enumerate(self.by_trial["trial_key"])}
        at = [place[key] for key in self.effects.rows["trial_key"]]
        return 100 * whole[at] * self.share


def pools_of(published: Published | None, asked: Asked) -> list[Pool]:
    """The syntheses that a question names, the main one first.

    Raises:
        PlanError: rows that the published facts do not have.
        ModelError: effects that cannot be pooled.
    """
    if published is None:
        raise PlanError(
            "The published facts are not there.",
            where=f"questions.{asked.name}",
            why="there is nothing to pool",
            do="Put the tables into data/raw/published.",
        )
    syntheses = asked.plan.syntheses
    return [pool(published, key, syntheses[key]) for key in asked.question.syntheses]


def pool(published: Published, key: str, synthesis: Synthesis) -> Pool:
    """A synthesis, pooled as the plan says.

    Raises:
        PlanError: rows that the published facts do not have.
        ModelError: no effect, or effects that cannot be pooled.
    """
    effects = _counted_once(effects_of(published, key, synthesis))
    if effects.rows.empty:
        raise ModelError(
            f"The synthesis {key!r} has no effect that can be pooled.",
            where=f"syntheses.{key}",
            why="every row that was chosen is left out: " + _reasons(effects.left_out),
            do="Name rows with an effect and its interval, or leave the synthesis out.",
        )
    by_trial, share = one_a_trial(effects.rows)
    return Pool(key, synthesis, effects, by_trial, share, fitted(by_trial, synthesis))


def fitted(by_trial: pd.DataFrame, synthesis: Synthesis) -> MetaFit:
    """The model of a synthesis on one effect a trial: ``label``, ``effect``, ``se``."""
    return meta(
        "effect ~ 1",
        by_trial,
        se="se",
        study="label",
        method=synthesis.between,
        test=synthesis.interval,
        level=synthesis.level,
    )


def as_reviewed(rows: pd.DataFrame) -> MetaFit:
    """Effects pooled as a review in RevMan does: DerSimonian and Laird, each as independent."""
    return meta("effect ~ 1", rows, se="se", study="row_id", method="dl", test="z")


def levels_of(rows: pd.DataFrame, formula: str, level: float) -> LevelsFit:
    """The model of single effects, where a moderator may differ between those of one trial.

    Effects of one trial are tied by what they share: the covariance of their groups, a trial's own
    true effect, and a variance that is robust to the rest. None may follow from the others.
    """
    return meta_levels(
        formula,
        rows,
        nested=["trial_key", "row_id"],
        se="se",
        covariance=covariance_of(rows),
        level=level,
    )


def _counted_once(effects: Effects) -> Effects:
    """Without effects that follow from others of their trial; those are told as left out."""
    kept, closing = without_loops(effects.rows)
    told = closing[["row_id", "study"]].assign(reason=COUNTED)
    left = pd.concat([effects.left_out, told], ignore_index=True)
    return Effects(kept.reset_index(drop=True), left)


def _reasons(left_out: pd.DataFrame) -> str:
    return "; ".join(left_out["reason"].drop_duplicates()) or "none was chosen"

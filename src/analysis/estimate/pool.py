"""One synthesis of the plan, pooled: its effects, the model, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.data.published import Published
from analysis.errors import ModelError, PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.effects import Effects, effects_of
from analysis.plan.schema_evidence import Synthesis
from analysis.stats.synthesis.fit import MetaFit
from analysis.stats.synthesis.levels_fit import LevelsFit
from analysis.stats.synthesis.meta import meta
from analysis.stats.synthesis.meta_levels import meta_levels

VERIFIED = "validation/metafor"
# Of two effects against one comparator, where all arms have as many people.
SHARED_COMPARATOR = 0.5


@dataclass(frozen=True)
class Pool:
    """A synthesis of the plan with its effects and the model that pools them."""

    key: str
    synthesis: Synthesis
    effects: Effects
    fit: MetaFit

    @property
    def trials(self) -> int:
        """How many trials the effects come from."""
        return self.effects.rows["trial_key"].nunique()


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
    effects = effects_of(published, key, synthesis)
    if effects.rows.empty:
        raise ModelError(
            f"The synthesis {key!r} has no effect that can be pooled.",
            where=f"syntheses.{key}",
            why="every row that was chosen is left out: " + _reasons(effects.left_out),
            do="Name rows with an effect and its interval, or leave the synthesis out.",
        )
    return Pool(key, synthesis, effects, fitted(effects.rows, synthesis))


def fitted(rows: pd.DataFrame, synthesis: Synthesis, formula: str = "effect ~ 1") -> MetaFit:
    """The model of a synthesis on these rows."""
    return meta(
        formula,
        rows,
        se="se",
        study="row_id",
        method=synthesis.between,
        test=synthesis.interval,
        level=synthesis.level,
    )


def levels_of(rows: pd.DataFrame, formula: str, level: float) -> LevelsFit:
    """The model where trials give several effects: those of one trial are tied.

    Arms that share a comparator of the same size have sampling errors that correlate by a half; the
    variance is robust to how far that is from the truth.
    """
    return meta_levels(
        formula,
        rows,
        nested=["trial_key", "row_id"],
        se="se",
        correlation=SHARED_COMPARATOR,
        level=level,
    )


def _reasons(left_out: pd.DataFrame) -> str:
    return "; ".join(left_out["reason"].drop_duplicates()) or "none was chosen"

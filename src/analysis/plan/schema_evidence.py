"""What a plan asks of the literature: which published effects are pooled, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The words of the engine (`analysis.stats.synthesis`); a test holds them to be the same.
BetweenStudies = Literal["fixed", "dl", "pm", "reml", "ml", "hs", "he", "sj", "eb"]
PooledInterval = Literal["hksj", "hksj-floor", "t", "z"]
EffectScale = Literal["smd", "md_100"]


# Domains of GRADE that people judge; the others follow from the pool.
JUDGED = ("risk_of_bias", "indirectness", "publication_bias")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Steps down in one domain of GRADE, with the reason."""

    steps: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Grade:
    """What people judged of a pool; a domain that is left out is told as not judged."""

    risk_of_bias: Judgement | None = None
    indirectness: Judgement | None = None
    publication_bias: Judgement | None = None


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """One set of published effects and how they are pooled.

    The rows of ``data/raw/published/effects`` are named by their keys, or chosen by what the
    exercise was compared with; of the latter, rows with a quality flag are left out and told.

    Attributes:
        measure: key of a measure of the plan; its unit, and its threshold of the kind `synthesis`.
        effect: `smd` (standardised mean difference) or `md_100` (difference, scale of 0 to 100).
        rows: keys of effects.
        comparators: kinds of comparator, where no rows are named.
        between: estimator of the variance between studies.
        interval: how the interval of the pool is made.
        target: key of a published pooled result that these rows must give again.
        grade: judgements that lower the certainty, each with its reason.
        minus: another synthesis that this one is compared with, such as one of shorter programmes.
    """

    label: str
    measure: str
    effect: EffectScale
    rows: tuple[str, ...] = ()
    comparators: tuple[str, ...] = ()
    between: BetweenStudies = "reml"
    interval: PooledInterval = "hksj"
    level: float = 0.95
    target: str | None = None
    minus: str | None = None
    grade: Grade | None = None

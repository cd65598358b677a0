"""One effect a study: the contrasts of a study brought together by their covariance."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import ModelError


@dataclass(frozen=True)
class Composite:
    """One effect a study, in the order in which studies first appear.

    studies: their names. effect, variance: one a study. share: of each contrast in the effect of
    its study; shares of a study add up to one.
    """

    studies: tuple[Hashable, ...]
    effect: np.ndarray
    variance: np.ndarray
    share: np.ndarray


def one_a_study(y: np.ndarray, V: np.ndarray, study: Sequence[Hashable]) -> Composite:
    """The mean of each study's contrasts with the smallest variance that their covariance allows.

    Two doses against one control weigh as if their groups had been one: the control's people count
    once. With the true effect of a study common to its contrasts, a random-effects model of these
    composites is the model of all contrasts with their covariance.

    Args:
        y: contrasts, k.
        V: their sampling covariance, k x k, zero between studies.
        study: the study of each contrast.

    Returns:
        The composites.

    Raises:
        ModelError: contrasts of a study that follow from each other, so that V has no inverse.

    Source: Gleser & Olkin (2009) in Cooper et al. (eds) Handbook of Research Synthesis, chapter 19;
    Cochrane Handbook (version 6) section 23.3.4 for counting a shared group once.
    """
    names = tuple(dict.fromkeys(study))
    share = np.ones(len(y))
    effect, variance = np.empty(len(names)), np.empty(len(names))
    for place, name in enumerate(names):
        own = np.flatnonzero([each == name for each in study])
        block = V[np.ix_(own, own)]
        if np.linalg.cond(block) > 1 / np.sqrt(np.finfo(float).eps):
            raise ModelError(
                f"The contrasts of {name} follow from each other.",
                where=f"study {name}",
                why="A difference of two others says nothing new, and weights cannot be found.",
                do="Keep one contrast less than the study has groups.",
            )
        solved = np.linalg.solve(block, np.ones(len(own)))
        variance[place] = 1 / solved.sum()
        share[own] = solved * variance[place]
        effect[place] = share[own] @ y[own]
    return Composite(names, effect, variance, share)

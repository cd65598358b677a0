"""Covariance of contrasts that share a group: one control arm with several treatments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.errors import ModelError

from .effect import Effect


def shared_covariance(
    effect: Effect, study: Sequence[object], group1: Sequence[object], group2: Sequence[object]
) -> np.ndarray:
    """The sampling covariance of contrasts, k x k.

    Two contrasts of one study that share a group vary together by what that group adds to the
    variance: with one sign if the group stands on the same side in both, else with the other. For
    standardised differences the shared standard deviation adds g_i g_j / (2 N), N the people of all
    groups of the study.

    Args:
        effect: contrasts with their parts (`md`, `smd`, `rom`, `rr`, `or`, `rd`, ...).
        study: the study of each contrast.
        group1: the group that stands first.
        group2: the group that is subtracted.

    Returns:
        V: the variances on the diagonal, zero between studies.

    Raises:
        ModelError: a measure whose variance does not fall into parts, or a group that adds a
            different part in different contrasts of its study.

    Source: Gleser & Olkin (2009) in Cooper et al. (eds) Handbook of Research Synthesis, chapter 19;
    Franchini et al. (2012) Res Synth Methods 3:142 for ratios and differences.
    Agrees with: validation/metafor/README.md
    """
    if effect.first is None or effect.second is None:
        raise ModelError(
            f"The variance of {effect.measure!r} does not fall into a part for each group.",
            why="The covariance of contrasts that share a group is what that group adds.",
            do="Use another measure, or give the covariance matrix by hand.",
        )
    ends = [list(zip(study, group, strict=True)) for group in (group1, group2)]
    parts = (np.asarray(effect.first), np.asarray(effect.second))
    _refuse_different_parts(ends, parts)
    V = np.diag(effect.variance.astype(float))
    k = len(V)
    for i in range(k):
        for j in range(i):
            if study[i] == study[j]:
                V[i, j] = V[j, i] = _covariance(i, j, ends, parts)
    if effect.measure == "smd":
        V += _of_spread(effect.effect, list(study), ends, parts)
    return V


def _covariance(
    i: int, j: int, ends: list[list[tuple]], parts: tuple[np.ndarray, np.ndarray]
) -> float:
    total = 0.0
    for a in (0, 1):
        for b in (0, 1):
            if ends[a][i] == ends[b][j]:
                total += (1 if a == b else -1) * float(parts[a][i])
    return total


def _of_spread(
    g: np.ndarray, study: list, ends: list[list[tuple]], parts: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """g_i g_j / (2 N) between contrasts of one study; their variances hold it already."""
    people: dict[tuple, float] = {}
    for side, part in zip(ends, parts, strict=True):
        people.update({key: 1 / float(x) for key, x in zip(side, part, strict=True)})
    totals: dict[object, float] = {}
    for (name, _), n in people.items():
        totals[name] = totals.get(name, 0.0) + n
    same = np.array([[a == b for b in study] for a in study]) & ~np.eye(len(study), dtype=bool)
    n = np.array([totals[name] for name in study])
    return np.where(same, np.outer(g, g) / (2 * n), 0.0)


def _refuse_different_parts(ends: list[list[tuple]], parts: tuple[np.ndarray, np.ndarray]) -> None:
    seen: dict[tuple, float] = {}
    wrong = []
    for side, part in zip(ends, parts, strict=True):
        for key, x in zip(side, part, strict=True):
            if not np.isclose(seen.setdefault(key, float(x)), x, rtol=1e-6):
                wrong.append(f"{key[1]} in study {key[0]}")
    if wrong:
        raise ModelError(
            f"A group has other figures in other contrasts: {', '.join(sorted(set(wrong)))}.",
            why="One group of people has one mean, one spread and one size.",
            do="Correct the figures, or give groups of different people different names.",
        )

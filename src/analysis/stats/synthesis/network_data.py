"""A network of treatments: the contrasts of each study, and whether everything hangs together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analysis.errors import ModelError

# Effects of one study that must add up may differ by this share of their standard errors.
ROUNDING = 0.05


@dataclass(frozen=True)
class Network:
    """Basic contrasts of all studies: m - 1 for a study of m arms, each against its first arm.

    treatments: the reference first. studies: names. y: contrasts; V: their covariance; arms: rows
    (contrasts) x treatments with 1 and -1; T: covariance that a unit of tau2 brings (1, and 1/2
    within a study). study: position of the study of each contrast. designs: treatments of each
    study.
    """

    treatments: tuple[Hashable, ...]
    studies: tuple[Hashable, ...]
    y: np.ndarray
    V: np.ndarray
    arms: np.ndarray
    T: np.ndarray
    study: np.ndarray
    designs: tuple[tuple[int, ...], ...]

    @property
    def design(self) -> np.ndarray:
        """Contrasts x treatments without the reference."""
        return self.arms[:, 1:]


def build_network(
    study: Sequence[Hashable],
    treatment: Sequence[Hashable],
    comparator: Sequence[Hashable],
    y: np.ndarray,
    v: np.ndarray,
    *,
    reference: Hashable | None = None,
) -> Network:
    """Contrasts in, a connected network out.

    A study of m arms gives all its m (m - 1) / 2 contrasts: from their variances follow those of
    its arms, and with them the covariance of its contrasts.

    Args:
        study: of each contrast.
        treatment: the treatment that stands first.
        comparator: the treatment that is subtracted.
        y: effects, treatment minus comparator.
        v: sampling variances.
        reference: the treatment that others are compared with; default the first comparator.

    Raises:
        ModelError: all problems of all studies, or parts of the network that do not hang together.

    Source: Rucker & Schwarzer (2014) Stat Med 33:4353 for the variances of arms; Higgins et al.
    (2012) Res Synth Methods 3:98 for the model.
    Agrees with: validation/metafor/README.md
    """
    names = _ordered(treatment, comparator, reference)
    index = {name: i for i, name in enumerate(names)}
    ends = np.array([[index[a], index[b]] for a, b in zip(treatment, comparator, strict=True)])
    refuse_disconnected(names, ends)
    positions: dict[Hashable, list[int]] = {}
    for row, name in enumerate(study):
        positions.setdefault(name, []).append(row)
    problems, blocks = [], []
    for name, rows in positions.items():
        found, block = _one_study(name, ends[rows], y[rows], v[rows], names)
        problems += found
        blocks.append(block)
    if problems:
        raise ModelError(
            "These studies do not fit into a network:\n    - " + "\n    - ".join(problems),
            why="A study's contrasts share arms; what one says of the others must hold.",
            do="Correct the rows against the papers, or leave the studies out on purpose.",
        )
    return _together(names, tuple(positions), blocks)


def refuse_disconnected(names: Sequence[Hashable], ends: np.ndarray) -> None:
    """All treatments can be reached from each other through studies.

    Raises:
        ModelError: they cannot; the parts are named.
    """
    ones = np.ones(len(ends))
    graph = coo_matrix((ones, (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    count, part = connected_components(graph, directed=False)
    if count > 1:
        parts = [
            "{" + ", ".join(str(names[i]) for i in np.flatnonzero(part == c)) + "}"
            for c in range(count)
        ]
        raise ModelError(
            f"The network falls into {count} parts: {'; '.join(parts)}.",
            why="No study links them, so nothing can be said across.",
            do="Analyse the parts one by one, or find a study that compares across them.",
        )


Block = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]]


def _one_study(
    name: Hashable, ends: np.ndarray, y: np.ndarray, v: np.ndarray, names: Sequence[Hashable]
) -> tuple[list[str], Block | None]:
    """Problems, or basic contrasts: effects, covariance, arms, T and the design."""
    arms = sorted({int(i) for i in ends.ravel()})
    m, pairs = len(arms), {frozenset(map(int, pair)) for pair in ends}
    if any(a == b for a, b in ends):
        return [f"study {name} compares a treatment with itself"], None
    if len(pairs) < len(ends):
        return [f"study {name} gives a contrast twice"], None
    if len(pairs) < m * (m - 1) // 2:
        lacking = [
            f"{names[a]} with {names[b]}"
            for i, a in enumerate(arms)
            for b in arms[i + 1 :]
            if frozenset((a, b)) not in pairs
        ]
        return [f"study {name} has {m} arms and lacks: {', '.join(lacking)}"], None
    place = {arm: i for i, arm in enumerate(arms)}
    C = np.zeros((len(ends), m))
    for row, (a, b) in enumerate(ends):
        C[row, place[int(a)]], C[row, place[int(b)]] = 1.0, -1.0
    of_arms = _variances_of_arms(C, v)
    if (of_arms < -1e-9 * v.max()).any():
        return [f"study {name}: the variances of its contrasts fit no arms"], None
    levels = np.linalg.lstsq(C, y, rcond=None)[0]
    if (np.abs(C @ levels - y) > ROUNDING * np.sqrt(v)).any():
        return [f"study {name}: its contrasts do not add up"], None
    A = np.zeros((m - 1, m))
    A[:, 0], A[:, 1:] = -1.0, np.eye(m - 1)
    wide = np.zeros((m - 1, len(names)))
    wide[:, arms] = A
    V = A @ np.diag(np.maximum(of_arms, 0.0)) @ A.T
    return [], (A @ levels, V, wide, A @ A.T / 2, tuple(arms))


def _variances_of_arms(C: np.ndarray, v: np.ndarray) -> np.ndarray:
    """v_ab = s_a + s_b for all pairs; two arms share theirs evenly, which changes nothing."""
    if len(v) == 1:
        return np.array([v[0] / 2, v[0] / 2])
    return np.linalg.lstsq(np.abs(C), v, rcond=None)[0]


def _together(
    names: tuple[Hashable, ...], studies: tuple[Hashable, ...], blocks: list[Block]
) -> Network:
    sizes = [len(block[0]) for block in blocks]
    total, at = sum(sizes), np.cumsum([0, *sizes])
    V, T = np.zeros((total, total)), np.zeros((total, total))
    for start, block in zip(at, blocks, strict=False):
        rows = slice(start, start + len(block[0]))
        V[rows, rows], T[rows, rows] = block[1], block[3]
    return Network(
        treatments=names,
        studies=studies,
        y=np.concatenate([block[0] for block in blocks]),
        V=V,
        arms=np.vstack([block[2] for block in blocks]),
        T=T,
        study=np.repeat(np.arange(len(blocks)), sizes),
        designs=tuple(block[4] for block in blocks),
    )


def _ordered(
    treatment: Sequence[Hashable], comparator: Sequence[Hashable], reference: Hashable | None
) -> tuple[Hashable, ...]:
    seen = list(dict.fromkeys([*comparator, *treatment]))
    if reference is None:
        reference = seen[0]
    if reference not in seen:
        raise ModelError(
            f"No study has the treatment {reference!r}.",
            where="reference",
            do=f"Use one of: {', '.join(map(str, seen))}.",
        )
    return (reference, *[name for name in seen if name != reference])

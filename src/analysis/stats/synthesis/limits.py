"""What few or too equal studies leave unsaid, in sentences beside the numbers."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from analysis.errors import ModelError

from .pooled import Pooled

FEW = 5
# Below this many studies prediction intervals fall short (validation/synthesis).
ROUGH = 10
# The factor of Hartung and Knapp stands near 1 wherever tau2 is above zero: only well below it is
# the interval narrower to speak of.
NARROWER = 0.95
# Residuals that are rounding beside the standard errors.
ALIKE = 1e-12


def refuse_equal_effects(made: Pooled) -> None:
    """Hartung and Knapp's variance is zero when all effects are equal: an interval without width.

    Raises:
        ModelError: so it is.
    """
    if made.test == "hksj" and float(made.scale) < ALIKE:
        raise ModelError(
            "All effects are equal, so that test='hksj' would give an interval of no width.",
            why="It takes its width from how much effects differ; equal effects are not certainty.",
            do="Use test='hksj-floor' or 't', and look whether one effect was copied to all rows.",
        )


def limits_of(made: Pooled, k: int) -> list[str]:
    """Sentences on what these studies cannot tell."""
    hetero, said = made.hetero, []
    df = int(hetero.q_df)
    if k < FEW:
        said.append(
            f"{k} studies: tau2 rests on {df} degree{'s' if df > 1 else ''} of freedom and may be "
            "far off, I2 with it; the prediction interval is hardly more than a guess."
        )
    elif k < ROUGH and hetero.method != "fixed":
        said.append(
            f"{k} studies: an interval for a new study that says 95 % holds it in about 80 to 95 "
            "of 100 syntheses as small as this."
        )
    if k == 2 and made.test.startswith("hksj"):
        said.append(
            "Two studies: the t interval with one degree of freedom is often too wide to be of "
            "use; the two effects side by side say more."
        )
    if made.test == "hksj" and float(made.scale) < NARROWER:
        said.append(_narrower(made))
    if float(hetero.tau2) == 0 and hetero.method != "fixed":
        said.append("tau2 is estimated as zero, which is not evidence that studies do not differ.")
    if np.isnan(made.se).any():
        said.append("There are as many coefficients as studies: no test is possible.")
    return said


def repeated(y: np.ndarray, v: np.ndarray, X: np.ndarray, labels: list[Hashable]) -> list[str]:
    """A sentence on rows that are the same in all figures; none where no row is.

    Two studies may print the same figures, so this is no error; a study typed twice is one.
    """
    seen: dict[tuple, list[str]] = {}
    for label, row in zip(labels, np.column_stack([y, v, X]), strict=True):
        seen.setdefault(tuple(row), []).append(str(label))
    twice = "; ".join(" and ".join(same) for same in seen.values() if len(same) > 1)
    if not twice:
        return []
    return [
        f"The same effect and variance stand in rows {twice}: if a study was typed twice, its "
        "people count twice; study= names the studies."
    ]


def _narrower(made: Pooled) -> str:
    """Said of the studies only where Cochran's Q is below its degrees of freedom."""
    hetero = made.hetero
    q, df = float(hetero.q), int(hetero.q_df)
    close = f"The studies agree more closely than chance lets expect (Q {q:.2f}, df {df}): the"
    return (
        f"{close if q < df else 'The'} interval is narrower than tau2 and the sampling variances "
        f"give (scale {float(made.scale):.2f}); test='hksj-floor' never is."
    )

"""Where an interval lies beside no difference and beside a size that matters, in plain words.

Bounds are compared, not calculated: they are only turned so that more is better.
"""

from __future__ import annotations

from analysis.terms import MeasureLabel


def turned(lower: float, upper: float, measure: MeasureLabel) -> tuple[float, float]:
    """The bounds as benefit: the worse bound first, positive where the first arm did better."""
    return (-upper, -lower) if measure.lower_is_better else (lower, upper)


def beside_zero(worst: float, best: float, arm: str, comparator: str) -> str:
    """What an interval says of no difference.

    Args:
        worst: the worse bound, as benefit of `arm`, from `turned`.
        best: the better bound.
        arm: words of the first arm, as inside a sentence.
        comparator: words of the other arm.
    """
    if worst > 0:
        return f"The whole interval favours {arm}"
    if best < 0:
        return f"The whole interval favours {comparator}"
    return (
        f"The interval includes no difference: it is compatible with better and with worse results "
        f"than with {comparator}"
    )


def beside_size(worst: float, best: float, size: float, arm: str, comparator: str) -> str:
    """What an interval says of a size that matters, to stand after `The ... is 10.9 mm:`.

    Args:
        worst: the worse bound, as benefit of `arm`, from `turned`.
        best: the better bound.
        size: the size that matters, above 0, in the same unit.
        arm: words of the first arm, as inside a sentence.
        comparator: words of the other arm.
    """
    if worst > 0:
        return _in_favour(worst, best, size, arm)
    if best < 0:
        return _against(worst, best, size, comparator)
    return _undecided(worst, best, size, arm, comparator)


def briefly(worst: float, best: float, size: float, comparator: str, **_: str) -> str:
    """The same in few words: shown, not shown, open, or in favour of the comparator.

    Takes what `beside_size` takes; a disadvantage is said in the same words as there.
    """
    if worst >= size:
        return "the whole interval lies beyond it"
    if best < 0:
        return _against(worst, best, size, comparator)
    if best >= size and worst <= -size:
        return (
            "the interval includes it in both directions, so neither a worthwhile effect nor a "
            f"difference of this size in favour of {comparator} is ruled out"
        )
    if best >= size:
        return "it lies inside the interval, so a worthwhile effect is neither shown nor ruled out"
    if worst <= -size:
        return (
            "the whole interval lies short of it, and the data are compatible with a difference of "
            f"this size in favour of {comparator}"
        )
    return "the whole interval lies short of it, so the data speak against a worthwhile effect"


def _in_favour(worst: float, best: float, size: float, arm: str) -> str:
    if worst >= size:
        return f"the whole interval lies beyond it, in favour of {arm}"
    if best >= size:
        return (
            f"the interval includes it, so the data favour {arm} and are compatible with a "
            "difference of this size and with a smaller one"
        )
    return f"the whole interval favours {arm} but lies short of it"


def _against(worst: float, best: float, size: float, comparator: str) -> str:
    if best <= -size:
        return f"the whole interval lies beyond this size in favour of {comparator}"
    if worst <= -size:
        return (
            f"the whole interval favours {comparator}, and the data are compatible with a "
            "disadvantage of this size"
        )
    return f"the whole interval favours {comparator}, by less than this size"


def _undecided(worst: float, best: float, size: float, arm: str, comparator: str) -> str:
    if best >= size and worst <= -size:
        return (
            "the interval includes it in both directions, so the data are compatible with a "
            f"difference of this size in favour of {arm}, with none, and with one in favour of "
            f"{comparator}: they do not settle the question"
        )
    if best >= size:
        return (
            "the interval includes both it and no difference, so the data are compatible with a "
            "difference of this size and with none"
        )
    if worst <= -size:
        return (
            f"the interval includes no difference, lies short of it in favour of {arm}, and is "
            f"compatible with a difference of this size in favour of {comparator}"
        )
    return (
        "the interval includes no difference and lies short of it on both sides, so the data speak "
        "against a difference of this size"
    )

"""What one group shows: a proportion, a rate, a mean or a correlation, ready to be pooled."""

from __future__ import annotations

import numpy as np

from ..arguments import refuse_no_choice
from .effect import Effect, below, columns, missing, refuse

PROPORTIONS = ("pr", "pln", "plo", "pas", "pft")
INCIDENCES = ("ir", "irln", "irs", "irft")
MEANS = ("mn", "mnln", "cvln", "sdln")
CORRELATIONS = ("cor", "zcor")


def proportion(measure: str, events: np.ndarray, n: np.ndarray, *, add: float = 0.5) -> Effect:
    """A proportion of one group.

    Args:
        measure: `pr` as it is, `pln` its logarithm, `plo` its log odds, `pas` its arcsine root,
            `pft` Freeman and Tukey's double arcsine.
        events: people with the event.
        n: people.
        add: added to events and others where either is zero (not for `pas` and `pft`).

    Raises:
        ModelError: a missing or negative count, more events than people.
        UsageError: an unknown measure.

    Source: Freeman & Tukey (1950) Ann Math Stat 21:607; Miller (1978) Am Stat 32:138; Lipsey &
    Wilson (2001) Practical Meta-Analysis, chapter 3.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", PROPORTIONS, "measure")
    c = columns(events=events, n=n)
    rules = [*missing(**c), below("events", c["events"], 0), below("n", c["n"], 1)]
    refuse([*rules, ("events", c["events"] > c["n"], "are more than there are people")])
    x, n = c.values()
    if measure == "pas":
        return Effect("pas", np.arcsin(np.sqrt(x / n)), 1 / (4 * n))
    if measure == "pft":
        twice = np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))
        return Effect("pft", twice / 2, 1 / (4 * n + 2))
    more = add * ((x == 0) | (x == n))
    x, n = x + more, n + 2 * more
    if measure == "pr":
        return Effect("pr", x / n, x * (n - x) / n**3)
    if measure == "pln":
        return Effect("pln", np.log(x / n), 1 / x - 1 / n)
    return Effect("plo", np.log(x / (n - x)), 1 / x + 1 / (n - x))


def incidence(measure: str, events: np.ndarray, time: np.ndarray, *, add: float = 0.5) -> Effect:
    """Events over time in one group.

    Args:
        measure: `ir` the rate, `irln` its logarithm, `irs` its root, `irft` Freeman and Tukey's
            root.
        events: events.
        time: person-time.
        add: added where there is no event (not for `irs` and `irft`).

    Raises:
        ModelError: a missing or negative number, no time.
        UsageError: an unknown measure.

    Source: Freeman & Tukey (1950) Ann Math Stat 21:607; Rothman et al. (2008) Modern Epidemiology.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", INCIDENCES, "measure")
    c = columns(events=events, time=time)
    refuse(
        [*missing(**c), below("events", c["events"], 0), below("time", c["time"], 0, equal=True)]
    )
    x, t = c.values()
    if measure == "irs":
        return Effect("irs", np.sqrt(x / t), 1 / (4 * t))
    if measure == "irft":
        return Effect("irft", (np.sqrt(x / t) + np.sqrt((x + 1) / t)) / 2, 1 / (4 * t))
    x = x + add * (x == 0)
    if measure == "ir":
        return Effect("ir", x / t, x / t**2)
    return Effect("irln", np.log(x / t), 1 / x)


def one_mean(measure: str, m: np.ndarray, sd: np.ndarray, n: np.ndarray) -> Effect:
    """The mean or the spread of one group.

    Args:
        measure: `mn` the mean, `mnln` its logarithm, `cvln` log coefficient of variation, `sdln`
            log standard deviation.
        m: means.
        sd: standard deviations.
        n: people.

    Raises:
        ModelError: a missing number, a standard deviation that is not positive, a group of one, a
            logarithm of a mean that is not positive.
        UsageError: an unknown measure.

    Source: Nakagawa et al. (2015) Methods Ecol Evol 6:143; Hedges et al. (1999) Ecology 80:1150.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", MEANS, "measure")
    c = columns(m=m, sd=sd, n=n)
    rules = [*missing(**c), below("sd", c["sd"], 0.0, equal=True), below("n", c["n"], 2)]
    if measure in ("mnln", "cvln"):
        rules.append(below("m", c["m"], 0.0, equal=True))
    refuse(rules)
    m, sd, n = c.values()
    bias, of_mean = 1 / (2 * (n - 1)), sd**2 / n
    if measure == "mn":
        return Effect("mn", m, of_mean)
    if measure == "mnln":
        return Effect("mnln", np.log(m), of_mean / m**2)
    if measure == "cvln":
        return Effect("cvln", np.log(sd / m) + bias, bias + of_mean / m**2)
    return Effect("sdln", np.log(sd) + bias, bias)


def correlation(measure: str, r: np.ndarray, n: np.ndarray) -> Effect:
    """A correlation, as it is (`cor`) or by Fisher's z (`zcor`).

    Args:
        measure: `cor` or `zcor`.
        r: correlations.
        n: people.

    Raises:
        ModelError: a missing number, a correlation outside -1 to 1, four people or fewer.
        UsageError: an unknown measure.

    Source: Borenstein et al. (2009) Introduction to Meta-Analysis, chapter 6.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", CORRELATIONS, "measure")
    c = columns(r=r, n=n)
    outside = ("r", np.abs(c["r"]) >= 1, "must lie between -1 and 1")
    refuse([*missing(**c), below("n", c["n"], 5), outside])
    r, n = c.values()
    if measure == "cor":
        return Effect("cor", r, (1 - r**2) ** 2 / (n - 1))
    return Effect("zcor", np.arctanh(r), 1 / (n - 3))

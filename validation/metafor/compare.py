"""Pool the two sets of published effects with this package and measure the differences from R.

Run: python validation/metafor/compare.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.synthesis.asymmetry import egger
from analysis.stats.synthesis.cluster import cluster_robust
from analysis.stats.synthesis.components import fit_components
from analysis.stats.synthesis.influence import influence, leave_one_out
from analysis.stats.synthesis.interval import q_profile
from analysis.stats.synthesis.pooled import Pooled, inferred, pooled, prediction_interval
from analysis.stats.synthesis.trimfill import trim_and_fill
from validation.metafor.peers import worst

HERE = Path(__file__).parent
METHODS = {"FE": "fixed"}
TESTS = {"z": "z", "knha": "hksj"}


def reference() -> dict[str, dict]:
    """R's results: set, then what R printed."""
    return json.loads((HERE / "meta.json").read_text())["sets"]


def studies(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Effects and sampling variances of a set."""
    given = reference()[name]
    return np.array(given["yi"]), np.array(given["sei"]) ** 2


def fit(name: str, case: str) -> Pooled:
    """This package's fit of `METHOD/test`."""
    method, test = case.split("/")
    return pooled(*studies(name), method=METHODS.get(method, method.lower()), test=TESTS[test])


def numbers(made: Pooled) -> dict[str, float]:
    """A fit under R's names."""
    low, high = prediction_interval(made)
    h = made.hetero
    found = {"estimate": made.beta, "se": made.se, "lower": made.lower, "upper": made.upper}
    found |= {"p": made.p, "tau2": h.tau2, "se_tau2": h.se, "i2": 100 * h.i2, "h2": h.h2}
    found |= {"q": h.q, "q_p": h.q_p, "pi_lower": low, "pi_upper": high}
    return {name: float(np.squeeze(value)) for name, value in found.items()}


def fit_differences(name: str, case: str) -> dict[str, float]:
    """Every number that R printed of a fit (it has no interval for a new study with FE)."""
    ours, theirs = numbers(fit(name, case)), reference()[name]["fits"][case]
    return {key: worst(ours[key], x) for key, x in theirs.items() if x not in (None, {})}


def other_differences(name: str) -> dict[str, float]:
    """Q-profile, influence, leaving one out, and the regression on weeks."""
    y, v = studies(name)
    given, one = reference()[name], np.ones((len(y), 1))
    made = pooled(y, v, method="reml", test="z")
    left, found = leave_one_out(y, v, one, made), influence(y, v, one, made)
    weeks = np.column_stack([np.ones(len(y)), given["weeks"]])
    slope = pooled(y, v, weeks, method="reml", test="hksj")
    profile = q_profile(y, v, None, made.hetero)
    pairs = {
        "Q-profile, lower": (profile.tau2[0], given["q_profile"]["tau2_lower"]),
        "Q-profile, upper": (profile.tau2[1], given["q_profile"]["tau2_upper"]),
        "leave one out": (left.beta[:, 0], given["leave_one_out"]["estimate"]),
        "leave one out, tau2": (left.hetero.tau2, given["leave_one_out"]["tau2"]),
        "Cook's distance": (found.cook, given["cooks"]),
        "studentised residual": (found.rstudent, given["rstudent"]),
        "weeks, coefficients": (slope.beta, given["regression_weeks"]["coefficient"]),
        "weeks, se": (slope.se, given["regression_weeks"]["se"]),
        "weeks, p": (slope.p, given["regression_weeks"]["p"]),
        "weeks, tau2": (slope.hetero.tau2, given["regression_weeks"]["tau2"]),
    }
    return {key: worst(*pair) for key, pair in pairs.items()}


def bias_differences(name: str) -> dict[str, float]:
    """Egger's test, and trim and fill."""
    y, v = studies(name)
    given, test = reference()[name], egger(y, v)
    filled = trim_and_fill(y, v, method="dl")
    pairs = {
        "Egger, z": (test.statistic, given["egger"]["z"]),
        "Egger, p": (test.p, given["egger"]["p"]),
        "studies added": (filled.added, given["trim_fill"]["k0"]),
        "estimate with them": (filled.pooled.beta, given["trim_fill"]["estimate"]),
        "side": (filled.side == "right", given["trim_fill"]["side"] == "right"),
    }
    return {key: worst(*pair) for key, pair in pairs.items()}


def level_differences(name: str) -> dict[str, float]:
    """Effects within trials: three levels, and the robust variance of metafor's robust()."""
    y, v = studies(name)
    given, k = reference()[name], len(y)
    trial = np.array(given["trial"])
    within = (trial[:, None] == trial[None, :]).astype(float)
    X = np.ones((k, 1))
    fit = fit_components(y, np.diag(v), X, [within, np.eye(k)])
    robust = cluster_robust(X, fit.M, fit.residuals, given["trial"], kind="cr1p")
    se = np.sqrt(np.diag(robust.covariance))
    _, _, lower, upper = inferred(fit.beta, se, robust.df, 0.95)
    theirs = given["three_level"]
    pairs = {
        "estimate": (fit.beta, theirs["estimate"]),
        "se": (np.sqrt(np.diag(fit.covariance)), theirs["se"]),
        "variances, sum": (fit.theta.sum(), sum(theirs["sigma2"])),
        "variances": (fit.theta, theirs["sigma2"]),
        "robust se": (se, given["robust"]["se"]),
        "robust limits": (
            [lower[0], upper[0]],
            [given["robust"]["lower"], given["robust"]["upper"]],
        ),
    }
    return {key: worst(*pair) for key, pair in pairs.items()}


def main() -> None:
    """Print the worst difference of each fit and of all else."""
    fits = {
        f"{name} {case}": fit_differences(name, case)
        for name, given in reference().items()
        for case in given["fits"]
    }
    print(pd.DataFrame(fits).T.map("{:.0e}".format).to_string())
    for differences in (other_differences, bias_differences, level_differences):
        table = pd.DataFrame({name: differences(name) for name in reference()})
        print(table.map("{:.0e}".format).to_string())


if __name__ == "__main__":
    main()

"""Compare this package with metafor on public example data that are kept beside the checkout.

Run: python validation/metafor/peers.py
The data and R's results are not part of this project.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.synthesis.counts import two_by_two
from analysis.stats.synthesis.fit import MetaFit
from analysis.stats.synthesis.interval import likelihood_profile, q_profile
from analysis.stats.synthesis.means import standardised_difference
from analysis.stats.synthesis.meta import meta
from analysis.stats.synthesis.pooled import prediction_interval

PEERS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "peers"
TESTS = {"z": "z", "t": "t", "knha": "hksj", "adhoc": "hksj-floor"}
# Iterated DL and SJ have the fixed point of Paule and Mandel, by its definition; so has EB.
METHODS = {"EE": "fixed", "FE": "fixed", "DLIT": "pm", "SJIT": "pm"}
FORMULAS = {
    "ablat": "y ~ ablat",
    "ablat+year": "y ~ ablat + year",
    "factoralloc": "y ~ alloc",
    "ablat*year": "y ~ ablat * year",
}
# Below this R's tau2 is zero but for rounding.
ROUNDING = 1e-9
POOLED = re.compile(r"(bcg_RR|normand_SMD)_(?:mods_(.+)_)?([A-Z]+k?)_(z|t|knha|adhoc)$")


@cache
def results(name: str) -> dict[str, dict]:
    """R's results of one file: `metafor_uni`, `metafor_mv` or `metafor_escalc`."""
    found = json.loads((PEERS / "results" / f"{name}.json").read_text())
    return found["escalc" if name == "metafor_escalc" else "results"]


def data(name: str) -> pd.DataFrame:
    """One data set of metafor's."""
    return pd.read_csv(PEERS / "data" / f"{name}.csv")


@cache
def bcg() -> pd.DataFrame:
    """The trials of the BCG vaccine with log risk ratios."""
    table = data("dat.bcg")
    n1, n2 = table["tpos"] + table["tneg"], table["cpos"] + table["cneg"]
    made = two_by_two("rr", table["tpos"], n1, table["cpos"], n2)
    alloc = pd.Categorical(table["alloc"], ["alternate", "random", "systematic"])
    return table.assign(y=made.effect, v=made.variance, n=n1 + n2, alloc=alloc)


@cache
def normand() -> pd.DataFrame:
    """Length of stay in hospital, as standardised differences."""
    table = data("dat.normand1999")
    columns = [table[c] for c in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]
    made = standardised_difference(*columns)
    return table.assign(y=made.effect, v=made.variance)


def pooled_cases() -> list[str]:
    """Fits of one effect or of moderators, by estimators that this package offers."""
    names = [name for name, r in results("metafor_uni").items() if "error" not in r]
    return [n for n in names if POOLED.match(n) and "_GENQ" not in n]


def fit(case: str) -> MetaFit:
    """This package's fit of one case."""
    which, moderators, method, test = POOLED.match(case).groups()
    table = bcg() if which == "bcg_RR" else normand()
    method = METHODS.get(method, method.lower())
    formula = FORMULAS[moderators] if moderators else "y ~ 1"
    return meta(formula, table, variance="v", method=method, test=TESTS[test])


def fit_differences(case: str) -> dict[str, float]:
    """The worst difference of each number that R has of a fit: relative, absolute where zero."""
    made, r = fit(case), results("metafor_uni")[case]
    p, h = made.pooled, made.pooled.hetero
    pairs = {
        "beta": (p.beta, list(r["beta"].values())),
        "se": (p.se, r["se"]),
        "statistic": (p.statistic, r["zval"]),
        "p": (p.p, r["pval"]),
        "lower": (p.lower, r["ci_lb"]),
        "upper": (p.upper, r["ci_ub"]),
        "covariance": (p.covariance.ravel(), np.ravel(r["vb"]["values"])),
        "tau2": (h.tau2, _above_rounding(r["tau2"])),
        "I2": (100 * h.i2, _above_rounding(r["I2"])),
        "H2": (h.h2, r["H2"]),
        "typical": (h.typical, r["vt"]),
        "Q": (h.q, r["QE"]),
        "Q, p": (h.q_p, r["QEp"]),
        "scale": (p.scale, r["s2w"]),
    }
    if "_DLIT_" not in case and r["se_tau2"] is not None:
        pairs["se of tau2"] = (h.se, r["se_tau2"])
    kind = "REML" if h.method == "reml" else "ML"
    pairs["log likelihood"] = (p.log_likelihood, r["fit_stats"]["ll"][kind])
    pairs |= _more(made, r)
    return {name: worst(*pair) for name, pair in pairs.items()}


def _more(made: MetaFit, r: dict) -> dict[str, tuple]:
    """Weights, prediction, the test of moderators, and intervals of tau2, where R has them."""
    pairs = {}
    if "weights" in r:
        pairs["weights"] = (100 * made.pooled.weights, r["weights"])
    if "pi.lb" in r.get("predict", [{}])[0]:
        low, high = prediction_interval(made.pooled)
        row = r["predict"][0]
        pairs["prediction"] = ([low[0], high[0]], [row["pi.lb"], row["pi.ub"]])
    if "predict_0_60" in r:
        rows = pd.DataFrame(r["predict_0_60"])
        ours = made.predict(pd.DataFrame({"ablat": np.linspace(0, 60, len(rows))}))
        names = {"pred": "estimate", "se": "se", "ci.lb": "lower", "ci.ub": "upper"}
        names |= {"pi.lb": "prediction_lower", "pi.ub": "prediction_upper"}
        for theirs, name in names.items():
            if theirs in rows:
                pairs[f"at moderators, {name}"] = (ours[name], rows[theirs])
    if made.X.shape[1] > 1:
        test = made.moderator_test().iloc[0]
        pairs["test of moderators, p"] = (test["p"], r["QMp"])
        if r["R2"] is not None:
            pairs["R2"] = (100 * test["r2"], r["R2"])
    for key, profile in (("QP", q_profile), ("PL", likelihood_profile)):
        if f"confint_tau2_{key}" in r:
            found = profile(made.y, made.v, made.X, made.pooled.hetero)
            rows = r[f"confint_tau2_{key}"]
            row = (rows["values"] if isinstance(rows, dict) else rows)[0]
            pairs[f"interval of tau2, {key}"] = (found.tau2, [row["ci.lb"], row["ci.ub"]])
    return pairs


def worst(ours: object, theirs: object) -> float:
    """The largest relative difference (absolute where R has zero); nan agrees with nothing."""
    a = np.atleast_1d(np.asarray(ours, dtype=float))
    b = np.atleast_1d(np.asarray(theirs, dtype=float))
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} numbers stand against {b.shape} of R.")
    gap = np.abs(a - b) / np.where(b == 0, 1.0, np.abs(b))
    return float(np.where(np.isnan(gap), np.inf, gap).max())


def _above_rounding(x: float) -> float:
    return 0.0 if abs(x) < ROUNDING else x


def main() -> None:
    """Print the worst difference of each number over all fits, and where it is."""
    table = pd.DataFrame({case: fit_differences(case) for case in pooled_cases()}).T
    print(f"{len(table)} fits")
    for name in table:
        print(f"  {name:32s} {table[name].max():.0e}   {table[name].idxmax()}")


if __name__ == "__main__":
    main()

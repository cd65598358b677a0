"""Compare models with several levels, and networks, with metafor's rma.mv and clubSandwich.

Run: python validation/metafor/peers_mv.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.synthesis.components import fit_components
from analysis.stats.synthesis.levels_fit import LevelsFit
from analysis.stats.synthesis.meta_levels import meta_levels
from analysis.stats.synthesis.network import network
from analysis.stats.synthesis.network_arms import contrasts_of_arms
from analysis.stats.synthesis.network_fit import NetworkFit
from validation.metafor.peers import data, results, worst

# Case: data, formula, levels, correlation of sampling errors, REML, test.
NESTED = {
    "konst_3level_REML": ("k", "yi ~ 1", ["district", "school"], 0.0, True, "z"),
    "konst_3level_REML_t": ("k", "yi ~ 1", ["district", "school"], 0.0, True, "t"),
    "konst_3level_ML": ("k", "yi ~ 1", ["district", "school"], 0.0, False, "z"),
    "konst_2level_REML": ("k", "yi ~ 1", ["study"], 0.0, True, "z"),
    "konst_inner_outer_CS": ("k", "yi ~ 1", ["district", "school"], 0.0, True, "z"),
    "konst_mods_year": ("k", "yi ~ centred", ["district", "school"], 0.0, True, "z"),
    "assink_3level": ("a", "yi ~ 1", ["study", "esid"], 0.0, True, "z"),
    "assink_3level_V06": ("a", "yi ~ 1", ["study", "esid"], 0.6, True, "z"),
    "assink_mods": ("a", "yi ~ deltype", ["study", "esid"], 0.6, True, "z"),
}
# rho tau2 lies between districts, the rest within: the same model in other words.
COMPOUND = {"konst_inner_outer_CS"}
BERKEY = ("berkey_CS", "berkey_ID")
NETWORKS = {"senn_network_RE": "reml", "senn_network_FE": "fixed"}


def table(name: str) -> pd.DataFrame:
    """The schools of Konstantopoulos (k) or the studies of Assink and Wibbelink (a)."""
    if name == "k":
        found = data("dat.konstantopoulos2011")
        return found.assign(centred=found["year"] - found["year"].mean())
    found = data("dat.assink2016")
    return found.assign(deltype=pd.Categorical(found["deltype"], ["covert", "general", "overt"]))


def levels(case: str) -> LevelsFit:
    """This package's fit of one nested case, with the model's own variance."""
    name, formula, nested, correlation, reml, test = NESTED[case]
    options = {"correlation": correlation, "reml": reml, "test": test, "robust": None}
    return meta_levels(formula, table(name), nested=nested, variance="vi", **options)


def levels_differences(case: str) -> dict[str, float]:
    """Coefficients, variances, likelihood, Q, prediction and robust variances."""
    made, r = levels(case), results("metafor_mv")[case]
    fit, shown = made.levels.fit, made.coefficients
    theta = r["sigma2"]
    if case in COMPOUND:
        theta = [r["rho"] * r["tau2"], (1 - r["rho"]) * r["tau2"]]
    pairs = {
        "beta": (fit.beta, list(r["beta"].values())),
        "se": (shown["se"], r["se"]),
        "p": (shown["p"], r["pval"]),
        "limits": (shown[["lower", "upper"]].to_numpy().T, [r["ci_lb"], r["ci_ub"]]),
        "variances": (fit.theta, theta),
        "log likelihood": (fit.log_likelihood, r["logLik"]),
        "Q": (made.levels.q, r["QE"]),
    }
    if r["predict"]:
        new, row = made.prediction().iloc[0], r["predict"][0]
        ours = [new["prediction_lower"], new["prediction_upper"]]
        pairs["prediction"] = (ours, [row["pi.lb"], row["pi.ub"]])
    for key, kind in (("robust_metafor", "cr1p"), ("robust_CR2", "cr2")):
        if key in r:
            row = made.robust(kind).iloc[0]
            names = {"se": "se", "df": "ddf", "p": "pval"}
            pairs[f"{kind}"] = ([row[a] for a in names], [r[key][b] for b in names.values()])
    return {name: worst(np.ravel(a), np.ravel(b)) for name, (a, b) in pairs.items()}


def berkey_differences(case: str) -> dict[str, float]:
    """Two outcomes a trial, a covariance within: the models that variance components can say."""
    r, found = results("metafor_mv")[case], data("dat.berkey1998")
    trial, k = found["trial"].to_numpy(), len(found)
    V = np.zeros((k, k))
    for name in np.unique(trial):
        rows = np.flatnonzero(trial == name)
        V[np.ix_(rows, rows)] = found.iloc[rows][["v1i", "v2i"]].to_numpy()
    X = np.column_stack([found["outcome"] == "AL", found["outcome"] == "PD"]).astype(float)
    parts = [np.eye(k)]
    theirs = [r["tau2"]]
    if case == "berkey_CS":
        parts = [(trial[:, None] == trial[None, :]).astype(float), np.eye(k)]
        theirs = [r["rho"] * r["tau2"], (1 - r["rho"]) * r["tau2"]]
    fit = fit_components(found["yi"].to_numpy(), V, X, parts, reml=False)
    pairs = {
        "beta": (fit.beta, list(r["beta"].values())),
        "se": (np.sqrt(np.diag(fit.covariance)), r["se"]),
        "variances": (fit.theta, theirs),
        "log likelihood": (fit.log_likelihood, r["logLik"]),
    }
    return {name: worst(*pair) for name, pair in pairs.items()}


def senn(method: str) -> NetworkFit:
    """Glucose-lowering treatments against placebo, from arms."""
    columns = {"study": "study", "treatment": "treatment", "n": "ni", "mean": "mi", "sd": "sdi"}
    contrasts = contrasts_of_arms(data("dat.senn2013"), measure="md", **columns)
    named = {name: name for name in ("study", "treatment", "comparator", "effect", "variance")}
    return network(contrasts, reference="placebo", method=method, **named)


def network_differences(case: str) -> dict[str, float]:
    """Effects against placebo, their standard errors, tau2 and Q."""
    made, r = senn(NETWORKS[case]), results("metafor_mv")[case]
    ours, names = made.effects.set_index("treatment"), list(r["beta"])
    pairs = {
        "effects": (ours.loc[names, "estimate"], list(r["beta"].values())),
        "se": (ours.loc[names, "se"], r["se"]),
        "tau2": (made.estimate.tau2, r["tau2"]),
        "Q": (made.estimate.q, r["QE"]),
    }
    return {name: worst(*pair) for name, pair in pairs.items()}


def main() -> None:
    """Print the worst differences of each case."""
    groups = ((levels_differences, NESTED), (berkey_differences, BERKEY))
    for differences, cases in (*groups, (network_differences, NETWORKS)):
        for case in cases:
            print(case, {k: f"{x:.0e}" for k, x in differences(case).items()})


if __name__ == "__main__":
    main()

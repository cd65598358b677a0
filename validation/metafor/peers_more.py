"""Compare influence, small-study checks and robust variances with metafor on the BCG trials.

Run: python validation/metafor/peers_more.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.synthesis.asymmetry import egger, rank_test
from analysis.stats.synthesis.cluster import cluster_robust
from analysis.stats.synthesis.fit import MetaFit
from analysis.stats.synthesis.influence import cumulative, influence, leave_one_out, shrunken
from analysis.stats.synthesis.meta import meta
from analysis.stats.synthesis.pooled import pooled
from analysis.stats.synthesis.selection import selection_model
from analysis.stats.synthesis.trimfill import trim_and_fill
from validation.metafor.peers import bcg, results, worst

METHODS = {"REML": "reml", "DL": "dl", "FE": "fixed"}
PREDICTORS = {
    "sei": "se",
    "vi": "variance",
    "ni": "n",
    "ninv": "1/n",
    "sqrtni": "root-n",
    "sqrtninv": "1/root-n",
}
FORMS = {"rma": "meta-regression", "lm": "weighted-regression"}
SHAPES = {
    "stepfun": "step",
    "beta": "beta",
    "halfnorm": "half-normal",
    "negexp": "exponential",
    "logistic": "logistic",
    "power": "power",
}


def base(method: str) -> MetaFit:
    """The BCG trials pooled with a normal test."""
    return meta("y ~ 1", bcg(), variance="v", method=method, test="z")


def each_study(method: str) -> dict[str, float]:
    """Leaving one out, cumulating, influence and residuals, for REML, DL or FE."""
    uni, made = results("metafor_uni"), base(METHODS[method])
    given = (made.y, made.v, made.X, made.pooled)
    left, found, own = leave_one_out(*given), influence(*given), shrunken(*given)
    order = np.array(uni[f"bcg_cumul_{method}"]["order"]) - 1
    so_far = cumulative(made.y, made.v, made.pooled, order)
    one = pd.DataFrame(uni[f"bcg_leave1out_{method}"]["table"])
    many = pd.DataFrame(uni[f"bcg_cumul_{method}"]["table"])
    inf = pd.DataFrame(uni[f"bcg_influence_{method}"]["inf"])
    other = uni[f"bcg_residuals_{method}"]
    standard, best = pd.DataFrame(other["rstandard"]), pd.DataFrame(other["blup"])
    dfbetas = [row["intrcpt"] for row in uni[f"bcg_influence_{method}"]["dfbs"]]
    pairs = {
        "left out, estimate": (left.beta[:, 0], one["estimate"]),
        "left out, se": (left.se[:, 0], one["se"]),
        "left out, Q": (left.hetero.q, one["Q"]),
        "cumulative, estimate": (so_far.beta[:, 0], many["estimate"]),
        "cumulative, se": (so_far.se[:, 0], many["se"]),
        "rstudent": (found.rstudent, inf["rstudent"]),
        "dffits": (found.dffits, inf["dffits"]),
        "Cook": (found.cook, inf["cook.d"]),
        "covariance ratio": (found.cov_ratio, inf["cov.r"]),
        "Q without": (found.q, inf["QE.del"]),
        "tau2 without": (found.tau2, inf["tau2.del"]),
        "hat": (found.hat, inf["hat"]),
        "dfbetas": (found.dfbetas[:, 0], dfbetas),
        "marked": (found.marked, uni[f"bcg_influence_{method}"]["is_infl"]),
        "residual": (own.residual, standard["resid"]),
        "residual, se": (own.residual_se, standard["se"]),
        "own effect": (own.effect, best["pred"]),
        "own effect, se": (own.effect_se, best["se"]),
    }
    return {name: worst(*pair) for name, pair in pairs.items()}


def regression_test(model: str, predictor: str) -> dict[str, float]:
    """Egger's test in one of its forms."""
    r, table = results("metafor_uni")[f"bcg_regtest_{model}_{predictor}"], bcg()
    options = {"form": FORMS[model], "predictor": PREDICTORS[predictor], "n": table["n"]}
    made = egger(table["y"].to_numpy(), table["v"].to_numpy(), **options)
    pairs = {"statistic": (made.statistic, r["zval"]), "p": (made.p, r["pval"])}
    pairs["coefficients"] = ([made.intercept, made.slope], list(r["coef"].values()))
    if r["dfs"] is not None:
        pairs["df"] = (made.df, r["dfs"])
    if r["ci_lb"] is not None:
        pairs["limits"] = ([made.lower, made.upper], [r["ci_lb"], r["ci_ub"]])
    return {name: worst(*pair) for name, pair in pairs.items()}


def ranks() -> dict[str, float]:
    """Begg and Mazumdar's test."""
    r, made = results("metafor_uni")["bcg_ranktest"], base("reml")
    found = rank_test(made.y, made.v)
    return {"tau": worst(found.tau, r["tau"]), "p": worst(found.p, r["pval"])}


def filled(case: str) -> dict[str, float]:
    """Trim and fill; `case` as in `bcg_trimfill_DL_L0_auto`."""
    r, (method, estimator, side) = results("metafor_uni")[case], case.split("_")[2:]
    made = base(METHODS[method])
    options = {"estimator": estimator.lower(), "side": None if side == "auto" else side}
    found = trim_and_fill(made.y, made.v, method=METHODS[method], **options)
    pairs = {
        "added": (found.added, r["k0"]),
        "effects": (np.sort(found.y), np.sort(r["yi"])),
        "estimate": (found.pooled.beta, r["beta"]["intrcpt"]),
        "se": (found.pooled.se, r["se"]),
        "tau2": (found.pooled.hetero.tau2, r["tau2"]),
    }
    if r["se_k0"] is None:  # R: the root of a negative number
        pairs["se of it"] = (float(np.isfinite(found.se)), 0.0)
    else:
        pairs["se of it"] = (found.se, r["se_k0"])
    if r["p_k0"] is not None:
        pairs["p"] = (found.p, r["p_k0"])
    return {
        **{n: worst(*pair) for n, pair in pairs.items()},
        "side": float(found.side != r["side"]),
    }


def selected(kind: str) -> tuple[dict[str, float], float]:
    """A selection model: differences, and how much higher our likelihood is than R's."""
    r, made = results("metafor_uni")[f"bcg_selmodel_{kind}"], base("ml")
    options = {"shape": SHAPES[kind], "steps": (0.025, 0.5), "alternative": "less"}
    found = selection_model(made.y, made.v, **options)
    pairs = {
        "estimate": (found.estimate, r["beta"]),
        "se": (found.se, r["se"]),
        "tau2": (found.tau2, r["tau2"]),
        "delta": (found.delta, r["delta"]),
    }
    return {n: worst(*pair) for n, pair in pairs.items()}, found.log_likelihood - r["ll"]


def robust() -> dict[str, float]:
    """metafor's robust(): by allocation without, by trial with the latitude as a moderator."""
    uni, table = results("metafor_uni"), bcg()
    y, v = table["y"].to_numpy(), table["v"].to_numpy()
    found = {}
    latitude = np.column_stack([np.ones(len(y)), table["ablat"]])
    for case, X, cluster in (
        ("alloc", np.ones((len(y), 1)), table["alloc"]),
        ("trial_mods", latitude, table["trial"]),
    ):
        fit, r = pooled(y, v, X, test="z"), uni[f"bcg_robust_{case}"]
        M = np.diag(v + float(fit.hetero.tau2))
        made = cluster_robust(X, M, y - X @ fit.beta, cluster.tolist(), kind="cr1p")
        se = np.sqrt(np.diag(made.covariance))
        found |= {f"{case}, se": worst(se, r["se"]), f"{case}, df": worst(made.df[0], r["ddf"])}
    return found


def main() -> None:
    """Print the worst differences of each kind."""
    for method in METHODS:
        print(method, {k: f"{x:.0e}" for k, x in each_study(method).items()})
    tests = [regression_test(m, p) for m in FORMS for p in PREDICTORS]
    print("regression tests", f"{max(max(t.values()) for t in tests):.0e}", "ranks", ranks())
    cases = [name for name in results("metafor_uni") if name.startswith("bcg_trimfill")]
    print("trim and fill", f"{max(max(filled(c).values()) for c in cases):.0e}", len(cases))
    for kind in SHAPES:
        gaps, higher = selected(kind)
        print(kind, {k: f"{x:.0e}" for k, x in gaps.items()}, f"likelihood higher by {higher:.0e}")
    print("robust", {k: f"{x:.0e}" for k, x in robust().items()})


if __name__ == "__main__":
    main()

"""Fit every random-effects case with this package and measure the worst difference from R.

Run: python validation/lmm/compare.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.mmrm import MMRMFit, mmrm

HERE = Path(__file__).parent
TRIALS = HERE.parent / "mmrm" / "trials"
WEEKS_A_MONTH = 4.345


def reference() -> dict[str, dict]:
    """R's results: trial/model, then what R printed."""
    return json.loads((HERE / "lmm.json").read_text())["fits"]


def trial(name: str) -> pd.DataFrame:
    """A trial with the times that R's formulas name; `time` is a copy for the random slope."""
    data = pd.read_csv(TRIALS / f"{name}.csv")
    data["arm"] = pd.Categorical(data["arm"], categories=data["arm"].unique())
    end = 8 if name == "two_years" else 16
    data["visit"] = data["week"]
    data["months"] = data["time"] = data["week"] / WEEKS_A_MONTH
    data["during"] = data["week"].clip(upper=end)
    data["after"] = (data["week"] - end).clip(lower=0)
    return data


def fit(case: str, **more: object) -> MMRMFit:
    """This package's fit of one case: trial/slope, trial/intercept or trial/piecewise."""
    name, kind = case.split("/")
    fixed = reference()[case]["formula"].split(" + (1")[0]
    slope = kind == "slope"
    more = {"df": "satterthwaite", **more}
    visit, covariance = ("time", "ri+rs") if slope else ("visit", "ri")
    return mmrm(
        fixed, trial(name), subject="participant_id", visit=visit, covariance=covariance, **more
    )


def r_name(name: str) -> str:
    """`arm[T.bands]:visit[T.8]` as R writes it."""
    return "(Intercept)" if name == "Intercept" else re.sub(r"\[T\.(.*?)\]", r"\1", name)


def differences(made: MMRMFit, expected: dict) -> dict[str, float]:
    """The worst difference of each kind: -2 log L absolute, estimates in standard errors, else
    relative (variances: against the standard deviations that they belong to)."""
    theirs = pd.DataFrame(
        {k: v for k, v in expected["coefficients"].items() if v not in ({}, None)}
    ).set_index("name")
    ours = made.coefficients.assign(name=[r_name(n) for n in made.coefficients["name"]])
    ours = ours.set_index("name").loc[theirs.index]
    worst = {
        "m2loglik": abs(made.m2loglik - expected["m2loglik"]),
        "estimate": float(((ours["estimate"] - theirs["estimate"]) / theirs["se"]).abs().max()),
        "se": float((ours["se"] / theirs["se"] - 1).abs().max()),
        "df": float((ours["df"] / theirs["df_satterthwaite"] - 1).abs().max()),
        "p": float((ours["p"] - theirs["p_satterthwaite"]).abs().max()),
        "variances": variance_difference(made, expected["variance"]),
    }
    if "se_kr" in theirs:
        adjusted = made.using(df="kenward-roger-expected").coefficients.set_axis(ours.index)
        worst["se, Kenward-Roger"] = float((adjusted["se"] / theirs["se_kr"] - 1).abs().max())
        worst["df, Kenward-Roger"] = float((adjusted["df"] / theirs["df_kr"] - 1).abs().max())
    return worst


def variance_difference(made: MMRMFit, expected: dict) -> float:
    """Of G and the residual variance. R lists variances, then the covariance, then the residual."""
    theirs = np.asarray(expected["vcov"])
    if len(theirs) == 4:
        theirs = theirs[[0, 2, 1, 3]]
        scale = np.array([theirs[0], np.sqrt(theirs[0] * theirs[2]), theirs[2], theirs[3]])
    else:
        scale = theirs
    return float((np.abs(made.optimum.point.theta - theirs) / scale).max())


def main() -> None:
    """Print each case's differences, and the worst of each kind."""
    table = pd.DataFrame(
        {case: differences(fit(case), expected) for case, expected in reference().items()}
    ).T
    print(table.map("{:.1e}".format).to_string())
    print("\nworst of each kind:")
    for kind in table:
        print(f"  {kind:20s} {table[kind].max():.1e}   {table[kind].idxmax()}")


if __name__ == "__main__":
    main()

"""Fit every reference case with this package and measure the worst difference from R's mmrm.

Run: python validation/mmrm/compare.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.mmrm import MMRMFit, mmrm

HERE = Path(__file__).parent
FORMULAS = {
    "small_16_weeks": "change ~ baseline + arm * visit",
    "two_years": "change ~ baseline + arm * visit",
    "demo_trial": "change ~ baseline + age + sex + site + arm * visit",
    "many_visits": "change ~ baseline + sex + arm * visit",
}
DF = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Kenward-Roger-Linear": "kenward-roger-linear",
    "Between-Within": "between-within",
}
VCOV = {
    "Empirical": "empirical",
    "Empirical-Jackknife": "jackknife",
    "Empirical-Bias-Reduced": "bias-reduced",
}
TABLES = {
    "coefficients": ("name",),
    "ls_means": ("arm", "week"),
    "contrasts": ("contrast", "week"),
}


def reference() -> dict[str, dict[str, dict]]:
    """R's results: trial, then case, then what R printed."""
    return json.loads((HERE / "reference.json").read_text())["fits"]


def trial(name: str) -> pd.DataFrame:
    """A trial with R's factor levels: arms in the order of the file, the others by name."""
    data = pd.read_csv(HERE / "trials" / f"{name}.csv")
    data["arm"] = pd.Categorical(data["arm"], categories=data["arm"].unique())
    data["sex"] = pd.Categorical(data["sex"])
    data["site"] = pd.Categorical(data["site"])
    return data.rename(columns={"week": "visit"})


def fit(name: str, case: str) -> MMRMFit:
    """This package's fit of one case: structure[ by arm]/method/REML, ML or variance."""
    structure, method, last = case.split("/")
    return mmrm(
        FORMULAS[name],
        trial(name),
        subject="participant_id",
        visit="visit",
        covariance=structure.removesuffix(" by arm"),
        group="arm" if structure.endswith(" by arm") else None,
        df=DF[method],
        vcov=VCOV.get(last, "asymptotic"),
        reml=last != "ML",
    )


def tables(made: MMRMFit) -> dict[str, pd.DataFrame]:
    """Our tables with R's names and row order."""
    coefficients = made.coefficients.assign(name=[r_name(n) for n in made.coefficients["name"]])
    means = made.ls_means("arm", by="visit").rename(columns={"visit": "week"})
    contrasts = made.contrasts("arm", by="visit").rename(columns={"visit": "week"})
    contrasts["contrast"] = contrasts["arm"] + " - " + contrasts["reference"]
    return {"coefficients": coefficients, "ls_means": means, "contrasts": contrasts}


def r_name(name: str) -> str:
    """`arm[T.bands]:visit[T.8]` as R writes it."""
    return "(Intercept)" if name == "Intercept" else re.sub(r"\[T\.(.*?)\]", r"\1", name)


def differences(made: MMRMFit, expected: dict) -> dict[str, float]:
    """The worst difference of each kind: -2 log L absolute, all else relative.

    Estimates, limits and t are measured against the larger of themselves and their standard error
    (t: of one): for an estimate near zero a relative difference would mean nothing. p is measured
    against itself times t squared (at least one), since so much faster it moves than t.
    """
    worst = {
        "m2loglik": abs(made.m2loglik - expected["m2loglik"]),
        "aic": abs(made.aic - expected["aic"]),
        "bic": abs(made.bic - expected["bic"]),
        "covariance": sigma_difference(made.covariance, expected["covariance"]),
        "beta_vcov": vcov_difference(made, expected),
    }
    ours = tables(made)
    for table, keys in TABLES.items():
        theirs = pd.DataFrame(expected[table])
        mine = theirs[list(keys)].merge(ours[table], on=list(keys), how="left", validate="1:1")
        for column in theirs.columns.drop(list(keys)):
            floor = {"t": 1.0, "se": 0.0, "df": 0.0, "p": 0.0}.get(column, theirs["se"])
            if column == "p":
                floor = theirs["p"] * np.maximum((theirs["estimate"] / theirs["se"]) ** 2, 1.0)
            worst[f"{table}.{column}"] = relative(mine[column], theirs[column], floor)
    return worst


def sigma_difference(ours: object, theirs: object) -> float:
    """Of one Sigma, or the worst over groups; elements against their standard deviations."""
    if isinstance(theirs, dict):
        return max(sigma_difference(ours[group], theirs[group]) for group in theirs)
    scale = np.sqrt(np.diag(theirs))
    return float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs)) / np.outer(scale, scale)))


def vcov_difference(made: MMRMFit, expected: dict) -> float:
    """Of the covariance of the coefficients; elements against their standard errors."""
    order = [r_name(name) for name in made.design.names]
    names = expected["coefficients"]["name"]
    ours = pd.DataFrame(made.beta_covariance.to_numpy(), index=order, columns=order)
    return sigma_difference(ours.loc[names, names], expected["beta_vcov"])


def relative(ours: object, theirs: object, floor: object = 0.0) -> float:
    """The largest |ours - theirs| / max(|theirs|, floor)."""
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), floor)))


def main() -> None:
    rows = []
    for name, cases in reference().items():
        for case, expected in cases.items():
            rows.append({"trial": name, "case": case, **differences(fit(name, case), expected)})
    table = pd.DataFrame(rows)
    print(f"{len(table)} fits; worst difference of each kind:")
    for column in table.columns.drop(["trial", "case"]):
        at = table.loc[table[column].idxmax()]
        print(f"  {column:22s} {at[column]:.1e}   {at['trial']}, {at['case']}")


if __name__ == "__main__":
    main()

"""Fit every reference case with this package and measure the worst difference from R's mmrm.

Run: python validation/mmrm/compare.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.mmrm import mmrm

HERE = Path(__file__).parent
FORMULAS = {
    "small_16_weeks": "change ~ baseline + arm * visit",
    "two_years": "change ~ baseline + arm * visit",
    "demo_trial": "change ~ baseline + age + sex + site + arm * visit",
    "many_visits": "change ~ baseline + sex + arm * visit",
}
DF = {"Satterthwaite": "satterthwaite"}
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


def fit(name: str, case: str):
    """This package's fit of one case, named structure/method/REML or ML."""
    structure, method, likelihood = case.split("/")
    return mmrm(
        FORMULAS[name],
        trial(name),
        subject="participant_id",
        visit="visit",
        covariance=structure,
        df=DF[method],
        reml=likelihood != "ML",
    )


def tables(made) -> dict[str, pd.DataFrame]:
    """Our tables with R's names and row order."""
    coefficients = made.coefficients.assign(name=[r_name(n) for n in made.coefficients["name"]])
    means = made.ls_means("arm", by="visit").rename(columns={"visit": "week"})
    contrasts = made.contrasts("arm", by="visit").rename(columns={"visit": "week"})
    contrasts["contrast"] = contrasts["arm"] + " - " + contrasts["reference"]
    return {"coefficients": coefficients, "ls_means": means, "contrasts": contrasts}


def r_name(name: str) -> str:
    """`arm[T.bands]:visit[T.8]` as R writes it."""
    return "(Intercept)" if name == "Intercept" else re.sub(r"\[T\.(.*?)\]", r"\1", name)


def differences(made, expected: dict) -> dict[str, float]:
    """The worst difference of each kind: -2 log L absolute, all else relative."""
    worst = {
        "m2loglik": abs(made.m2loglik - expected["m2loglik"]),
        "aic": abs(made.aic - expected["aic"]),
        "bic": abs(made.bic - expected["bic"]),
        "covariance": relative(made.covariance, expected["covariance"]),
    }
    ours = tables(made)
    for table, keys in TABLES.items():
        theirs = pd.DataFrame(expected[table])
        mine = theirs[list(keys)].merge(ours[table], on=list(keys), how="left", validate="1:1")
        for column in theirs.columns.drop(list(keys)):
            worst[f"{table}.{column}"] = relative(mine[column], theirs[column])
    return worst


def relative(ours: object, theirs: object) -> float:
    """The largest |ours / theirs - 1|."""
    return float(np.max(np.abs(np.asarray(ours, float) / np.asarray(theirs, float) - 1)))


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

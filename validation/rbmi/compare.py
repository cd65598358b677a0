"""Every imputation in reference.json against this package; prints the worst differences.

Run: python validation/rbmi/compare.py
The trial's data (one person a row and visit) are not part of this project. They are read from
the folder of reference results kept beside the checkout; without it nothing can be compared.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats.delta import Delta
from analysis.stats.impute import impute
from analysis.stats.impute_result import Imputation

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[2] / "shared" / "reference" / "peers"
DATA = PEERS / "data" / "antidepressant_data.csv"
FORMULA = "CHANGE ~ BASVAL * VISIT + THERAPY * VISIT"
COLUMNS = {"subject": "PATIENT", "visit": "VISIT", "arm": "THERAPY", "reference": "PLACEBO"}
STRATEGIES = {"MAR": "mar", "JR": "j2r", "CR": "cr", "CIR": "cir", "LMCF": "lmcf"}
BY_VISIT = dict(zip((4, 5, 6, 7), (5, 6, 7, 8), strict=True))
# How R's deltas are said here. Its `is_missing` means gaps too; its template does not.
DELTAS = {
    **{f"delta_drug_missing_{k}": Delta({"DRUG": k}, gaps=True) for k in (1, 2, 5)},
    "delta_cumulative_pool": Delta(
        {"DRUG": BY_VISIT, "PLACEBO": BY_VISIT}, cumulative=True, scale=(1, 2, 3, 4)
    ),
}
# Other weights of LS means: the analysis has no factor but the arm, so they are the same.
SAME = ("pool_lsm_weights_equal", "pool_lsm_weights_counterfactual")


@cache
def reference() -> dict:
    """R's pooled results."""
    return json.loads((HERE / "reference.json").read_text("utf-8"))


@cache
def people() -> pd.DataFrame:
    """The trial, PLACEBO first."""
    made = pd.read_csv(DATA, dtype={"PATIENT": str})
    return made.assign(THERAPY=pd.Categorical(made["THERAPY"], ["PLACEBO", "DRUG"]))


@cache
def jackknife(case: str) -> Imputation:
    """The conditional-mean jackknife of a case such as `jackknife_us_bygroup_REML`."""
    _, structure, *grouped, likelihood = case.split("_")
    return impute(
        FORMULA,
        people(),
        covariance=structure,
        sigma_by_arm=bool(grouped),
        reml=likelihood == "REML",
        **COLUMNS,
    )


def cases() -> list[tuple[str, str, str]]:
    """Case, strategy and kind of every pooled table of the jackknife."""
    return [
        (case, strategy, kind)
        for case, strategies in reference()["jackknife"].items()
        for strategy, kinds in strategies.items()
        for kind in kinds
    ]


def ours(case: str, strategy: str, kind: str) -> pd.DataFrame:
    """This package's rows in R's words and order of subtraction."""
    made = jackknife(case).using(strategy=STRATEGIES[strategy])
    if kind in DELTAS:
        made = made.using(delta=DELTAS[kind])
    elif kind != "pool" and kind not in SAME:
        raise KeyError(kind)
    return in_words_of_r(made)


def in_words_of_r(made: Imputation) -> pd.DataFrame:
    """`trt` is PLACEBO minus DRUG there, `ref` is DRUG."""
    rows = {}
    for row in made.estimates.itertuples():
        rows[f"trt_{row.visit}"] = (-row.estimate, row.se, -row.upper, -row.lower, row.p)
    for row in made.ls_means.itertuples():
        which = "ref" if row.arm == "DRUG" else "alt"
        rows[f"lsm_{which}_{row.visit}"] = (row.estimate, row.se, row.lower, row.upper, row.p)
    return pd.DataFrame(rows, index=["est", "se", "lci", "uci", "pval"]).T


def theirs(rows: list[dict]) -> pd.DataFrame:
    """R's rows as a table."""
    return pd.DataFrame(rows).set_index("parameter").astype(float)


def relative(mine: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """The worst relative difference of each column."""
    if set(mine.index) != set(other.index):
        raise KeyError("not the same parameters")
    other = other.loc[mine.index, mine.columns]
    return ((mine - other).abs() / other.abs()).max()


def main() -> None:
    """Print the worst difference of each kind."""
    worst: dict[str, tuple[float, str]] = {}
    for case, strategy, kind in cases():
        other = theirs(reference()["jackknife"][case][strategy][kind])
        for column, value in relative(ours(case, strategy, kind), other).items():
            if value > worst.get(column, (-1.0, ""))[0]:
                worst[column] = (float(value), f"{case} {strategy} {kind}")
    print(f"{len(cases())} tables of {np.size(other, 0)} rows")
    for column, (value, place) in worst.items():
        print(f"{column:5} {value:.1e}  {place}")


if __name__ == "__main__":
    main()

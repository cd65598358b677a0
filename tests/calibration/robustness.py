"""Fit random trials, then try to prove each outcome wrong: a better maximum, or one refused.

Run: python -m tests.calibration.robustness [number of trials]
Writes validation/robustness/outcomes.csv, one row a trial.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

from analysis.errors import ModelError
from analysis.stats.mmrm import mmrm

from .doubt import FINE, doubt_maximum, doubt_refusal
from .random_trials import RandomTrial, random_trial

KEPT = Path(__file__).resolve().parents[2] / "validation" / "robustness" / "outcomes.csv"
N_TRIALS = 2000
# What ends a search that has begun; all other refusals are of the data, before any search.
SEARCH = {
    "runs to its boundary": "refused: Sigma runs to its boundary",
    "likelihood is largest where": "refused: a variance or correlation is zero",
    "no maximum within": "refused: no maximum found",
    "No step lowers": "refused: no maximum found",
    "starting values": "refused: no maximum found",
}
DATA = {
    "cannot be told apart": "refused: columns of the design repeat each other",
    "cannot carry": "refused: fewer outcomes than coefficients",
    "seen at both visits": "refused: visits never seen together",
    "say nothing": "refused: covariance parameters that no one informs",
    "reference level": "refused: reference level without outcome",
}


def examine(number: int) -> dict[str, object]:
    """Fit one trial; its outcome, and what further search says about it."""
    trial = random_trial(number)
    begun = time.perf_counter()
    try:
        fit = mmrm(trial.formula, trial.table, subject="who", visit="visit", **trial.options)
    except ModelError as error:
        taken = time.perf_counter() - begun
        return {**trial.facts, **refusal(trial, error), "seconds": round(taken, 4)}
    taken = time.perf_counter() - begun
    found = {"outcome": "maximum", "verdict": doubt_maximum(fit, number)}
    return {**trial.facts, **found, "iterations": fit.iterations, "seconds": round(taken, 4)}


def refusal(trial: RandomTrial, error: ModelError) -> dict[str, object]:
    """The kind of a refusal, and whether it was right."""
    for words, outcome in (SEARCH | DATA).items():
        if words in error.what:
            searched = words in SEARCH
            return {"outcome": outcome, "verdict": doubt_refusal(trial, words, searched)}
    return {"outcome": f"refused: {error.what}", "verdict": "not foreseen"}


def main(n_trials: int = N_TRIALS, kept: Path = KEPT) -> pd.DataFrame:
    """Examine the trials, show what does not stand as it comes, and the counts at the end."""
    rows = []
    for number in range(n_trials):
        rows.append(examine(number))
        if rows[-1]["verdict"] != FINE:
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    seconds = table.pop("seconds")
    if n_trials == N_TRIALS:
        table["iterations"] = table["iterations"].astype("Int64")
        table.to_csv(kept, index=False, lineterminator="\n")
    for (outcome, verdict), count in table.groupby(["outcome", "verdict"]).size().items():
        print(f"{count:6d}  {outcome}: {verdict}")
    print(f"a fit takes {seconds.median():.4f} s in the median, {seconds.max():.3f} s at most")
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_TRIALS)

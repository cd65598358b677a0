"""Known truths recovered: the effect of a session, and the cover of exact intervals of counts.

Run by hand, some seconds: ``.venv/bin/python validation/instrument/recover.py``; it writes
``recovered.csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from analysis.stats.counts import rate, share
from analysis.stats.instrument import two_stage

SEED, TRIALS, DRAWS, PEOPLE = 2402, 2000, 100_000, 160
EFFECT = -0.3  # points of pain a session


def main() -> None:
    """Simulate, estimate, and write what came back beside the truth."""
    rng = np.random.default_rng(SEED)
    rows = [sessions(rng, strength) for strength in (30, 3)]
    rows += [counts(rng, "share", truth) for truth in (0.01, 0.2)]
    rows += [counts(rng, "rate", truth) for truth in (0.5, 8.0)]
    path = Path(__file__).with_name("recovered.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(path.read_text("utf-8"))


def sessions(rng: np.random.Generator, offered_sessions: float) -> dict[str, object]:
    """Keen people attend more and would have done better anyway; the offer came by chance."""
    found = []
    offered = np.repeat([0.0, 1.0], PEOPLE // 2)
    for _ in range(TRIALS):
        keen, start = rng.normal(size=PEOPLE), rng.normal(size=(PEOPLE, 1))
        dose = offered * np.clip(np.rint(offered_sessions * (1 + 0.3 * keen)), 0, 48)
        outcome = EFFECT * dose - 6 * keen + 4 * start[:, 0] + rng.normal(0, 10, PEOPLE)
        fit = two_stage(outcome, dose, offered, start)
        found.append((fit.value, fit.lower, fit.upper))
    what = f"effect of a session, about {offered_sessions:g} attended"
    return _told(what, EFFECT, np.array(found))


def counts(rng: np.random.Generator, kind: str, truth: float) -> dict[str, object]:
    """Counts of 80 people, or events in one unit of time."""
    made = rng.binomial(80, truth, DRAWS) if kind == "share" else rng.poisson(truth, DRAWS)
    different, place = np.unique(made, return_inverse=True)
    found = [share(int(x), 80) if kind == "share" else rate(int(x), 1.0) for x in different]
    return _told(f"{kind} of {truth:g}", truth, np.array(found)[place])


def _told(what: str, truth: float, found: np.ndarray) -> dict[str, object]:
    error = found[:, 0].std(ddof=1) / len(found) ** 0.5
    inside = (found[:, 1] <= truth) & (truth <= found[:, 2])
    return {
        "what": what,
        "trials": len(found),
        "truth": truth,
        "mean": round(float(found[:, 0].mean()), 5),
        "monte_carlo_error": round(float(error), 5),
        "coverage_percent": round(100 * float(inside.mean()), 2),
    }


if __name__ == "__main__":
    main()

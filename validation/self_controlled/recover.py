"""Known ratios recovered: flare-ups after sessions where frequent trainers differ from others.

Half of the people train often and have few flare-ups, half train seldom and have many; people
differ besides by a gamma frailty, attendance falls and flare-ups become rarer over the programme.
Run by hand, about a minute: ``.venv/bin/python validation/self_controlled/recover.py``; it writes
``recovered.csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from analysis.errors import ModelError
from analysis.stats.self_controlled import self_controlled

SEED, TRIALS, PEOPLE, DAYS, STRETCH, SOON = 2402, 1000, 80, 113, 28, 2
TRUTHS = (0.5, 1.0, 2.0)


def main() -> None:
    """Simulate, estimate, and write what came back beside the truth."""
    rng = np.random.default_rng(SEED)
    rows = [recovered(rng, truth) for truth in TRUTHS]
    path = Path(__file__).with_name("recovered.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(path.read_text("utf-8"))


def recovered(rng: np.random.Generator, truth: float) -> dict[str, object]:
    """The median ratio within people and pooled, and how often the interval holds the truth."""
    within, pooled, inside, events, lacking = [], [], [], [], 0
    for _ in range(TRIALS):
        person, soon, period, days, flares = cells(rng, truth)
        events.append(flares.sum())
        try:
            found = self_controlled(person, soon, period, days, flares)
        except ModelError:
            lacking += 1
            continue
        within.append(found.ratio[0])
        inside.append(found.lower[0] <= truth <= found.upper[0])
        rates = [flares[soon == s].sum() / days[soon == s].sum() for s in (1, 0)]
        pooled.append(rates[0] / max(rates[1], 1e-9))
    return {
        "truth": truth,
        "trials": TRIALS,
        "flare_ups_a_trial": round(float(np.mean(events)), 1),
        "not_compared": lacking,
        "median_within_people": round(float(np.median(within)), 3),
        "median_of_all_days_pooled": round(float(np.median(pooled)), 3),
        "coverage_percent": round(100 * float(np.mean(inside)), 1),
        "monte_carlo_error_of_coverage": round(100 * (0.95 * 0.05 / len(inside)) ** 0.5, 1),
    }


def cells(rng: np.random.Generator, truth: float) -> tuple[np.ndarray, ...]:
    """One trial: person, soon after a session, stretch of the programme, days, flare-ups."""
    day, made = np.arange(DAYS), []
    for person in range(PEOPLE):
        often = rng.random() < 0.5
        chance = 0.35 - 0.15 * day / DAYS if often else np.full(DAYS, 0.08)
        trained = np.flatnonzero(rng.random(DAYS) < chance)
        place = np.searchsorted(trained, day, side="right") - 1
        since = np.full(DAYS, DAYS)
        since[place >= 0] = day[place >= 0] - trained[place[place >= 0]]
        soon = since <= SOON
        rate = (0.0012 if often else 0.006) * rng.gamma(2, 0.5) * np.exp(-0.01 * day)
        flares = rng.poisson(rate * np.where(soon, truth, 1.0))
        for period in range(DAYS // STRETCH + 1):
            for kind in (False, True):
                here = (day // STRETCH == period) & (soon == kind)
                if here.any():
                    made.append((person, int(kind), period, here.sum(), flares[here].sum()))
    return tuple(np.array(made, dtype=int).T)


if __name__ == "__main__":
    main()

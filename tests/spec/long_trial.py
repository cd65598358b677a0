"""A simulated trial of two years whose course is known, for the specifications of the long run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.plan.schema_questions import Options, Question
from analysis.plan.schema_trial import Programme
from tests.spec.small_trial import small_trial

WEEKS = (8, 16, 26, 52, 104)
PROGRAMME = Programme(
    weeks=16,
    sessions_per_week=3,
    minutes=45,
    modality="free weights",
    muscle_groups=("whole body",),
    progression="none",
    stopping_rule="none",
    supervision="supervised",
    setting="a gym",
)


def long_trial(
    *, each: int = 30, seed: int = 1, arms: tuple[str, ...] = ("usual", "weights"), **questions
) -> Trial:
    """People who fall by 6, 20 or 12 by week 16 and rise again by 0, 6 or 4 until week 104.

    Args:
        each: people an arm.
        seed: of the random numbers.
        arms: one to three.
        questions: by key, replacing those of the small plan.
    """
    numbers = np.random.default_rng(seed)
    lines = ["person arm w0 " + " ".join(f"w{week}" for week in WEEKS)]
    for place, arm in enumerate(arms):
        for number in range(each):
            level, slope = numbers.normal(0, 9), numbers.normal(0, 0.05)
            true = np.array([0, *true_course(place)]) + 55 + level + slope * np.array([0, *WEEKS])
            seen = [f"{x:.1f}" for x in true + numbers.normal(0, 6, len(true))]
            gone = numbers.integers(3, 12)
            shown = [s if k < gone else "." for k, s in enumerate(seen)]
            lines.append(f"{arm[0]}{number} {arm} " + " ".join(shown))
    trial = small_trial("\n".join(lines), week=104)
    plan = trial.plan
    made = {
        arm: replace(plan.arms[arm], programme=PROGRAMME if i else None)
        for i, arm in enumerate(arms)
    }
    if len(arms) == 1:
        made = {arms[0]: replace(plan.arms[arms[0]], programme=PROGRAMME)}
    plan = replace(plan, arms=made, questions={**plan.questions, **questions})
    return replace(trial, plan=plan)


def true_course(place: int) -> list[float]:
    """The mean change at `WEEKS` in the comparator (0) and the programmes (1 and 2)."""
    fall, rise = ((6.0, 0.0), (20.0, 6.0), (12.0, 4.0))[place]
    return [-fall / 2, -fall, *(-fall + rise * (week - 16) / 88 for week in WEEKS[2:])]


def question(kind: str, *, covariates: tuple[str, ...] = (), **more: object) -> Question:
    """A question of a kind about the estimand of the small plan."""
    return Question(
        label=f"About {kind}?",
        estimate=kind,
        estimand="primary",
        options=Options(covariates=covariates),
        **more,
    )


def flares(*lines: tuple[str, float, str]) -> pd.DataFrame:
    """Events: participant, day, event."""
    columns = ["participant", "day", "event"]
    return pd.DataFrame(list(lines), columns=columns).assign(reason="")

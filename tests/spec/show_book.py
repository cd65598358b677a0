"""The rows that each table and figure is tried with, where every one of them has some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pandas as pd

from analysis.plan.schema_responders import Sustained
from analysis.result.record import Result
from tests.spec.responder_people import GAPS, POINTS, answer, responder_trial
from tests.spec.show_absent import absent_rows
from tests.spec.show_course import course_rows
from tests.spec.show_harms import harm_rows
from tests.spec.show_later import majority_rows, published_rows, relapse_rows
from tests.spec.show_people import baseline_rows, flow_rows, seen_rows
from tests.spec.show_rows import WITHIN, effect, frame, level, row, threshold, trial_rows
from tests.spec.show_studies import (
    among_rows,
    appraisal_rows,
    claim_rows,
    contrast_rows,
    length_rows,
    network_rows,
    study_rows,
)
from tests.spec.show_subgroups import subgroup_rows
from tests.spec.show_training import training_rows


def book_rows() -> list[Result]:
    """The first three chapters of a trial."""
    return [*trial_rows(), *flow_rows(), *baseline_rows()]


def evidence_rows() -> list[Result]:
    """Published studies: pools, reviews and lengths."""
    return [*study_rows(), *length_rows()]


def imbalance_rows() -> list[Result]:
    """A comparison with groups that start apart: an unadjusted difference beside the main one."""
    bare = effect("bands", -14.0, -20.0, -8.0, level="unadjusted", method="no adjustment")
    means = [
        row("observed_mean", mean, arm=arm, week=0, n=80, n_observed=80)
        for arm, mean in (("usual_care", 50.0), ("bands", 58.0))
    ]
    return [*means, effect("bands", -8.9, -15.4, -2.5), bare, level(), threshold()]


# Tables and figures by name; what is not named here is made from the first three chapters.
OTHERS: dict[str, Callable[[], list[Result]]] = {
    **dict.fromkeys(["harms", "harms_in_programme", "harm_rates", "serious"], harm_rows),
    **dict.fromkeys(["flare_days", "stopping", "stopping_weeks"], harm_rows),
    **dict.fromkeys(["attendance", "attendance_weeks", "swimmers", "work"], training_rows),
    **dict.fromkeys(["progress", "received", "falls"], training_rows),
    **dict.fromkeys(["interactions", "subgroups"], subgroup_rows),
    **dict.fromkeys(["pools", "studies", "reviews", "lengths", "doses"], evidence_rows),
    **dict.fromkeys(["length_marks", "dose_marks"], evidence_rows),
    "contrasts": contrast_rows,
    **dict.fromkeys(["claims", "claim_evidence"], claim_rows),
    **dict.fromkeys(["funnel", "bias", "findings", "selection"], appraisal_rows),
    **{"network": network_rows, "among": among_rows},
    **dict.fromkeys(["course_changes", "course_differences", "curves"], course_rows),
    **dict.fromkeys(["trajectories", "durability", "kept"], course_rows),
    **dict.fromkeys(["relapse", "relapse_free"], relapse_rows),
    **dict.fromkeys(["majority", "benchmark"], majority_rows),
    "published_shares": published_rows,
    **dict.fromkeys(["xray", "assumptions", "planned_values", "value_sources"], absent_rows),
    **dict.fromkeys(["tipping", "tipping_points"], absent_rows),
}

# Sentences by name, likewise.
SPOKEN: dict[str, Callable[[], list[Result]]] = {
    **dict.fromkeys(["course_in_words", "spread_in_words", "durability_in_words"], course_rows),
    **dict.fromkeys(["harms", "flare_days", "stopping"], harm_rows),
    **dict.fromkeys(["attendance", "falls", "received", "work_in_words"], training_rows),
    **dict.fromkeys(["evidence", "agreement", "one_study"], study_rows),
    **{"subgroups": subgroup_rows, "length": length_rows, "among": among_rows},
    "network": network_rows,
    **{"appraisal": appraisal_rows, "claims": claim_rows},
    **{"relapse_in_words": relapse_rows, "majority_in_words": majority_rows},
    "shares_in_words": published_rows,
    "baseline_imbalance": imbalance_rows,
    **dict.fromkeys(["absent_scores", "tipping"], absent_rows),
    **dict.fromkeys(["depends_for_clinicians", "depends_for_statisticians"], absent_rows),
    "beside_first_answer": absent_rows,
}
# Of published studies: real figures, also in the report of a simulated trial.
OF_STUDIES = ("evidence", "agreement", "one_study", "length", "appraisal", "claims")
OF_STUDIES += ("shares_in_words", "network")
# Likewise tables and figures.
PUBLISHED_TABLES = ("pools", "studies", "reviews", "lengths", "length_marks", "dose_marks", "doses")
PUBLISHED_TABLES += ("contrasts", "findings", "funnel", "bias", "selection", "network", "claims")
PUBLISHED_TABLES += ("claim_evidence", "benchmark", "published_shares")
PUBLISHED_FIGURES = ("studies", "lengths", "doses", "funnel", "bias", "network")


@cache
def responder_rows() -> pd.DataFrame:
    """Responders of the small trial that can be counted by hand, under the names of its arms."""
    size = replace(POINTS, name=WITHIN.name)
    trial = responder_trial(GAPS, thresholds=(size,), sustained=Sustained(first=8, last=16))
    rows = answer(trial).reset_index(drop=True)
    for column in ("arm", "comparator"):
        rows[column] = rows[column].replace({"care": "usual_care"})
    return rows.assign(id=rows["id"].str.replace(".care", ".usual_care"))


def spoken(name: str) -> pd.DataFrame:
    """The rows that a sentence of this name is tried with."""
    if name in ("responders_for_clinicians", "responders_for_statisticians"):
        return responder_rows()
    if name == "sustained_for_clinicians":
        return responder_rows()
    whole = [*book_rows(), *seen_rows()]
    return frame(*(SPOKEN[name]() if name in SPOKEN else whole))


def sample(name: str) -> pd.DataFrame:
    """The rows that a table or figure of this name is tried with."""
    if name.startswith("responder"):
        return responder_rows()
    return frame(*OTHERS.get(name, book_rows)())

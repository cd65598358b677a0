"""What cannot be known from pseudo-participants, in words that stand where it would be shown.

They are complete and well behaved because they were made so: a nought or a smooth curve drawn from
them would be read as a finding about the real people of the study.
"""

from __future__ import annotations

import pandas as pd

from analysis.terms import Labels

COMPLETE = "pseudo-participants are complete because they were made so"
FOLLOW_UP = f"Who left the study, and why, cannot be told from these rows: {COMPLETE}"
ASSUMPTIONS = (
    "the model's assumptions cannot be checked: how the scores of the real people spread, and "
    "whether some lie far away, is unknown"
)
# Why a study cannot tell, by the level of its rows `not_available`; and what would have been shown.
_NO_EVENTS = (
    "This study has no table of events: harms were not recorded in its data. That nothing was "
    "recorded is no evidence that nothing happened."
)
_NO_RELAPSES = (
    "This study has no table of events: who had a flare-up, and when, was not recorded. That none "
    "was recorded is no evidence that none happened."
)
_NO_LOG = "This study has no training log, so what happened around its sessions is not known."
_NO_RULE = (
    "The plan gives the stopping rule in words only: to hold the training log against it, add "
    "`stopping` to the programme."
)
_REASONS = {
    "no events": (
        _NO_EVENTS,
        {"harms", "harms_in_programme", "harm_rates", "serious", "flare_days"},
    ),
    "no events for relapses": (_NO_RELAPSES, {"relapse_free", "relapse", "relapse_in_words"}),
    # Told by the sentence: what is known is shown all the same.
    "leaving not recorded": ("", set()),
    # Of one arm: told by the sentences and notes (`show.unknown_arms`); the others are shown.
    "no score after the start": ("", set()),
    "no score after the programme": ("", set()),
    "no score after the start beside what is needed from it": ("", set()),
    "nobody of the population": ("", set()),
    "no score at the week": ("", set()),
    "no log of the arm": ("", set()),
    "nobody followed for harms": (
        "Nobody was followed after randomisation: harms are not known. That none was recorded is "
        "no evidence that none happened.",
        {"harms", "harms_in_programme", "harm_rates", "serious"},
    ),
    "no training log": (_NO_LOG, {"flare_days"}),
    "no training log for the stopping rule": (_NO_LOG, {"stopping", "stopping_weeks"}),
    "no training log at all": (
        "This study has no training log of a programme: what was attended and done is not known.",
        {
            "attendance",
            "attendance_weeks",
            "swimmers",
            "work",
            "progress",
            "received",
        },
    ),
    "nothing by week": (
        "The training log tells nothing of load, effort, soreness or pain by week.",
        {"progress"},
    ),
    "no two visits in the programme": (
        "Nobody has a score at two neighbouring visits of the programme.",
        {"falls"},
    ),
    "no comparator": (
        "Nothing is compared here, so what a week or a session did cannot be told.",
        {"received"},
    ),
    "nobody in the comparator": (
        "Nobody in the comparator has a score at this week: what a week or a session did cannot be "
        "told.",
        {"received"},
    ),
    "nobody attended": (
        "Nobody with a score at this week attended a session: what one did cannot be told.",
        {"received"},
    ),
    "too few people to draw from": (
        "The arms have fewer than five people: drawn one by one they could be recognised.",
        {"swimmers"},
    ),
    "no stopping rule in numbers": (_NO_RULE, {"stopping", "stopping_weeks"}),
}
_KINDS = {"missing": f"How many people have no score cannot be told from these rows: {COMPLETE}."}


# What a table or figure is made from, and what stands in its place where there is none of it.
_NEEDS = {
    "relapse_free": ("free_percent", "Nobody was followed, so there is no curve to draw."),
    "trajectories": (
        "trajectory_shrunken",
        "No courses of single people can be shown: the model with random intercepts and slopes has "
        "no answer here, or the rows are not of real people.",
    ),
    "flare_days": (
        "flare_ratio",
        "Nobody had a flare-up during the programme, and both days near to a session and days far "
        "from one: people cannot be compared with themselves.",
    ),
    "course_differences": (
        "course_difference",
        "The plan names no comparator here: the change of each group is shown above, and nothing "
        "is compared.",
    ),
    "kept": ("gain_kept", "Nothing was gained at the end of the programme that could be kept."),
    "bias": (
        "bias",
        "Risk of bias by RoB 2: no judgement of any of these trials is on file, and none is made "
        "up.",
    ),
    "benchmark": (
        "benchmark_percent",
        "The published shares without the treatment are not at hand in this project.",
    ),
}


def unavailable(kind: str, rows: pd.DataFrame) -> str:
    """The words in the place of what the study's tables cannot tell; empty where they can."""
    told = rows.loc[rows["statistic"] == "not_available", "level"]
    found = (words for level in told for words, kinds in [_REASONS[level]] if kind in kinds)
    return next(found, _lacking(kind, rows))


def unknown(kind: str, labels: Labels) -> str:
    """The words in the place of a table or figure of this kind; empty where it can be shown."""
    return _KINDS.get(kind, "") if labels.pseudo_participants else ""


def _lacking(kind: str, rows: pd.DataFrame) -> str:
    """The words in the place of what its rows, of which there are none, would have shown."""
    statistic, words = _NEEDS.get(kind, ("", ""))
    return words if words and not rows["statistic"].eq(statistic).any() else ""

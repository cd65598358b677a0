"""Broken plans about responders: what counts as a response, and how it can be counted."""

from __future__ import annotations

from tests.faults.broken_plan_row import BrokenPlan

_THRESHOLDS = (
    "thresholds: [moderate improvement, substantial improvement, minimal important change]"
)

BROKEN_RESPONDERS = [
    BrokenPlan(
        name="responders by conditional means",
        find="      method: bootstrap\n      imputations: 200",
        replace="      method: condmean-jackknife",
        at="      method: condmean-jackknife",
        says="Responders cannot be counted with `method: condmean-jackknife`",
    ),
    BrokenPlan(
        name="a threshold of nobody's",
        find=_THRESHOLDS,
        replace="thresholds: [moderate improvment]",
        at="thresholds: [moderate improvment]",
        says="the nearest is `moderate improvement`",
    ),
    BrokenPlan(
        name="a threshold between groups",
        find=_THRESHOLDS,
        replace="thresholds: [smallest worthwhile effect]",
        says="no threshold within a person `smallest worthwhile effect`",
    ),
    BrokenPlan(
        name="a threshold twice",
        find=_THRESHOLDS,
        replace="thresholds: [moderate improvement, moderate improvement]",
        says="`moderate improvement` stands 2 times",
    ),
    BrokenPlan(
        name="a response that lasts backwards",
        find="sustained: {first: 16, last: 104}",
        replace="sustained: {first: 104, last: 16}",
        says="A response cannot last from week 104 to week 16",
    ),
    BrokenPlan(
        name="a response that lasts to no visit",
        find="sustained: {first: 16, last: 104}",
        replace="sustained: {first: 16, last: 100}",
        says="Week 100 is not a planned visit",
    ),
    BrokenPlan(
        name="responders by a difference in means",
        find="    summary: difference in shares",
        replace="    summary: difference in means",
        at="    summary: difference in means\n\n  balance:",
        says="`difference in means` does not go with a question about responders",
    ),
    BrokenPlan(
        name="a fallback that is none",
        find="when_separated: unadjusted",
        replace="when_separated: ignore",
        says="when_separated",
    ),
]

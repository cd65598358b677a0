"""Broken plans about absent scores: what is assumed is not said in full, or applies to nothing."""

from __future__ import annotations

from tests.faults.broken_plan_row import BrokenPlan

ASSUMED = "      method: condmean-jackknife\n      assumptions:\n        mar:\n"
GRID = "    grid: {arm: [-10, 60], comparator: [-10, 20], step: 5}"
DELTA = "            - {points: 10, arms: [bands, free_weights]}"
BY_REASON = "          by_reason:\n            pain did not improve: j2r\n"

BROKEN_ABSENT = [
    BrokenPlan(
        name="unknown reference arm",
        find=ASSUMED,
        replace=ASSUMED.replace("      assum", "      reference: usual_car\n      assum"),
        at="      reference: usual_car",
        says="defines no arm `usual_car`; the nearest is `usual_care`",
    ),
    BrokenPlan(
        name="strategy that does not exist",
        find="          strategy: cir",
        replace="          strategy: cri",
        says="`cri` is not one of the allowed words",
    ),
    BrokenPlan(
        name="strategy for an event that does not exist",
        find=BY_REASON,
        replace="          by_event: {went away: j2r}\n" + BY_REASON,
        at="          by_event: {went away",
        says="defines no event `went away`",
    ),
    BrokenPlan(
        name="delta for an unknown visit",
        find=DELTA,
        replace="            - {points: 10, weeks: [16, 17]}",
        says="planned for week 17, which is no visit",
    ),
    BrokenPlan(
        name="delta for an unknown arm",
        find=DELTA,
        replace="            - {points: 10, arms: [bnads]}",
        says="the nearest is `bands`",
    ),
    BrokenPlan(
        name="two deltas for the same scores",
        find=DELTA,
        replace=DELTA + "\n            - {points: 5, weeks: [16]}",
        at="          delta:",
        says="Two deltas are planned for the same scores",
    ),
    BrokenPlan(
        name="a number of imputations with the jackknife",
        find=ASSUMED,
        replace=ASSUMED.replace("      assum", "      imputations: 500\n      assum"),
        at="      imputations: 500",
        says="`imputations` does not go with `method: condmean-jackknife`",
    ),
    BrokenPlan(
        name="too few imputations",
        find=ASSUMED,
        replace=ASSUMED.replace("condmean-jackknife\n", "bootstrap\n      imputations: 5\n"),
        at="      imputations: 5",
        says="5 imputations are too few",
    ),
    BrokenPlan(
        name="a number and an error wanted",
        find=ASSUMED,
        replace=ASSUMED.replace(
            "condmean-jackknife\n", "bayes\n      imputations: 500\n      wanted_error: 0.1\n"
        ),
        at="      wanted_error: 0.1",
        says="`imputations` and `wanted_error` are both given",
    ),
    BrokenPlan(
        name="an error below nothing",
        find=ASSUMED,
        replace=ASSUMED.replace("condmean-jackknife\n", "bayes\n      wanted_error: -0.1\n"),
        at="      wanted_error: -0.1",
        says="The wanted error is not above 0",
    ),
    BrokenPlan(
        name="tipping without a grid",
        find=GRID + "\n",
        at="  tipping:\n    label",
        says="A tipping point has no `grid`",
    ),
    BrokenPlan(
        name="a grid that never ends",
        find=GRID,
        replace=GRID.replace("step: 5", "step: 0"),
        says="The step is not above 0",
    ),
    BrokenPlan(
        name="a grid upside down",
        find=GRID,
        replace=GRID.replace("[-10, 60]", "[60, -10]"),
        says="From 60 to -10 by 5 is no grid",
    ),
    BrokenPlan(
        name="a grid beyond the scale",
        find=GRID,
        replace=GRID.replace("[-10, 60]", "[-10, 160]"),
        says="160 points are more than the measure's range",
    ),
    BrokenPlan(
        name="a grid where nothing is tipped",
        find="    methods: [mmrm, ancova]\n",
        replace="    methods: [mmrm, ancova]\n" + GRID + "\n",
        at=GRID,
        says="A question that estimates `change` does not use `grid`",
    ),
]

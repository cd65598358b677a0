"""Broken plans whose parts can each be read and do not fit together."""

from __future__ import annotations

from tests.faults.broken_plan_row import BrokenPlan

BROKEN_PARTS = [
    BrokenPlan(
        name="name of another file",
        find="  name: demo",
        replace="  name: demonstration",
        says="The study is named `demonstration`, and its file `demo`",
    ),
    BrokenPlan(
        name="name that leaves its folder",
        find="  name: demo",
        replace="  name: ../../demo",
        says="The name cannot be used",
    ),
    BrokenPlan(
        name="one arm with three",
        find="design: randomised parallel groups",
        replace="design: one arm",
        says="and 3 arms follow",
    ),
    BrokenPlan(
        name="flare-ups that never end",
        find="  flare_up_gap: 7",
        replace="  flare_up_gap: 700",
        says="do not lie between 0 and 60",
    ),
    BrokenPlan(
        name="no reference",
        find="    reference: true\n",
        at="arms:",
        says="One arm must be the reference; none of 3",
    ),
    BrokenPlan(
        name="two references",
        find="    label: Resistance bands\n",
        replace="    label: Resistance bands\n    reference: true\n",
        at="arms:",
        says="`usual_care`, `bands` of 3 say so",
    ),
    BrokenPlan(
        name="too many sessions",
        find="sessions_per_week: 3",
        replace="sessions_per_week: 21",
        says="up to 14",
    ),
    BrokenPlan(
        name="no baseline",
        find="  - {week: 0, window: [-14, 0]}\n",
        at="schedule:",
        says="One visit must be the baseline",
    ),
    BrokenPlan(
        name="windows overlap",
        find="{week: 4, window: [-10, 10]}",
        replace="{week: 4, window: [-10, 18]}",
        at="{week: 8",
        says="The windows of week 4 and week 8 overlap",
    ),
    BrokenPlan(
        name="range upside down",
        find="range: [0, 60]",
        replace="range: [60, 0]",
        says="The range does not rise",
    ),
    BrokenPlan(
        name="threshold without citation",
        find="        citation: Hayden et al. 2021, Cochrane CD009790\n",
        at="      - name: important difference in a synthesis",
        says="The key `citation` is missing",
    ),
    BrokenPlan(
        name="percentage over 100",
        find="        value: 20\n        scale: percent",
        replace="        value: 200\n        scale: percent",
        says="100 percent",
    ),
    BrokenPlan(
        name="share not given",
        find="    share: 0.667\n",
        at="  per_protocol:",
        says="has no `share`",
    ),
    BrokenPlan(
        name="population not defined",
        find="    population: all_randomised",
        replace="    population: all_randomized",
        says="the nearest is `all_randomised`",
    ),
    BrokenPlan(
        name="measure not defined",
        find="variable: {measure: pain_vas, week: 16}",
        replace="variable: {measure: pain_nrs, week: 16}",
        says="The plan defines no measure `pain_nrs`",
    ),
    BrokenPlan(
        name="week not planned",
        find="variable: {measure: pain_vas, week: 16}",
        replace="variable: {measure: pain_vas, week: 20}",
        says="Week 20 is not a planned visit after baseline",
    ),
    BrokenPlan(
        name="compared with itself",
        find="treatments: {arms: [bands, free_weights], comparator: usual_care}",
        replace="treatments: {arms: [bands, free_weights], comparator: bands}",
        says="compared with itself",
    ),
    BrokenPlan(
        name="difference from nothing",
        find="treatments: {arms: [bands, free_weights], comparator: usual_care}",
        replace="treatments: {arms: [bands, free_weights], comparator: null}",
        at="    summary: difference in means",
        says="there is no comparator",
    ),
    BrokenPlan(
        name="strategy not built",
        find="        strategy: hypothetical",
        replace="        strategy: while on treatment",
        says="Available there: `treatment policy`, `hypothetical`",
    ),
    BrokenPlan(
        name="principal stratum",
        find="        strategy: hypothetical",
        replace="        strategy: principal stratum",
        says="is not seen, and is not estimated",
    ),
    BrokenPlan(
        name="composite of nobody knows what",
        find="        strategy: hypothetical",
        replace="        strategy: composite",
        at="      - event: withdrew",
        says="Add `counts_as: failure`",
    ),
    BrokenPlan(
        name="counts as something that is not composite",
        find="        strategy: hypothetical\n",
        replace="        strategy: hypothetical\n        counts_as: worst score\n",
        at="        counts_as: worst score",
        says="does not use `counts_as`",
    ),
    BrokenPlan(
        name="change without a method",
        find="    methods: [mmrm, ancova]\n",
        at="  primary:\n    label: How much",
        says="has no `methods`",
    ),
    BrokenPlan(
        name="level in percent",
        find="      df: kenward-roger-linear\n",
        replace="      level: 95\n      df: kenward-roger-linear\n",
        says="0.95 for 95 %",
    ),
    BrokenPlan(
        name="real people simulated",
        find="simulated: true",
        replace="simulated: false",
        at="simulation:\n",
        says="Simulated people must never pass for real ones",
    ),
    BrokenPlan(
        name="entry that the majority claim does not know of",
        find="    majority: {entry: 30}\n",
        at="  majority:\n    label:",
        says="Write the same score in both places",
    ),
    BrokenPlan(
        name="entry that hardly anybody has",
        find="  entry: 30\n",
        replace="  entry: 90\n",
        says="more than two SD from the mean",
    ),
    BrokenPlan(
        name="simulated log with two sessions a day",
        find="      sessions_per_week: 3\n      minutes: 45",
        replace="      sessions_per_week: 9\n      minutes: 45",
        says="a session a day at most",
    ),
    BrokenPlan(
        name="course too short",
        find="        pain_vas: [-3, -5, -6, -7, -8, -8, -8]",
        replace="        pain_vas: [-3, -5, -6]",
        says="The course has 3 values for 7 visits after baseline",
    ),
    BrokenPlan(
        name="amendment without a lock",
        find="\nseed: 2402",
        replace="\namendments:\n  - {date: 2026-02-01, key: seed, what: a, why: b, hash: "
        + "a" * 64
        + "}\nseed: 2402",
        says="amendments and no lock",
    ),
    BrokenPlan(
        name="date that does not exist",
        find="\nseed: 2402",
        replace=f"\nlock: {{date: 2026-02-30, hash: {'a' * 64}}}\nseed: 2402",
        says="`2026-02-30` is not a date",
    ),
]

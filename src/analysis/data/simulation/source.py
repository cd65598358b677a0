"""What a simulated study says of itself: its dictionary and its source."""

from __future__ import annotations

import pandas as pd

from analysis.data.files.raw_folder import DICTIONARY_COLUMNS
from analysis.data.simulation.people import AGE_RANGE, DURATION_RANGE
from analysis.plan.schema import Plan
from analysis.terms import SIMULATED_NOTE

EVENTS = "withdrew|stopped programme|other treatment|flare-up|adverse event|death"


def dictionary(plan: Plan, tables: list[str]) -> pd.DataFrame:
    """The dictionary of a simulated study: a row a column of each of its tables."""
    rows = [*_people_rows(plan), *_visit_rows(plan), *_session_rows(plan), *_event_rows()]
    filled = [row + ("",) * (len(DICTIONARY_COLUMNS) - len(row)) for row in rows]
    table = pd.DataFrame(filled, columns=DICTIONARY_COLUMNS)
    return table[table["table"].isin(tables)].reset_index(drop=True)


def source_text(plan: Plan, truth: pd.DataFrame) -> str:
    """The text of ``source.md``: that the data are simulated, how, and the truth they follow.

    Args:
        plan: with its section ``simulation``.
        truth: `analysis.data.simulate.true_changes` of the plan.
    """
    made = plan.simulation
    return "\n".join(
        [
            f"# Simulated data: {plan.study.name}",
            "",
            f"**{SIMULATED_NOTE}** {plan.study.title}.",
            "",
            f"Made by `analysis simulate plans/{plan.study.name}.yaml` from the section "
            f"`simulation` of that plan and its seed, {plan.seed}; the same command makes the same "
            "bytes again. Do not edit these files: change the plan and make them again. The method "
            "is told in `docs/methods/simulation.md`.",
            "",
            "## The truth",
            "",
            "Mean change from baseline that the simulated people of each arm follow, before scores "
            "are rounded and held within the instrument's range:",
            "",
            *_truth_lines(plan, truth),
            "",
            *_entry_lines(plan, truth),
            f"| measure | mean {_where(plan)} | standard deviation |",
            "|---|---|---|",
            *[f"| {m} | {mean:g} | {sd:g} |" for m, (mean, sd) in made.baseline.items()],
            "",
            f"Of the variance of a score, {made.person_share:g} is a standing difference between "
            f"people; the rest passes from visit to visit with correlation {made.correlation:g}.",
            *_losses(plan),
            "",
        ]
    )


def _where(plan: Plan) -> str:
    return "at baseline" if plan.simulation.entry is None else "of the population"


def _truth_lines(plan: Plan, truth: pd.DataFrame) -> list[str]:
    head = ["arm", "measure", *(f"week {week}" for week in plan.weeks)]
    wide = truth.pivot_table(
        index=["arm", "measure"], columns="week", values="planned", sort=False, observed=True
    )
    rows = [f"| {arm} | {m} | " + " | ".join(f"{x:g}" for x in row) + " |" for (arm, m), row in
            zip(wide.index, wide.to_numpy(), strict=True)]  # fmt: skip
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *rows]


def _entry_lines(plan: Plan, truth: pd.DataFrame) -> list[str]:
    """What a score that is needed to enter does to the mean of everyone, whatever the arm."""
    entry, first = plan.simulation.entry, next(iter(plan.measures))
    if entry is None:
        return []
    own = truth[(truth["measure"] == first) & (truth["arm"] == next(iter(plan.arms)))]
    added = (own["change"] - own["planned"]).to_numpy()
    told = ", ".join(f"{x:.2f} at week {w}" for w, x in zip(own["week"], added, strict=True))
    worse = "at least" if plan.measures[first].direction == "lower is better" else "at most"
    return [
        f"Of the population below, only people with a {first} of {worse} {entry:g} at the start "
        "enter; each place is offered to further applicants until one has it. So the mean of every "
        f"arm moves by regression to the mean alone, beside what the table says: {told}.",
        "",
    ]


def _losses(plan: Plan) -> list[str]:
    made = plan.simulation
    lines = [
        f"- `{arm}`: {truth.dropout:.0%} leave before the last visit; {truth.flare_ups_per_year:g} "
        f"flare-ups a year"
        + (f"; {truth.attendance:.0%} of sessions attended." if truth.attendance else ".")
        for arm, truth in made.arms.items()
    ]
    return [
        "",
        "Lost by design:",
        "",
        *lines,
        f"- Leaving is missing at random: it depends on the last score that was seen (log hazard "
        f"{made.dropout_pain_slope:g} a standard deviation), not on scores nobody saw.",
        f"- A visit of a person still in the trial is missed with chance {made.intermittent:g}.",
    ]


def _people_rows(plan: Plan) -> list[tuple]:
    sites = "|".join(f"site {index + 1}" for index in range(plan.simulation.sites))
    t = "participants"
    return [
        (t, "participant", "Participant", "text", "", "", "", "", "yes", "simulated person"),
        (t, "arm", "Arm", "category", "", "", "", "|".join(plan.arms), "yes"),
        (t, "site", "Site", "category", "", "", "", sites, "yes"),
        (t, "sex", "Sex", "category", "", "", "", "female|male", "yes"),
        (t, "age", "Age", "integer", "years", *map(str, AGE_RANGE), "", "yes"),
        (t, "pain_duration_years", "Duration of pain", "number", "years",
         *(f"{x:g}" for x in DURATION_RANGE), "", "yes"),
        (t, "randomised", "Date of randomisation", "date", "", "", "", "", "yes", "day 0"),
    ]  # fmt: skip


def _visit_rows(plan: Plan) -> list[tuple]:
    first, last = plan.schedule[0], plan.schedule[-1]
    low, high = f"{first.window[0]}", f"{last.week * 7 + 2 * last.window[1]}"
    t = "visits"
    return [
        (t, "participant", "Participant", "text", "", "", "", "", "yes"),
        (t, "day", "Day", "number", "days", low, high, "", "yes", "days since randomisation"),
        (t, "measure", "Measure", "category", "", "", "", "|".join(plan.measures), "yes"),
        (
            t,
            "value",
            "Value",
            "number",
            "",
            "",
            "",
            "",
            "yes",
            "range and unit: see the plan",
        ),
    ]


def _session_rows(plan: Plan) -> list[tuple]:
    key, pain = next(iter(plan.measures.items()))
    low, high = (f"{x:g}" for x in pain.range)
    days = max((arm.programme.weeks for arm in plan.arms.values() if arm.programme), default=0) * 7
    scale, t = f"as {key}", "sessions"
    return [
        (t, "participant", "Participant", "text", "", "", "", "", "yes"),
        (t, "day", "Day", "number", "days", "0", f"{days}", "", "yes", "days since randomisation"),
        (t, "attended", "Attended", "yes_no", "", "", "", "", "yes", "no: the rest is empty"),
        (t, "muscle_groups", "Muscle groups", "text", "", "", "", "", "no", "trained, joined by |"),
        (t, "sets", "Sets", "integer", "", "1", "10", "", "no", "of each exercise"),
        (t, "repetitions", "Repetitions", "integer", "", "1", "30", "", "no", "in a set"),
        (
            t,
            "load",
            "Load",
            "number",
            "kg or lb",
            "0",
            "300",
            "",
            "no",
            "of the main lift",
        ),
        (t, "load_unit", "Unit of load", "category", "", "", "", "kg|lb", "no"),
        (t, "band", "Band", "category", "", "", "", "1|2|3|4|5", "no", "1 is the weakest"),
        (t, "exertion", "Exertion", "number", "points", "0", "10", "", "no", "0 none, 10 most"),
        (t, "soreness", "Soreness", "number", "points", "0", "10", "", "no", "on the day after"),
        (t, "pain_before", "Pain before", "number", pain.unit, low, high, "", "no", scale),
        (t, "pain_after", "Pain after", "number", pain.unit, low, high, "", "no", scale),
    ]


def _event_rows() -> list[tuple]:
    t = "events"
    return [
        (t, "participant", "Participant", "text", "", "", "", "", "yes"),
        (t, "day", "Day", "number", "days", "0", "", "", "yes", "days since randomisation"),
        (t, "event", "Event", "category", "", "", "", EVENTS, "yes"),
        (t, "reason", "Reason or kind", "text", "", "", "", "", "no"),
        (t, "related", "Related to the programme", "category", "", "", "", "yes|no|unknown", "no",
         "adverse events and deaths"),
        (t, "serious", "Serious", "yes_no", "", "", "", "", "no", "adverse events and deaths"),
        (t, "grade", "Grade", "integer", "", "1", "5", "", "no", "adverse events only; CTCAE"),
    ]  # fmt: skip

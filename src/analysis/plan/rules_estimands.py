"""Rules of a plan: the five attributes of each estimand point to parts that exist and fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.plan.problem import KeyPath, Problem, listed, nearest
from analysis.plan.rules_words import repeated
from analysis.plan.schema_questions import Estimand
from analysis.plan.schema_trial import Arm, Measure, Population, Visit

_WHY_POINTER = "The question would be about something that the plan does not define."
_WHY_RESPONSE = "Who responds is who changed by enough since the start."
# Summaries of differences, and what is left of each without a comparator.
WITHIN_ARMS = {
    "difference in means": "mean change",
    "difference in shares": "share of responders",
}
_WHY_SUMMARY = "A change within an arm is not an effect: it also holds what time alone does."


def populations_exist(
    estimands: dict[str, Estimand], populations: dict[str, Population]
) -> Iterator[Problem]:
    """The population of an estimand is defined."""
    for name, estimand in estimands.items():
        key = ("estimands", name, "population")
        yield from unknown(estimand.population, list(populations), key, "population")


def measures_exist(
    estimands: dict[str, Estimand], measures: dict[str, Measure]
) -> Iterator[Problem]:
    """The measure of an estimand is defined."""
    for name, estimand in estimands.items():
        key = ("estimands", name, "variable", "measure")
        yield from unknown(estimand.variable.measure, list(measures), key, "measure")


def weeks_exist(estimands: dict[str, Estimand], schedule: tuple[Visit, ...]) -> Iterator[Problem]:
    """The week of an estimand is a planned visit after baseline."""
    weeks = [visit.week for visit in schedule if visit.week > 0]
    for name, estimand in estimands.items():
        week = estimand.variable.week
        if week not in weeks:
            yield Problem(
                ("estimands", name, "variable", "week"),
                f"Week {week} is not a planned visit after baseline.",
                "Nothing is measured then, so nothing could be compared.",
                f"Write one of the weeks {', '.join(map(str, weeks)) or '(none yet)'}, "
                "or add the visit to `schedule`.",
            )


def treatments_exist(estimands: dict[str, Estimand], arms: dict[str, Arm]) -> Iterator[Problem]:
    """The arms of an estimand are defined, and differ from their comparator."""
    for name, estimand in estimands.items():
        treatments, key = estimand.treatments, ("estimands", name, "treatments")
        for index, arm in enumerate(treatments.arms):
            yield from unknown(arm, list(arms), (*key, "arms", index), "arm")
        yield from repeated(treatments.arms, (*key, "arms"), "arm")
        if not treatments.arms:
            yield Problem(
                (*key, "arms"),
                "No arm is named.",
                "The estimand would be about nobody's treatment.",
                f"Write the arms in question, from {listed(list(arms))}.",
            )
        if treatments.comparator is None:
            continue
        yield from unknown(treatments.comparator, list(arms), (*key, "comparator"), "arm")
        if treatments.comparator in treatments.arms:
            yield Problem(
                (*key, "comparator"),
                f"The arm `{treatments.comparator}` is compared with itself.",
                "The difference would be 0 by construction.",
                "Name another arm as comparator, or remove it from `arms`.",
            )


def summary_fits(estimands: dict[str, Estimand]) -> Iterator[Problem]:
    """A difference needs a comparator, a change or a share within arms has none; all need changes.

    The value itself can be compared between arms only.
    """
    for name, estimand in estimands.items():
        key = ("estimands", name, "summary")
        summary = estimand.summary
        compared = estimand.treatments.comparator is not None
        if summary in WITHIN_ARMS.values() and compared:
            other = next(key for key, each in WITHIN_ARMS.items() if each == summary)
            yield Problem(
                key,
                f"A {summary} is asked for, and there is a comparator.",
                _WHY_SUMMARY,
                f"Write `summary: {other}`, or `comparator: null`.",
            )
        if summary in WITHIN_ARMS and not compared:
            yield Problem(
                key,
                f"A {summary} is asked for, and there is no comparator.",
                _WHY_SUMMARY,
                f"Name the comparator, or write `summary: {WITHIN_ARMS[summary]}`.",
            )
        if summary != "difference in means" and estimand.variable.kind == "value":
            yield Problem(
                ("estimands", name, "variable", "kind"),
                f"A {summary} is asked for of a value that is not a change.",
                _WHY_SUMMARY if summary == "mean change" else _WHY_RESPONSE,
                "Write `kind: change from baseline`.",
            )


def one_strategy_an_event(estimands: dict[str, Estimand]) -> Iterator[Problem]:
    """Each intercurrent event is handled in one way."""
    for name, estimand in estimands.items():
        events = [handled.event for handled in estimand.intercurrent_events]
        yield from repeated(events, ("estimands", name, "intercurrent_events"), "event")


def unknown(name: str, known: Sequence[str], key: KeyPath, what: str) -> Iterator[Problem]:
    """A reference to a part that the plan does not define.

    Args:
        name: what is referred to.
        known: what the plan defines.
        key: where the reference stands.
        what: the kind of part, in words.
    """
    if name in known:
        return
    near = nearest(name, known)
    yield Problem(
        key,
        f"The plan defines no {what} `{name}`" + (f"; the nearest is `{near}`." if near else "."),
        _WHY_POINTER,
        f"Write one of {listed(known) or '(none yet)'}, or define `{name}`.",
    )


# Rules that look at one estimand at a time.
EACH_ALONE = (
    populations_exist,
    measures_exist,
    weeks_exist,
    treatments_exist,
    summary_fits,
    one_strategy_an_event,
)
RULES = EACH_ALONE

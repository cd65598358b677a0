"""A question as an estimand, in words: the five attributes of ICH E9(R1), and the estimator."""

from __future__ import annotations

from analysis.estimate.asked import Asked
from analysis.plan.schema import Plan

STRATEGIES = {
    "treatment policy": "treatment policy: scores after it count as they are",
    "hypothetical": (
        "hypothetical: scores after it are left out, and the model estimates the course without it"
    ),
}
_EVENTS = {
    "stopped programme": "stopped the programme",
    "withdrew": "withdrew",
    "other treatment": "took up another treatment",
    "crossed over": "crossed over to another group",
    "injury": "was injured",
    "pregnancy": "became pregnant",
    "death": "died",
}
_METHODS = {
    "mmrm": "mixed model for repeated measures of the scores of every planned week",
    "ancova": "analysis of covariance of the scores at the week asked about",
}


def estimand_words(asked: Asked) -> list[tuple[str, str]]:
    """The estimand of a question as attributes and their words, and how it is estimated.

    A week or measure that departs from the plan says so in its place.
    """
    estimand, plan = asked.estimand, asked.plan
    events = [
        (f"If someone {_EVENTS[event.event]}", _strategy(event.strategy, event.why))
        for event in estimand.intercurrent_events
    ]
    attributes = [
        ("Question", asked.question.label),
        ("Estimand", estimand.label),
        ("Population", plan.populations[estimand.population].label),
        ("Treatments", _treatments(asked)),
        ("Variable", _variable(asked)),
        *(events or [("Intercurrent events", "none are named; every score counts")]),
        ("Summary", _summary(asked)),
        ("Estimated by", _methods(asked)),
    ]
    return [(name, words[:1].upper() + words[1:]) for name, words in attributes]


def _strategy(strategy: str, why: str) -> str:
    words = STRATEGIES.get(strategy, strategy)
    return words if why == "not stated" else f"{words}. Why: {why}"


def _treatments(asked: Asked) -> str:
    treatments, plan = asked.estimand.treatments, asked.plan
    arms = [_arm(plan, arm) for arm in treatments.arms]
    if treatments.comparator is None:
        return f"{'; '.join(arms)}; compared with nothing"
    return f"{'; '.join(arms)}; compared with {_arm(plan, treatments.comparator)}"


def _arm(plan: Plan, key: str) -> str:
    arm = plan.arms[key]
    if arm.programme is not None:
        return f"{arm.label} for {arm.programme.weeks} weeks"
    return arm.label if arm.comparator is None else f"{arm.label} ({arm.comparator})"


def _variable(asked: Asked) -> str:
    measure, variable = asked.plan.measures[asked.measure], asked.estimand.variable
    low, high = (f"{end:g}" for end in measure.range)
    words = (
        f"{measure.label} ({measure.instrument}, {low} to {high} {measure.unit}; "
        f"{measure.direction}): {variable.kind} at week {asked.week}"
    )
    departs = [
        f"the plan asks about {asked.plan.measures[variable.measure].label}"
        if asked.other_measure
        else "",
        f"the plan asks about week {variable.week}" if asked.other_week else "",
    ]
    told = " and ".join(filter(None, departs))
    return f"{words}. Not as planned: {told}" if told else words


def _summary(asked: Asked) -> str:
    if asked.estimand.treatments.comparator is None:
        return f"{asked.estimand.summary} within the group; negative is a fall"
    return f"{asked.estimand.summary}, programme minus comparator"


def _methods(asked: Asked) -> str:
    main, *others = [_METHODS[method] for method in asked.question.methods]
    covariates = ", ".join(c.replace("_", " ") for c in asked.question.options.covariates)
    words = main + (f", adjusted for {covariates}" if covariates else ", without covariates")
    return words + "".join(f"; beside it, {other}" for other in others)

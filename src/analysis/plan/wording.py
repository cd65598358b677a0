"""A question as an estimand, in words: the five attributes of ICH E9(R1), and the estimator."""

from __future__ import annotations

from analysis.plan.schema import Plan
from analysis.plan.schema_questions import Estimand, EventStrategy, Question

STRATEGIES = {
    "treatment policy": "treatment policy: scores after it count as they are",
    "hypothetical": (
        "hypothetical: scores after it are left out, and the model estimates the course without it"
    ),
    "composite": "composite: it is part of the outcome, and counts as",
    "while on treatment": "while on treatment: the last score up to it stands for those after it",
    "principal stratum": (
        "principal stratum: only people who would not have it in either group are meant; who they "
        "are is not seen, and this is not estimated"
    ),
}
_COUNTS_AS = {
    "failure": "a failure",
    "worst score": "the worst score of the scale",
    "baseline score": "no change since the start",
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
    "mmrm": "mixed model for repeated measures of the scores of all weeks",
    "ancova": "analysis of covariance of the scores at the week asked about",
    "unadjusted": "the same scores without any adjustment",
}
_IMPUTED = {
    "condmean-jackknife": "absent scores filled by their expected values, intervals by jackknife",
    "condmean-bootstrap": "absent scores filled by their expected values, intervals by bootstrap",
    "bootstrap": "multiple imputation of absent scores from bootstrap samples, Rubin's rules",
    "bayes": "multiple imputation of absent scores from a Bayesian model, Rubin's rules",
}
# Of a question that names no method: how its kind is answered.
_KINDS = {
    "course": "mixed model of the scores of all visits, the start among them, over time",
    "durability": "means of every visit under one assumption about missing scores, by bootstrap",
    "relapse": "time to the first relapse; leaving counts as such, not as a relapse",
    "subgroups": "analysis of covariance with the product of arm and subgroup",
    "dose": "least squares for the offer; two-stage least squares for a session received",
    "majority": "shares of people, beside those that are expected without the treatment",
}


def estimand_words(
    plan: Plan, name: str, *, week: int | None = None, measure: str | None = None
) -> list[tuple[str, str]]:
    """The estimand of a question as attributes and their words, and how it is estimated.

    Args:
        plan: the analysis plan.
        name: key of a question that has an estimand.
        week: weeks after randomisation that were asked about; None is as planned.
        measure: the measure asked about; None is as planned. A departure says so in its place.
    """
    question = plan.questions[name]
    estimand = plan.estimands[question.estimand]
    events = [
        (f"If someone {_EVENTS[event.event]}", _strategy(event))
        for event in estimand.intercurrent_events
    ]
    attributes = [
        ("Question", question.label),
        ("Estimand", estimand.label),
        ("Population", plan.populations[estimand.population].label),
        ("Treatments", _treatments(plan, estimand)),
        ("Variable", _variable(plan, estimand, week, measure)),
        *(events or [("Intercurrent events", "none are named; every score counts")]),
        ("Summary", _summary(estimand)),
        ("Estimated by", _methods(question)),
    ]
    return [(attribute, words[:1].upper() + words[1:]) for attribute, words in attributes]


def _strategy(event: EventStrategy) -> str:
    words = STRATEGIES[event.strategy]
    if event.counts_as is not None:
        words = f"{words} {_COUNTS_AS[event.counts_as]}"
    return words if event.why == "not stated" else f"{words}. Why: {event.why}"


def _treatments(plan: Plan, estimand: Estimand) -> str:
    treatments = estimand.treatments
    arms = "; ".join(_offer(plan, arm) for arm in treatments.arms)
    if treatments.comparator is None:
        return f"{arms}; compared with nothing"
    return f"{arms}; compared with {_offer(plan, treatments.comparator)}"


def _offer(plan: Plan, key: str) -> str:
    arm = plan.arms[key]
    p = arm.programme
    if p is None:
        return f"{arm.label} ({arm.comparator})" if arm.comparator else arm.label
    return (
        f"{arm.label} ({p.modality}, {p.weeks} weeks, {p.sessions_per_week:g} sessions a week, "
        f"{p.supervision})"
    )


def _variable(plan: Plan, estimand: Estimand, week: int | None, measure: str | None) -> str:
    variable = estimand.variable
    asked = plan.measures[measure or variable.measure]
    low, high = (f"{end:g}" for end in asked.range)
    words = (
        f"{asked.label} ({asked.instrument}, {low} to {high} {asked.unit}; "
        f"{asked.direction}): {variable.kind} at week {week or variable.week}"
    )
    departs = [
        f"the plan asks about {plan.measures[variable.measure].label}"
        if measure not in (None, variable.measure)
        else "",
        f"the plan asks about week {variable.week}" if week not in (None, variable.week) else "",
    ]
    told = " and ".join(filter(None, departs))
    return f"{words}. Not as planned: {told}" if told else words


def _summary(estimand: Estimand) -> str:
    if "share" in estimand.summary:
        within = estimand.treatments.comparator is None
        side = "within the group" if within else "programme minus comparator"
        return f"{estimand.summary}, {side}: people who improved by at least a threshold"
    if estimand.treatments.comparator is None:
        return f"{estimand.summary} within the group; negative is a fall"
    return f"{estimand.summary}, programme minus comparator"


def _methods(question: Question) -> str:
    if not question.methods and question.imputation is None:
        return _KINDS[question.estimate]
    covariates = ", ".join(c.replace("_", " ") for c in question.options.covariates)
    adjusted = f", adjusted for {covariates}" if covariates else ", without covariates"
    if question.estimate == "responders":
        return (
            f"{_IMPUTED[question.imputation.method]}; then logistic regression{adjusted}, its "
            "shares standardised over everyone"
        )
    if question.imputation is not None:
        return f"{_IMPUTED[question.imputation.method]}; then analysis of covariance{adjusted}"
    main, *others = [_METHODS[method] for method in question.methods]
    return main + adjusted + "".join(f"; beside it, {other}" for other in others)

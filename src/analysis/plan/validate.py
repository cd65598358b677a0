"""Whether the parts of a plan agree with each other.

A rule is a function that names in its arguments the sections of the plan it reads, and yields what
is wrong. It runs where these sections could be read, so that one misspelt value does not hide the
problems elsewhere: a part of a section that could be read in part is a `Partial`, and a rule ends
where it asks such a part for what could not be read. A rule in `EACH_ALONE` is asked once for
each part of its first section, so that it ends for this part only. Two more names may be asked for:
`stem`, the name of the plan's file without its ending, and `readable`, all sections that could be
read, by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import MISSING, fields
from inspect import signature
from typing import Any

from analysis.plan import (
    rules_course,
    rules_delivery,
    rules_estimands,
    rules_evidence,
    rules_imputation,
    rules_lock,
    rules_multiplicity,
    rules_questions,
    rules_responders,
    rules_simulation,
    rules_strategies,
    rules_study,
    rules_subgroups,
    rules_tipping,
    rules_trial,
    rules_words,
)
from analysis.plan.partial import Unreadable
from analysis.plan.problem import Problem
from analysis.plan.schema import Plan

RULES: tuple[Callable[..., Iterator[Problem]], ...] = (
    *rules_words.RULES,
    *rules_study.RULES,
    *rules_trial.RULES,
    *rules_estimands.RULES,
    *rules_questions.RULES,
    *rules_multiplicity.RULES,
    *rules_strategies.RULES,
    *rules_imputation.RULES,
    *rules_tipping.RULES,
    *rules_course.RULES,
    *rules_delivery.RULES,
    *rules_subgroups.RULES,
    *rules_responders.RULES,
    *rules_simulation.RULES,
    *rules_evidence.RULES,
    *rules_lock.RULES,
)
EACH_ALONE = (
    *rules_estimands.EACH_ALONE,
    *rules_questions.EACH_ALONE,
    *rules_multiplicity.EACH_ALONE,
    *rules_strategies.EACH_ALONE,
    *rules_imputation.EACH_ALONE,
    *rules_tipping.EACH_ALONE,
    *rules_evidence.EACH_ALONE,
    *rules_course.EACH_ALONE,
    *rules_delivery.EACH_ALONE,
    *rules_subgroups.EACH_ALONE,
    *rules_responders.EACH_ALONE,
)


def validate(parts: dict[str, Any], stem: str) -> Iterator[Problem]:
    """Every problem between the parts of a plan.

    Args:
        parts: the sections that could be read, by key; a section that the plan leaves out and that
            has a default is absent, one that could not be read is the value `...`.
        stem: the name of the plan's file without its ending.

    Returns:
        problems without lines; the reader adds them.
    """
    defaults = {f.name: f.default for f in fields(Plan) if f.default is not MISSING}
    made = {f.name: f.default_factory for f in fields(Plan) if f.default_factory is not MISSING}
    defaults |= {name: make() for name, make in made.items()}
    readable = {name: value for name, value in parts.items() if value is not ...}
    known = {**defaults, **parts, "stem": stem, "readable": readable}
    told: dict[Problem, None] = {}  # two questions may find the same fault of one estimand
    for rule in RULES:
        asked = signature(rule).parameters
        if all(known.get(name, ...) is not ... for name in asked):
            told |= dict.fromkeys(_told(rule, {name: known[name] for name in asked}))
    yield from told


def _told(rule: Callable[..., Iterator[Problem]], given: dict[str, Any]) -> Iterator[Problem]:
    first = next(iter(given))
    alone = [{key: part} for key, part in given[first].items()] if rule in EACH_ALONE else ()
    for asked in [{**given, first: part} for part in alone] or [given]:
        with suppress(Unreadable):
            yield from rule(**asked)

"""The combinations of a grid: every value of the kind that its chapters declare, and planned."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from analysis.errors import AnalysisError
from analysis.plan.problem import KeyPath, Problem
from analysis.plan.schema import Plan
from analysis.run.batch.schema import Grid
from analysis.run.parameters import GIVEN, Parameter, Value, split_settings, typed

_WHY_VALUE = "it would stop the run, or change the analysis silently"


def points_of(
    grid: Grid,
    declared: Mapping[str, Mapping[str, Parameter]],
    key: KeyPath,
    problems: list[Problem],
) -> Iterator[tuple[KeyPath, dict[str, Value]]]:
    """Every combination of a grid, typed as its chapters declare; each with its place in the file.

    What cannot be used is added to the problems, once.
    """
    names = list(grid.each or {})
    combined = itertools.product(*(grid.each or {}).values()) if names else ()
    given = [((*key, "each"), dict(zip(names, values, strict=True))) for values in combined]
    given += [((*key, "listed", number), dict(each)) for number, each in enumerate(grid.listed)]
    # In the order of the chapter, so that the same values written in another order are one run.
    order = {name: number for number, name in enumerate(next(iter(declared.values())))}
    told = set()
    for place, words in given:
        words = dict(sorted(words.items(), key=lambda pair: order.get(pair[0], len(order))))
        values = {}
        for name, text in words.items():
            fault = _fault(name, text, declared)
            if fault is None:
                parameter = next(iter(declared.values()))[name]
                values[name] = typed(text, parameter)
            elif (name, fault) not in told:
                told.add((name, fault))
                at = (*place, name)
                do = "Correct it, leave it out, or choose chapters that take it."
                problems.append(Problem(at, fault, _WHY_VALUE, do))
        if len(values) == len(words):
            yield place, values


def _fault(name: str, text: str, declared: Mapping[str, Mapping[str, Parameter]]) -> str | None:
    """Why a parameter cannot be given this value in every chapter of the grid; None if it can."""
    if name in GIVEN:
        return f"`{name}` is given by the batch itself."
    try:
        split_settings([f"{name}={text}"])
        made: dict[str, str] = {}
        for chapter, own in declared.items():
            if name not in own:
                known = ", ".join(f"`{n}`" for n in own if n not in GIVEN) or "none"
                return f"{chapter} declares no parameter `{name}`; it declares {known}."
            made.setdefault(type(typed(text, own[name])).__name__, chapter)
    except AnalysisError as error:
        return error.what
    if len(made) > 1:
        kinds = " and ".join(f"{kind} in {chapter}" for kind, chapter in made.items())
        return f"`{name}` is declared differently: {kinds}; give it to each in a grid of its own."
    return None


def unplanned(plan: Plan | None, given: Mapping[str, Value], key: KeyPath) -> Iterator[Problem]:
    """The weeks and measures of a combination that a study's plan does not hold."""
    if plan is None:
        return
    known = {"week": plan.weeks, "measure": tuple(plan.measures)}
    for name, value in given.items():
        if name in known and value is not None and value not in known[name]:
            what = f"The plan of `{plan.study.name}` has no {name} {value}."
            do = f"Its {name}s are: {', '.join(map(str, known[name]))}; or name the grid's studies."
            yield Problem((*key, name), what, "nothing is planned and modelled there", do)

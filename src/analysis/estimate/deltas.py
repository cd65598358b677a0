"""The points that an assumption adds to filled scores, as the engine reads them."""

from __future__ import annotations

from itertools import product

import pandas as pd

from analysis.errors import PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.plan.schema_imputation import Assumption, DeltaAmount
from analysis.stats.delta import Delta
from analysis.terms import ARM, VISIT


def read_deltas(
    assumption: Assumption, chosen: AnalysisSet, asked: Asked, name: str, events: pd.DataFrame
) -> Delta:
    """The delta of one assumption; none is one of zero.

    Args:
        assumption: its amounts, each of some arms, weeks and reasons (none named: of all).
        chosen: the arms and weeks of the analysis.
        asked: the question, for errors.
        name: key of the assumption, for errors.
        events: a row a person who was not seen again, with its ``reason``.

    Raises:
        PlanError: an amount for an arm, week or reason without an absent score to add it to, or two
            amounts for the same scores.
    """
    if not assumption.delta:
        return Delta(0.0)
    known = {
        "arms": list(chosen.arms),
        "weeks": list(chosen.weeks),
        "reasons": list(dict.fromkeys(events["reason"])),
    }
    where = f"questions.{asked.name}.imputation.assumptions.{name}.delta"
    by_reason = any(amount.reasons for amount in assumption.delta)
    rows = []
    for place, amount in enumerate(assumption.delta):
        _refuse_unknown(amount, known, f"{where}[{place}]")
        # Someone who was seen to the end has no reason, and may have gaps.
        reasons = (amount.reasons or [*known["reasons"], None]) if by_reason else [None]
        arms, weeks = amount.arms or known["arms"], amount.weeks or known["weeks"]
        rows += [(*each, amount.points) for each in product(arms, weeks, reasons)]
    table = pd.DataFrame(rows, columns=[ARM, VISIT, "reason", "delta"])
    table = table if by_reason else table.drop(columns="reason")
    if table.duplicated(list(table.columns.drop("delta"))).any():
        raise PlanError(
            "Two deltas are planned for the same scores.",
            where=where,
            why="which of the two counts, or whether they add up, would be a guess",
            do="Give each arm, week and reason one amount.",
        )
    return Delta(table, cumulative=assumption.cumulative, gaps=assumption.gaps)


def _refuse_unknown(amount: DeltaAmount, known: dict[str, list], where: str) -> None:
    for kind, here in known.items():
        unknown = [str(each) for each in getattr(amount, kind) if each not in here]
        if unknown:
            raise PlanError(
                f"A delta is planned for {kind} without an absent score: {', '.join(unknown)}.",
                where=f"{where}.{kind}",
                why="it would change nothing, and the result would look adjusted",
                do=f"Use some of: {', '.join(map(str, here)) or 'none'}.",
            )

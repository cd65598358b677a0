"""Several comparisons at once: the plan's families, their adjusted p values and joint intervals."""

from __future__ import annotations

import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.model import Estimates
from analysis.plan.schema_multiplicity import Family
from analysis.result.record import Result
from analysis.stats.multiple import serial

# The engine's word for each of the plan's, and the words that a reader knows.
ENGINE = {
    "holm": "holm",
    "hochberg": "hochberg",
    "simultaneous": "simultaneous",
    "fixed sequence": "in order",
}
WORDS = {
    "holm": "Holm",
    "hochberg": "Hochberg",
    "simultaneous": "multivariate t",
    "fixed sequence": "in the plan's order",
}


def family_rows(estimates: Estimates, asked: Asked) -> list[Result]:
    """The planned comparisons again, each with the p value that counts among the others.

    Args:
        estimates: of the main method.
        asked: the question; its families are tested in their order, one after the other.

    Returns:
        Rows `difference_adjusted`: value, se and df as in `difference`, p adjusted within the
        family and for the families before; lower and upper hold together and are told of
        `simultaneous` in the first family only, where they agree with the p values.

    Raises:
        ModelError: a planned comparison that the data do not allow.
    """
    families = asked.question.multiplicity
    tables = [_compared(estimates, family, asked) for family in families]
    gated = serial([table["p_adjusted"].to_numpy() for table in tables])
    made = []
    for place, (family, table, p) in enumerate(zip(families, tables, gated, strict=True)):
        joint = family.adjust == "simultaneous" and place == 0
        words = _words(family, len(table), place, len(families))
        made += [
            _row(line, float(value), joint, words, estimates, asked)
            for line, value in zip(table.itertuples(), p, strict=True)
        ]
    return made


def _compared(estimates: Estimates, family: Family, asked: Asked) -> pd.DataFrame:
    estimand = asked.estimand
    pairs = family.comparisons(estimand.treatments.arms, estimand.variable.week)
    known = set(zip(estimates.differences["arm"], estimates.differences["visit"], strict=True))
    absent = [f"{arm} at week {week}" for arm, week in pairs if (arm, week) not in known]
    if absent:
        raise ModelError(
            f"A planned comparison cannot be made: {', '.join(absent)}.",
            where=f"questions.{asked.name}.multiplicity",
            why="Its family cannot be adjusted without it.",
            do="Check that the arm has scores at that week, or take the week out of the family.",
        )
    options = asked.question.options
    return estimates.compare(
        pairs, estimand.treatments.comparator, ENGINE[family.adjust], options.level
    )


def _words(family: Family, size: int, place: int, n_families: int) -> str:
    words = f"{WORDS[family.adjust]}, {size} comparison{'s' if size > 1 else ''}"
    if n_families > 1:
        words += f"; family {place + 1} of {n_families}, tested in order"
    return words


def _row(
    line: object, p: float, joint: bool, words: str, estimates: Estimates, asked: Asked
) -> Result:
    return asked.row(
        "difference_adjusted",
        line.estimate,
        week=int(line.visit),
        arm=line.arm,
        comparator=asked.estimand.treatments.comparator,
        se=line.se,
        df=line.df,
        lower=line.lower if joint else None,
        upper=line.upper if joint else None,
        p=p,
        method=words,
        weighting=asked.question.options.weights,
        verified="validation/multiplicity" if estimates.verified else None,
    )

"""Assumptions about absent scores as result rows hold them: their names, order and verdicts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.select import absent, arms_of, one_key, records, where
from analysis.terms import Labels

MODEL = "mmrm"
_SHORT = ("mar", "j2r", "cr", "cir", "lmcf", MODEL)
_MODEL_WORDS = "the mixed model of all scores seen, nothing filled"


def side_by_side(rows: pd.DataFrame, labels: Labels) -> dict[str, list[Any]]:
    """By arm, the effect under the model and under each assumption, in the plan's order.

    Args:
        rows: result rows `difference` (or `change`) whose level is an assumption, of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    for statistic in ("difference", "change"):
        about = rows["question"].isin(list(labels.assumptions))
        found = rows[about & (rows["statistic"] == statistic) & rows["level"].notna()]
        if len(found):
            break
    else:
        raise absent("<question>.difference.<measure>.<week>.<arm>.<assumption>")
    one_key(found, "measure")
    order = [MODEL, *labels.assumptions.get(one_key(found, "question"), {})]
    return {
        arm: sorted(records(where(found, arm=arm)), key=lambda row: order.index(row.level))
        for arm in arms_of(found, labels)
    }


def short_name(key: str) -> str:
    """An assumption's name where there is little room: `MAR`, `By reason`."""
    return key.upper() if key in _SHORT else key[:1].upper() + key[1:].replace("_", " ")


def full_name(row: Any, labels: Labels) -> str:
    """`J2R: what was gained is lost`, the plan's words after the short name."""
    told = labels.assumptions.get(row.question, {})
    words = _MODEL_WORDS if row.level == MODEL else told.get(row.level, "")
    return f"{short_name(row.level)}: {words}" if words else short_name(row.level)

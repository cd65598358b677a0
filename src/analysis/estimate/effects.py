"""Published effects on one scale, each derived from what its source prints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.data.published import Published
from analysis.errors import PlanError
from analysis.estimate.left_out import reason
from analysis.estimate.tied import with_parts
from analysis.plan.schema_evidence import Synthesis
from analysis.stats.synthesis.effect import hedges_correction
from analysis.stats.synthesis.means import mean_difference, standardised_difference
from analysis.stats.synthesis.printed import se_from_interval

DERIVED = ["effect", "se", "lower", "upper", "derivation"]
Z = 1.959963984540054  # of the 95 % intervals that papers print
ARMS = ["mean_e", "sd_e", "n_exercise", "mean_c", "sd_c", "n_control"]


@dataclass(frozen=True)
class Effects:
    """Effects that a synthesis holds, and those that it does not.

    Attributes:
        rows: a row an effect: the columns of the published table, ``effect``, ``se`` and the ends
            of its 95 % interval (``lower``, ``upper``; as printed where one is printed) on the
            scale of the synthesis, ``derivation`` in words; ``part_exercise`` and
            ``part_comparator``, what each group adds to the variance where effects share groups.
        left_out: a row an effect that was chosen and cannot enter: ``row_id``, ``study``,
            ``reason``.
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame


def effects_of(published: Published, key: str, synthesis: Synthesis) -> Effects:
    """The effects of a synthesis of the plan.

    Args:
        published: the facts of the literature.
        key: key of the synthesis, for messages.
        synthesis: which effects, and on which scale.

    Raises:
        PlanError: rows or comparators that the published table does not have.
    """
    table = published.effects
    _refuse_unknown(table, key, synthesis)
    if synthesis.rows:
        chosen = table.set_index("row_id", drop=False).loc[list(synthesis.rows)]
        reasons = pd.Series(pd.NA, index=chosen.index, dtype="object")
    else:
        pain = table["outcome"].str.contains("pain")
        chosen = table[table["comparator_type"].isin(synthesis.comparators) & pain]
        reasons = _reasons(chosen, synthesis.effect)
    derived = derive(chosen.reset_index(drop=True), synthesis.effect)
    reasons = reasons.reset_index(drop=True)
    without = derived["effect"].isna() & reasons.isna()
    reasons[without] = [reason(line, synthesis.effect) for line in derived[without].itertuples()]
    derived = with_parts(derived, derive(table, synthesis.effect), synthesis.effect)
    left = derived[reasons.notna()].assign(reason=reasons[reasons.notna()])
    return Effects(
        derived[reasons.isna()].reset_index(drop=True),
        left[["row_id", "study", "reason"]].reset_index(drop=True),
    )


def derive(rows: pd.DataFrame, scale: str) -> pd.DataFrame:
    """The effects of published rows on a scale, by the first way that what is printed allows.

    Args:
        rows: rows of the published effects.
        scale: `smd` or `md_100`.

    Returns:
        The rows with ``effect``, ``se``, ``lower``, ``upper`` (missing where nothing allows it)
        and ``derivation``.

    Source: Cochrane Handbook (version 6) sections 6.3 and 6.5.
    """
    ways = (_arms_smd, _printed_smd, _t_smd) if scale == "smd" else (_arms_md, _printed_md)
    nothing = dict.fromkeys(("effect", "se", "lower", "upper"), np.nan)
    made = rows.assign(**nothing, derivation="")
    for way in ways:
        open_rows = made["effect"].isna()
        if open_rows.any():
            found = way(made[open_rows])
            made.loc[found.index, DERIVED] = found[DERIVED]
    return made


def _arms_md(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows[[*ARMS, "scale_max"]].notna().all(axis=1)]
    if own.empty:
        return _found(own, [], [], "")
    made, factor = mean_difference(*_arms(own)), 100 / own["scale_max"].to_numpy(float)
    words = "means and SDs of the arms, on a scale of 0 to 100"
    return _found(own, made.effect * factor, made.se * factor, words)


def _arms_smd(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows[ARMS].notna().all(axis=1)]
    if own.empty:
        return _found(own, [], [], "")
    made = standardised_difference(*_arms(own))
    return _found(own, made.effect, made.se, "means and SDs of the arms, Hedges' g")


def _printed_md(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[_printed(rows, "MD") & rows["scale_max"].notna()]
    factor = 100 / own["scale_max"].to_numpy(float)
    words = "printed difference and its interval, on a scale of 0 to 100"
    return _as_printed(own, _found(own, own["estimate"] * factor, _se(own) * factor, words), factor)


def _printed_smd(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[_printed(rows, "SMD")]
    words = "printed standardised difference and its interval"
    return _as_printed(own, _found(own, own["estimate"], _se(own), words), 1.0)


def _t_smd(rows: pd.DataFrame) -> pd.DataFrame:
    """A t statistic from a printed difference gives a standardised one, if people are told."""
    own = rows[_printed(rows, "MD") & rows[["n_exercise", "n_control"]].notna().all(axis=1)]
    n1, n2 = (own[name].to_numpy(float) for name in ("n_exercise", "n_control"))
    t = own["estimate"].to_numpy(float) / _se(own)
    g = hedges_correction(n1 + n2 - 2) * t * np.sqrt(1 / n1 + 1 / n2)
    se = np.sqrt(1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)))
    return _found(own, g, se, "printed difference, its interval and the people of the arms")


def _arms(rows: pd.DataFrame) -> list[np.ndarray]:
    order = ("mean_e", "sd_e", "n_exercise", "mean_c", "sd_c", "n_control")
    return [rows[name].to_numpy(float) for name in order]


def _printed(rows: pd.DataFrame, measure: str) -> pd.Series:
    """Rows that print an effect between arms of this measure, with its interval."""
    kind = rows["effect_measure"].fillna("").str.split().str[0].eq(measure)
    return kind & rows[["estimate", "ci_low", "ci_high"]].notna().all(axis=1)


def _se(rows: pd.DataFrame) -> np.ndarray:
    if rows.empty:
        return np.empty(0)
    return se_from_interval(rows["ci_low"].to_numpy(float), rows["ci_high"].to_numpy(float))


def _found(rows: pd.DataFrame, effect: object, se: object, words: str) -> pd.DataFrame:
    values = {"effect": np.asarray(effect, float), "se": np.asarray(se, float)}
    made = pd.DataFrame(values, index=rows.index)
    ends = {"lower": made["effect"] - Z * made["se"], "upper": made["effect"] + Z * made["se"]}
    return made.assign(**ends, derivation=words)


def _as_printed(rows: pd.DataFrame, made: pd.DataFrame, factor: np.ndarray | float) -> pd.DataFrame:
    """With the interval as printed: rounding makes it uneven, and a reader looks for these ends."""
    return made.assign(lower=rows["ci_low"] * factor, upper=rows["ci_high"] * factor)


def _reasons(rows: pd.DataFrame, scale: str) -> pd.Series:
    """Why rows that were not named one by one stay out: a flag, or not an effect between arms."""
    reasons = rows["quality_flag"].astype("object")
    other = (reasons.isna() & rows["usable_between_arm"].ne("yes")).to_numpy()
    reasons[other] = [reason(line, scale) for line in rows[other].itertuples()]
    return reasons


def _refuse_unknown(table: pd.DataFrame, key: str, synthesis: Synthesis) -> None:
    for name, column in (("rows", "row_id"), ("comparators", "comparator_type")):
        known = set(table[column].dropna())
        unknown = [each for each in getattr(synthesis, name) if each not in known]
        if unknown:
            raise PlanError(
                f"The published effects have no {name}: {', '.join(unknown)}.",
                where=f"syntheses.{key}.{name}",
                why="the pool would hold other studies than the plan says",
                do=f"Write keys of the column {column} of data/raw/published/effects.csv.",
            )

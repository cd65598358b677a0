"""Effects of one trial: which people they share, how they vary together, one effect a trial."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import ModelError
from analysis.stats.synthesis.composite import Composite, one_a_study
from analysis.stats.synthesis.effect import Effect
from analysis.stats.synthesis.shared import shared_covariance

GROUPS = ["group_exercise", "group_comparator"]
PARTS = ["part_exercise", "part_comparator"]
# Ends of intervals with one digit after the point move a variance by as much.
ROUNDING = 0.2
COUNTED = "the other effects of its trial already compare these groups"


def with_parts(rows: pd.DataFrame, on_file: pd.DataFrame, scale: str) -> pd.DataFrame:
    """What each group adds to the variance of an effect, where a trial has more than two groups.

    Of a standardised difference that is one over its people. Of a plain one the parts of a trial's
    groups add up to the variances of all its differences on file: three groups with all three
    differences have one answer, where fewer are printed the people of the groups decide.

    Args:
        rows: effects with ``se``.
        on_file: every effect on file, on the same scale.
        scale: `smd` or `md_100`.

    Returns:
        The rows with ``part_exercise``, ``part_comparator`` and ``scale``.
    """
    people = rows[["n_exercise", "n_control"]].to_numpy(float)
    made = rows.assign(scale=scale, **dict(zip(PARTS, (1 / people).T, strict=True)))
    if scale == "smd":
        return made
    known = on_file[on_file[GROUPS].notna().all(axis=1) & on_file["se"].notna()]
    parts = {
        (*key, group): part
        for key, trial in known.groupby(_together(known))
        for group, part in _parts_of_groups(trial).items()
    }
    for column, group in zip(PARTS, GROUPS, strict=True):
        keys = zip(*(_together(rows)), rows[group], strict=True)
        made[column] = [parts.get(key, np.nan) for key in keys]
    return made


def _together(rows: pd.DataFrame) -> list[pd.Series]:
    """Effects vary together only where the same people were measured at the same time."""
    return [rows[column].astype(str) for column in ("trial_key", "outcome", "followup_week")]


def covariance_of(rows: pd.DataFrame) -> np.ndarray:
    """The sampling covariance of effects, rows x rows: zero between trials.

    Raises:
        ModelError: a trial with several effects whose groups, or their people, are not told.
    """
    V = np.diag(rows["se"].to_numpy(float) ** 2)
    places = pd.Series(np.arange(len(rows)), index=rows["trial_key"].to_numpy())
    for name, own in places.groupby(level=0):
        if len(own) > 1:
            at = own.to_numpy()
            V[np.ix_(at, at)] = _block(str(name), rows.iloc[at])
    return V


def one_a_trial(rows: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """One effect a trial, and the share of each row in that of its trial.

    Returns:
        ``label`` (the key of the effect, of the trial where it gives several), ``trial_key``,
        ``effect``, ``se``; and the shares in the order of the rows.
    """
    made: Composite = one_a_study(
        rows["effect"].to_numpy(float), covariance_of(rows), rows["trial_key"].tolist()
    )
    counts = rows["trial_key"].value_counts()
    first = rows.drop_duplicates("trial_key").set_index("trial_key")["row_id"]
    labels = [name if counts[name] > 1 else first[name] for name in made.studies]
    table = {"label": labels, "trial_key": made.studies, "effect": made.effect}
    return pd.DataFrame(table).assign(se=np.sqrt(made.variance)), made.share


def without_loops(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects of which none follows from others of its trial, and those that do.

    Of three groups two differences say all. Those against the group that only ever stands as the
    comparator are kept first.
    """
    told = rows[rows[GROUPS].notna().all(axis=1)]
    closing: list[object] = []
    for _, trial in told.groupby("trial_key"):
        base = trial["group_comparator"].value_counts()
        base = base.sub(trial["group_exercise"].value_counts(), fill_value=0)
        order = trial["group_comparator"].map(base).sort_values(ascending=False, kind="stable")
        closing += _closing(trial.loc[order.index])
    return rows.drop(index=closing), rows.loc[sorted(closing)]


def _closing(trial: pd.DataFrame) -> list[object]:
    """The rows, in their order, whose two groups earlier rows already join."""
    part = {group: group for column in GROUPS for group in trial[column]}
    found = []
    for index, one, other in trial[GROUPS].itertuples():
        left, right = part[one], part[other]
        if left == right:
            found.append(index)
        part = {group: right if own == left else own for group, own in part.items()}
    return found


def _parts_of_groups(trial: pd.DataFrame) -> dict[str, float]:
    """A part for each group: they add up to the variances, and lie close to what people let expect.

    Raises:
        ModelError: variances that no groups can have.
    """
    names = sorted({group for column in GROUPS for group in trial[column]})
    A = np.zeros((len(trial), len(names)))
    for column in GROUPS:
        A[np.arange(len(trial)), [names.index(group) for group in trial[column]]] = 1
    v = trial["se"].to_numpy(float) ** 2
    expected = _expected(trial)[names].to_numpy()
    parts = expected + np.linalg.pinv(A) @ (v - A @ expected)
    if (parts <= 0).any() or not np.allclose(A @ parts, v, rtol=ROUNDING):
        raise ModelError(
            f"The variances of the effects of {trial['trial_key'].iloc[0]} fit no groups.",
            where=", ".join(trial["row_id"]),
            why="Each group adds a positive part to the variance of each of its differences.",
            do="Check the intervals against the paper, or give a quality flag to the wrong one.",
        )
    return dict(zip(names, parts, strict=True))


def _expected(trial: pd.DataFrame) -> pd.Series:
    """What the spread and the people of a group, where they are printed, let expect of its part."""
    people = trial[["n_exercise", "n_control"]].to_numpy(float)
    known = 1 / np.where(np.isnan(people).any(axis=1, keepdims=True), 1.0, people)
    spread = trial[["sd_e", "sd_c"]].to_numpy(float) ** 2
    known *= np.where(np.isnan(spread).any(axis=1, keepdims=True), 1.0, spread)
    parts = trial["se"].to_numpy(float)[:, None] ** 2 * known / known.sum(axis=1, keepdims=True)
    ends = [pd.Series(parts[:, i], index=trial[column]) for i, column in enumerate(GROUPS)]
    return pd.concat(ends).groupby(level=0).mean()


def _block(name: str, rows: pd.DataFrame) -> np.ndarray:
    if rows[[*GROUPS, *PARTS]].isna().any(axis=None):
        raise ModelError(
            f"{name} gives several effects, and which people they share is not told.",
            where=", ".join(rows["row_id"]),
            why="Effects that share a group vary together; as independent they would count twice.",
            do="Fill group_exercise and group_comparator (and, for standardised differences, the "
            "people of both) in data/raw/published/effects.csv, or name one row of the trial.",
        )
    kind = "smd" if rows["scale"].iloc[0] == "smd" else "md"
    values = (rows["effect"].to_numpy(float), rows["se"].to_numpy(float) ** 2)
    parts = (rows[part].to_numpy(float) for part in PARTS)
    ends = (rows[group].tolist() for group in GROUPS)
    return shared_covariance(Effect(kind, *values, *parts), [name] * len(rows), *ends)

"""Mixed model for repeated measures on data larger than memory: the public face."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add

import pandas as pd
from pandas.api.types import is_numeric_dtype

from analysis.errors import ModelError, UsageError

from .arguments import refuse_no_count
from .asked import Asked, Levels, read_asked
from .chunks import Source, read_chunks
from .covariance import find_structure
from .inference import check_methods
from .likelihood import Problem
from .mmrm import visit_times
from .partitions import distinct, is_partitioned, sample_of, sum_partitions
from .piece import Piece, finish, piece_of
from .recipe import Recipe, prepare, visit_levels
from .reml import maximise
from .screen import refuse_unseen_pairs
from .summed_fit import SummedFit, refuse_row_methods
from .threads import one_thread

SAMPLE_ROWS = 1000


@one_thread
def mmrm_chunks(
    formula: str,
    source: Source,
    *,
    subject: str,
    visit: str,
    levels: Levels | None = None,
    covariance: str = "us",
    group: str | None = None,
    weights: str | None = None,
    reml: bool = True,
    df: str = "kenward-roger-linear",
    chunk_rows: int = 200_000,
) -> SummedFit:
    """`mmrm` for data that need not fit in memory: the same model, the same numbers.

    The source is read once (and its visit column once before, if the visits are not declared);
    memory is bounded by the chunk. The rows of a participant must follow each other; they may lie
    in two chunks or neighbouring files. What needs each participant's rows (residuals, leaving one
    out, sandwich variances, between-within degrees of freedom) is not offered.

    Args:
        formula: as in `mmrm`; terms that must see all rows at once, such as center(x), are refused.
        source: a CSV or Parquet file, a folder of Parquet files, a list of tables (for example one
            a hospital), or a Dask DataFrame (optional extra `dask`).
        subject: the column that names the participant.
        visit: the column that names the visit.
        levels: the levels of each text column, the reference first, written as the source has
            them; and of the visits, in their order (numeric visits are found by themselves).
            Categoricals of a table or a Dask DataFrame declare themselves.
        covariance: as in `mmrm`.
        group: a column whose levels have a Sigma each, as in `mmrm`.
        weights: a column, as in `mmrm`.
        reml: as in `mmrm`.
        df: `kenward-roger-linear`, `kenward-roger`, `satterthwaite` or `residual`.
        chunk_rows: rows read at a time from a file.

    Returns:
        The fit: `.coefficients`, `.ls_means`, `.contrasts`, `.contrast`, `.covariance`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: data that cannot carry the model, rows of a participant that do not stand
            together, or no convergence.
        DataError: no such file.

    Source: docs/methods/mmrm.md, One pass over the data.
    Agrees with: validation/mmrm/reference.json
    """
    check_methods(df, "asymptotic", reml=reml)
    refuse_row_methods(df, "asymptotic")
    structure = find_structure(covariance)
    refuse_no_count(chunk_rows, "chunk_rows")
    asked = read_asked(formula, subject, visit, group, weights, levels)
    recipe, whole = _sum(asked, source, chunk_rows)
    observations, parts = finish(recipe, whole)
    times = visit_times(structure, observations.visits)
    problem = Problem(parts, structure, times, reml, recipe.basis)
    refuse_unseen_pairs(parts, structure, observations.visits, observations.groups)
    return SummedFit(observations, problem, maximise(problem), df=df)


def _sum(asked: Asked, source: Source, chunk_rows: int) -> tuple[Recipe, Piece]:
    if is_partitioned(source):
        recipe = _recipe_of_partitions(asked, source)
        return recipe, sum_partitions(recipe, source)
    recipe = _recipe_of_chunks(asked, source, chunk_rows)
    return recipe, _sum_chunks(recipe, source, chunk_rows)


def _text(asked: Asked) -> list[str]:
    """Columns of a CSV file that are text: who, and factors whose levels were written as text."""
    declared = [n for n, given in asked.levels.items() if all(isinstance(x, str) for x in given)]
    return [asked.subject, *declared]


def _sum_chunks(recipe: Recipe, source: Source, chunk_rows: int) -> Piece:
    chunks = read_chunks(source, recipe.asked.columns, chunk_rows, _text(recipe.asked))
    return reduce(add, (piece_of(recipe, chunk) for chunk in chunks))


def _recipe_of_chunks(asked: Asked, source: Source, chunk_rows: int) -> Recipe:
    left, _ = asked.sides
    found, rows = [], 0
    for chunk in read_chunks(source, asked.columns, chunk_rows, _text(asked)):
        found.append(chunk.dropna(subset=left).head(SAMPLE_ROWS - rows))
        rows += len(found[-1])
        if rows >= SAMPLE_ROWS:
            break
    if not rows:
        raise _nothing(left)
    sample = _joined([piece for piece in found if len(piece)])
    if _visits_are_open(asked, sample):
        found = [
            chunk[asked.visit].drop_duplicates()
            for chunk in read_chunks(source, [asked.visit], chunk_rows)
        ]
        asked = _with_visits(asked, pd.concat(found))
    return prepare(asked, sample)


def _joined(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """The pieces under each other; factors stay those of the first.

    A level that it does not have becomes missing, and such rows are no sample; the pass over the
    data refuses them by name.
    """
    first, *others = pieces
    factors = first.dtypes[[isinstance(kind, pd.CategoricalDtype) for kind in first.dtypes]]
    kept = [other.astype(factors.to_dict()).dropna() for other in others]
    return pd.concat([first, *kept], ignore_index=True)


def _recipe_of_partitions(asked: Asked, source: object) -> Recipe:
    left, _ = asked.sides
    unknown = [name for name in asked.columns if name not in source.columns]
    if unknown:
        raise UsageError(f"The table has no column {', '.join(unknown)}.")
    sample = sample_of(source, asked.columns, left, SAMPLE_ROWS)
    if not len(sample):
        raise _nothing(left)
    if _visits_are_open(asked, sample):
        asked = _with_visits(asked, distinct(source, asked.visit, left))
    return prepare(asked, sample)


def _visits_are_open(asked: Asked, sample: pd.DataFrame) -> bool:
    return asked.visit not in asked.levels and is_numeric_dtype(sample[asked.visit].dtype)


def _with_visits(asked: Asked, values: pd.Series) -> Asked:
    found = visit_levels(values.dropna().reset_index(drop=True))
    return replace(asked, levels={**asked.levels, asked.visit: found})


def _nothing(left: list[str]) -> ModelError:
    return ModelError(
        "There is nothing to fit: no row has an outcome.",
        where=f"column {', '.join(left)}",
        do="Check that the outcome column is the one meant and that it was read as numbers.",
    )

"""A fit from chunks is the fit of the whole table, wherever the chunks are cut."""

from __future__ import annotations

import gzip
import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.errors import DataError, ModelError, UsageError
from analysis.stats.asked import Asked
from analysis.stats.crossproducts import crossproducts, sum_by_pattern
from analysis.stats.mmrm import mmrm
from analysis.stats.mmrm_chunks import mmrm_chunks
from analysis.stats.piece import piece_of
from analysis.stats.recipe import prepare
from tests.spec.test_mmrm_properties import WEEKS, people

FORMULA = "change ~ baseline + arm * week"
LEVELS = {"arm": ["control", "bands"]}


@pytest.fixture(scope="module")
def table():
    made = people(n=80)
    made["w"] = np.random.default_rng(3).uniform(0.5, 2.0, len(made)).round(3)
    made["site"] = pd.Categorical(np.where(made["who"] % 3 == 0, "north", "south"))
    return made


def chunked(source, formula=FORMULA, **more):
    given = {"subject": "who", "visit": "week", "levels": LEVELS, **more}
    return mmrm_chunks(formula, source, **given)


def same_fit(ours, whole):
    assert_allclose(ours.beta, whole.beta, rtol=1e-9, atol=1e-10)
    pd.testing.assert_frame_equal(ours.coefficients, whole.coefficients, rtol=1e-7, atol=1e-10)
    for table in ("ls_means", "contrasts"):
        a, b = (getattr(fit, table)("arm", by="week") for fit in (ours, whole))
        pd.testing.assert_frame_equal(a, b, rtol=1e-7, atol=1e-9)
    assert_allclose(ours.m2loglik, whole.m2loglik, rtol=1e-12)
    for name in ("n_observations", "n_participants", "n_dropped", "method"):
        assert getattr(ours, name) == getattr(whole, name)


@pytest.mark.parametrize("rows", [4, 50, 10_000])
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_a_file_in_chunks_is_the_whole_table(table, tmp_path, kind, rows):
    """Chunks of four rows cut most participants of three visits."""
    path = tmp_path / f"trial.{kind}"
    plain = table.astype({"arm": str, "site": str})
    if kind == "parquet":
        plain.to_parquet(path)
    elif kind == "csv":
        plain.to_csv(path, index=False)
    else:
        path.write_bytes(gzip.compress(plain.to_csv(index=False).encode()))
    same_fit(chunked(path, chunk_rows=rows), fit(table))


def test_chunks_of_one_row(table):
    """Each cuts, and some hold no outcome."""
    few = table[table["who"] < 20]
    same_fit(chunked([few.iloc[[at]] for at in range(len(few))]), fit(few))


def fit(table, **more):
    return mmrm(FORMULA, table, subject="who", visit="week", **more)


@pytest.mark.parametrize(
    "more",
    [
        {"group": "arm", "covariance": "ar1h"},
        {"weights": "w"},
        {"df": "satterthwaite", "reml": False},
        {"df": "kenward-roger", "covariance": "sp_exp"},
        {"df": "residual"},
    ],
)
def test_every_choice_that_needs_no_rows(table, more):
    cuts = [table.iloc[:50], table.iloc[50:51], table.iloc[51:200], table.iloc[200:]]
    same_fit(chunked(cuts, **more), fit(table, **more))


def test_other_factors_are_averaged_as_in_the_whole(table):
    formula = FORMULA + " + site"
    halves = [table.iloc[:121], table.iloc[121:]]
    whole = mmrm(formula, table, subject="who", visit="week")
    for weights in ("proportional", "equal"):
        a, b = (f.ls_means("arm", weights=weights) for f in (chunked(halves, formula), whole))
        pd.testing.assert_frame_equal(a, b, rtol=1e-8)
    assert_allclose(
        chunked(halves, formula).design.means["baseline"], whole.design.means["baseline"]
    )


def test_a_folder_of_files(table, tmp_path):
    for at, place in enumerate(np.array_split(np.arange(len(table)), 5)):
        table.iloc[place].to_parquet(tmp_path / f"part{at}.parquet")
    same_fit(chunked(tmp_path), fit(table))


def test_adding_the_parts_is_the_whole_to_rounding():
    rng = np.random.default_rng(1)
    who, when = np.repeat(np.arange(300), 4), np.tile(np.arange(4), 300)
    kept = rng.random(1200) < 0.8
    who, when = who[kept], when[kept]
    Z, w = rng.normal(50, 10, (len(who), 6)), rng.uniform(0.5, 2, len(who))
    whole = crossproducts(Z, who, when, 4, weights=w)
    parts = [
        crossproducts(Z[own], who[own], when[own], 4, weights=w[own])
        for own in (who % 3 == part for part in range(3))
    ]
    added = parts[0] + parts[1] + parts[2]
    assert (added.patterns == whole.patterns).all()
    assert_allclose(added.counts, whole.counts, rtol=0)
    assert_allclose(added.table, whole.table, rtol=1e-12)
    assert_allclose(added.log_weights, whole.log_weights, rtol=1e-12)


def test_copies_of_a_participant_are_as_many_participants(table):
    whole = fit(table, weights="w")
    seen = whole.observations
    copies = np.random.default_rng(4).integers(0, 3, whole.n_participants)
    Z = seen.design.with_outcome()
    ours = sum_by_pattern(Z, seen.arrangement, weights=seen.weights, copies=copies)
    often = copies[seen.arrangement.subject]
    rows = np.repeat(np.arange(len(Z)), often)
    turn = np.concatenate([np.arange(n) for n in often])
    arrangement = seen.arrangement
    theirs = crossproducts(
        Z[rows],
        arrangement.subject[rows] * 3 + turn,
        arrangement.visit[rows],
        3,
        weights=seen.weights[rows],
    )
    assert_allclose(ours.counts, theirs.counts)
    assert_allclose(ours.table, theirs.table, rtol=1e-12)
    assert_allclose(ours.log_weights, theirs.log_weights, rtol=1e-12)


def test_the_recipe_travels(table):
    """Workers of other processes get it by pickle and make the same sums."""
    recipe = prepare(
        Asked(FORMULA, "who", "week", None, None, {**LEVELS, "week": WEEKS}), table.dropna()
    )
    there = pickle.loads(pickle.dumps(recipe))
    a, b = piece_of(recipe, table), pickle.loads(pickle.dumps(piece_of(there, table)))
    assert_allclose(a.parts[0].table, b.parts[0].table, rtol=0)


def test_memory_is_bounded_by_the_chunk(tmp_path):
    big = people(n=6_000).astype({"arm": str})
    big.to_parquet(tmp_path / "big.parquet", row_group_size=1_000)
    del big
    chunked(tmp_path / "big.parquet", chunk_rows=1_000)
    peaks = {}
    for rows in (1_000, 18_000):
        tracemalloc.start()
        chunked(tmp_path / "big.parquet", chunk_rows=rows)
        peaks[rows] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[1_000] < peaks[18_000] / 5


class TestDask:
    dd = pytest.importorskip("dask.dataframe")

    @pytest.mark.parametrize("partitions", [1, 3, 20])
    def test_partitions_are_the_whole_table(self, table, partitions):
        source = self.dd.from_pandas(table, npartitions=partitions, sort=False)
        same_fit(chunked(source), fit(table))

    def test_an_empty_partition_adds_nothing(self, table):
        source = self.dd.from_pandas(table, npartitions=6, sort=False)
        same_fit(chunked(source[source["who"] > 40]), fit(table[table["who"] > 40]))

    def test_scattered_rows_are_refused_and_the_advice_works(self, table):
        source = self.dd.from_pandas(
            table.sample(frac=1, random_state=2), npartitions=4, sort=False
        )
        with pytest.raises(ModelError, match=r"do not stand together[\s\S]*shuffle"):
            chunked(source)
        whole = fit(table)
        assert_allclose(chunked(source.shuffle("who")).beta, whole.beta, rtol=1e-8)


def test_scattered_rows_of_a_file_are_refused(table):
    by_week = table.sort_values("week")
    with pytest.raises(ModelError, match="do not stand together"):
        chunked([by_week.iloc[:100], by_week.iloc[100:]])


def test_a_repeated_visit_across_a_cut_is_refused(table):
    seen = table.dropna().reset_index(drop=True)
    cut = 10
    first, second = seen.iloc[:cut], seen.iloc[cut - 1 :]
    with pytest.raises(ModelError, match="repeat a participant and visit"):
        chunked([first, second])


def test_levels_are_declared_never_found_in_the_first_chunk(table, tmp_path):
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(UsageError, match="levels are not declared"):
        chunked(tmp_path / "t.csv", levels={})
    with pytest.raises(ModelError, match=r"not declared: arm \(\d+ rows\)"):
        chunked(tmp_path / "t.csv", levels={"arm": ["control"]})
    with pytest.raises(ModelError, match="No row has an outcome at: arm weights"):
        chunked(tmp_path / "t.csv", levels={"arm": ["control", "bands", "weights"]})


def test_what_needs_rows_says_so(table):
    made = chunked([table])
    for ask in (made.residuals, made.leave_one_out, lambda: made.fitted):
        with pytest.raises(UsageError, match="Not from chunks"):
            ask()
    with pytest.raises(UsageError, match="Not from chunks"):
        made.using(df="satterthwaite", vcov="empirical")
    with pytest.raises(UsageError, match="Not from chunks"):
        chunked([table], df="between-within")
    assert_allclose(made.using(df="satterthwaite").beta, made.beta)


def test_terms_that_must_see_all_rows_are_refused(table):
    with pytest.raises(UsageError, match="must see all rows at once"):
        chunked([table], "change ~ baseline + center(baseline) + arm * week")


def test_what_cannot_be_read_is_named(table, tmp_path):
    with pytest.raises(DataError, match="no such file"):
        chunked(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="no column baseline"):
        chunked([table.drop(columns="baseline")])
    with pytest.raises(UsageError, match="cannot be read in chunks"):
        chunked(3)
    holes = table.assign(baseline=table["baseline"].where(table["who"] > 3))
    with pytest.raises(ModelError, match=r"no value in: baseline \(\d+ rows\)"):
        chunked([holes.iloc[:20], holes.iloc[20:]])
    with pytest.raises(ModelError, match="no row has an outcome"):
        chunked([table.assign(change=np.nan)])

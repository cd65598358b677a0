"""The public face, used in a hurry: each slip is answered in the house's voice, or made right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.testing import assert_allclose

import analysis
from analysis.errors import AnalysisError, DataError, ModelError, UsageError
from analysis.stats.ancova import ancova
from analysis.stats.contrast import ratio_to
from tests.spec.test_mmrm_far_from_zero import people

FORMULA = "y ~ x + arm * week"
NAMES = {"subject": "who", "visit": "week"}
LEVELS = {"arm": ["control", "bands"]}


class OtherFrame:
    """A table of another library, which can turn itself into a pandas one."""

    def to_pandas(self):
        return people()


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return people(n=60)


@pytest.fixture(scope="module")
def made(table):
    return analysis.mmrm(FORMULA, table, **NAMES)


def says(call, *words, kind=AnalysisError):
    """The call is refused in words that hold these, with its place or what to do."""
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    for word in words:
        assert word in text
    assert caught.value.where or caught.value.do
    return text


NO_FRAMES = [
    (None, "nothing", "Pass a pandas DataFrame"),
    ("trial.csv", "type str", "pandas.read_csv"),
    ({"y": [1.0]}, "type dict", "pandas.DataFrame("),
    ([1, 2], "type list", "Pass a pandas DataFrame"),
    (np.eye(3), "type ndarray", "Pass a pandas DataFrame"),
    (pd.Series([1.0]), "type Series", "pandas.DataFrame("),
    (OtherFrame(), "type OtherFrame", "data.to_pandas()"),
]


@pytest.mark.parametrize(("data", "is_a", "cure"), NO_FRAMES)
def test_data_that_are_no_frame(made, data, is_a, cure):
    says(lambda: analysis.mmrm(FORMULA, data, **NAMES), "data is no table", is_a, cure)
    says(lambda: ancova("y ~ x", data), "data is no table", is_a, cure)
    says(lambda: made.predict(data), "data is no table", is_a, cure)


@pytest.mark.parametrize("argument", ["subject", "visit", "group"])
@pytest.mark.parametrize("value", [1, ["who", "week"], pd.Series(["who"]), {"who": 1}])
def test_columns_are_named_as_text(table, argument, value):
    says(
        lambda: analysis.mmrm(FORMULA, table, **{**NAMES, argument: value}),
        f"{argument} names one column as text",
    )
    says(
        lambda: analysis.mmrm_chunks(FORMULA, [table], **{**NAMES, argument: value}),
        f"{argument} names one column as text",
    )


@pytest.mark.parametrize("argument", ["subject", "visit"])
def test_subject_and_visit_are_needed(table, argument):
    says(lambda: analysis.mmrm(FORMULA, table, **{**NAMES, argument: None}), "not nothing")
    says(lambda: analysis.mmrm_chunks(FORMULA, [table], **{**NAMES, argument: None}), "not nothing")


@pytest.mark.parametrize("formula", [None, ["y ~ x"], 3])
def test_a_formula_is_text(table, formula):
    says(lambda: analysis.mmrm(formula, table, **NAMES), "The formula must be text")


def test_a_formula_needs_a_term(table):
    says(lambda: analysis.mmrm("y ~ 0", table, **NAMES), "no term on its right side", "y ~ 1")


@pytest.mark.parametrize(
    ("argument", "values"),
    [
        ("covariance", [None, 1, ["us"], "unstructured", "US", "AR(1)"]),
        ("df", [None, 1, ["satterthwaite"], "KR"]),
        ("vcov", [None, 1, ["empirical"], "HC0"]),
        ("reml", [None, 1, 0, "yes", "ml"]),
    ],
)
def test_choices_are_named_with_those_at_hand(table, argument, values):
    known = {"covariance": "toeph", "df": "satterthwaite", "vcov": "jackknife", "reml": "True"}
    for value in values:
        with pytest.raises(UsageError, match=known[argument]):
            analysis.mmrm(FORMULA, table, **NAMES, **{argument: value})


@pytest.mark.parametrize("factor", [["arm"], ("arm",), ["arm", "week"], None, 1, {"arm": 1}])
def test_contrasts_compare_one_factor(made, factor):
    says(lambda: made.contrasts(factor), "one factor", "by='visit'")
    says(lambda: made.to_results(factor), "factor")


@pytest.mark.parametrize("factor", [1, {"arm": 1}, [None], [["arm"]]])
def test_means_take_names(made, factor):
    says(lambda: made.ls_means(factor), "names of factors as text")
    says(lambda: made.ls_means("arm", by=factor), "names of factors as text")


@pytest.mark.parametrize(
    "value", ["3", "a", None, np.nan, pd.NA, [1, 2], np.inf, 1j, pd.Timestamp("2024-01-01")]
)
def test_a_covariate_is_held_at_a_number(made, value):
    says(lambda: made.ls_means("arm", at={"x": value}), "`at` needs one finite number for: x")
    says(lambda: made.contrasts("arm", at={"x": value}), "`at` needs one finite number for: x")


@pytest.mark.parametrize("at", [["x"], 5, "x"])
def test_at_is_a_mapping(made, at):
    says(lambda: made.ls_means("arm", at=at), "names covariates with their values")


def test_at_names_covariates(made):
    says(lambda: made.ls_means("arm", at={"arm": 1}), "covariates only, not arm", "x")
    says(lambda: made.ls_means("arm", at={1: 2}), "covariates only, not 1")
    assert_allclose(
        made.ls_means("arm", at={"x": np.float32(1)})["estimate"],
        made.ls_means("arm", at={"x": 1})["estimate"],
    )


@pytest.mark.parametrize("level", ["95%", None, 95, 1, 0, np.nan, True, [0.95]])
def test_a_level_lies_between_zero_and_one(made, level):
    says(lambda: made.ls_means("arm", level=level), "between 0 and 1", "level=0.95")
    says(lambda: made.contrasts("arm", level=level), "between 0 and 1")


@pytest.mark.parametrize("adjust", [None, 1, ["holm"], "bonferroni"])
def test_adjustments_are_named(made, adjust):
    says(lambda: made.contrasts("arm", by="week", adjust=adjust), "simultaneous")


@pytest.mark.parametrize(
    "weights", [None, 1, "x", [1, 2], [["a"] * 9], {"x": "1"}, {"x": None}, {"x": np.nan}]
)
def test_contrasts_take_numbers(made, weights):
    says(lambda: made.contrast(weights), "one finite weight for each coefficient")
    says(lambda: made.joint_test(weights), "one finite weight for each coefficient")


@pytest.mark.parametrize("weights", [{}, {"x": 0}, np.zeros(9), np.zeros((0, 9)), pd.DataFrame()])
def test_a_contrast_without_weights_compares_nothing(made, weights):
    says(lambda: made.contrast(weights), "no weight other than zero")


def test_a_series_of_weights_goes_by_name(made):
    weights = pd.Series({"arm[T.bands]": 1.0, "x": 2.0})
    expected = made.contrast({"x": 2.0, "arm[T.bands]": 1.0})
    pd.testing.assert_frame_equal(made.contrast(weights), expected)
    says(lambda: made.contrast(pd.Series(np.ones(9))), "There is no coefficient 0")
    double = pd.DataFrame([[1.0, 2.0]], columns=["x", "x"])
    says(lambda: made.contrast(double), "named twice")


@pytest.mark.parametrize("threshold", [0, None, "a", np.nan, [1], True])
def test_a_threshold_is_a_number(made, threshold):
    says(lambda: ratio_to(made.contrasts("arm"), threshold), "finite number other than zero")


def test_ratios_need_intervals(made):
    says(lambda: ratio_to(made.coefficients, 2), "no column lower, upper")
    says(lambda: ratio_to([1], 2), "table is no table")


def test_names_of_a_result_are_a_mapping(made):
    says(lambda: made.to_results("arm", "week", names=["week"]), "maps columns")


# Columns of a table, as files and other tools leave them.
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"y": lambda t: t["y"].astype(str)}, ["y is not held as numbers", "pd.to_numeric"]),
        ({"y": lambda t: t["y"].astype(object)}, ["y is not held as numbers", "object"]),
        ({"y": lambda t: t["y"].astype(complex)}, ["y is not held as numbers", "complex"]),
        ({"y": lambda t: t["arm"]}, ["y is not held as numbers", "category"]),
        ({"x": lambda t: t["x"].astype(object)}, ["numbers stored as objects"]),
        ({"x": lambda t: pd.Timestamp("2024-01-01")}, ["holds dates"]),
        ({"arm": lambda t: t["arm"].astype(str)}, ["text whose levels", "pd.Categorical"]),
        ({"arm": lambda t: t["arm"].astype("string[pyarrow]")}, ["text whose levels"]),
        ({"arm": lambda t: t["arm"].astype(pd.ArrowDtype(pa.string()))}, ["text whose levels"]),
        ({"week": lambda t: t["week"].astype(str)}, ["text whose levels"]),
        ({"week": lambda t: t["week"] > 5}, ["true and false, not visits"]),
        ({"who": lambda t: [[1]] * len(t)}, ["does not name participants"]),
        ({"who": lambda t: t["who"].astype("Int64").mask(t["who"] == 3)}, ["who (4 rows)"]),
        ({"x": lambda t: t["x"].round().astype("Int64").mask(t["who"] == 3)}, ["x (4 rows)"]),
        ({"x": lambda t: (t["x"] > 0).astype("boolean").mask(t["who"] == 3)}, ["x (4 rows)"]),
        ({"week": lambda t: t["week"].astype("Int64").mask(t["who"] == 3)}, ["week (4 rows)"]),
    ],
)
def test_columns_that_are_not_what_they_seem(table, change, words):
    says(lambda: analysis.mmrm(FORMULA, table.assign(**change), **NAMES), *words)


@pytest.mark.parametrize("zone", [None, "Europe/Oslo"])
def test_dates_are_no_visits_but_may_be_levels(table, made, zone):
    when = pd.Timestamp("2024-01-01", tz=zone) + pd.to_timedelta(table["week"] * 7, unit="D")
    says(lambda: analysis.mmrm(FORMULA, table.assign(week=when), **NAMES), "dates", "week")
    days = pd.to_timedelta(table["week"] * 7, unit="D")
    says(lambda: analysis.mmrm(FORMULA, table.assign(week=days), **NAMES), "dates or durations")
    as_levels = analysis.mmrm(FORMULA, table.assign(week=when.astype("category")), **NAMES)
    assert_allclose(as_levels.m2loglik, made.m2loglik, rtol=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        {"y": lambda t: t["y"].astype("Float64")},
        {"y": lambda t: t["y"].astype("double[pyarrow]")},
        {"x": lambda t: t["x"].astype("Float64")},
        {"week": lambda t: t["week"].astype("Int64")},
        {"week": lambda t: t["week"].astype(float)},
        {"week": lambda t: t["week"].astype("int64[pyarrow]")},
        {"who": lambda t: t["who"].astype(str)},
        {"who": lambda t: t["who"].astype(str).astype("string[pyarrow]")},
        {"who": lambda t: t["who"].astype("category")},
        {"arm": lambda t: t["arm"].cat.add_categories(["never used"])},
    ],
)
def test_the_same_numbers_in_other_types_are_the_same_fit(table, made, change):
    other = analysis.mmrm(FORMULA, table.assign(**change), **NAMES)
    assert_allclose(other.m2loglik, made.m2loglik, rtol=1e-12)
    ours, theirs = (m.contrasts("arm", by="week")["estimate"] for m in (other, made))
    assert_allclose(ours, theirs, rtol=1e-9)


def test_missing_outcomes_of_nullable_types_are_left_out(table):
    away = table["who"] == 3
    plain = analysis.mmrm(FORMULA, table.assign(y=table["y"].mask(away)), **NAMES)
    for kind in ("Float64", "double[pyarrow]"):
        holes = table.assign(y=table["y"].astype(kind).mask(away))
        other = analysis.mmrm(FORMULA, holes, **NAMES)
        assert other.n_dropped == plain.n_dropped == 4
        assert_allclose(other.m2loglik, plain.m2loglik, rtol=1e-12)


def test_rows_given_twice_and_columns_named_twice(table):
    says(
        lambda: analysis.mmrm(FORMULA, pd.concat([table, table.iloc[:3]]), **NAMES),
        "3 rows repeat a participant and visit",
        kind=ModelError,
    )
    double = pd.concat([table, table[["x"]]], axis=1)
    says(lambda: analysis.mmrm(FORMULA, double, **NAMES), "several columns x")


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (["arm"], "maps columns to their levels"),
        ({"arm": "control"}, "different levels for: arm"),
        ({"arm": None}, "different levels for: arm"),
        ({"arm": []}, "different levels for: arm"),
        ({"arm": ["control", "control"]}, "different levels for: arm"),
        ({"arm": ["control", None]}, "different levels for: arm"),
        ({"arm": ["Control", "bands"]}, "levels that were not declared: arm"),
        ({"arms": ["control", "bands"]}, "arms"),
        (None, "text whose levels are not declared"),
    ],
)
def test_levels_of_chunks(table, levels, words):
    plain = [table.astype({"arm": str})]
    says(lambda: analysis.mmrm_chunks(FORMULA, plain, **NAMES, levels=levels), words)


@pytest.mark.parametrize("rows", [0, -1, None, "many", 1.5, True])
def test_rows_of_a_chunk_are_a_whole_number(table, rows):
    says(
        lambda: analysis.mmrm_chunks(FORMULA, [table], **NAMES, chunk_rows=rows),
        "whole number, one or more",
    )


def test_chunks_with_text_for_numbers(table):
    def fit(*parts, **more):
        return analysis.mmrm_chunks(FORMULA, list(parts), **NAMES, levels=LEVELS, **more)

    many = people(n=400)
    late = [many.iloc[:-9], many.iloc[-9:].assign(x="high")]
    for call in (
        lambda: fit(table.assign(y=table["y"].astype(str))),
        lambda: fit(*late),
        lambda: fit(table, weights="arm"),
    ):
        assert "high" not in says(call, "is not held as numbers")
    says(lambda: fit(table, weights=[1] * len(table)), "weights names one column as text")


@pytest.mark.parametrize("source", [None, {}, 3, np.eye(2), OtherFrame(), [None]])
def test_sources_that_cannot_be_read(source):
    says(lambda: analysis.mmrm_chunks(FORMULA, source, **NAMES), "cannot be read in chunks")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00"])
def test_broken_files(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    says(
        lambda: analysis.mmrm_chunks(FORMULA, tmp_path / name, **NAMES),
        name,
        kind=(DataError, UsageError),
    )

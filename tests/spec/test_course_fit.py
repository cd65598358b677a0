"""A curve held against the visits: known values, what it finds, and what cannot be asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import linalg, stats

from analysis.estimate.asked import understand
from analysis.estimate.course_data import course_data
from analysis.estimate.course_model import fit_curve
from analysis.estimate.estimators import estimate
from analysis.plan.schema_course import Course
from analysis.result.record import to_frame
from tests.spec.long_trial import WEEKS, long_trial, question

PLANNED = question("course", course=Course(clock="planned visits"))
END = 16
# The model searches for a maximum that the hand computation has in closed form.
CLOSE = 1e-6


def complete(*, seed: int = 4):
    """One arm in which everybody was seen at every visit, and scores x visits with the start."""
    trial = long_trial(each=25, arms=("weights",), course=PLANNED)
    visits = trial.visits.copy()
    made = 50 + 10 * np.random.default_rng(seed).standard_normal(len(visits))
    visits["value"] = visits["value"].fillna(dict(enumerate(made)))
    visits["change"] = visits["value"] - visits["baseline"]
    wide = visits.pivot(index="participant", columns="week", values="value")
    wide.insert(0, 0, visits.groupby("participant")["baseline"].first())
    return replace(trial, visits=visits), wide.to_numpy()


def off_the_curve(scores):
    """What no straight line with one bend explains: scores x contrasts over start and visits."""
    times = np.array([0.0, *WEEKS])
    pieces = np.column_stack([np.ones(len(times)), times, np.maximum(times - END, 0)])
    return scores @ linalg.null_space(pieces.T)


def fit_of(rows, level=None):
    found = rows[rows["statistic"] == "lack_of_fit"]
    found = found[found["level"].isna() if level is None else found["level"] == level]
    assert len(found) == 1
    return found.iloc[0]


def test_with_one_arm_seen_whole_it_is_hotellings_test():
    """T squared of the contrasts off the curve, exact: n (mean)' S^-1 (mean), as F(q, n - q)."""
    trial, scores = complete()
    off = off_the_curve(scores)
    n, q = off.shape
    t2 = n * off.mean(axis=0) @ np.linalg.solve(np.cov(off.T), off.mean(axis=0))
    f = t2 * (n - q) / (q * (n - 1))
    row = fit_of(to_frame(estimate(trial, "course", chapter="c")))
    assert row["value"] == pytest.approx(f, rel=CLOSE)
    assert (row["n_observed"], row["df"]) == (q, pytest.approx(n - q, rel=CLOSE))
    assert row["p"] == pytest.approx(stats.f.sf(f, q, n - q), rel=CLOSE)


def test_by_maximum_likelihood_nested_fits_part_by_wilks_lambda():
    """-2 log of the ratio is n log(|E + H| / |E|) of the same contrasts."""
    trial, scores = complete()
    off = off_the_curve(scores)
    n, mean = len(off), off.mean(axis=0)
    within = (off - mean).T @ (off - mean)
    wilks = np.linalg.det(within + n * np.outer(mean, mean)) / np.linalg.det(within)
    asked = understand(trial.plan, "course", chapter="c")
    options = replace(PLANNED.options, reml=False, df="satterthwaite")
    plan = replace(
        trial.plan,
        questions={**trial.plan.questions, "course": replace(PLANNED, options=options)},
    )
    asked, data = replace(asked, plan=plan), course_data(trial, asked)
    line, free = (
        fit_curve(data, asked, "piecewise linear", visits_free=each).fit for each in (False, True)
    )
    assert line.m2loglik - free.m2loglik == pytest.approx(n * np.log(wilks), rel=CLOSE)


def test_visits_as_categories_are_the_means_where_everybody_was_seen():
    trial, scores = complete()
    rows = to_frame(estimate(trial, "course", chapter="c"))
    own = rows[(rows["statistic"] == "course_change") & (rows["level"] == "visits as categories")]
    seen = (scores - scores[:, [0]]).mean(axis=0)[1:]
    assert own["value"].to_numpy() == pytest.approx(seen, rel=CLOSE)
    main = rows[(rows["statistic"] == "course_change") & rows["level"].isna()].set_index("week")
    miss = rows[(rows["statistic"] == "curve_miss") & rows["level"].isna()].set_index("week")
    assert list(miss.index) == list(WEEKS)
    along = main.loc[list(WEEKS), "value"].to_numpy()
    assert miss["value"].to_numpy() == pytest.approx(along - seen, abs=1e-4)


def test_a_visit_off_the_line_is_found_in_size_and_place():
    trial = long_trial(each=60, course=PLANNED)
    visits = trial.visits.copy()
    here = (visits["week"] == 8) & (visits["arm"] == "weights")
    visits.loc[here, ["value", "change"]] -= 6
    rows = to_frame(estimate(replace(trial, visits=visits), "course", chapter="c"))
    assert fit_of(rows)["p"] < 0.001
    miss = rows[(rows["statistic"] == "curve_miss") & rows["level"].isna()]
    worst = miss.loc[miss["value"].abs().idxmax()]
    assert (worst["week"], worst["arm"]) == (8, "weights")
    assert 3 < worst["value"] < 7  # the line lies higher: people had less pain than it says


@pytest.mark.parametrize("clock", ["planned visits", "actual days"])
def test_degrees_of_freedom_are_the_visits_beyond_the_columns_of_the_curve(clock):
    trial = long_trial(course=question("course", course=Course(clock=clock)))
    rows = to_frame(estimate(trial, "course", chapter="c"))
    assert fit_of(rows)["n_observed"] == 2 * (len(WEEKS) - 2)
    assert fit_of(rows, "natural spline")["n_observed"] == 2 * (len(WEEKS) - 4)


def test_a_curve_through_all_visits_misses_none():
    shaped = question("course", course=Course(shapes=("piecewise linear",), knots=(8, 16, 26, 52)))
    rows = to_frame(estimate(long_trial(course=shaped), "course", chapter="c"))
    assert not rows["statistic"].isin(["lack_of_fit", "curve_miss"]).any()
    assert "visits as categories" not in set(rows["level"].dropna())


def test_an_arm_with_nobody_at_a_visit_is_said_and_the_curve_stands():
    trial = long_trial(each=40, course=PLANNED)
    visits = trial.visits.copy()
    gone = (visits["week"] == 26) & (visits["arm"] == "usual")
    visits.loc[gone, ["value", "change"]] = np.nan
    rows = to_frame(estimate(replace(trial, visits=visits), "course", chapter="c"))
    assert (rows["statistic"] == "course_change").any()
    lacking = rows[rows["statistic"] == "left_out_model"]
    assert "visits as categories" in set(lacking["level"])
    assert not (rows["statistic"] == "lack_of_fit").any()

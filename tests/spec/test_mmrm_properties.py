"""What a repeated-measures model must do whatever the data: laws and closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.errors import ModelError
from analysis.stats.covariance import STRUCTURES
from analysis.stats.crossproducts import crossproducts
from analysis.stats.likelihood import differentiate, evaluate
from analysis.stats.mmrm import mmrm

WEEKS = [4, 8, 16]


def people(n: int = 60, missing: float = 0.2, seed: int = 5) -> pd.DataFrame:
    """Invented people in two arms at three visits; some outcomes missing."""
    rng = np.random.default_rng(seed)
    sigma = np.array([[90, 60, 40], [60, 120, 80], [40, 80, 150]])
    who = np.repeat(np.arange(n), 3)
    arm = np.where(np.arange(n) % 2, "bands", "control")
    y = rng.multivariate_normal([0, -3, -6], sigma, n) - 4.0 * (arm == "bands")[:, None]
    y[rng.random((n, 3)) < missing] = np.nan
    return pd.DataFrame(
        {
            "who": who,
            "arm": pd.Categorical(arm[who], ["control", "bands"]),
            "week": np.tile(WEEKS, n),
            "baseline": rng.normal(55, 12, n)[who].round(1),
            "change": y.reshape(-1),
        }
    )


def fit(table, formula="change ~ baseline + arm * week", **more):
    return mmrm(formula, table, subject="who", visit="week", **more)


@pytest.fixture(scope="module")
def table():
    return people()


@pytest.fixture(scope="module")
def made(table):
    return fit(table)


def same(a, b, rtol=1e-8):
    pd.testing.assert_frame_equal(a, b, rtol=rtol, atol=1e-9)


def test_order_of_rows_does_not_matter(table, made):
    shuffled = fit(table.sample(frac=1, random_state=1))
    same(shuffled.coefficients, made.coefficients)
    assert_allclose(shuffled.m2loglik, made.m2loglik, rtol=1e-12)


def test_names_of_participants_do_not_matter(table, made):
    renamed = fit(table.assign(who="P" + table["who"].rsub(900).astype(str)))
    same(renamed.coefficients, made.coefficients)


def test_change_and_value_give_the_same_differences_given_the_baseline(table, made):
    value = fit(
        table.assign(value=table["change"] + table["baseline"]), "value ~ baseline + arm * week"
    )
    same(value.contrasts("arm", by="week"), made.contrasts("arm", by="week"), rtol=1e-7)
    assert_allclose(value.m2loglik, made.m2loglik, rtol=1e-10)


def test_another_unit_scales_estimates_and_leaves_tests_alone(table, made):
    scaled = fit(table.assign(change=table["change"] * 10))
    for column, factor in {"estimate": 10, "se": 10, "df": 1, "t": 1, "p": 1}.items():
        assert_allclose(scaled.coefficients[column], made.coefficients[column] * factor, rtol=1e-6)
    assert_allclose(scaled.covariance, made.covariance * 100, rtol=1e-6)


def test_weights_of_one_change_nothing_and_equal_weights_scale_sigma(table, made):
    ones = fit(table, weights=np.ones(len(table)))
    same(ones.coefficients, made.coefficients)
    fours = fit(table, weights=np.full(len(table), 4.0))
    same(fours.coefficients, made.coefficients, rtol=1e-6)
    assert_allclose(fours.covariance, made.covariance * 4, rtol=1e-6)
    assert_allclose(fours.m2loglik, made.m2loglik, rtol=1e-10)


def test_another_reference_level_turns_the_sign(table, made):
    turned = fit(table.assign(arm=table["arm"].cat.reorder_categories(["bands", "control"])))
    ours = made.contrasts("arm", by="week")
    theirs = turned.contrasts("arm", by="week")
    assert_allclose(theirs["estimate"], -ours["estimate"], rtol=1e-7)
    assert_allclose(theirs["df"], ours["df"], rtol=1e-6)
    asked = turned.contrasts("arm", by="week", reference="control")
    assert_allclose(asked["estimate"], ours["estimate"], rtol=1e-7)


def test_parts_of_the_data_add_up_to_the_whole():
    rng = np.random.default_rng(3)
    subject = np.repeat(np.arange(50), 4)
    visit = np.tile(np.arange(4), 50)
    kept = rng.random(200) < 0.7
    subject, visit = subject[kept], visit[kept]
    Z = rng.normal(50, 20, (len(subject), 5))
    whole = crossproducts(Z, subject, visit, 4)
    W = rng.normal(size=(4, 4))
    W = W @ W.T
    for cut in (3, 20, 41):
        first = subject < cut
        parts = crossproducts(Z[first], subject[first], visit[first], 4) + crossproducts(
            Z[~first], subject[~first], visit[~first], 4
        )
        assert_allclose(parts.pairs, whole.pairs)
        for wanted in (np.ones((4, 4)), W):
            both = [
                part.contract(wanted * part.patterns[:, :, None] * part.patterns[:, None, :])
                for part in (parts, whole)
            ]
            assert_allclose(both[0], both[1], rtol=1e-12)


def test_cross_products_are_the_sums_they_claim_to_be():
    rng = np.random.default_rng(4)
    Z = rng.normal(size=(6, 3))
    subject, visit = np.array([0, 0, 1, 1, 2, 3]), np.array([0, 2, 0, 2, 1, 2])
    sums = crossproducts(Z, subject, visit, 3)
    weights = np.zeros((len(sums.counts), 3, 3))
    both = np.flatnonzero((sums.patterns == [True, False, True]).all(axis=1))[0]
    weights[both, 0, 2] = weights[both, 2, 0] = 1.0
    direct = np.outer(Z[0], Z[1]) + np.outer(Z[2], Z[3])
    assert_allclose(sums.contract(weights), direct + direct.T)
    assert_allclose(sums.spread(np.eye(3))[both, 0, 2], np.trace(direct))
    assert sums.n_observations == 6


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("n_visits", [2, 4])
def test_derivatives_of_sigma_are_those_of_finite_differences(name, n_visits):
    structure = STRUCTURES[name]
    theta = np.random.default_rng(8).normal(0, 0.4, structure.n_parameters(n_visits))
    times = np.array([0.0, 1.0, 2.5, 4.0])[:n_visits]
    sigma, first, second = structure.build(theta, times)
    assert_allclose(sigma, sigma.T)
    step, unit = 1e-5, np.eye(len(theta))
    for i in range(len(theta)):
        up, down = (structure.build(theta + s * unit[i], times) for s in (step, -step))
        assert_allclose(first[i], (up[0] - down[0]) / (2 * step), atol=1e-8)
        assert_allclose(second[i], (up[1] - down[1]) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("reml", [True, False])
def test_slopes_of_the_likelihood_are_those_of_finite_differences(table, reml):
    problem = fit(table, reml=reml, df="satterthwaite").problem
    theta = np.array([2.3, 2.2, 2.4, 0.5, -0.2, 0.4])
    slopes = differentiate(problem, evaluate(problem, theta))
    step = 1e-5
    for i in range(len(theta)):
        up, down = (evaluate(problem, theta + s * np.eye(len(theta))[i]) for s in (step, -step))
        assert_allclose(slopes.gradient[i], (up.value - down.value) / (2 * step), atol=1e-5)
        bend = (differentiate(problem, up).gradient - differentiate(problem, down).gradient) / (
            2 * step
        )
        assert_allclose(slopes.hessian[i], bend, rtol=1e-5, atol=1e-5)


def test_the_gradient_vanishes_at_the_fit(made):
    assert np.abs(made.optimum.slopes.gradient).max() < 1e-6
    assert np.linalg.eigvalsh(made.optimum.slopes.hessian).min() > 0


def test_two_visits_without_gaps_are_the_paired_t_test():
    table = people(n=24, missing=0.0)
    table = table[table["week"] != 4]
    fitted = mmrm("change ~ week", table, subject="who", visit="week")
    wide = table.pivot(index="who", columns="week", values="change")
    paired = stats.ttest_rel(wide[16], wide[8])
    row = fitted.coefficients.set_index("name").loc["week[T.16]"]
    assert_allclose(row["t"], paired.statistic, rtol=1e-9)
    assert_allclose(row["df"], paired.df, rtol=1e-8)
    assert_allclose(row["p"], paired.pvalue, rtol=1e-8)


def test_kenward_roger_with_curvature_is_not_the_paired_t_test():
    """Why the linear form is the default: the full one depends on how Sigma is parametrised."""
    table = people(n=24, missing=0.0)
    table = table[table["week"] != 4]
    full = mmrm("change ~ week", table, subject="who", visit="week", df="kenward-roger")
    linear = full.using(df="kenward-roger-linear")
    at = full.coefficients["name"] == "week[T.16]"
    assert full.coefficients.loc[at, "se"].item() < 0.99 * linear.coefficients.loc[at, "se"].item()


@pytest.mark.parametrize("covariance", [n for n in STRUCTURES if n != "ri+rs"])
def test_every_structure_with_two_visits_has_the_same_optimum_as_its_kin(covariance):
    """With two visits there is one correlation: a structure is `us` or its kin of one variance."""
    table = people(n=30)
    table = table[table["week"] != 8]
    made = fit(table, covariance=covariance)
    kin = fit(table, covariance="us" if covariance.endswith(("h", "us")) else "cs")
    assert_allclose(made.m2loglik, kin.m2loglik, rtol=1e-10)
    assert_allclose(made.coefficients["se"], kin.coefficients["se"], rtol=1e-6)


def test_nested_structures_have_ordered_likelihoods(table):
    value = {name: fit(table, covariance=name).m2loglik for name in STRUCTURES}
    for inner, outer in [
        ("cs", "toep"),
        ("ar1", "toep"),
        ("ar1", "ad"),
        ("cs", "csh"),
        ("toep", "toeph"),
        ("ad", "adh"),
        ("ar1h", "adh"),
        ("toeph", "us"),
        ("adh", "us"),
        ("ri", "ri+rs"),
        ("ri+rs", "us"),
    ]:
        assert value[outer] <= value[inner] + 1e-8


def test_a_sigma_a_group_is_two_trials_when_nothing_is_shared(table):
    both = fit(table, "change ~ arm * week", group="arm", df="satterthwaite")
    for arm, sigma in both.covariance.items():
        alone = fit(table[table["arm"] == arm].assign(arm=1), "change ~ week", df="satterthwaite")
        assert_allclose(sigma, alone.covariance, rtol=1e-6)
    parts = [
        fit(table[table["arm"] == arm].assign(arm=1), "change ~ week", df="satterthwaite").m2loglik
        for arm in both.covariance
    ]
    assert_allclose(both.m2loglik, sum(parts), rtol=1e-10)


def test_inference_can_be_changed_without_a_new_fit(table, made):
    again = made.using(df="satterthwaite")
    same(again.coefficients, fit(table, df="satterthwaite").coefficients)
    assert again.optimum is made.optimum


def test_joint_test_of_one_contrast_is_the_square_of_its_t(made):
    for df in ("kenward-roger-linear", "kenward-roger", "satterthwaite", "residual"):
        used = made.using(df=df)
        row = used.contrast({"arm[T.bands]": 1, "arm[T.bands]:week[T.16]": 1}).iloc[0]
        joint = used.joint_test({"arm[T.bands]": 1, "arm[T.bands]:week[T.16]": 1}).iloc[0]
        assert_allclose([joint["f"], joint["den_df"]], [row["t"] ** 2, row["df"]], rtol=1e-8)
        assert_allclose(joint["p"], row["p"], rtol=1e-7)


def test_without_gaps_joint_test_at_all_visits_is_hotellings(table):
    """Two arms, nothing missing: the scaled F is Hotelling's T squared, exactly."""
    table = people(n=26, missing=0.0)
    fitted = mmrm("change ~ arm * week", table, subject="who", visit="week")
    rows = fitted.ls_means_rows("arm", by="week")
    gaps = rows.xs("bands", level="arm") - rows.xs("control", level="arm")
    joint = fitted.joint_test(gaps).iloc[0]
    wide = table.pivot(index=["arm", "who"], columns="week", values="change")
    a, b = wide.loc["bands"], wide.loc["control"]
    pooled = (12 * a.cov() + 12 * b.cov()) / 24
    gap = (a.mean() - b.mean()).to_numpy()
    t2 = (13 * 13 / 26) * gap @ np.linalg.solve(pooled, gap)
    assert_allclose(joint["f"], t2 * (26 - 3 - 1) / (24 * 3), rtol=1e-6)
    assert_allclose(joint["den_df"], 26 - 3 - 1, rtol=1e-6)


def test_without_gaps_a_visit_is_its_own_two_sample_t_test():
    """Balanced arms, nothing missing: LS means are means, Sigma the pooled covariance."""
    table = people(n=40, missing=0.0)
    fitted = mmrm("change ~ arm * week", table, subject="who", visit="week")
    wide = table.pivot(index=["arm", "who"], columns="week", values="change")
    means = wide.groupby("arm", observed=True).mean()
    ours = fitted.ls_means("arm", by="week").pivot(index="arm", columns="week", values="estimate")
    assert_allclose(ours.loc[["control", "bands"]], means.loc[["control", "bands"]], rtol=1e-9)
    centred = wide - means.reindex(wide.index.get_level_values("arm")).to_numpy()
    assert_allclose(fitted.covariance, centred.T @ centred / 38, rtol=1e-8)
    contrasts = fitted.contrasts("arm", by="week")
    for week in WEEKS:
        two = stats.ttest_ind(wide[week].loc["bands"], wide[week].loc["control"])
        row = contrasts.set_index("week").loc[week]
        assert_allclose([row["t"], row["df"], row["p"]], [two.statistic, 38, two.pvalue], rtol=1e-7)
        interval = two.confidence_interval()
        assert_allclose([row["lower"], row["upper"]], [interval.low, interval.high], rtol=1e-7)


def test_one_arm_alone_gives_means_and_changes(table):
    alone = mmrm("change ~ week", table, subject="who", visit="week")
    means = alone.ls_means("week")
    assert list(means.columns) == ["week", "estimate", "se", "df", "lower", "upper"]
    assert list(means["week"]) == WEEKS
    rows = alone.ls_means_rows("week")
    step = alone.contrast(rows.loc[[16]] - rows.loc[[8]].to_numpy())
    estimate = means.set_index("week")["estimate"]
    assert_allclose(step["estimate"], estimate[16] - estimate[8])
    assert_allclose(step["se"], alone.contrast({"week[T.16]": 1, "week[T.8]": -1})["se"])


@pytest.mark.parametrize("more", [{}, {"group": "arm"}, {"covariance": "ar1h", "weights": "w"}])
def test_leaving_one_out_by_subtraction_is_the_fit_without_that_participant(more):
    table = people(n=60, missing=0.2)
    table["w"] = np.random.default_rng(2).uniform(0.5, 2.0, len(table))
    left = fit(table, **more).leave_one_out()
    seen = table.dropna()["who"].unique()
    assert list(left.index) == list(seen)
    for who in seen[::7]:
        alone = fit(table[table["who"] != who], **more)
        # Newton stops within 1e-8 of a standard error, and these are about 1.
        assert_allclose(left.loc[who], alone.beta, rtol=1e-8, atol=1e-8)


def test_leaving_out_the_only_one_who_informs_a_term_is_refused(table):
    lone = table.assign(odd=(table["who"] == 7).astype(float))
    with pytest.raises(ModelError, match="without one of the participants"):
        fit(lone, "change ~ week + odd").leave_one_out()


def test_normalised_residuals_are_free_of_sigma():
    table = people(n=400, missing=0.1)
    fitted = fit(table)
    free = fitted.residuals("normalised")
    wide = table.assign(r=free).pivot(index="who", columns="week", values="r").dropna()
    assert_allclose(np.cov(wide.T), np.eye(3), atol=0.15)
    plain = fitted.residuals()
    assert_allclose(plain + fitted.fitted, table["change"].dropna())
    assert list(plain.index) == list(table.index[table["change"].notna()])


def test_counts_and_shows_itself(table, made):
    assert made.n_dropped == table["change"].isna().sum()
    assert made.n_participants == table.dropna()["who"].nunique()
    assert made.method in repr(made)
    assert "arm[T.bands]" in repr(made)
    assert "<table" in made._repr_html_()


def test_html_escapes_what_it_shows(table):
    odd = table.assign(arm=table["arm"].cat.rename_categories({"bands": "<b>bands</b>"}))
    assert "<b>bands" not in fit(odd)._repr_html_()

"""The truth of a simulated trial comes back on average over many trials, within chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from analysis.data.simulate import true_changes
from analysis.data.simulation.events import events_table, follow
from analysis.data.simulation.people import People
from analysis.data.simulation.scores import entrants
from analysis.data.simulation.sessions import sessions_table
from analysis.data.simulation.truth import entered_means
from analysis.data.simulation.visits import Course, make_course
from analysis.errors import PlanError
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan

ROOT = Path(__file__).parents[2]
TRIALS = 200
# Standard errors of a mean over trials; more than four is not chance.
CHANCE = 4.0


@dataclass(frozen=True)
class Drawn:
    plan: Plan
    people: People
    course: Course


def draw(plan: Plan, trials: int = TRIALS) -> list[Drawn]:
    """Many trials of one plan, each with its own seed."""
    plans = [replace(plan, seed=1000 + number) for number in range(trials)]
    entered = ((each, *entrants(each)) for each in plans)
    return [Drawn(each, people, make_course(each, people, s)) for each, people, s in entered]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "plans" / "demo.yaml")


@pytest.fixture(scope="module")
def drawn(plan: Plan) -> list[Drawn]:
    return draw(plan)


def assert_mean(samples: np.ndarray, truth: np.ndarray | float) -> None:
    """The mean over trials (first axis) is the truth, within chance."""
    error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    away = np.abs(samples.mean(axis=0) - truth) / error
    assert np.max(away) < CHANCE


def test_mean_changes_are_the_truth(plan, drawn):
    truth = true_changes(plan)["change_on_scale"].to_numpy()
    changes = []
    for each in drawn:
        scores = each.course.scores
        change = scores[:, :, 1:] - scores[:, :, :1]
        cells = [
            change[measure, each.people.arm == arm].mean(axis=0)
            for arm in range(len(plan.arms))
            for measure in range(len(plan.measures))
        ]
        changes.append(np.concatenate(cells))
    assert_mean(np.array(changes), truth)


def test_holding_scores_on_the_scale_moves_the_truth_little(plan):
    truth = true_changes(plan)
    assert (truth["change"] - truth["change_on_scale"]).abs().max() < 0.1
    week = truth.query("arm == 'free_weights' and measure == 'pain_vas' and week == 16")
    assert week["planned"].item() == -22


def test_everybody_has_the_score_that_is_needed_and_no_later_score_is_held_to_it(plan, drawn):
    first = np.array([each.course.scores[0, :, 0] for each in drawn])
    assert first.min() == plan.simulation.entry
    later = np.array([each.course.scores[0, :, 1] for each in drawn])
    assert later.min() < plan.simulation.entry - 15


def test_entry_gives_what_is_published_of_regression_to_the_mean(plan):
    """Barnett et al. 2005: (1 - rho) sd phi(z) / (1 - Phi(z)); the same for every arm."""
    truth = true_changes(plan).query("measure == 'pain_vas' and week == 104")
    z = (29.5 - 54) / 15
    normal = NormalDist()
    rho = 0.45 + 0.55 * 0.75**7
    fall = (1 - rho) * 15 * normal.pdf(z) / (1 - normal.cdf(z))
    assert (truth["change"] - truth["planned"]).to_numpy() == pytest.approx(-fall, abs=1e-9)
    other = true_changes(plan).query("measure != 'pain_vas'")
    assert other["change"].to_numpy() == pytest.approx(other["planned"].to_numpy(), abs=1e-12)


def test_on_a_scale_where_higher_is_better_people_enter_with_low_scores(plan):
    turned = replace(plan.measures["pain_vas"], direction="higher is better")
    made = replace(plan.simulation, entry=70.0)
    asked = replace(plan, measures=plan.measures | {"pain_vas": turned}, simulation=made)
    _, scores = entrants(asked)
    assert scores[0, :, 0].max() == 70
    truth = true_changes(asked).query("measure == 'pain_vas'")
    assert (truth["change"] > truth["planned"]).all()


def test_a_score_that_hardly_anybody_has_is_refused_and_not_searched_for_ever(plan):
    with pytest.raises(PlanError, match="Hardly anybody"):
        entrants(replace(plan, simulation=replace(plan.simulation, entry=100.0)))


def test_scores_vary_and_go_together_as_planned(plan):
    made = replace(plan.simulation, entry=None)
    drawn = draw(replace(plan, simulation=made))
    scores = np.array([each.course.scores[0] - each.course.scores[0].mean(0) for each in drawn])
    arms = np.array([each.people.arm for each in drawn])
    correlations, spreads = [], []
    for trial, arm in zip(scores, arms, strict=True):
        here = trial[arm == 0]
        correlations.append(np.corrcoef(here, rowvar=False)[0, [1, 2, 7]])
        spreads.append(here[:, 0].std(ddof=1))
    expected = made.person_share + (1 - made.person_share) * made.correlation ** np.array([1, 2, 7])
    # A correlation of 80 people is a little too near 0 on average: r (1 - r^2) / 2n.
    assert_mean(np.array(correlations), expected - expected * (1 - expected**2) / (2 * 80))
    assert np.mean(spreads) == pytest.approx(made.baseline["pain_vas"][1], rel=0.02)


def leaving(drawn: list[Drawn]) -> tuple[np.ndarray, np.ndarray]:
    """By trial: share of people who left by arm, and what those who left had more of pain.

    The second is the score at week 16 of those who left before the next visit, less that of those
    who stayed, in standard deviations.
    """
    shares, gaps = [], []
    for each in drawn:
        course, arm = each.course, each.people.arm
        left = np.isfinite(course.left)
        shares.append([left[arm == index].mean() for index in range(3)])
        z = (course.scores[0] - entered_means(each.plan)[0][arm]) / 15
        staying = course.days[:, 4] < course.left
        goes = staying & (course.left < course.days[:, 5]) & course.seen[:, 4]
        stays = (course.days[:, 5] < course.left) & course.seen[:, 4]
        gaps.append(z[goes, 4].mean() - z[stays, 4].mean() if goes.any() else np.nan)
    return np.array(shares), np.array(gaps)


def test_as_many_leave_as_planned(plan, drawn):
    shares, _ = leaving(drawn)
    planned = np.array([truth.dropout for truth in plan.simulation.arms.values()])
    # Those with more pain leave first, so the hazard of those who are left falls a little.
    assert np.abs(shares.mean(axis=0) - planned).max() < 0.02


def test_people_with_more_pain_leave_more_often(drawn):
    _, gaps = leaving(drawn)
    gaps = gaps[np.isfinite(gaps)]
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    assert gaps.mean() > CHANCE * error
    # Tilting a normal score by exp(slope z) moves its mean by the slope.
    assert gaps.mean() == pytest.approx(drawn[0].plan.simulation.dropout_pain_slope, abs=0.1)


def test_without_a_slope_leaving_has_nothing_to_do_with_pain(plan):
    flat = replace(plan, simulation=replace(plan.simulation, dropout_pain_slope=0.0))
    shares, gaps = leaving(draw(flat))
    assert_mean(shares, np.array([truth.dropout for truth in plan.simulation.arms.values()]))
    assert_mean(gaps[np.isfinite(gaps)], 0.0)


def test_those_who_are_seen_at_the_end_look_better_than_everybody_is(drawn):
    seen, everybody = [], []
    for each in drawn:
        usual = each.people.arm == 0
        scores, here = each.course.scores[0, usual, -1], each.course.seen[usual, -1]
        seen.append(scores[here].mean())
        everybody.append(scores.mean())
    gap = np.array(everybody) - np.array(seen)
    assert gap.mean() / (gap.std(ddof=1) / np.sqrt(len(gap))) > CHANCE


def test_visits_are_missed_as_planned(plan, drawn):
    shares = []
    for each in drawn:
        due = each.course.days[:, 1:] < each.course.left[:, None]
        shares.append(1 - each.course.seen[:, 1:][due].mean())
    assert_mean(np.array(shares), plan.simulation.intermittent)


def test_attendance_and_flare_ups_are_the_truth_and_attendance_wanes(plan, drawn):
    attended, rates, waning = [], [], []
    for each in drawn[:15]:
        followed = follow(each.plan, each.people, each.course)
        log = sessions_table(each.plan, each.people, each.course, followed.ended)
        whole = log.groupby("participant").filter(lambda rows: len(rows) == 48)
        came = whole["attended"] == "yes"
        names = each.people.table.set_index("participant")["arm"]
        by_arm = came.groupby(whole["participant"].map(names)).mean()
        attended.append(by_arm[["bands", "free_weights"]].to_numpy())
        waning.append(came[whole["day"] <= 28].mean() - came[whole["day"] > 84].mean())
        events = events_table(each.plan, each.people, each.course, followed)
        flares = events.query("event == 'flare-up'")["participant"].map(names).value_counts()
        years = [followed.until[each.people.arm == arm].sum() / 365.25 for arm in range(3)]
        rates.append(flares[list(plan.arms)].to_numpy() / years)
    truths = plan.simulation.arms
    assert_mean(np.array(attended), np.array([truths[a].attendance for a in list(truths)[1:]]))
    assert_mean(np.array(rates), np.array([t.flare_ups_per_year for t in truths.values()]))
    assert np.min(waning) > 0

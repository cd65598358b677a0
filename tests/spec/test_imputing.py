"""Completed scores under the assumptions of a plan: whose, from when on, by which strategy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data.trial import Trial
from analysis.errors import ModelError, PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimand import AnalysisSet, select
from analysis.estimate.imputing import Imputations, impute_under
from analysis.estimate.model import covariate_columns
from analysis.plan.schema_imputation import Assumption, DeltaAmount, Imputation
from tests.spec.absent_people import people
from tests.spec.small_trial import small_trial

ASSUMED = {"mar": Assumption(label="at random"), "j2r": Assumption(label="jump", strategy="j2r")}
WITHDREW = {"withdrew": "hypothetical"}


def opened(trial: Trial) -> tuple[AnalysisSet, Asked]:
    asked = understand(trial.plan, "primary", chapter="04")
    return select(trial, asked, covariate_columns(asked.question.options)), asked


def made(
    trial: Trial, assumptions: dict[str, Assumption] | None = None, **how: object
) -> Imputations:
    planned = Imputation(assumptions=ASSUMED if assumptions is None else assumptions, **how)
    return impute_under(*opened(trial), planned)


@pytest.fixture(scope="module")
def trial() -> Trial:
    return small_trial(people(), methods=("ancova",))


def test_scores_are_complete_and_what_was_seen_stays(trial):
    imputed = made(trial).under["j2r"]
    scores = imputed.scores()
    assert scores.shape == (imputed.n_sets, 48, 3)
    assert np.isfinite(scores).all()
    wide = trial.visits.pivot(index="participant", columns="week", values="value")
    wide = wide.loc[imputed.people["participant"]].to_numpy()
    assert (np.isnan(wide) == imputed.absent).all()
    assert np.allclose(scores[:, ~imputed.absent], wide[~imputed.absent])
    assert imputed.weeks == (4, 8, 16)
    assert list(imputed.people["arm"].cat.categories) == ["care", "bands"]


def test_who_came_back_has_a_gap_and_who_did_not_is_unseen(trial):
    imputations = made(trial)
    table = imputations.unseen.table
    assert len(table) == 10
    assert set(table["visit"].astype(int)) == {8}
    assert set(table["event"]) == {"no event recorded"}
    filled = imputations.under["j2r"].made.filled
    gaps = filled[~filled["participant"].isin(table["participant"])]
    assert set(gaps["strategy"]) == {"mar"}
    assert set(filled.loc[filled["after_event"], "strategy"]) == {"j2r"}


def test_means_are_no_scores_of_people_and_draws_are(trial):
    assert not made(trial).under["mar"].drawn
    drawn = made(trial, method="bootstrap", imputations=20).under["mar"]
    assert drawn.drawn
    assert drawn.n_sets == 20
    again = made(trial, method="bootstrap", imputations=20).under["mar"]
    assert np.array_equal(drawn.scores(), again.scores())


def test_a_reason_decides_before_the_event_and_the_event_before_the_rest(trial):
    who = sorted(made(trial).unseen.table["participant"])
    events = "person | event | day\n" + "\n".join(f"{w} | withdrew | 30" for w in who[:6])
    left = small_trial(people(), events=events, methods=("ancova",), strategies=WITHDREW)
    left.visits["event"] = left.visits["participant"].map(dict.fromkeys(who[:6], "withdrew"))
    left.visits["reason"] = left.visits["participant"].map(dict.fromkeys(who[:2], "moved away"))
    gone = left.visits["status"] == "missing"
    left.visits.loc[~gone, ["event", "reason"]] = None
    mixed = Assumption(
        label="mixed",
        strategy="lmcf",
        by_event={"withdrew": "cr"},
        by_reason={"moved away": "mar"},
    )
    filled = made(left, {"mixed": mixed}).under["mixed"].made.filled
    found = filled[filled["after_event"]].groupby("participant")["strategy"].agg(set)
    assert [found[w] for w in who] == [{"mar"}] * 2 + [{"cr"}] * 4 + [{"lmcf"}] * 4


def test_a_score_set_by_a_strategy_stands_and_informs_nothing(trial):
    who = sorted(trial.people["participant"])[0]
    table = f"person | event | day\n{who} | stopped programme | 30"
    worst = {"stopped programme": "composite: worst score"}
    given = small_trial(people(), events=table, methods=("ancova",), strategies=worst)
    imputed = made(given).under["mar"]
    row = list(imputed.people["participant"]).index(who)
    assert (imputed.scores()[:, row, 1:] == 100).all()
    assert list(imputed.status[row]) == ["observed", "set by strategy", "set by strategy"]
    assert imputed.absent[row, 1:].all()
    assert np.isfinite(imputed.made.filled["mean"]).all()


def test_everyone_with_a_baseline_is_completed_also_who_was_never_seen_again():
    table = people() + "\nQ1 care 55 . . .\nQ2 bands . . . .\n"
    trial = small_trial(table, methods=("ancova",))
    imputations = made(trial)
    assert "Q1" in set(imputations.under["mar"].people["participant"])
    assert imputations.left_out["participant"].tolist() == ["Q2"]
    assert imputations.left_out["reason"].tolist() == ["no baseline"]


def test_deltas_reach_the_arm_the_week_and_the_reason_that_they_name(trial):
    amounts = (
        DeltaAmount(points=5, arms=("bands",), weeks=(16,)),
        DeltaAmount(points=2, arms=("care",)),
    )
    worse = Assumption(label="worse", delta=amounts)
    filled = made(trial, {"worse": worse}).under["worse"].made.filled
    late = filled[filled["after_event"]]
    arm, week = late["arm"].astype(str), late["visit"].astype(int)
    expected = np.where(arm == "care", 2, np.where(week == 16, 5, 0))
    assert (late["delta"] == expected).all()
    assert (filled.loc[~filled["after_event"], "delta"] == 0).all()
    with_gaps = made(trial, {"worse": replace(worse, gaps=True)}).under["worse"].made.filled
    gaps = with_gaps[~with_gaps["after_event"] & (with_gaps["arm"] == "care")]
    assert len(gaps)
    assert (gaps["delta"] == 2).all()


def test_a_delta_by_reason_leaves_people_without_a_reason_alone(trial):
    amount = DeltaAmount(points=4, reasons=("no event recorded",))
    filled = made(trial, {"worse": Assumption(label="w", delta=(amount,))}).under["worse"]
    table = filled.made.filled
    assert (table["delta"] == np.where(table["after_event"], 4, 0)).all()


@pytest.mark.parametrize(
    ("assumption", "says"),
    [
        (Assumption(label="x", by_event={"death": "j2r"}), "the event death, which ends nobody's"),
        (
            Assumption(label="x", by_reason={"moved": "j2r"}),
            "the reason moved, which ends nobody's",
        ),
        (Assumption(label="x", delta=(DeltaAmount(points=1, weeks=(5,)),)), "weeks .* 5"),
        (Assumption(label="x", delta=(DeltaAmount(points=1, arms=("x",)),)), "arms .* x"),
        (
            Assumption(label="x", delta=(DeltaAmount(points=1), DeltaAmount(points=2))),
            "Two deltas",
        ),
    ],
)
def test_what_never_happens_is_refused(trial, assumption, says):
    with pytest.raises(PlanError, match=says) as raised:
        made(trial, {"x": assumption})
    assert raised.value.where.startswith("questions.primary.imputation.assumptions.x")
    assert raised.value.do


def test_no_assumption_and_an_unknown_reference_are_refused(trial):
    with pytest.raises(PlanError, match="No assumption"):
        made(trial, {})
    with pytest.raises(PlanError, match="reference"):
        made(trial, reference="nobody")


def test_an_arm_with_one_person_left_and_one_never_seen_are_refused():
    lines = people().splitlines()
    table = pd.DataFrame([line.split() for line in lines[1:]], columns=lines[0].split())
    care = table.index[table["arm"] == "care"]
    for kept, says in ((1, r"care at 16 \(one\)"), (0, r"care at 16 \(nobody\)")):
        thin = table.copy()
        thin.loc[care[kept:], "w16"] = "."
        thin.loc[care[:kept], "w16"] = "50"
        with pytest.raises(ModelError, match=says):
            made(small_trial(thin.to_string(index=False), methods=("ancova",)))


def test_a_week_that_nobody_attended_is_not_invented():
    lines = people().splitlines()
    empty = [lines[0], *(" ".join([*line.split()[:4], ".", line.split()[5]]) for line in lines[1:])]
    imputed = made(small_trial("\n".join(empty), methods=("ancova",))).under["mar"]
    assert imputed.weeks == (4, 16)


def with_person(*scores: str, events: str, strategies: dict[str, str]) -> Trial:
    """The invented people and one more, who trained with bands."""
    table = people() + "\nX1 bands 50.0 " + " ".join(scores)
    return small_trial(table, methods=("ancova",), events=events, strategies=strategies)


def unseen_of(trial: Trial) -> pd.Series:
    """From when on X1 was not seen again, and why."""
    found = made(trial, {"mar": ASSUMED["mar"]}).unseen.table
    return found.set_index("participant").loc["X1"]


def test_a_visit_missed_before_the_event_that_ends_the_scores_is_a_gap():
    """Missed week 4; came to weeks 8 and 16, but had stopped before: those scores do not count."""
    events = "person | event | day\nX1 | stopped programme | 40"
    strategies = {"stopped programme": "hypothetical"}
    found = unseen_of(with_person(".", "41.0", "40.0", events=events, strategies=strategies))
    assert found[["event", "visit"]].tolist() == ["stopped programme", 8]


def test_who_left_later_is_told_by_leaving_and_the_visit_missed_before_is_a_gap():
    events = "person | event | day\nX1 | withdrew | 70"
    trial = with_person("44.0", ".", ".", events=events, strategies=WITHDREW)
    last = trial.visits["participant"].eq("X1") & trial.visits["week"].eq(16)
    trial.visits["event"] = trial.visits["event"].astype("object").mask(last, "withdrew")
    found = unseen_of(trial)
    assert found[["event", "visit"]].tolist() == ["withdrew", 16]


def test_who_stopped_and_was_lost_later_is_lost_after_that_event_also_where_scores_count():
    events = "person | event | day\nX1 | stopped programme | 20"
    strategies = {"stopped programme": "treatment policy"}
    found = unseen_of(with_person("44.0", ".", ".", events=events, strategies=strategies))
    assert found[["event", "visit"]].tolist() == ["stopped programme", 8]
    assert found["event_day"] == 20

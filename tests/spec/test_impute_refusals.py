"""What is refused, and that each message says what, where, why and what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError, ModelError, UsageError
from analysis.stats.delta import Delta
from tests.spec.impute_people import imputed, invented, left_events


@pytest.fixture(scope="module")
def table():
    return invented(60)


def refused(kind, words, table, **more):
    with pytest.raises(kind) as caught:
        imputed(table, **more)
    text = str(caught.value)
    assert words in text, text
    assert caught.value.do or caught.value.where, text
    return text


def hide(table, rows):
    return table.assign(change=table["change"].mask(rows))


def test_a_reference_arm_never_seen_at_a_visit(table):
    gone = hide(table, (table["arm"] == "control") & (table["week"] == 8))
    text = refused(ModelError, "control at 8 (nobody)", gone, strategy="j2r")
    assert "rest on nobody" in text


def test_a_visit_at_which_nobody_was_seen(table):
    text = refused(
        ModelError, "Nobody has an outcome at visit 16", hide(table, table["week"] == 16)
    )
    assert "invented, not imputed" in text


def test_an_arm_with_one_person_left(table):
    others = (table["arm"] == "bands") & (
        table["who"] != table["who"][table["arm"] == "bands"].min()
    )
    last = hide(table, others & (table["week"] == 16))
    last.loc[(table["arm"] == "bands") & ~others, "change"] = 1.0
    refused(ModelError, "bands at 16 (one)", last)
    alone = table[~others | (table["arm"] != "bands")].copy()
    alone.loc[alone["arm"] == "bands", "change"] = [1.0, 2.0, 3.0]
    refused(ModelError, "bands at 4 (one)", alone)


def test_outcomes_that_a_strategy_sets_aside_may_empty_an_arm(table):
    """Everyone in an arm has the event: what was seen after it does not inform the model."""
    arm = table["arm"] == "bands"
    events = pd.DataFrame({"who": table.loc[arm, "who"].unique(), "week": 16})
    refused(ModelError, "bands at 16 (nobody)", table, events=events, strategy="j2r")


def test_a_strategy_for_an_event_that_never_happens(table):
    events = left_events(table)
    rules = {"worse": "j2r", "moved": "mar", "died": "cr"}
    text = refused(UsageError, "no event is called died", table, events=events, strategy=rules)
    assert "worse" in text
    short = {"worse": "j2r"}
    refused(UsageError, "no strategy is given for moved", table, events=events, strategy=short)
    refused(UsageError, "no arm is called tape", table, strategy={"tape": "j2r"})


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        ({"bands": {99: 1.0}}, "visit 99"),
        ({"tape": 1.0}, "arm tape"),
        (pd.DataFrame({"reason": ["died"], "delta": [1.0]}), "reason died"),
        (pd.DataFrame({"week": [99], "delta": [1.0]}), "week 99"),
        (pd.DataFrame({"week": [16, 16], "delta": [1.0, 2.0]}), "each combination once"),
        (pd.DataFrame({"week": [16], "points": [1.0]}), "needs `delta`"),
        (np.nan, "not a finite number"),
        ("much", "A delta is a number"),
        (Delta(1.0, scale=(1, 2, 3)), "nothing adds up"),
        (Delta(1.0, cumulative=True, scale=(1, 2)), "3 finite numbers"),
    ],
)
def test_deltas_that_do_not_fit(table, delta, words):
    refused(UsageError, words, table, delta=delta)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e.drop(columns="week"), "no column week"),
        (lambda e: e.assign(week=99), "no visit 99"),
        (lambda e: e.assign(who=-e["who"] - 1), "not in the table"),
        (lambda e: pd.concat([e, e]), "more than one row"),
        (lambda e: e.assign(reason=None), "have no reason"),
    ],
)
def test_events_that_do_not_fit(table, change, words):
    refused(UsageError, words, table, events=change(left_events(table)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"strategy": "jump"}, "no strategy 'jump'"),
        ({"method": "magic"}, "no method 'magic'"),
        ({"analysis": "median"}, "no analysis 'median'"),
        ({"analysis": "pain ~ arm"}, "on its left side"),
        ({"analysis": "change ~ baseline"}, "does not name the arm"),
        ({"reference": "tape"}, "tape is no arm"),
        ({"reference": {"bands": "control"}}, "control has none"),
        ({"comparator": "tape"}, "no arm 'tape'"),
        ({"n": 10}, "no number to choose"),
        ({"method": "bootstrap", "n": 1}, "two or more"),
        ({"method": "bootstrap", "n": 10, "mc_error": 0.1}, "instead of n"),
        ({"method": "bootstrap", "seed": -1}, "The seed"),
        ({"method": "bootstrap", "n": 5, "workers": 0}, "workers"),
        ({"method": "bayes", "n": 5, "burn_in": 0}, "burn_in"),
        ({"method": "bayes", "n": 5, "covariance": "ar1"}, "unstructured Sigma only"),
        ({"formula": "change ~ baseline * week"}, "does not name the arm"),
        ({"formula": "log(change) ~ arm * week"}, "no column log(change)"),
        ({"formula": "change ~ arm * ("}, "cannot be read"),
        ({"level": 95}, "level"),
        ({"interval": "percentile"}, "no 'percentile' interval"),
        ({"subject": "person"}, "no column person"),
        ({"imputations": 10}, "no argument imputations"),
    ],
)
def test_arguments_that_cannot_be_understood(table, more, words):
    refused(UsageError, words, table, **more)


def test_tables_that_cannot_be_understood(table):
    refused(UsageError, "holds text", table.assign(arm=table["arm"].astype(str)))
    refused(UsageError, "holds numbers", table.assign(arm=table["arm"].cat.codes))
    refused(UsageError, "does not hold numbers", table.assign(change="much"))
    refused(ModelError, "repeat a participant", pd.concat([table, table.iloc[:1]]))
    refused(ModelError, "rows have no who", table.assign(who=table["who"].where(table["who"] > 0)))
    moved = table.copy()
    moved.loc[0, "arm"] = "bands" if table.loc[0, "arm"] == "control" else "control"
    refused(ModelError, "changes within a participant", moved)
    absent = table["change"].isna()
    refused(ModelError, "Planned values", table.assign(baseline=table["baseline"].mask(absent)))


def test_a_strategy_that_returns_no_distribution(table):
    def wrong_shape(own_mean, own_cov, reference_mean, reference_cov, mar):
        return own_mean, own_cov[..., :2, :2]

    def no_covariance(own_mean, own_cov, reference_mean, reference_cov, mar):
        return own_mean, -own_cov

    refused(UsageError, "wrong_shape", table, strategy=wrong_shape)
    refused(ModelError, "no covariance", table, strategy=no_covariance)


def test_messages_hold_no_participants_value(table):
    secret = table.assign(change=table["change"].where(table["change"].isna(), 98765.4321))
    with pytest.raises(AnalysisError) as caught:
        imputed(secret)
    assert "98765" not in str(caught.value)


def test_no_such_data_set(table):
    with pytest.raises(UsageError, match="no draw"):
        imputed(table).completed(10_000)

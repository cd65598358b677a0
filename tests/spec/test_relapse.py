"""Relapses: hand-made people, and events that cannot count are told, never dropped in silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.schema_course import Relapse
from analysis.plan.schema_questions import Question
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.unknown import unavailable
from tests.spec.long_trial import flares, long_trial, question
from tests.spec.show_book import spoken
from tests.spec.show_rows import labels as words_of

RELAPSE = question("relapse")


def rows_of(
    events: pd.DataFrame | None = None,
    *,
    left: dict[str, float] | None = None,
    recorded: bool = True,
    gap: int = 0,
    **more,
):
    trial = long_trial(each=more.pop("each", 12), relapse=more.pop("asked", RELAPSE), **more)
    study = replace(trial.plan.study, flare_up_gap=gap)
    trial = replace(trial, plan=replace(trial.plan, study=study), events_recorded=recorded)
    gone = pd.DataFrame(
        [(who, "withdrew", day, "") for who, day in (left or {}).items()],
        columns=["participant", "event", "day", "reason"],
    ).astype({"day": float})
    trial = replace(trial, events=flares() if events is None else events, intercurrent=gone)
    return trial, to_frame(estimate(trial, "relapse", chapter="c"))


def value(rows, statistic, arm, level=None):
    found = rows[(rows["statistic"] == statistic) & (rows["arm"] == arm)]
    found = found[found["level"].isna() if level is None else found["level"] == level]
    assert len(found) == 1, (statistic, arm, level)
    return found["value"].iloc[0]


MANY = flares(
    *((f"u{n}", 20.0 + 5 * n, "flare-up") for n in range(8)),
    *((f"u{n}", 21.0 + 5 * n, "flare-up") for n in range(4)),
    *((f"w{n}", 30.0 + 5 * n, "flare-up") for n in range(4)),
)


def test_first_relapses_and_all_relapses_are_counted_apart():
    _, rows = rows_of(MANY)
    assert rows["id"].is_unique
    assert value(rows, "first_relapses", "usual") == 8
    assert value(rows, "relapses", "usual") == 12
    assert value(rows, "first_relapses", "weights") == value(rows, "relapses", "weights") == 4
    years = value(rows, "person_years", "weights")
    assert value(rows, "rate_per_year", "weights") == pytest.approx(4 / years)
    ratio = value(rows, "rate_ratio", "weights", "robust Poisson")
    expected = (4 / years) / (12 / value(rows, "person_years", "usual"))
    assert ratio == pytest.approx(expected, rel=1e-6)
    assert value(rows, "hazard_ratio", "weights") < 1


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (("w1", -3.0, "flare-up"), "flare-up before randomisation"),
        (("w0", 30.0, "flare-up"), "record of a flare-up already counted"),
        (("w9", 9000.0, "flare-up"), "flare-up after week 104"),
        (("w8", 60.0, "flare-up"), "flare-up after the end of follow-up"),
    ],
)
def test_an_event_that_cannot_count_is_set_aside_and_told(event, reason):
    events = pd.concat([MANY, flares(event)], ignore_index=True)
    trial, rows = rows_of(events, left={"w8": 40.0})
    assert value(rows, "set_aside", "weights", reason) == 1
    assert value(rows, "relapses", "weights") == 4
    said = plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))
    assert f"Not counted: {reason}: 1 in weights" in said


def test_the_day_of_randomisation_counts():
    """The same rule as for harms: nobody knows the hour."""
    _, rows = rows_of(pd.concat([MANY, flares(("w9", 0.0, "flare-up"))], ignore_index=True))
    assert value(rows, "relapses", "weights") == 5
    assert value(rows, "first_relapses", "weights") == 5
    assert not rows["level"].eq("flare-up before randomisation").any()


def test_records_close_to_one_another_are_one_flare_up():
    """A gap of 3: days 30, 33 and 36 are one; 40 is another."""
    close = flares(*(("w0", day, "flare-up") for day in (30.0, 33.0, 36.0, 40.0)))
    trial, rows = rows_of(close, gap=3)
    assert value(rows, "relapses", "weights") == 2
    assert value(rows, "set_aside", "weights", "record of a flare-up already counted") == 2
    said = plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))
    assert "Records at most 3 days after the one before are the same flare-up" in said
    assert value(rows_of(close)[1], "relapses", "weights") == 4


def test_no_table_of_events_is_not_a_count_of_nought():
    rows = rows_of(recorded=False)[1]
    assert list(rows["statistic"]) == ["not_available"]
    for kind in ("relapse_free", "relapse", "relapse_in_words"):
        assert "no evidence that none happened" in unavailable(kind, rows)


def test_events_without_any_flare_up():
    """Filtered to nothing, a table of events is no crash."""
    others = flares(("w0", 30.0, "adverse event"), ("u0", 40.0, "other treatment"))
    _, rows = rows_of(others, recorded=False)
    assert value(rows, "first_relapses", "weights") == 0
    assert value(rows, "relapses", "usual") == 0
    _, early = rows_of(flares(("w0", -4.0, "flare-up")), recorded=False)
    assert value(early, "relapses", "weights") == 0


def test_no_event_at_all_is_no_crash_and_no_silent_zero():
    trial, rows = rows_of()
    assert value(rows, "first_relapses", "weights") == 0
    assert not rows["statistic"].isin(["hazard_ratio", "rate_ratio"]).any()
    lacking = rows[rows["statistic"] == "not_compared"]
    assert set(lacking["level"]) >= {"hazard_ratio", "rate_ratio, negative binomial"}
    # A mean of which nobody fell short has no error that could be told.
    assert "free_weeks_difference" in set(lacking["level"])
    assert not rows["statistic"].eq("free_weeks_difference").any()
    assert rows.loc[rows["statistic"] == "free_weeks", ["lower", "upper"]].isna().all().all()
    # None seen is not none possible: the rate has an upper end.
    rate = rows[(rows["statistic"] == "rate_per_year") & (rows["arm"] == "usual")].iloc[0]
    assert rate["value"] == 0 < rate["upper"]
    said = plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))
    assert "does not show that none happened" in said
    assert "Not compared" in TABLES["relapse"](rows, labels_of(trial.plan)).as_raw_html()


def test_one_arm_without_events_is_not_compared():
    trial, rows = rows_of(MANY[MANY["participant"].str.startswith("u")])
    reasons = rows.loc[rows["statistic"] == "not_compared", "method"]
    assert reasons.str.contains("no event|no maximum").all()
    assert len(reasons) == 4
    assert "0 of" in plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))


def test_nobody_at_risk_is_an_honest_empty_section():
    trial, _ = rows_of(MANY)
    visits = trial.visits.assign(value=np.nan, change=np.nan, day=np.nan)
    trial = replace(trial, visits=visits, events=flares())
    rows = to_frame(estimate(trial, "relapse", chapter="c"))
    assert (rows.loc[rows["statistic"] == "people_followed", "value"] == 0).all()
    assert not rows["statistic"].eq("free_percent").any()
    assert value(rows, "set_aside", "usual", "not followed at all") == 12
    labels = labels_of(trial.plan)
    assert "nothing is known" in plain(SENTENCES["relapse_in_words"](rows, labels))
    assert "Nobody was followed" in unavailable("relapse_free", rows)


def test_leaving_competes_with_a_relapse():
    _, rows = rows_of(MANY, left={"w5": 40.0, "w6": 60.0, "u9": 50.0})
    share = value(rows, "left_percent", "weights") + value(rows, "relapsed_percent", "weights")
    assert 0 < value(rows, "left_percent", "weights") < share <= 100
    free = rows[(rows["statistic"] == "free_percent") & (rows["arm"] == "weights")]
    last = free.sort_values("week").iloc[-1]
    # As if those who left might have gone on, fewer stay free than do not relapse beside leaving.
    assert last["value"] <= 100 - value(rows, "relapsed_percent", "weights") + 1e-9


def test_the_numbers_at_risk_fall_and_start_with_everybody():
    _, rows = rows_of(MANY)
    free = rows[(rows["statistic"] == "free_percent") & (rows["arm"] == "usual")]
    at_risk = free.sort_values("week")["n_observed"].tolist()
    assert at_risk[0] == value(rows, "people_followed", "usual")
    assert at_risk == sorted(at_risk, reverse=True)


def test_a_relapse_by_scores_follows_those_who_gained():
    asked = replace(
        RELAPSE,
        relapse=Relapse(event="rise of the score", start="end of programme", gain=10, rise=10),
    )
    trial, rows = rows_of(asked=asked, each=30)
    visits = trial.visits[trial.visits["week"] == 16].dropna(subset="value")
    gained = visits[visits["change"] <= -10].groupby("arm", observed=True).size()
    followed = value(rows, "people_followed", "weights")
    assert 0 < followed <= gained["weights"]
    aside = rows[(rows["statistic"] == "set_aside") & (rows["arm"] == "weights")]
    assert followed + aside["value"].sum() == 30
    assert value(rows, "first_relapses", "weights") > 0


def test_flare_ups_after_the_programme_only():
    asked = replace(RELAPSE, relapse=Relapse(start="end of programme"))
    late = flares(("w0", 10.0, "flare-up"), ("w0", 150.0, "flare-up"), ("u0", 170.0, "flare-up"))
    _, rows = rows_of(late, asked=asked)
    assert value(rows, "relapses", "weights") == 1
    assert value(rows, "set_aside", "weights", "flare-up up to the end of the programme") == 1


def test_a_score_that_stays_worse_is_one_relapse():
    """Each later visit still worse is no relapse of its own, so there is no rate of them."""
    asked = replace(
        RELAPSE,
        relapse=Relapse(event="rise of the score", start="end of programme", gain=10, rise=10),
    )
    trial, rows = rows_of(asked=asked, each=30, recorded=False)
    counted = {"relapses", "person_years", "rate_per_year", "rate_ratio"}
    assert not counted & set(rows["statistic"])
    said = plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))
    assert "began between that visit and the one before" in said
    assert "worse by at least 10" in said
    assert "flare-up" not in said
    # Without a table of events nobody is known to have left, and that is said.
    assert not rows["statistic"].isin(["left_percent", "relapsed_percent"]).any()
    assert "Who withdrew or died was not recorded" in said


def test_a_percentage_that_allows_for_leaving_is_told_as_such():
    trial, rows = rows_of(MANY, left={"w5": 40.0, "u9": 50.0})
    said = plain(SENTENCES["relapse_in_words"](rows, labels_of(trial.plan)))
    share = rows[(rows["statistic"] == "relapsed_percent") & (rows["arm"] == "usual")].iloc[0]
    ends = f"{share['lower']:.0f} to {share['upper']:.0f} %"
    assert (
        f"8 of 12 people in usual ({share['value']:.0f} % where leaving is allowed for, "
        f"95\N{NO-BREAK SPACE}% interval {ends})" in said
    )
    assert "flare-ups a person-year" in said


def test_relapses_and_harms_share_one_follow_up_and_one_rate():
    """Events of after the last contact, two on one day, and people who left: the same in both."""
    late = flares(("w1", 9000.0, "flare-up"), ("u1", 0.0, "flare-up"), ("w0", 30.0, "flare-up"))
    harm = Question(label="At what harm?", estimate="safety")
    left = {"w5": 40.0, "u9": 50.0}
    trial, rows = rows_of(pd.concat([MANY, late]), left=left, safety=harm, gap=7)
    harms = to_frame(estimate(trial, "safety", chapter="c"))
    harms = harms[(harms["week"] == 104) & harms["level"].eq("flare-up").fillna(False)]
    for arm in ("usual", "weights"):
        place = harms[harms["arm"] == arm].set_index("statistic")
        rate = rows[(rows["statistic"] == "rate_per_year") & (rows["arm"] == arm)].iloc[0]
        assert place.loc["harm_events_followed", "value"] == value(rows, "relapses", arm)
        for end in ("value", "lower", "upper"):
            assert place.loc["harm_rate", end] == pytest.approx(100 * rate[end])


def test_two_chapters_that_count_flare_ups_each_say_what_the_other_counts():
    """Both kinds of words are tried with people who had one after the end of their follow-up."""
    relapses = plain(SENTENCES["relapse_in_words"](spoken("relapse_in_words"), words_of(3)))
    assert "had a flare-up while they were followed" in relapses
    assert "follow-up, 2 in resistance bands, are not counted here; the chapter on harm" in relapses
    harms = plain(SENTENCES["harms"](spoken("harms"), words_of(3)))
    assert "Counted here are also people whose flare-up came after the end of their" in harms
    assert "came so late: 1 with resistance bands and 2 with free weights)" in harms


@pytest.mark.parametrize("name", ["relapse_in_words", "harms"])
def test_without_late_events_nothing_is_said_of_them(name):
    rows = spoken(name)
    late = rows["level"].eq("flare-up after the end of follow-up").fillna(False)
    late |= rows["statistic"].eq("events_after_follow_up")
    said = plain(SENTENCES[name](rows[~late.astype(bool)], words_of(3)))
    assert "after the end of" not in said
    assert "while they were followed" not in said or name == "harms"

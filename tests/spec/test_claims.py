"""The ledger: its verdicts follow from rows, and change when a row changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.data.store import load_trial
from analysis.errors import PlanError
from analysis.estimate.answers import answer_rows
from analysis.plan.labels import claim_labels, labels_of
from analysis.plan.ledger import read_ledger, read_ledger_text
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from analysis.show.link import plain
from analysis.show.sentences.claims import claims as in_words
from analysis.show.tables.claims import claim_evidence
from tests.house.tree import ROOT

PATH = ROOT / "claims" / "back_pain_article.yaml"
TEXT = PATH.read_text("utf-8")


@pytest.fixture(scope="module")
def trial():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


def verdicts(trial) -> dict[str, str]:
    """The word of each claim."""
    rows = answer_rows(trial, "claims", chapter="11_claims")
    told = [row.level.split(": ") for row in rows if row.statistic == "verdict"]
    return dict(told)


def test_every_claim_has_a_verdict_and_every_result_behind_it_is_there(trial):
    rows = answer_rows(trial, "claims", chapter="11_claims")
    assert set(verdicts(trial)) == set(trial.ledger.claims)
    behind = [row for row in rows if row.statistic in ("evidence", "evidence_stated")]
    assert len(behind) == sum(len(each.evidence) for each in trial.ledger.claims.values())
    assert not [row.method for row in behind if row.comparator == "absent"]


# What the plan and the reviews print of a unit, in the words of a ledger.
UNITS = {
    "SMD": "SD",
    "MD /100": "points of 100",
    "WMD /100": "points of 100",
    "MD (0-10 pain)": "points of 10",
}


def test_the_unit_of_every_result_is_that_of_its_row(trial):
    """A unit is written in the ledger; here it is held against what plan and reviews say."""
    printed = trial.published.reviews.set_index("key")["effect_measure"].to_dict()
    reviews = {
        row.id: printed[row.level] for row in answer_rows(trial, "reviews", chapter="11_claims")
    }
    held = 0
    for each in [one for c in trial.ledger.claims.values() for one in c.evidence]:
        assert (each.unit is None) == ("stated." in each.row), each.row
        said = next((m for m in trial.plan.measures if f".{m}." in each.row), None)
        wanted = reviews.get(each.row) or (trial.plan.measures[said].unit if said else None)
        if wanted and ".share_better." not in each.row:
            assert each.unit == UNITS.get(wanted, wanted), each.row
            held += 1
    assert held > 30


def test_part_rows_tell_the_parts_of_every_claim_that_has_them(trial):
    rows = answer_rows(trial, "claims", chapter="11_claims")
    told = {
        row.level.rpartition(":")[0]: row.level.rpartition(": ")[2]
        for row in rows
        if row.statistic == "part"
    }
    assert {key: word for key, word in told.items() if key.startswith("effective")} == {
        "effective_for_many:less_pain": "in part",
        "effective_for_many:matters": "against",
        "effective_for_many:most_settings": "open",
    }
    wanted = {f"{key}:{part}" for key, c in trial.ledger.claims.items() for part in c.parts}
    assert set(told) == wanted


def test_a_limit_is_told_as_holding_back_only_where_it_does(trial):
    rows = answer_rows(trial, "claims", chapter="11_claims")
    how = {row.level.partition(":")[0]: row.method for row in rows if row.statistic == "verdict"}
    assert "held at supported in part, since the review" in how["flare_ups"]
    assert "supported in part" not in how["three_sessions"]
    assert "what limits these results: the trial of strength" in how["three_sessions"]


def test_every_result_behind_a_verdict_names_its_paper(trial):
    """A DOI, an address or a citation: no hop is left out, also of pools and of other studies."""
    rows = answer_rows(trial, "claims", chapter="11_claims")
    behind = [row for row in rows if row.statistic in ("evidence", "evidence_stated")]
    without = [row.level for row in behind if not re.search(r"10\.\d{4,9}/|https?://", row.method)]
    assert without == []
    (pool,) = [row for row in behind if row.level == "sixteen_weeks:3"]
    assert "5 effects, read in doi:10.1186/s40798-021-00306-w" in pool.method


def test_the_verdicts_of_the_ledger_that_ships(trial):
    """What the rows on file say today; a row that changes changes them, as the next tests show."""
    assert verdicts(trial) == {
        "effective_for_many": "not shown",
        "sixteen_weeks": "not shown",
        "majority_at_two_years": "not shown",
        "safe": "not shown",
        "balance": "not testable here",
        "flare_ups": "supported in part",
        "posture": "not testable here",
        "bands_and_weights": "not shown",
        "three_sessions": "contradicted",
        "core_equally": "supported in part",
    }


@pytest.fixture(scope="module")
def shown(trial):
    """The rows of the ledger and the words of its claims."""
    rows = to_frame(answer_rows(trial, "claims", chapter="11_claims"))
    return rows, replace(labels_of(trial.plan), claims=claim_labels(trial.ledger))


def test_the_headline_has_certainty_and_parts_beside_each_verdict(shown):
    told = plain(in_words(*shown)).splitlines()
    assert (
        "- Contradicted, very low certainty: three sessions a week are best. "
        "Better than fewer: open; better than more: against."
    ) in told
    assert "- Supported in part, low certainty: it may reduce flare-ups." in told
    assert "- Not testable with what is published here: it may improve posture." in told
    assert "by an amount that matters: against; in most settings: open." in "".join(told)


def test_results_are_shown_in_their_unit_with_its_decimals(shown):
    page = claim_evidence(*shown).as_raw_html()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for result in (
        "−0.36 SD (−0.74 to 0.02)",
        "−26.0 points of 100 (−40.9 to −11.1)",
        "88 % (0 to 100)",
        "Risk ratio 0.67 (0.53 to 0.85)",
        "Risk difference −0.02 (−0.10 to 0.05)",
        "50 to 80 %",
        "No more than 0, with a margin of 0.05",
        "It is safe",
    ):
        assert result in words, result
    assert "87.50" not in words
    # The words of a row are on a line of their own, and its id leads to it.
    assert 'href="#r-resistance.pooled.pain_smd.pain_all"' in page
    safe = words[words.index("It is safe") : words.index("It may reduce flare-ups")]
    assert "less than 0" not in safe.lower()
    assert safe.count("The first does no worse") == 2


def changed(trial, table: str, key: str, column: str, **values: object):
    """The trial with other values in one row of a published table."""
    frame = getattr(trial.published, table).copy()
    own = frame[column] == key
    assert own.sum() == 1
    for name, value in values.items():
        frame.loc[own, name] = value
    return replace(trial, published=replace(trial.published, **{table: frame}))


RAISED = {"effect": 1.5, "ci_low": 0.5, "ci_high": 2.5}


@pytest.mark.parametrize(
    ("key", "values", "claim_key", "word"),
    [
        ("tagliaferri2020_pain_w16", {"favours_arm": "a"}, "sixteen_weeks", "supported in part"),
        ("gibbs2022_pain_w8", {"favours_arm": "a"}, "bands_and_weights", "contradicted"),
        ("kell2011_4_vs_3_days", {"favours_arm": "b"}, "three_sessions", "supported in part"),
        ("kell2011_4_vs_3_days", {"favours_arm": "neither"}, "three_sessions", "not shown"),
        ("gibbs2022_pain_w8", {"favours_arm": "b"}, "bands_and_weights", "contradicted"),
        ("fukuda2021_pain_end", RAISED, "core_equally", "not shown"),
        ("calatayud2020_recurrence", {"favours_arm": "b"}, "flare_ups", "not shown"),
    ],
)
def test_what_a_trial_states_or_prints_changes_the_verdict_with_it(
    trial, key, values, claim_key, word
):
    before = verdicts(trial)
    after = verdicts(changed(trial, "study_contrasts", key, "row_id", **values))
    assert after[claim_key] == word != before[claim_key]
    assert {each for each in before if before[each] != after[each]} == {claim_key}


def test_one_printed_range_is_one_result_and_speaks_only_as_a_whole(trial):
    """50 to 80 % leaves a majority open; 60 to 80 % speaks for it, of that part alone."""
    study = trial.others["michaelson_2016"]
    shares = study.published.shares.copy()
    shares.loc[shares["row_id"] == "michaelson_2016.hll.week104", "share_low"] = 60.0
    other = replace(study, published=replace(study.published, shares=shares))
    after = replace(trial, others=trial.others | {"michaelson_2016": other})
    assert verdicts(after)["majority_at_two_years"] == "supported in part"


def test_an_exact_equivalence_of_harms_speaks_for_safety(trial):
    ends = {"estimate": 0.0, "ci_low": -0.001, "ci_high": 0.001}
    after = changed(trial, "reviews", "tataryn2021:adverse_events", "key", **ends)
    assert verdicts(after)["safe"] == "supported"


def test_a_claim_without_evidence_says_so(trial):
    words = verdicts(trial)
    for key, each in trial.ledger.claims.items():
        assert (words[key] == "not testable here") == (not each.evidence), key


def test_a_verdict_changes_when_a_row_changes(trial):
    """More harm with training in the published row turns the verdict on safety."""
    assert verdicts(trial)["safe"] == "not shown"
    reviews = trial.published.reviews.copy()
    harms = reviews["key"] == "tataryn2021:adverse_events"
    assert harms.sum() == 1
    reviews.loc[harms, ["estimate", "ci_low", "ci_high"]] = [0.12, 0.05, 0.19]
    after = replace(trial, published=replace(trial.published, reviews=reviews))
    assert verdicts(after)["safe"] == "contradicted"
    same = {k: v for k, v in verdicts(after).items() if k != "safe"}
    assert same == {k: v for k, v in verdicts(trial).items() if k != "safe"}


def test_a_row_that_went_away_takes_its_verdict_along(trial):
    reviews = trial.published.reviews
    fewer = reviews[reviews["key"] != "tataryn2021:adverse_events"]
    after = replace(trial, published=replace(trial.published, reviews=fewer))
    assert verdicts(after)["safe"] == "not testable here"


BAENA = "        design: not randomised\n        role: beside\n"


@pytest.mark.parametrize(
    ("find", "replace_by", "says"),
    [
        ("expects: less than", "expects: lower than", "less than"),
        ("quotation: it is safe", "quotatoin: it is safe", "the nearest is `quotation`"),
        ("    limit: no trial leaves", "    would_change_: no trial leaves", "no key"),
        ("        margin: 0.05\n", "", "`margin` goes with `no more than` or `alike`"),
        ("        expects: alike\n", "        expects: alike\n        margin: 5\n", "has no unit"),
        ("        unit: risk ratio\n", "        unit: odds\n", "risk ratio"),
        (BAENA, BAENA.replace("beside", "main\n        part: than_fewer"), "without allocation"),
        ("        part: most_settings\n", "", "No part of the claim is named"),
        ("        part: most_settings\n", "        part: most\n", "no such part"),
        ("        than: -15\n", "        than: 0\n", "stands twice with the same"),
    ],
)
def test_a_broken_ledger_is_told_with_its_line(find, replace_by, says):
    assert find in TEXT
    broken = TEXT.replace(find, replace_by, 1)
    with pytest.raises(PlanError, match=says) as told:
        read_ledger_text(broken, PATH)
    assert "claims/back_pain_article.yaml:" in str(told.value)


def test_a_ledger_that_is_not_there_names_those_that_are():
    with pytest.raises(PlanError, match="back_pain_article"):
        read_ledger("back_pain", ROOT)

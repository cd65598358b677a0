"""Kinds of training compared through what they were compared with, in published trials."""

from __future__ import annotations

import math

import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.effects import effects_of
from analysis.estimate.pool import VERIFIED
from analysis.estimate.synthesis import left_out_notes
from analysis.estimate.tied import one_a_trial
from analysis.plan.schema_evidence import Synthesis
from analysis.result.record import Result
from analysis.stats.synthesis.network import network
from analysis.stats.synthesis.network_fit import NetworkFit


def estimate_network(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How kinds of training compare where trials set each against a common comparator.

    The nodes are the kinds of exercise and of comparator of the published table. Where a trial
    compares one pair several times (doses of one exercise), those effects are brought together by
    their covariance, so that neither the best dose nor the comparator counts alone or twice.

    Args:
        trial: the study, with its published facts.
        question: key of a question of the plan whose estimate is `network`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows with `arm` and `comparator` the nodes: `network_difference` (n is the trials that
        compare the two directly), `network_edge` (trials; n the people in them), `network_node`
        (trials; n people where all are told), `p_score` (percent: how sure a node is to be better
        than another), `network_tau2` where there is one to tell, `network_limit` (what these trials
        cannot tell; method has the words), and `network_inconsistency` (the Q between
        designs) where the network has a loop, else `network_no_loop`.

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: rows that the published facts do not have.
        ModelError: a network in several parts, or effects that cannot be compared.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    key = asked.question.syntheses[0]
    synthesis = trial.plan.syntheses[key]
    effects = effects_of(trial.published, key, synthesis)
    pairs = one_a_pair(effects.rows)
    fit = network(
        pairs,
        study="trial_key",
        treatment="exercise_type",
        comparator="comparator_type",
        effect="effect",
        se="se",
        level=synthesis.level,
    )
    return [
        *_differences(fit, synthesis, asked),
        *_shape(fit, pairs, synthesis, asked),
        *_nodes(fit, effects.rows, synthesis, asked),
        *left_out_notes(effects.left_out, key, synthesis, asked),
        asked.row("interval_level", 100 * synthesis.level),
    ]


def one_a_pair(rows: pd.DataFrame) -> pd.DataFrame:
    """One effect for each pair of kinds that a trial compares, by the people that effects share.

    Returns:
        ``trial_key``, ``exercise_type``, ``comparator_type``, ``effect``, ``se``, ``people``: the
        groups of the pair, the shared comparator once.

    Source: Cochrane Handbook (version 6) section 23.3.4.
    """
    kinds = ["trial_key", "exercise_type", "comparator_type"]
    pair = rows[kinds].astype(str).agg(" | ".join, axis=1)
    made, _ = one_a_trial(rows.assign(trial_key=pair))
    first = rows[kinds].set_index(pair).loc[lambda each: ~each.index.duplicated()]
    people = rows.groupby(pair)["n_exercise"].sum(min_count=1)
    people += rows.groupby(pair)["n_control"].max()
    at = made["trial_key"].to_numpy()
    found = made.assign(people=people.loc[at].to_numpy(float))
    return found.assign(**{name: first.loc[at, name].to_numpy() for name in kinds})


def _differences(fit: NetworkFit, synthesis: Synthesis, asked: Asked) -> list[Result]:
    return [
        asked.row(
            "network_difference",
            line.estimate,
            measure=synthesis.measure,
            level=f"{line.treatment} minus {line.comparator}",
            comparator=line.comparator,
            se=line.se,
            lower=line.lower,
            upper=line.upper,
            p=line.p,
            n=int(line.studies),
            method=fit.method + ("" if line.studies else "; indirect evidence only"),
            verified=VERIFIED,
        )
        for line in fit.pairs.itertuples()
    ]


def _nodes(fit: NetworkFit, rows: pd.DataFrame, synthesis: Synthesis, asked: Asked) -> list[Result]:
    """Trials and people of each kind; a group that several contrasts share is counted once."""
    ends = (
        ("exercise_type", "group_exercise", "n_exercise"),
        ("comparator_type", "group_comparator", "n_control"),
    )
    parts = [
        rows[["trial_key", kind, people]]
        .assign(group=rows[group].fillna(kind).astype(str), row_id=rows["row_id"])
        .set_axis(["trial", "node", "people", "group", "row_id"], axis=1)
        for kind, group, people in ends
    ]
    groups = pd.concat(parts).drop_duplicates(["trial", "node", "group"])
    made = []
    for node in fit.treatments:
        own = groups[groups["node"] == node]
        people = None if own["people"].isna().any() else int(own["people"].sum())
        told = {"level": str(node), "n": people, "measure": synthesis.measure}
        method = "trials with this kind; n counts its people"
        made.append(asked.row("network_node", own["trial"].nunique(), method=method, **told))
    return made


def _shape(fit: NetworkFit, rows: pd.DataFrame, synthesis: Synthesis, asked: Asked) -> list[Result]:
    place = {"measure": synthesis.measure}
    edges = [
        asked.row(
            "network_edge",
            int(line.studies),
            level=f"{line.treatment} minus {line.comparator}",
            n=_people(rows, line.treatment, line.comparator),
            method="trials that compare the two directly; n is their people",
            **place,
        )
        for line in fit.edges.itertuples()
    ]
    ranks = [
        asked.row(
            "p_score",
            100 * line.p_score,
            level=str(line.treatment),
            n=int(rows["trial_key"].nunique()),
            method="mean certainty of being better than another node",
            verified=VERIFIED,
            **place,
        )
        for line in fit.ranking.itertuples()
    ]
    tau2 = fit.heterogeneity.set_index("statistic").loc["tau2", "value"]
    told = {"method": fit.method, "verified": VERIFIED, **place}
    return [
        *edges,
        *ranks,
        *([asked.row("network_tau2", tau2, **told)] if math.isfinite(tau2) else []),
        *(
            asked.row("network_limit", number, level=str(number), method=words, **place)
            for number, words in enumerate(fit.limits, 1)
        ),
        _consistency(fit, place, asked),
    ]


def _people(rows: pd.DataFrame, one: str, other: str) -> int | None:
    """The people of the trials that compare two kinds; None where a trial does not tell them."""
    ends = rows[["exercise_type", "comparator_type"]].isin([one, other]).all(axis=1)
    people = rows.loc[ends, "people"]
    return None if people.isna().any() else int(people.sum())


def _consistency(fit: NetworkFit, place: dict, asked: Asked) -> Result:
    """Whether direct and indirect evidence agree, where both are there for any pair."""
    try:
        parts = fit.consistency().set_index("part").loc["between designs"]
    except ModelError:
        # Raised where no loop of different trials closes; every other fault was raised by the fit.
        why = "no loop: direct and indirect evidence cannot be compared"
        return asked.row("network_no_loop", 0, method=why, **place)
    told = {"df": parts["df"], "p": parts["p"], "verified": VERIFIED}
    method = "Q between designs, fixed effect"
    return asked.row("network_inconsistency", parts["q"], method=method, **told, **place)

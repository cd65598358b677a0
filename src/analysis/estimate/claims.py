"""The claims of an article beside the results that bear on them."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.behind import PLACE, Answers, papers
from analysis.estimate.estimators import estimate
from analysis.estimate.verdict import (
    CERTAINTIES,
    STATED,
    TOLD,
    VERDICTS,
    Weighed,
    certainty,
    of_parts,
    tell,
    verdict,
    weigh,
)
from analysis.plan.schema_claims import Claim, Evidence
from analysis.result.record import Result


def estimate_claims(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The verdict on each claim of a ledger, by the written rule, with the results behind it.

    Args:
        trial: the study, with the ledger and the trials that the ledger names.
        question: key of a question of the plan whose estimate is `claims`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        Rows `verdict` (level `claim: word`, value its place on the scale, 0 best) and `certainty`
        (likewise), method what the results say of each part; `part` (level `claim:part: word`,
        likewise) where a claim has parts; `evidence` (level `claim:number`, and `:beside` where it
        does not decide), the number of the result behind it with its interval, comparator what it
        says (`for`, `against`, `open`, `absent`), method what it is, the id of the row, what was
        expected, and the papers behind it; `evidence_stated` likewise, where a source states a
        result without a number.

    Raises:
        UsageError: an unknown question, or a week or measure.
        PlanError: the ledger names a study or question that is not there.
        ModelError: a result behind a claim cannot be estimated.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    ledger = trial.ledger
    if ledger is None:
        raise PlanError(
            "The ledger of claims is not there.",
            where=f"questions.{question}.ledger",
            do="Write the name of a file in claims/.",
        )
    answers = _answers(trial, list(ledger.claims.values()), chapter)
    found = {(study, row.id): row for (study, _), own in answers.items() for row in own}
    rows = []
    for key, claim in ledger.claims.items():
        weighed = [weigh(each, found.get((each.study, each.row))) for each in claim.evidence]
        rows += _verdict_rows(key, claim, weighed, asked)
        for number, each in enumerate(weighed, start=1):
            place = (each.evidence.study, each.evidence.question)
            behind = papers(each.row, answers[place]) or _source(trial, each)
            beside = "" if each.evidence.role == "main" else ":beside"
            rows.append(_evidence_row(f"{key}:{number}{beside}", each, behind, asked))
    return rows


def _answers(trial: Trial, claims: list[Claim], chapter: str) -> Answers:
    """The rows of every question that a claim rests on, by study and question."""
    wanted = dict.fromkeys((each.study, each.question) for c in claims for each in c.evidence)
    return {
        (study, question): estimate(
            trial if study == trial.plan.study.name else trial.others[study],
            question,
            chapter=chapter,
        )
        for study, question in wanted
    }


def _source(trial: Trial, each: Weighed) -> str:
    """Where the figures of another study come from, where its row does not say so itself."""
    own = each.row is None or each.evidence.study == trial.plan.study.name
    if own or PLACE.search(each.row.method or ""):
        return ""
    return trial.others[each.evidence.study].plan.study.source


def _verdict_rows(key: str, claim: Claim, weighed: list[Weighed], asked: Asked) -> list[Result]:
    word, sure = verdict(claim, weighed), certainty(claim, weighed)
    main = sum(each.evidence.role == "main" and each.row is not None for each in weighed)
    told = {"n": main, "method": _rule(claim, weighed)}
    return [
        asked.row("verdict", VERDICTS.index(word), level=f"{key}: {word}", **told),
        asked.row("certainty", CERTAINTIES.index(sure), level=f"{key}: {sure}", **told),
        *_part_rows(key, claim, weighed, asked),
    ]


def _part_rows(key: str, claim: Claim, weighed: list[Weighed], asked: Asked) -> list[Result]:
    """What is told of each part, where a claim has parts."""
    return [
        asked.row(
            "part",
            TOLD.index(told),
            level=f"{key}:{part}: {told}",
            method=f"{claim.parts[part]}: {told}{_counts(claim, weighed, part)}",
        )
        for part, told in tell(claim, weighed).items()
        if claim.parts
    ]


def _rule(claim: Claim, weighed: list[Weighed]) -> str:
    """How the rule came to the verdict: what the main results say, part by part."""
    words = "; ".join(
        (f"{claim.parts[part]}: {told}" if claim.parts else f"main results: {told}")
        + _counts(claim, weighed, part)
        for part, told in tell(claim, weighed).items()
    )
    if not any(each.row for each in weighed if each.evidence.role == "main"):
        words = "no result bears on it"
    return words + _limited(claim, weighed)


def _limited(claim: Claim, weighed: list[Weighed]) -> str:
    """The limit of the evidence: whether it held the verdict back, or only stands beside it."""
    if claim.limit is None:
        return ""
    found = of_parts(list(tell(claim, weighed).values()))
    if found != verdict(claim, weighed):
        return f"; held at {claim.at_best}, since {claim.limit}"
    return f"; what limits these results: {claim.limit}"


def _counts(claim: Claim, weighed: list[Weighed], part: str) -> str:
    said = [
        each.says
        for each in weighed
        if each.evidence.role == "main" and (not claim.parts or each.evidence.part == part)
    ]
    counts = ", ".join(f"{said.count(word)} {word}" for word in dict.fromkeys(said))
    return f" ({counts})" if counts else ""


def _evidence_row(level: str, each: Weighed, behind: str, asked: Asked) -> Result:
    row, evidence = each.row, each.evidence
    if row is None:
        method = f"{evidence.study}: there is no result {evidence.row}"
        return asked.row("evidence", float("nan"), level=level, comparator="absent", method=method)
    told = [evidence.why, f"{evidence.study}: {row.id}", _expectation(evidence)]
    told += [each for each in (row.method, behind) if each]
    return asked.row(
        "evidence_stated" if row.statistic == STATED else "evidence",
        row.value,
        level=level,
        comparator=each.says,
        se=row.se,
        lower=row.lower,
        upper=row.upper,
        p=row.p,
        n=row.n,
        n_observed=row.n_observed,
        method="; ".join(told),
        verified=row.verified,
    )


def _expectation(evidence: Evidence) -> str:
    part = "" if evidence.part is None else f" ({evidence.part.replace('_', ' ')})"
    return f"{evidence.role}{part}, {evidence.design}; the claim has it: {evidence.test}"

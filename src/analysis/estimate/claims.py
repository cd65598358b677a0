"""The claims of an article beside the results that bear on them."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimators import estimate
from analysis.estimate.verdict import CERTAINTIES, VERDICTS, Weighed, certainty, verdict, weigh
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
        (likewise); `evidence` (level `claim:number`), the number of the result behind it with its
        interval, comparator what it says (`for`, `against`, `open`, `absent`), method the id of the
        row and its source.

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
    rows = []
    for key, claim in ledger.claims.items():
        weighed = [weigh(each, answers.get((each.study, each.row))) for each in claim.evidence]
        rows += _verdict_rows(key, claim, weighed, asked)
        rows += [_evidence_row(key, n, each, asked) for n, each in enumerate(weighed, start=1)]
    return rows


def _answers(trial: Trial, claims: list[Claim], chapter: str) -> dict[tuple[str, str], Result]:
    """The rows of every question that a claim rests on, by study and id."""
    wanted = dict.fromkeys((each.study, each.question) for c in claims for each in c.evidence)
    found = {}
    for study, question in wanted:
        other = trial if study == trial.plan.study.name else trial.others[study]
        for row in estimate(other, question, chapter=chapter):
            found[study, row.id] = row
    return found


def _verdict_rows(key: str, claim: Claim, weighed: list[Weighed], asked: Asked) -> list[Result]:
    word, sure = verdict(claim, weighed), certainty(claim, weighed)
    main = sum(each.evidence.role == "main" and each.row is not None for each in weighed)
    told = {"n": main, "method": _rule(claim, weighed)}
    return [
        asked.row("verdict", VERDICTS.index(word), level=f"{key}: {word}", **told),
        asked.row("certainty", CERTAINTIES.index(sure), level=f"{key}: {sure}", **told),
    ]


def _rule(claim: Claim, weighed: list[Weighed]) -> str:
    said = [each.says for each in weighed if each.evidence.role == "main"]
    counts = ", ".join(f"{said.count(word)} {word}" for word in dict.fromkeys(said))
    words = f"main results: {counts}" if counts else "no result bears on it"
    return words + (f"; at best {claim.at_best}, since {claim.limit}" if claim.limit else "")


def _evidence_row(key: str, number: int, each: Weighed, asked: Asked) -> Result:
    row, evidence = each.row, each.evidence
    if row is None:
        method = f"{evidence.study}: there is no result {evidence.row}"
        return asked.row(
            "evidence", float("nan"), level=f"{key}:{number}", comparator="absent", method=method
        )
    return asked.row(
        "evidence",
        row.value,
        level=f"{key}:{number}",
        comparator=each.says,
        se=row.se,
        lower=row.lower,
        upper=row.upper,
        p=row.p,
        n=row.n,
        n_observed=row.n_observed,
        method=f"{evidence.study}: {row.id}; {_expectation(evidence)}; {row.method or ''}",
        verified=row.verified,
    )


def _expectation(evidence: Evidence) -> str:
    return (
        f"{evidence.role}, {evidence.design}; the claim has it {evidence.expects} {evidence.than:g}"
    )

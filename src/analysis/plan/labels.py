"""The words of a plan that tables, figures and sentences show."""

from __future__ import annotations

from dataclasses import asdict

from analysis.plan.schema import Plan
from analysis.plan.schema_claims import Claim, Evidence, Ledger
from analysis.plan.schema_trial import Measure
from analysis.terms import ClaimLabel, EvidenceLabel, Labels, MeasureLabel, ThresholdLabel


def labels_of(plan: Plan) -> Labels:
    """The labels of one study: arms (reference first), measures, weeks, thresholds.

    The words of the participants' columns are in the dictionary of the data, not in the plan:
    `Labels.variables` is left empty here.
    """
    arms = sorted(plan.arms, key=lambda key: key != plan.reference)
    programmes = [arm.programme for arm in plan.arms.values() if arm.programme]
    return Labels(
        study=plan.study.name,
        title=plan.study.title,
        simulated=plan.study.simulated,
        design=plan.study.design,
        arms={key: plan.arms[key].label for key in arms},
        reference=plan.reference,
        measures={key: _measure(measure) for key, measure in plan.measures.items()},
        weeks=plan.weeks,
        programme_weeks=max((p.weeks for p in programmes), default=None),
        pseudo_participants=plan.study.pseudo_participants,
        populations={key: each.label for key, each in plan.populations.items()},
        estimands={key: each.label for key, each in plan.estimands.items()},
        syntheses={key: each.label for key, each in plan.syntheses.items()},
        assumptions={
            key: {name: each.label for name, each in asked.imputation.assumptions.items()}
            for key, asked in plan.questions.items()
            if asked.imputation is not None
        },
    )


def claim_labels(ledger: Ledger | None) -> dict[str, ClaimLabel]:
    """The words of the claims of a ledger, by key."""
    claims = ledger.claims if ledger else {}
    return {
        key: ClaimLabel(
            quotation=claim.quotation,
            means=claim.means,
            would_change=claim.would_change,
            parts=claim.parts,
            evidence=tuple(_evidence(each, claim) for each in claim.evidence),
        )
        for key, claim in claims.items()
    }


def _evidence(each: Evidence, claim: Claim) -> EvidenceLabel:
    return EvidenceLabel(
        why=each.why,
        role=each.role,
        part="" if each.part is None else claim.parts[each.part],
        design=each.design,
        test=each.test,
        unit=each.unit or "",
    )


def _measure(measure: Measure) -> MeasureLabel:
    minimum, maximum = measure.range
    return MeasureLabel(
        label=measure.label,
        instrument=measure.instrument,
        unit=measure.unit,
        minimum=minimum,
        maximum=maximum,
        lower_is_better=measure.direction == "lower is better",
        thresholds=tuple(ThresholdLabel(**asdict(t)) for t in measure.thresholds),
    )

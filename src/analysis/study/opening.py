"""Opening a chapter of a study: its plan, its data, its words and the folder of its run."""

from __future__ import annotations

from dataclasses import replace

from analysis.data.store import load_trial
from analysis.data.trial import Trial
from analysis.plan.labels import claim_labels, labels_of
from analysis.plan.lock import check_lock
from analysis.plan.read import plan_path, project_root, read_plan, safe_name
from analysis.plan.schema import Plan
from analysis.show.display import display_note
from analysis.study.chapter import Chapter
from analysis.study.injected import refuse_undeclared
from analysis.study.known import known
from analysis.study.saving import is_by_hand, saving_folder
from analysis.terms import Labels

PARAMETERS = ("week", "measure")


def open_chapter(
    study: str, run: str | None, chapter: str, **parameters: int | str | None
) -> Chapter:
    """Open a chapter of a study: read its plan, load its data, and say where they come from.

    Args:
        study: name of a plan in ``plans/``.
        run: name of the run whose report the chapter belongs to; None when run by hand.
        chapter: the chapter's own name, such as ``03_week_16``.
        parameters: `week` and `measure`; None is as planned.

    Returns:
        The chapter, ready to ask.

    Raises:
        UsageError: no project here, an unsafe name, an unknown parameter, or a finished run that a
            chapter run by hand would save into.
        PlanError: no such study, or a plan that cannot be read or was changed after its lock.
        DataError: data that break a rule.
    """
    refuse_undeclared()
    for name in parameters:
        known(name, PARAMETERS, "parameter")
    root = project_root()
    plan = read_plan(plan_path(study, root))
    check_lock(plan)
    folder = saving_folder(root, plan.study.name, run, parameters)
    trial = load_trial(plan, root)
    opened = Chapter(
        trial=trial,
        labels=_labels(plan, trial),
        name=safe_name(chapter, "chapter"),
        folder=folder,
        by_hand=is_by_hand(run),
        parameters=dict(parameters),
    )
    display_note(f"**{plan.study.title}.** Data: {plan.study.source}.")
    if opened.labels.note:
        display_note(f"**{opened.labels.note}**")
    return opened


def _labels(plan: Plan, trial: Trial) -> Labels:
    """The plan's words, with those that stand in the data."""
    studies = trial.published.study_words if trial.published else {}
    words = {"variables": trial.variable_words, "claims": claim_labels(trial.ledger)}
    return replace(labels_of(plan), studies=studies, scales=trial.scales, **words)

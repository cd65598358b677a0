"""Opening a chapter of a study: its plan, its data, its words and the folder of its run."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from analysis.data.store import load_trial
from analysis.data.trial import Trial
from analysis.plan.labels import claim_labels, labels_of
from analysis.plan.lock import check_lock
from analysis.plan.places import RUN_FOLDER
from analysis.plan.read import plan_path, project_root, read_plan, safe_name
from analysis.plan.schema import Plan
from analysis.show.display import display_note
from analysis.study.chapter import BY_HAND, Chapter
from analysis.study.known import known
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
        UsageError: no project here, an unsafe name, or an unknown parameter.
        PlanError: no such study, or a plan that cannot be read or was changed after its lock.
        DataError: data that break a rule.
    """
    for name in parameters:
        known(name, PARAMETERS, "parameter")
    root = project_root()
    plan = read_plan(plan_path(study, root))
    check_lock(plan)
    trial = load_trial(plan, root)
    opened = Chapter(
        trial=trial,
        labels=_labels(plan, trial),
        name=safe_name(chapter, "chapter"),
        folder=_run_folder(root, plan, run),
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


def _run_folder(root: Path, plan: Plan, run: str | None) -> Path:
    if run is not None and RUN_FOLDER in os.environ:
        return root / os.environ[RUN_FOLDER]
    name = BY_HAND if run is None else safe_name(run, "run")
    return root / "reports" / plan.study.name / name

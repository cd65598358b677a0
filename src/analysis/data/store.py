"""Trials and published facts, derived once and reused while data, plan and code are the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analysis import terms
from analysis.data import published
from analysis.data.derive import derive
from analysis.data.derived import Derived, read_derived, write_derived
from analysis.data.evidence import evidence_trial
from analysis.data.files.integrity import read_folder, sha256
from analysis.data.published import Published, read_published
from analysis.data.read import read_study
from analysis.data.trial import Trial
from analysis.errors import DataError
from analysis.plan import schema
from analysis.plan.ledger import read_ledger
from analysis.plan.lock import plan_hash
from analysis.plan.places import plan_path, safe_name
from analysis.plan.read import read_plan
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import EVIDENCE

TABLES = ("people", "visits", "sessions", "events", "intercurrent", "flow", "variables")
# What a trial tells beside its tables.
FACTS = ("late_sessions", "events_recorded", "scales")


def _code(folder: Path) -> str:
    """The hash of the files that decide what is derived."""
    files = [*folder.rglob("*.py"), Path(terms.__file__)]
    files += Path(schema.__file__).parent.glob("schema*.py")
    return sha256("".join(sorted(sha256(path.read_bytes()) for path in files)).encode())


# Of the code as it was loaded: a process that lives on after an edit derives by the old one, and
# must not write that down as what the new one gives.
_CODE = _code(Path(__file__).parent)


def load_trial(plan: Plan, root: Path) -> Trial:
    """The trial of a plan, read and derived, or as it was derived before from the same things.

    Args:
        plan: the analysis plan; its study's name is the name of the folders.
        root: the project's folder; reads ``data/raw/<study>``, writes ``data/processed/<study>``.

    Returns:
        The trial, equal in every value and type whether derived now or before.

    Raises:
        DataError: the raw data are missing, break a rule, changed while they were read, or the
            derived data cannot be written.
    """
    # A ledger's studies stand beside the same published facts, which are read once.
    facts = cache(lambda: _load_published(root))
    trial = _alone(plan, root, facts)
    if plan.ledger is None:
        return trial
    ledger = read_ledger(plan.ledger, root)
    named = {each.study for claim in ledger.claims.values() for each in claim.evidence}
    others = sorted(named - {plan.study.name})
    plans = {study: read_plan(plan_path(study, root)) for study in others}
    return replace(
        trial,
        ledger=ledger,
        others={study: _alone(plans[study], root, facts) for study in others},
    )


def _alone(plan: Plan, root: Path, facts: Callable[[], Published]) -> Trial:
    """The trial of one plan, without what other studies say."""
    study = safe_name(plan.study.name, "study")
    beside = plan.sets_beside_studies and (root / "data" / "raw" / published.STUDY).is_dir()
    if plan.study.design == EVIDENCE:
        return evidence_trial(plan, facts())
    wanted = plan.asks_of_studies or beside
    return replace(_load(plan, root, study), published=facts() if wanted else None)


def _load(plan: Plan, root: Path, study: str) -> Trial:
    raw, folder = _folders(root, study)
    made_from = _made_from(raw) | {"plan": plan_hash(plan)}
    stored = read_derived(folder, TABLES, made_from)
    if stored is not None:
        return Trial(plan=plan, hashes=dict(stored.hashes), **stored.tables, **stored.facts)
    received = read_study(plan, root)
    _refuse_changed(received.hashes, made_from, raw)
    trial = derive(plan, received)
    tables = {name: getattr(trial, name) for name in TABLES}
    facts = {name: getattr(trial, name) for name in FACTS}
    write_derived(Derived(tables, trial.hashes, facts), folder, made_from)
    return trial


def _load_published(root: Path) -> Published:
    raw, folder = _folders(root, published.STUDY)
    made_from = _made_from(raw)
    stored = read_derived(folder, published.TABLES, made_from)
    if stored is not None:
        return Published(hashes=dict(stored.hashes), **stored.tables)
    facts = read_published(root)
    _refuse_changed(facts.hashes, made_from, raw)
    tables = {name: getattr(facts, name) for name in published.TABLES}
    write_derived(Derived(tables, facts.hashes), folder, made_from)
    return facts


def _folders(root: Path, name: str) -> tuple[Path, Path]:
    return root / "data" / "raw" / name, root / "data" / "processed" / name


def _made_from(raw: Path) -> dict:
    """What derived data depend on beside their plan; any difference means deriving again."""
    files = read_folder(raw) if raw.is_dir() else {}
    return {
        "raw": {name: sha256(content) for name, content in files.items()},
        "code": _CODE,
        "versions": {"pandas": pd.__version__, "pyarrow": pa.__version__},
    }


def _refuse_changed(hashes: dict[str, str], made_from: dict, raw: Path) -> None:
    if hashes.items() - made_from["raw"].items():
        raise DataError(
            "The raw data changed while they were read.",
            where=f"data/raw/{raw.name}",
            why="tables of two versions of the data would be mixed",
            do="wait until the files are complete and run again",
        )

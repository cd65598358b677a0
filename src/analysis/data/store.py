"""Derived data on disk: made once, reused while raw data, plan and code are the same.

The folder of a study is swapped as a whole. Whoever reads in the middle of a swap, or after a
kill, finds the old folder, the new one or none; files that do not belong together are told by their
hashes and are derived again.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analysis import terms
from analysis.data.derive import derive
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
from analysis.result.files import replace_file, sync_folder
from analysis.result.store import parquet_bytes

TABLES = ("people", "visits", "sessions", "events", "intercurrent", "flow", "variables")
MANIFEST = "manifest.json"
LEFTOVER_SECONDS = 3600
SWAPS = 20


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
    published = cache(lambda: read_published(root))
    trial = _alone(plan, root, published)
    if plan.ledger is None:
        return trial
    ledger = read_ledger(plan.ledger, root)
    named = {each.study for claim in ledger.claims.values() for each in claim.evidence}
    others = sorted(named - {plan.study.name})
    plans = {study: read_plan(plan_path(study, root)) for study in others}
    return replace(
        trial,
        ledger=ledger,
        others={study: _alone(plans[study], root, published) for study in others},
    )


def _alone(plan: Plan, root: Path, published: Callable[[], Published]) -> Trial:
    """The trial of one plan, without what other studies say."""
    study = safe_name(plan.study.name, "study")
    beside = plan.sets_beside_studies and (root / "data" / "raw" / "published").is_dir()
    if plan.study.design == EVIDENCE:
        return evidence_trial(plan, published())
    facts = published() if plan.asks_of_studies or beside else None
    return replace(_load(plan, root, study), published=facts)


def _load(plan: Plan, root: Path, study: str) -> Trial:
    raw, folder = root / "data" / "raw" / study, root / "data" / "processed" / study
    made_from = _made_from(plan, raw)
    stored = _read(plan, folder, made_from)
    if stored is not None:
        return stored
    received = read_study(plan, root)
    if received.hashes.items() - made_from["raw"].items():
        raise DataError(
            "The raw data changed while they were read.",
            where=f"data/raw/{study}",
            why="tables of two versions of the data would be mixed",
            do="wait until the files are complete and run again",
        )
    trial = derive(plan, received)
    _write(trial, folder, made_from)
    return trial


def _made_from(plan: Plan, raw: Path) -> dict:
    """All that the derived data depend on; any difference means deriving again."""
    files = read_folder(raw) if raw.is_dir() else {}
    code = [*Path(__file__).parent.rglob("*.py"), Path(terms.__file__)]
    code += Path(schema.__file__).parent.glob("schema*.py")
    return {
        "raw": {name: sha256(content) for name, content in files.items()},
        "plan": plan_hash(plan),
        "code": sha256("".join(sha256(path.read_bytes()) for path in sorted(code)).encode()),
        "versions": {"pandas": pd.__version__, "pyarrow": pa.__version__},
    }


def _read(plan: Plan, folder: Path, made_from: dict) -> Trial | None:
    """The stored trial; None where there is none, it was made from other things or is broken."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["made_from"] != made_from:
            return None
        tables = {name: _read_table(folder, name, manifest["tables"][name]) for name in TABLES}
        return Trial(plan=plan, hashes=manifest["hashes"], **tables)
    except (OSError, ValueError, KeyError, TypeError):
        # Deriving again is always right, so a folder that is not whole is no error.
        return None


def _read_table(folder: Path, name: str, told: dict) -> pd.DataFrame:
    content = (folder / f"{name}.parquet").read_bytes()
    if sha256(content) != told["sha256"]:
        raise ValueError(name)
    frame = pd.read_parquet(io.BytesIO(content))
    for column, kind in told["categories"].items():
        levels = pd.Index(kind["levels"], dtype=kind["dtype"])
        frame[column] = pd.Categorical(frame[column], levels, ordered=kind["ordered"])
    return frame


def _write(trial: Trial, folder: Path, made_from: dict) -> None:
    beside: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        _fill(trial, beside, made_from)
        beside.chmod(folder.parent.stat().st_mode & 0o777)
        _swap(beside, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise DataError(
            f"The derived data cannot be written: {error.strerror or error}.",
            where=f"data/processed/{folder.name}",
            why="every chapter would derive them again, and none could be checked against them",
            do="make room, or allow writing to the folder, and run again",
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _fill(trial: Trial, beside: Path, made_from: dict) -> None:
    tables = {}
    for name in TABLES:
        frame = getattr(trial, name)
        content = parquet_bytes(frame)
        replace_file(beside / f"{name}.parquet", content)
        tables[name] = {"sha256": sha256(content), "categories": _categories(frame)}
    manifest = {"made_from": made_from, "hashes": trial.hashes, "tables": tables}
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
    replace_file(beside / MANIFEST, text.encode())


def _categories(frame: pd.DataFrame) -> dict:
    """Levels in their order; Parquet forgets those that occur in no row."""
    kinds = {name: kind for name, kind in frame.dtypes.items() if kind == "category"}
    return {
        name: {
            "levels": kind.categories.tolist(),
            "dtype": str(kind.categories.dtype),
            "ordered": bool(kind.ordered),
        }
        for name, kind in kinds.items()
    }


def _swap(beside: Path, folder: Path) -> None:
    """Put a whole folder in the place of another; two processes may do so at once."""
    aside = Path(f"{beside}.old")
    try:
        for _ in range(SWAPS):
            with contextlib.suppress(FileNotFoundError):
                os.rename(folder, aside)
            try:
                os.rename(beside, folder)
                return
            except OSError:
                # Another process was quicker: its folder moves aside in the next round.
                shutil.rmtree(aside, ignore_errors=True)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left long ago; a living one is done within seconds."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        # Another process may be done with its folder between the listing and the look at it.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)

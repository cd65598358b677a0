"""SHA-256 of the data that a study's results rest on: its raw files, and published facts."""

from __future__ import annotations

from pathlib import Path

from analysis.plan.schema import Plan
from analysis.report.hashing import file_hashes


def data_hashes(plan: Plan, root: Path) -> dict[str, str]:
    """Hashes of the study's raw files, and of the published facts where the plan asks of them."""
    raw = root / "data" / "raw"
    hashes = file_hashes(raw / plan.study.name)
    if plan.asks_of_studies:
        published = file_hashes(raw / "published")
        hashes |= {f"published/{name}": digest for name, digest in published.items()}
    return hashes

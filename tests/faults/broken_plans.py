"""Plans broken on purpose: the demo with one thing wrong, and what its reader is told.

Each row replaces one piece of plans/demo.yaml, or the whole file. The message must hold `says` and
name the line of the broken piece, which is found by the text `at`.
"""

from __future__ import annotations

from tests.faults.broken_plan_absent import BROKEN_ABSENT
from tests.faults.broken_plan_parts import BROKEN_PARTS
from tests.faults.broken_plan_responders import BROKEN_RESPONDERS
from tests.faults.broken_plan_row import BrokenPlan
from tests.faults.broken_plan_words import BROKEN_WORDS

__all__ = ["BROKEN_PLANS", "BrokenPlan"]

BROKEN_PLANS: list[BrokenPlan] = [
    *BROKEN_WORDS,
    *BROKEN_PARTS,
    *BROKEN_RESPONDERS,
    *BROKEN_ABSENT,
]

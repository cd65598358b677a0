"""What cannot be known from pseudo-participants, in words that stand where it would be shown.

They are complete and well behaved because they were made so: a nought or a smooth curve drawn from
them would be read as a finding about the real people of the study.
"""

from __future__ import annotations

from analysis.terms import Labels

COMPLETE = "pseudo-participants are complete because they were made so"
FOLLOW_UP = f"Who left the study, and why, is unknown here: {COMPLETE}"
ASSUMPTIONS = (
    "the model's assumptions cannot be checked: how the scores of the real people spread, and "
    "whether some lie far away, is unknown"
)
_KINDS = {"missing": f"How many people have no score is unknown here: {COMPLETE}."}


def unknown(kind: str, labels: Labels) -> str:
    """The words in the place of a table or figure of this kind; empty where it can be shown."""
    return _KINDS.get(kind, "") if labels.pseudo_participants else ""

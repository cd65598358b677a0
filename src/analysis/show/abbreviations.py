"""Abbreviations that texts print, written out below the table that shows them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

WORDS = {
    "BD": "back disability",
    "BP": "back pain",
    "CPGS": "Chronic Pain Grade Scale",
    "GSC": "general strength and conditioning",
    "LBP": "low back pain",
    "LEXT": "training of the lumbar extensors alone",
    "MCMT": "motor control exercise and manual therapy",
    "NRS": "numeric rating scale",
    "ODI": "Oswestry Disability Index",
    "PAT": "progressive aerobic training",
    "PCRT": "resistance training of the muscles along the back of the body (posterior chain)",
    "PRT": "progressive resistance training",
    "RMDQ": "Roland-Morris Disability Questionnaire",
    "SF": "Short Form Health Survey",
    "TOTRX": "resistance training of the total body",
    "VAS": "visual analogue scale",
}


def written_out(texts: Iterable[object]) -> list[str]:
    """What the abbreviations in these texts stand for, as one note; nothing without any.

    Args:
        texts: what is shown, such as the cells of a table.
    """
    found = set(re.findall(r"\b[A-Z]+\b", " ".join(str(text) for text in texts)))
    said = [f"{short}, {html.escape(words)}" for short, words in WORDS.items() if short in found]
    return [f"{'; '.join(said)}."] if said else []

"""A row says it was verified only where the pinned results hold its very combination."""

from __future__ import annotations

import json
from itertools import chain

from analysis.estimate.model import VALIDATED
from tests.house.tree import ROOT

_WORDS = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Kenward-Roger-Linear": "kenward-roger-linear",
    "Between-Within": "between-within",
}


def test_verified_is_what_was_compared_and_nothing_else():
    fits = json.loads((ROOT / "validation/mmrm/reference.json").read_text("utf-8"))["fits"]
    keys = {tuple(key.split("/")) for key in chain.from_iterable(fits.values())}
    # A covariance by arm and the sandwich variances are no options of a plan.
    plain = {key for key in keys if " " not in key[0] and key[2] in ("REML", "ML")}
    assert {(s, _WORDS[df], kind == "REML") for s, df, kind in plain} == VALIDATED

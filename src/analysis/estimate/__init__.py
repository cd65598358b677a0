"""Estimating: one clinical question a file, from a question and a trial to result rows."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "adequacy",
        "asked",
        "baseline",
        "change",
        "deltas",
        "diagnostics",
        "estimand",
        "estimators",
        "flare_ups",
        "flow",
        "imputing",
        "missing",
        "model",
        "observed",
        "responder_curve",
        "responder_rows",
        "responder_shares",
        "responders",
        "responding",
        "returned",
        "standing",
        "followed",
        "harm_events",
        "safety",
        "stopping",
        "thresholds",
        "tipping",
        "unseen",
        "xray",
    ],
    submod_attrs={"estimators": ["ESTIMATORS", "estimate"]},
)

"""Figures: result rows drawn; alt text and data tables of the figures are in `descriptions`."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from analysis.show.figures.among import among
from analysis.show.figures.assumptions import assumptions
from analysis.show.figures.bias import bias
from analysis.show.figures.course import course, observed
from analysis.show.figures.curves import curves
from analysis.show.figures.differences import differences
from analysis.show.figures.doses import doses
from analysis.show.figures.flare_days import flare_days
from analysis.show.figures.flow import flow
from analysis.show.figures.funnel import funnel
from analysis.show.figures.harms import harms
from analysis.show.figures.kept import kept
from analysis.show.figures.lengths import lengths
from analysis.show.figures.majority import majority
from analysis.show.figures.missing import missing
from analysis.show.figures.network import network
from analysis.show.figures.relapse import relapse_free
from analysis.show.figures.responders import by_week, curve
from analysis.show.figures.studies import studies
from analysis.show.figures.style import png
from analysis.show.figures.subgroups import subgroups
from analysis.show.figures.swimmers import swimmers
from analysis.show.figures.tipping import tipping
from analysis.show.figures.training import attendance, falls, progress
from analysis.show.figures.trajectories import trajectories
from analysis.show.figures.xray import xray

# Every figure has the signature (rows, labels) -> Figure.
FIGURES: dict[str, Callable[..., Figure]] = {
    "flow": flow,
    "course": course,
    "observed": observed,
    "differences": differences,
    "missing": missing,
    "studies": studies,
    "curves": curves,
    "trajectories": trajectories,
    "kept": kept,
    "harms": harms,
    "flare_days": flare_days,
    "responders_by_week": by_week,
    "responder_curve": curve,
    "relapse_free": relapse_free,
    "majority": majority,
    "lengths": lengths,
    "doses": doses,
    "xray": xray,
    "assumptions": assumptions,
    "tipping": tipping,
    "attendance": attendance,
    "swimmers": swimmers,
    "progress": progress,
    "falls": falls,
    "funnel": funnel,
    "bias": bias,
    "network": network,
    "among": among,
    "subgroups": subgroups,
}

__all__ = ["FIGURES", "png"]

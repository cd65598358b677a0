"""Tables: result rows under headings; every number leads to its row."""

from __future__ import annotations

from collections.abc import Callable

from great_tables import GT

from analysis.show.tables.appraisal import bias, findings, selection
from analysis.show.tables.assumptions import assumptions
from analysis.show.tables.baseline import baseline
from analysis.show.tables.claims import claim_evidence, claims
from analysis.show.tables.contrasts import contrasts
from analysis.show.tables.correlations import correlations
from analysis.show.tables.course import course_changes, course_differences, trajectories
from analysis.show.tables.diagnostics import diagnostics
from analysis.show.tables.differences import differences
from analysis.show.tables.dose_marks import dose_marks, length_marks
from analysis.show.tables.doses import doses
from analysis.show.tables.durability import durability
from analysis.show.tables.flow import flow
from analysis.show.tables.funnel import funnel
from analysis.show.tables.harms import harm_rates, harms, harms_in_programme, serious
from analysis.show.tables.lengths import lengths
from analysis.show.tables.majority import benchmark, majority, published_shares
from analysis.show.tables.means import ls_means, observed
from analysis.show.tables.missing import missing
from analysis.show.tables.network import network
from analysis.show.tables.pools import pools
from analysis.show.tables.received import falls, received
from analysis.show.tables.relapse import relapse, relapse_free
from analysis.show.tables.responder_shares import by_week, curve
from analysis.show.tables.responders import compared, missing_scores, sustained
from analysis.show.tables.reviews import reviews
from analysis.show.tables.sessions_and_harm import flare_days, stopping, stopping_weeks
from analysis.show.tables.studies import studies
from analysis.show.tables.subgroups import interactions, subgroups
from analysis.show.tables.swimmers import swimmers
from analysis.show.tables.thresholds import thresholds
from analysis.show.tables.tipping import tipping, tipping_points
from analysis.show.tables.training import attendance, attendance_weeks, progress, work
from analysis.show.tables.xray import planned_values, value_sources

# Every table has the signature (rows, labels) -> GT.
TABLES: dict[str, Callable[..., GT]] = {
    "flow": flow,
    "baseline": baseline,
    "ls_means": ls_means,
    "differences": differences,
    "observed": observed,
    "missing": missing,
    "diagnostics": diagnostics,
    "correlations": correlations,
    "thresholds": thresholds,
    "pools": pools,
    "studies": studies,
    "reviews": reviews,
    "course_changes": course_changes,
    "course_differences": course_differences,
    "trajectories": trajectories,
    "durability": durability,
    "harms": harms,
    "harms_in_programme": harms_in_programme,
    "harm_rates": harm_rates,
    "serious": serious,
    "flare_days": flare_days,
    "attendance": attendance,
    "attendance_weeks": attendance_weeks,
    "swimmers": swimmers,
    "work": work,
    "progress": progress,
    "received": received,
    "falls": falls,
    "interactions": interactions,
    "subgroups": subgroups,
    "stopping": stopping,
    "stopping_weeks": stopping_weeks,
    "responders": compared,
    "responders_sustained": sustained,
    "responders_missing": missing_scores,
    "responders_by_week": by_week,
    "responder_curve": curve,
    "relapse": relapse,
    "majority": majority,
    "benchmark": benchmark,
    "published_shares": published_shares,
    "relapse_free": relapse_free,
    "lengths": lengths,
    "length_marks": length_marks,
    "dose_marks": dose_marks,
    "doses": doses,
    "contrasts": contrasts,
    "findings": findings,
    "funnel": funnel,
    "bias": bias,
    "selection": selection,
    "network": network,
    "claims": claims,
    "claim_evidence": claim_evidence,
    "assumptions": assumptions,
    "planned_values": planned_values,
    "value_sources": value_sources,
    "tipping": tipping,
    "tipping_points": tipping_points,
}

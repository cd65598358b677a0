"""Sentences: what result rows say, in words; every number leads to its row."""

from __future__ import annotations

from collections.abc import Callable

from analysis.show.sentences.absent import absent_scores, depends_for_clinicians
from analysis.show.sentences.absent_statisticians import (
    depends_for_statisticians,
    tipping_words,
)
from analysis.show.sentences.among import among, appraisal
from analysis.show.sentences.baseline import baseline
from analysis.show.sentences.caution import one_arm_caution
from analysis.show.sentences.claims import claims
from analysis.show.sentences.clinicians import for_clinicians, headline
from analysis.show.sentences.diagnostics import diagnostics
from analysis.show.sentences.durability import durability_in_words
from analysis.show.sentences.evidence import agreement, evidence, one_study
from analysis.show.sentences.first_answer import beside_first_answer
from analysis.show.sentences.flow import flow
from analysis.show.sentences.harms import flare_days, harms, stopping
from analysis.show.sentences.imbalance import baseline_imbalance
from analysis.show.sentences.length import length
from analysis.show.sentences.majority import majority_in_words, shares_in_words
from analysis.show.sentences.network import network
from analysis.show.sentences.people import people
from analysis.show.sentences.relapse import relapse_in_words
from analysis.show.sentences.responders import (
    responders_for_clinicians,
    responders_for_statisticians,
    sustained_for_clinicians,
)
from analysis.show.sentences.statisticians import for_statisticians
from analysis.show.sentences.subgroups import subgroups
from analysis.show.sentences.training import attendance, falls, received
from analysis.show.sentences.two_years import course_in_words, spread_in_words
from analysis.show.sentences.work import work_in_words

# Every sentence has the signature (rows, labels) -> str: inline HTML that Markdown leaves as it is.
SENTENCES: dict[str, Callable[..., str]] = {
    "for_clinicians": for_clinicians,
    "for_statisticians": for_statisticians,
    "headline": headline,
    "one_arm_caution": one_arm_caution,
    "people": people,
    "flow": flow,
    "baseline": baseline,
    "diagnostics": diagnostics,
    "evidence": evidence,
    "agreement": agreement,
    "one_study": one_study,
    "course_in_words": course_in_words,
    "spread_in_words": spread_in_words,
    "durability_in_words": durability_in_words,
    "harms": harms,
    "flare_days": flare_days,
    "attendance": attendance,
    "falls": falls,
    "work_in_words": work_in_words,
    "subgroups": subgroups,
    "received": received,
    "stopping": stopping,
    "responders_for_clinicians": responders_for_clinicians,
    "responders_for_statisticians": responders_for_statisticians,
    "sustained_for_clinicians": sustained_for_clinicians,
    "relapse_in_words": relapse_in_words,
    "baseline_imbalance": baseline_imbalance,
    "majority_in_words": majority_in_words,
    "shares_in_words": shares_in_words,
    "length": length,
    "network": network,
    "among": among,
    "appraisal": appraisal,
    "claims": claims,
    "absent_scores": absent_scores,
    "depends_for_clinicians": depends_for_clinicians,
    "depends_for_statisticians": depends_for_statisticians,
    "beside_first_answer": beside_first_answer,
    "tipping": tipping_words,
}

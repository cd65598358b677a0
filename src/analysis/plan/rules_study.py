"""Rules of a plan: the study's name, its arms and their programmes."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan.places import LONGEST, name_fault
from analysis.plan.problem import KeyPath, Problem, listed
from analysis.plan.rules_words import repeated
from analysis.plan.schema_trial import EVIDENCE, Arm, Programme, Study

# A plan written out beside its report keeps its study's name under this file name.
AS_RUN = "plan_as_run"

_WHY_REFERENCE = "A difference has a sign only once it is said which arm it is taken from."
_WHY_DOSE = "The dose of training is what the study is about; attendance is counted against it."
# Two a day.
MOST_SESSIONS = 14


def study_name(study: Study, stem: str) -> Iterator[Problem]:
    """The study is named like its file, by a name that stays in its folder."""
    fault = name_fault(study.name)
    if fault:
        yield Problem(
            ("study", "name"),
            f"The name cannot be used: {fault}.",
            "The study's data and reports lie in folders of this name.",
            f"Use letters a to z, digits, `_`, `-` and `.`, up to {LONGEST}.",
        )
    elif stem not in (study.name, AS_RUN):
        yield Problem(
            ("study", "name"),
            f"The study is named `{study.name}`, and its file `{stem}`.",
            "Data and reports are found by this name; two names would mix two studies.",
            f"Write `name: {stem}`, or rename the file to {study.name}.yaml.",
        )


def study_flow(study: Study) -> Iterator[Problem]:
    """The counts before randomisation can be true."""
    why = "The flow of participants starts from these counts."
    for reason, n in study.excluded.items():
        if n < 0:
            yield Problem(
                ("study", "excluded", reason), "The count is below 0.", why, "Write 0 or more."
            )
    if study.assessed is not None and sum(study.excluded.values()) > study.assessed:
        yield Problem(
            ("study", "excluded"),
            f"{sum(study.excluded.values())} were excluded of {study.assessed} who were assessed.",
            why,
            "Correct `assessed` or the counts; each person is counted for one reason.",
        )


def flare_ups_end(study: Study) -> Iterator[Problem]:
    """The days within which records are one flare-up are whole, and fewer than two months."""
    if not 0 <= study.flare_up_gap <= 60:
        yield Problem(
            ("study", "flare_up_gap"),
            "The days within which records are one flare-up do not lie between 0 and 60.",
            "Flare-ups are counted by it, as harm and as relapses.",
            "Write a few days, such as 7; 0 where every day with a record is a flare-up.",
        )


def one_kind_of_rows(study: Study) -> Iterator[Problem]:
    """Made by a computer from a stated truth, or made from a paper's figures: never both."""
    if study.simulated and study.pseudo_participants:
        yield Problem(
            ("study", "pseudo_participants"),
            "The study is called `simulated` and made of `pseudo_participants`.",
            "A simulated trial follows a truth that we chose, pseudo-participants the figures of a "
            "real study: a reader must know which.",
            "Keep the one that is true.",
        )


def number_of_arms(study: Study, arms: dict[str, Arm]) -> Iterator[Problem]:
    """The design has the arms that its name says."""
    why = "One arm shows a change, and only a comparison of arms shows an effect."
    if study.design == EVIDENCE:
        return
    if not arms:
        yield Problem(("arms",), "The plan has no arm.", why, "Write at least one arm.")
    elif study.design == "one arm" and len(arms) > 1:
        yield Problem(
            ("study", "design"),
            f"The design is `one arm`, and {len(arms)} arms follow.",
            why,
            "Write `design: randomised parallel groups`, or keep one arm.",
        )
    elif study.design != "one arm" and len(arms) == 1:
        yield Problem(
            ("study", "design"),
            f"The design is `{study.design}`, and one arm follows.",
            why,
            "Write `design: one arm`, or add the other arms.",
        )


def one_reference(arms: dict[str, Arm]) -> Iterator[Problem]:
    """Exactly one of several arms is the reference; a single arm is none."""
    references = [key for key, arm in arms.items() if arm.reference]
    if len(arms) == 1 and references:
        yield Problem(
            ("arms", references[0], "reference"),
            "The only arm is called the reference.",
            _WHY_REFERENCE,
            "Remove `reference: true`; one arm is compared with nothing.",
        )
    elif len(arms) > 1 and len(references) != 1:
        found = listed(references) if references else "none"
        yield Problem(
            ("arms",),
            f"One arm must be the reference; {found} of {len(arms)} say so.",
            _WHY_REFERENCE,
            "Write `reference: true` in one arm, usually usual care or waiting.",
        )


def arm_content(arms: dict[str, Arm]) -> Iterator[Problem]:
    """Every arm says what its people got."""
    for key, arm in arms.items():
        if arm.programme is None and arm.comparator is None:
            yield Problem(
                ("arms", key),
                f"The arm `{key}` has neither a `programme` nor a `comparator`.",
                "A difference can be read only by who knows what both sides got.",
                "Describe training under `programme:`, or other care in words as `comparator:`.",
            )
        if arm.programme is not None:
            yield from _programme(arm.programme, ("arms", key, "programme"))


def _programme(programme: Programme, key: KeyPath) -> Iterator[Problem]:
    if programme.weeks <= 0:
        yield Problem((*key, "weeks"), "The length is not above 0.", _WHY_DOSE, "Write the weeks.")
    if not 0 < programme.sessions_per_week <= MOST_SESSIONS:
        yield Problem(
            (*key, "sessions_per_week"),
            f"Sessions a week lie above 0 and up to {MOST_SESSIONS}.",
            _WHY_DOSE,
            "Write the planned sessions of one person in one week.",
        )
    if programme.minutes is not None and not 0 < programme.minutes <= 600:
        yield Problem(
            (*key, "minutes"),
            "The minutes of a session lie above 0 and up to 600.",
            _WHY_DOSE,
            "Write the minutes of one session, or `null` where they were not planned.",
        )
    if not programme.muscle_groups and programme.modality != "not resistance":
        yield Problem(
            (*key, "muscle_groups"),
            "No muscle group is named.",
            _WHY_DOSE,
            "Write the groups that were trained, such as [abdominals, extensors].",
        )
    yield from repeated(programme.muscle_groups, (*key, "muscle_groups"), "muscle group")


RULES = (
    study_name,
    study_flow,
    flare_ups_end,
    one_kind_of_rows,
    number_of_arms,
    one_reference,
    arm_content,
)

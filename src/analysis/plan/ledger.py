"""Reading a ledger of claims: from ``claims/<name>.yaml`` to frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analysis.errors import PlanError
from analysis.plan.convert import Notes, sections
from analysis.plan.partial import UNREAD, Unreadable
from analysis.plan.places import safe_name
from analysis.plan.problem import Problem, plan_error, shown_path
from analysis.plan.schema_claims import ALLOCATED, Claim, Ledger
from analysis.plan.source import compose, read_text

FOLDER = "claims"


def read_ledger(name: str, root: Path) -> Ledger:
    """The ledger of a name.

    Args:
        name: of the file in ``claims/``, without its ending.
        root: the project's folder.

    Raises:
        UsageError: the name could leave its folder.
        PlanError: there is no such ledger; or every problem of it with its line and key.
    """
    path = root / FOLDER / f"{safe_name(name, 'ledger')}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("*.yaml"))) or "none yet"
        raise PlanError(
            f"There is no ledger of claims {FOLDER}/{path.name}.",
            where=shown_path(path.parent),
            why="nothing says which claims are to be weighed",
            do=f"Write the name of one that is there: {known}.",
        )
    return read_ledger_text(read_text(path), path)


def read_ledger_text(text: str, path: Path) -> Ledger:
    """A ledger's text, read as the content of the file `path`.

    Raises:
        PlanError: as `read_ledger`.
    """
    file = shown_path(path)
    notes = Notes()
    read = sections(compose(text, file), Ledger, (), notes) or {}
    problems = [*notes.problems, *map(notes.located, _problems(read.get("claims", UNREAD)))]
    if problems:
        raise plan_error(problems, file)
    return Ledger(**read)


def _problems(claims: object) -> Iterator[Problem]:
    if not isinstance(claims, dict):
        return
    if not claims:
        yield Problem(
            ("claims",),
            "The ledger holds no claim.",
            "There is nothing to weigh.",
            "Write at least one under `claims`.",
        )
    for name, claim in claims.items():
        # A claim that could be read in part is told where it could not.
        with suppress(Unreadable):
            yield from _claim(("claims", name), claim)


def _claim(key: tuple[str, str], claim: Claim) -> Iterator[Problem]:
    tests = [(each.study, each.row, each.expects, each.than) for each in claim.evidence]
    if len(set(tests)) < len(tests):
        yield Problem(
            (*key, "evidence"),
            "One result stands twice with the same expectation.",
            "It would count twice.",
            "Keep it once.",
        )
    if claim.evidence and all(each.role == "beside" for each in claim.evidence):
        yield Problem(
            (*key, "evidence"),
            "No result is `main`.",
            "Nothing decides the verdict.",
            "Write `role: main` for the results that bear on the claim itself.",
        )
    yield from _parts(key, claim)
    yield from _margins(key, claim)
    yield from _weaker(key, claim)
    if (claim.at_best == "supported") != (claim.limit is None):
        yield Problem(
            (*key, "limit"),
            "A best verdict and its reason go together.",
            "A verdict that is held back without a reason cannot be checked.",
            "Write both `at_best` and `limit`, or neither.",
        )


def _parts(key: tuple[str, str], claim: Claim) -> Iterator[Problem]:
    """Each main result of a claim with parts tests one of them."""
    for index, each in enumerate(claim.evidence):
        known = each.part in claim.parts
        if known or (each.part is None and (each.role == "beside" or not claim.parts)):
            continue
        yield Problem(
            (*key, "evidence", index, "part"),
            "The claim has no such part." if each.part else "No part of the claim is named.",
            "Nobody could say which part of the claim the result decides.",
            f"Write `part:` with one of {', '.join(claim.parts) or 'the keys under `parts`'}.",
        )


def _margins(key: tuple[str, str], claim: Claim) -> Iterator[Problem]:
    """A number that is to be no more, or alike, has a margin; nothing else has one."""
    for index, each in enumerate(claim.evidence):
        wanted = each.unit is not None and each.expects in ("no more than", "alike")
        if wanted != (each.margin is not None):
            yield Problem(
                (*key, "evidence", index, "margin"),
                "`margin` goes with `no more than` or `alike` and a `unit`.",
                "Without a margin no number, however exact, could show that there is no more or "
                "that two are alike; a statement without a number has no unit to have one in.",
                "Write how much would still count as no more or alike, in the unit of the row.",
            )


def _weaker(key: tuple[str, str], claim: Claim) -> Iterator[Problem]:
    """Where people were allocated at random, results without allocation do not decide."""
    main = [each for each in claim.evidence if each.role == "main"]
    random = {each.part for each in main if each.design in ALLOCATED}
    for index, each in enumerate(claim.evidence):
        if each.role == "main" and each.design not in ALLOCATED and each.part in random:
            yield Problem(
                (*key, "evidence", index, "role"),
                "A result without allocation at random decides beside one with it.",
                "People who chose, or were chosen, differ in more than the training.",
                "Write `role: beside`.",
            )

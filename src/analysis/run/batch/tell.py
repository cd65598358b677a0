"""The words of a batch: what would be run and why, and what became of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from analysis.run.batch.decide import Decision
from analysis.run.batch.layout import Layout
from analysis.run.batch.show import json_line
from analysis.run.batch.summary import STOPPED, Tally, duration


def tell_plan(decisions: Sequence[Decision], layout: Layout, as_json: bool) -> int:
    """A line for every chapter: whether it would run, and why; returns how many runs cannot be."""
    lines, counts = [], {"run": 0, "keep": 0, "bind": 0, "broken": 0}
    for decision in decisions:
        run = decision.run
        for step in decision.steps:
            word = "run" if step.reason else "keep"
            counts[word] += 1
            reason = step.reason or "up to date"
            if as_json:
                json_line(
                    word,
                    study=run.study,
                    run=run.run,
                    chapter=step.chapter,
                    parameters=dict(step.parameters),
                    reason=reason,
                )
            else:
                given = _settings(step.parameters)
                lines.append(f"{word:5}{run.study}  {run.run}  {step.chapter}{given}  ({reason})")
        if decision.reason and not decision.to_run:
            word = "broken" if run.study in layout.broken else "bind"
            counts[word] += 1
            lines.append(f"{word} {run.study}  {run.run}  ({decision.reason})")
            if as_json:
                json_line(word, study=run.study, run=run.run, reason=decision.reason)
    if as_json:
        json_line("planned", **counts)
        return counts["broken"]
    for study in {each.run.study for each in decisions} & set(layout.broken):
        sys.stderr.write(f"{study}\n{layout.broken[study].text}\n")
    bound = f", {counts['bind']} reports to bind" if counts["bind"] else ""
    bound += f", {counts['broken']} broken" if counts["broken"] else ""
    lines.append(f"{counts['run']} to run, {counts['keep']} up to date{bound}. Nothing was run.")
    sys.stdout.write("\n".join(lines) + "\n")
    return counts["broken"]


def tell_summary(tally: Tally, seconds: float, not_begun: int, as_json: bool) -> None:
    """What became of a batch: failures first, then counts and the slowest chapters."""
    if as_json:
        json_line(
            tally.ending,
            done=len(tally.done),
            kept=tally.kept,
            failed=len(tally.failures),
            not_begun=not_begun,
            seconds=round(seconds, 2),
            slowest=[
                {"study": s, "run": r, "chapter": c, "seconds": t} for s, r, c, t in tally.slowest()
            ],
            again=dict(tally.again),
            notes=tally.notes,
            **({"text": tally.why or tally.unrecorded} if tally.why or tally.unrecorded else {}),
        )
        return
    for study, run, failure in tally.failures:
        words = failure.told(study, run)
        sys.stderr.write(f"{study} {run}, {failure.stage}: {failure.kind}\n{words}\n")
    again = [
        f"{n} {'stage was' if n == 1 else 'stages were'} run again after: {kind}"
        for kind, n in tally.again.items()
    ]
    for note in [*tally.notes, *again]:
        sys.stderr.write(f"Note: {note}.\n")
    lines = [_counts(tally, seconds)]
    if len(tally.done) > 1:
        lines.append("Slowest:")
        lines += [f"  {duration(t):>10}  {s} {r} {c}" for s, r, c, t in tally.slowest()]
    if not_begun:
        runs = "run was" if not_begun == 1 else "runs were"
        lines.append(f"{not_begun} {runs} not begun.")
    for why in filter(None, (tally.why, tally.unrecorded)):
        sys.stderr.write(f"{why}\n")
    if tally.ending == STOPPED:
        lines.append("Stopped. What was finished is kept; the same command goes on from here.")
    lines.append("reports/index.html")
    sys.stdout.write("\n".join(lines) + "\n")


def _counts(tally: Tally, seconds: float) -> str:
    done, failed = len(tally.done), len(tally.failures)
    words = [f"{done} run", f"{tally.kept} up to date", f"{failed} failed"]
    if not tally.runs:
        words = [f"Nothing to do: {tally.kept} up to date"]
    return f"{', '.join(words)}, in {duration(seconds)}."


def _settings(parameters: Mapping[str, object]) -> str:
    given = " ".join(f"{name}={value}" for name, value in parameters.items())
    return f"  {given}" if given else ""

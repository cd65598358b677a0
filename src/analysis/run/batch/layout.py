"""From a batch file to the runs that it means: studies, chapters, each combination of values."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.plan.convert import Notes
from analysis.plan.places import name_fault, plan_path
from analysis.plan.problem import KeyPath, Problem, shown_path
from analysis.plan.schema import Plan
from analysis.run.batch.points import points_of, unplanned
from analysis.run.batch.read import batch_error, read_batch
from analysis.run.batch.schema import Batch, Grid
from analysis.run.chapters import chapters_for, choose_chapters
from analysis.run.job import Failure
from analysis.run.parameters import Parameter, Value, read_parameters
from analysis.run.plans import read_plans


@dataclass(frozen=True, kw_only=True)
class PlannedRun:
    """A run that a batch means: its chapters with the values they are given."""

    study: str
    run: str
    chapters: Mapping[str, Mapping[str, Value]]

    @property
    def place(self) -> str:
        """Its place below ``reports/``."""
        return f"{self.study}/{self.run}"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A batch laid out.

    Attributes:
        file, batch: the file, and what was read from it.
        runs: in the order of studies, then of grids.
        notebooks: by chapter.
        plans: by study; a study whose plan is broken has none.
        broken: why a study has no plan.
    """

    name: str
    file: Path
    batch: Batch
    runs: Sequence[PlannedRun]
    notebooks: Mapping[str, Path]
    plans: Mapping[str, Plan]
    broken: Mapping[str, Failure]


def lay_out(path: Path, root: Path) -> Layout:
    """The runs of a batch file.

    Raises:
        UsageError: lists every name and value of the file that cannot be used.
    """
    batch, notes = read_batch(path)
    drawing = _Drawing(batch, notes, root)
    drawing.draw()
    if drawing.problems:
        located = dict.fromkeys(notes.located(each) for each in drawing.problems)
        raise batch_error(list(located), shown_path(path))
    return Layout(
        name=path.stem,
        file=path,
        batch=batch,
        runs=tuple(drawing.runs.values()),
        notebooks=drawing.book,
        plans=drawing.plans,
        broken=drawing.broken,
    )


class _Drawing:
    """A layout in the making: the runs so far, and the problems."""

    def __init__(self, batch: Batch, notes: Notes, root: Path) -> None:
        self.batch, self.root = batch, root
        self.problems: list[Problem] = []
        self.runs: dict[str, PlannedRun] = {}
        self.book = choose_chapters(root)
        self._declared: dict[str, dict[str, Parameter]] = {}
        every = sorted(path.stem for path in (root / "plans").glob("*.yaml"))
        self.studies = self._studies(batch.studies, every, ("studies",))
        self.plans, self.broken = read_plans(self.studies, root)

    def draw(self) -> None:
        """The runs as planned, then those of the grids."""
        chosen = self._chapters(self.batch.chapters, ("chapters",))
        for study in self.studies if self.batch.planned else ():
            whole = study in self.plans and self.batch.chapters is None
            own = chapters_for(self.plans[study], chosen) if whole else chosen
            given = {name: {} for name in self._read(own, ("chapters",))}
            self._add(PlannedRun(study=study, run=self.batch.run, chapters=given), ("run",))
        for name, grid in self.batch.grids.items():
            self._draw_grid(grid, ("grids", name))

    def _draw_grid(self, grid: Grid, key: KeyPath) -> None:
        studies = self._studies(grid.studies, self.studies, (*key, "studies"))
        own = self._read(self._chapters(grid.chapters, (*key, "chapters")), (*key, "chapters"))
        if not own:
            # Told already: no chapter of the grid is known, and its values are those of chapters.
            return
        points = list(points_of(grid, own, key, self.problems))
        self.plans |= read_plans([n for n in studies if n not in self.plans], self.root)[0]
        for study, (place, given) in itertools.product(studies, points):
            self.problems += unplanned(self.plans.get(study), given, place)
            run = f"{self.batch.run}-{'-'.join(f'{n}_{_word(v)}' for n, v in given.items())}"
            if fault := name_fault(run):
                what, do = f"No folder can be named `{run}`: {fault}.", "Use plainer values."
                self.problems.append(Problem(place, what, "each run has a folder", do))
            given_all = dict.fromkeys(own, given)
            self._add(PlannedRun(study=study, run=run, chapters=given_all), key)

    def _add(self, run: PlannedRun, key: KeyPath) -> None:
        if self.runs.setdefault(run.place, run) != run:
            what = f"The run {run.place} is meant twice, with different chapters."
            do = "Give these chapters in one grid."
            self.problems.append(Problem(key, what, "one folder cannot hold both", do))

    def _read(self, chapters: Mapping[str, Path], key: KeyPath) -> dict[str, dict[str, Parameter]]:
        """What these chapters declare; one that cannot be read is told and left out."""
        for name, path in chapters.items():
            if name not in self._declared:
                try:
                    self._declared[name] = read_parameters(path)
                except AnalysisError as error:
                    what = f"{error.what} Chapter {name}: {error.where}."
                    self.problems.append(Problem(key, what, error.why, error.do))
        return {name: self._declared[name] for name in chapters if name in self._declared}

    def _studies(
        self, names: Sequence[str] | None, default: Sequence[str], key: KeyPath
    ) -> list[str]:
        found = []
        for name in default if names is None else names:
            try:
                found.append(plan_path(name, self.root).stem)
            except AnalysisError as error:
                self.problems.append(Problem(key, error.what, error.why, error.do))
        return list(dict.fromkeys(found))

    def _chapters(self, names: Sequence[str] | None, key: KeyPath) -> dict[str, Path]:
        chosen: set[str] = set(self.book) if names is None else set()
        for name in names or ():
            try:
                chosen |= set(choose_chapters(self.root, [name]))
            except AnalysisError as error:
                self.problems.append(Problem(key, error.what, error.why, error.do))
        return {name: path for name, path in self.book.items() if name in chosen}


def _word(value: Value) -> str:
    # The default of a parameter that departs from the plan.
    return "as_planned" if value is None else str(value)

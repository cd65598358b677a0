"""Thin chapters: a notebook asks and shows; what is calculated or chosen lives elsewhere."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CODE_CELLS = 12
CELL_LINES = 5
FILE_LINES = 250
DOOR = "from analysis.study import open_chapter"
# A chapter asks and shows. Whatever defines, repeats, decides or opens belongs to a room.
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.IfExp,
    ast.Try,
    ast.With,
    ast.comprehension,
    ast.BinOp,
    ast.Compare,
    ast.BoolOp,
    ast.Subscript,
)
CALLS = {"open_chapter", "ask", "estimand", "show", "draw", "say", "save"}
# Papermill reads `week: int or None = None`; it does not understand `int | None`.
PLAIN = {"str", "int", "float", "bool"}
PLAIN |= {f"{kind} or None" for kind in PLAIN}
# Names that hold a digit, not numbers that were typed.
NAMES_WITH_DIGITS = re.compile(r"J2R|ICH E9\(R1\)|CONSORT \d{4}|`\d\d_\w+`")


def cells(path: Path, kind: str) -> list[dict]:
    """The cells of a chapter of one kind."""
    notebook = json.loads(path.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def is_parameters(cell: dict) -> bool:
    """Whether the runner sets the values of this cell."""
    return "parameters" in cell["metadata"].get("tags", [])


def faults(code: str) -> list[str]:
    """What a code cell holds that a chapter must not."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, FORBIDDEN):
            found.append(type(node).__name__)
        if isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node) != DOOR:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            found += [] if called in CALLS else [f"line {node.lineno}: calls {called}"]
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            found.append(f"line {node.lineno}: the value {node.value!r}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value:
            found.append(f"line {node.lineno}: the path {node.value!r}")
    return found


def test_there_are_chapters():
    assert [path.stem for path in CHAPTERS][:3] == ["01_data_and_flow", "02_baseline", "03_week_16"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
class TestChapter:
    def test_is_stripped_and_small(self, path):
        text = path.read_text("utf-8")
        notebook = json.loads(text)
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in cells(path, "code"))
        assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        assert text.count("\n") <= FILE_LINES
        assert text == json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"

    def test_cells_have_names_that_stay(self, path):
        names = [cell["id"] for kind in ("code", "markdown") for cell in cells(path, kind)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z-]{2,63}", name) for name in names)

    def test_has_few_short_code_cells(self, path):
        code = cells(path, "code")
        assert len(code) <= CODE_CELLS
        assert all(source(cell).count("\n") < CELL_LINES for cell in code)

    def test_asks_and_shows_and_nothing_else(self, path):
        found = {
            cell["id"]: faults(source(cell))
            for cell in cells(path, "code")
            if not is_parameters(cell)
        }
        assert not {name: words for name, words in found.items() if words}

    def test_declares_plain_typed_parameters_in_one_cell(self, path):
        (cell,) = filter(is_parameters, cells(path, "code"))
        lines = ast.parse(source(cell)).body
        assert all(isinstance(line, ast.AnnAssign) for line in lines)
        declared = {line.target.id: ast.literal_eval(line.value) for line in lines}
        assert {ast.unparse(line.annotation) for line in lines} <= PLAIN
        assert list(declared)[:2] == ["study", "run"]
        assert declared.pop("study") == "demo"
        nothing = [ast.unparse(line.annotation).endswith(" or None") for line in lines[1:]]
        assert all(nothing), "a default of None is one of the values that a name may have"
        assert set(declared.values()) == {None}, "None means as planned"

    def test_opens_itself_with_all_its_parameters(self, path):
        (cell,) = filter(is_parameters, cells(path, "code"))
        names = [line.target.id for line in ast.parse(source(cell)).body]
        code = "\n".join(source(c) for c in cells(path, "code") if not is_parameters(c))
        (call,) = [
            node
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "open_chapter"
        ]
        assert [ast.unparse(a) for a in call.args] == ["study", "run", repr(path.stem)]
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given == {name: name for name in names[2:]}

    def test_saves_at_the_end_and_once(self, path):
        code = [source(cell) for cell in cells(path, "code")]
        assert code[-1] == "chapter.save()"
        assert sum("save" in text for text in code) == 1

    def test_types_no_number_in_its_text(self, path):
        for cell in cells(path, "markdown"):
            left = re.sub(NAMES_WITH_DIGITS, "", source(cell))
            assert not re.search(r"\d", left), f"{cell['id']}: {re.findall(r'.*[0-9].*', left)}"

    def test_starts_with_its_one_title(self, path):
        text = [source(cell) for cell in cells(path, "markdown")]
        titles = [line for words in text for line in words.split("\n") if line.startswith("# ")]
        assert len(titles) == 1
        assert text[0].startswith(titles[0])


@pytest.mark.parametrize(
    "code",
    [
        "def f(): pass",
        "for week in weeks: chapter.ask(week)",
        "[x for x in rows]",
        "lambda x: x",
        "import pandas as pd",
        "from analysis.study import Chapter",
        "chapter.ask('primary').rows['value']",
        "open('results.csv')",
        "chapter.show(answer, 'reports/demo')",
        "threshold = 15",
        "answer.rows.mean()",
        "week - 8",
        "if week: chapter.ask()",
    ],
)
def test_the_rules_catch(code):
    assert faults(code)

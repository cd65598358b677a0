"""The text of a plan file as a tree of YAML nodes with their lines; nothing is interpreted yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from analysis.plan.problem import Problem, plan_error, shown_path

# The same language either way; the C parser is only faster. Both are the safe kind.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST = 1_000_000  # bytes; a plan is some tens of kilobytes
DEEPEST = 12  # levels; the deepest key of a plan lies at level 6

_UNREAD = "Nothing can be estimated from a plan that cannot be read."
_ONE_MEANING = (
    "A plan must read the same to every reader: each value stands where it is used, as plain text."
)


def read_text(path: Path) -> str:
    """The text of a plan file.

    Raises:
        PlanError: it is absent, not a regular file, too large, or not UTF-8.
    """
    file = shown_path(path)
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "does not exist or is not a file"
        raise _refusal(
            f"The plan {file} {what}.", f"Name a plan such as plans/{path.stem}.yaml.", file
        )
    try:
        if path.stat().st_size > LARGEST:
            raise _refusal(
                f"The file has more than {LARGEST:,} bytes; a plan is far smaller.",
                "Check that this is the plan and not a data file.",
                file,
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refusal(
            "The file is not UTF-8 text.", "Save it as UTF-8 in your editor.", file, line
        ) from None
    except OSError as error:
        raise _refusal(
            f"The plan cannot be opened: {error.strerror}.",
            "Check that you may read the file.",
            file,
        ) from None


def compose(text: str, file: str) -> yaml.MappingNode:
    """The node tree of a plan's text.

    Raises:
        PlanError: the text is not YAML, is empty, is not a mapping of keys to values, or uses
            anchors, aliases, tags or several documents.
    """
    try:
        problems = list(_foreign(text))
        node = None if problems else yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise plan_error([_syntax(error, text)], file) from None
    if problems:
        raise plan_error(problems, file)
    if node is None:
        raise _refusal(
            "The plan is empty.",
            "Start from a plan that is complete, such as plans/demo.yaml.",
            file,
            1,
        )
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(
            "The plan is not a list of keys with values.",
            "Write `key: value` lines; the first key is usually `study:`.",
            file,
            node.start_mark.line + 1,
        )
    return node


def _foreign(text: str) -> Iterator[Problem]:
    """Parts of YAML that a plan does not use; some can make a small file swell or run code."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield _yaml_problem("The plan is nested too deep.", "Check the brackets.", line)
            return
        if documents > 1:
            yield _yaml_problem(
                "The file holds a second document after `---`.", "Keep one plan a file.", line
            )
            return
        if getattr(event, "anchor", None):
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            yield _yaml_problem(
                f"`{sign}{event.anchor}` is an anchor or alias of YAML; plans do not use them.",
                "Write each value out where it stands; a text that begins with & or * goes in "
                "quotes.",
                line,
            )
            return
        if getattr(event, "tag", None):
            yield _yaml_problem(
                f"`{event.tag.replace('tag:yaml.org,2002:', '!!')}` is a tag of YAML; "
                "plans do not use them.",
                "Remove it; a text that begins with ! goes in quotes.",
                line,
            )


def _yaml_problem(what: str, do: str, line: int) -> Problem:
    return Problem((), what, _ONE_MEANING, do, line)


def _syntax(error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that YAML does not allow: it has a position only
        at = getattr(error, "position", 0)
        line = text.count("\n", 0, at if isinstance(at, int) else 0) + 1
        return Problem(
            (), "The file holds a control character.", _UNREAD, "Remove the character.", line
        )
    line = mark.line + 1
    rows = text.splitlines()
    row = rows[mark.line] if mark.line < len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return Problem(
            (), "A tab stands before the key.", _UNREAD, "Indent with spaces, two a level.", line
        )
    if "mapping values are not allowed" in str(error.problem):
        return Problem(
            (),
            "A second colon stands on the line, or the indentation is uneven.",
            _UNREAD,
            'Put a text that holds a colon in quotes: title: "Bands: a trial".',
            line,
        )
    return Problem(
        (),
        f"The text is not YAML: {error.problem}.",
        _UNREAD,
        "Check brackets, quotes, colons and indentation on this line and the one before.",
        line,
    )


def _refusal(what: str, do: str, file: str, line: int | None = None) -> Exception:
    return plan_error([Problem((), what, _UNREAD, do, line)], file)

"""Bytes of a text file to text: UTF-8, or a problem that says what was found instead."""

from __future__ import annotations

import re

from analysis.data.problems import Problem, located

BOM = "\ufeff"
# UTF-8 that was read as Windows-1252 and saved again: two bytes of one letter became two letters.
TWICE = re.compile("\u00c3[\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac[\u0080-\u2122]")
LOST = "\ufffd"
SAVE_AS_UTF8 = "save the file as CSV UTF-8; check that letters with accents are right afterwards"
Decoded = tuple[str, list[Problem]]


def decode(file: str, content: bytes) -> Decoded:
    """The text of a file; what is not UTF-8 is read as well as can be, and is a problem.

    Args:
        file: name for messages.
        content: all bytes of the file.

    Returns:
        The text, so that the rest can be checked too, and the problems.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        rule = "the text is in UTF-16"
        text = content.decode("utf-16", errors="replace")
        return text, [Problem(file, None, "", rule, SAVE_AS_UTF8)]
    if b"\x00" in content[:65536]:
        rule = "the text is in UTF-16 without a mark, or is no text"
        return "", [Problem(file, None, "", rule, SAVE_AS_UTF8)]
    try:
        text = content.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError:
        return _other(file, content)
    return text, _damaged(file, text)


def _other(file: str, content: bytes) -> Decoded:
    """Text with bytes that are not UTF-8: another encoding, or several in one file."""
    lines = content.split(b"\n")
    foreign = [number for number, line in enumerate(lines, 1) if not _is_utf8(line)]
    strange = set(foreign)
    proper = any(
        not line.isascii() for number, line in enumerate(lines, 1) if number not in strange
    )
    text = "\n".join(
        line.decode("cp1252" if number in strange else "utf-8", errors="replace")
        for number, line in enumerate(lines, 1)
    ).removeprefix(BOM)
    if proper:
        rule = "mixed encodings: this line is not UTF-8, others are"
        do = "write the letters of this line again in a file saved as CSV UTF-8"
        return text, located(file, foreign, "", rule, do)
    rule = f"the text is not UTF-8 but Windows-1252 or another old encoding ({len(foreign)} lines)"
    return text, [Problem(file, foreign[0], "", rule, SAVE_AS_UTF8)]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _damaged(file: str, text: str) -> list[Problem]:
    """Letters that an earlier change of encoding has spoilt."""
    if text.isascii() or not (LOST in text or TWICE.search(text)):
        return []
    lines = text.splitlines()
    lost = [number for number, line in enumerate(lines, 1) if LOST in line]
    twice = [number for number, line in enumerate(lines, 1) if TWICE.search(line)]
    do = "export the table again from its source as CSV UTF-8"
    return [
        *located(file, lost, "", "a letter was lost in an earlier change of encoding", do),
        *located(file, twice, "", "mixed encodings: letters were encoded twice", do),
    ]

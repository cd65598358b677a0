"""The raw folder as received: every file read once, and its checksum compared with SHA256SUMS."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from analysis.data.problems import Problem
from analysis.errors import DataError

SUMS = "SHA256SUMS"
SOURCE = "source.md"
LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")
# Files that desktops and spreadsheets leave behind, and that are no data.
LEFT_BEHIND = (".", "~$", "Thumbs.db", "desktop.ini")
COMMAND = f"`sha256sum *.* > {SUMS}`"
SIGN = f"once the files are as received, write their checksums: {COMMAND}"


def read_folder(folder: Path) -> dict[str, bytes]:
    """The content of every file of a folder, read once, so that what is hashed is what is used.

    Raises:
        DataError: the folder or a file may not be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        return {path.name: path.read_bytes() for path in paths if not _left_behind(path.name)}
    except OSError as failed:
        raise DataError(
            "A file of the raw data cannot be read.",
            where=str(failed.filename or folder.name),
            why=str(failed.strerror or "the disk gave no reason"),
            do="close the file in other programs and check who may read it",
        ) from failed


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hashes_of(files: dict[str, bytes]) -> dict[str, str]:
    """SHA-256 of every raw file by name; the list of checksums is none of them."""
    return {name: sha256(content) for name, content in files.items() if name != SUMS}


def check_integrity(files: dict[str, bytes], hashes: dict[str, str]) -> list[Problem]:
    """Files that changed, came or went since they were received.

    Args:
        files: content by name.
        hashes: their SHA-256 by name.

    Returns:
        Errors for a file that differs from SHA256SUMS, is not listed, or is listed and absent;
        notes where there is no list, or no word about the source.
    """
    found = []
    if SOURCE not in files:
        do = "write where the data come from, their licence and who may use them"
        found.append(Problem(SOURCE, None, "", "the file is missing", do, "note"))
    if SUMS not in files:
        rule = "the file is missing, so a later change of the data would not be seen"
        return [*found, Problem(SUMS, None, "", rule, SIGN, "note")]
    listed, wrong = _listed(files[SUMS])
    found += wrong
    for name, (line, told) in listed.items():
        if name not in hashes:
            do = f"put the file {name} back, or take its line out of {SUMS}"
            found.append(Problem(SUMS, line, "", "a listed file is not there", do))
        elif hashes[name] != told:
            rule = f"the content does not match line {line} of {SUMS}"
            do = (
                f"put the file back as received; or, if the change is right, say in {SOURCE} what "
                f"was changed and why, and then write the checksums anew: {COMMAND}"
            )
            found.append(Problem(name, None, "", rule, do))
    unlisted = [name for name in hashes if name not in listed]
    rule = f"the file is not listed in {SUMS}"
    do = f"remove the file if it is not part of the data; {SIGN}"
    return found + [Problem(name, None, "", rule, do) for name in unlisted]


def _listed(content: bytes) -> tuple[dict[str, tuple[int, str]], list[Problem]]:
    """Line and checksum by file name, and the lines that are no checksum."""
    listed, wrong = {}, []
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), 1):
        entry = LINE.fullmatch(line.strip())
        name = entry[2].removeprefix("./") if entry else ""
        if name and "/" not in name and "\\" not in name:
            # `sha256sum * > SHA256SUMS` lists the list itself while it is still empty.
            if name != SUMS and not _left_behind(name):
                listed[name] = (number, entry[1].lower())
        elif line.strip():
            rule = "no checksum, two spaces and the name of a file of this folder"
            wrong.append(Problem(SUMS, number, "", rule, SIGN))
    return listed, wrong


def _left_behind(name: str) -> bool:
    return name.startswith(LEFT_BEHIND)

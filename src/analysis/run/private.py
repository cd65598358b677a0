"""Text without traces of the machine: absolute paths, names of its user and host, addresses."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# A cell as Python names it in a traceback; the folder before it is looked for from there backwards,
# so that a long text without spaces, such as a picture as letters, is gone through once.
_KERNEL_FILE = re.compile(r"ipykernel_\d+\S{0,100}?\.py")
_LONGEST_FOLDER = 300
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
# Names of temporary files are made by chance.
_TEMPORARY = "a temporary file"
_HOMES = re.compile(r"/(?:home|Users)/[^/\s'\"<>:,;]+")


def strip_ansi(text: str) -> str:
    """Text without the codes that colour a terminal."""
    return _ANSI.sub("", text)


def scrub(text: str, root: Path) -> str:
    """Text without absolute paths, user and host names, and memory addresses."""
    packages = next((p for p in map(Path, sys.path) if p.name == "site-packages"), None)
    places = {str(root): ".", str(packages): "site-packages", sys.prefix: "python"}
    places |= {sys.base_prefix: "python", str(Path(__file__).parents[2]): "src"}
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place])
    text = _ADDRESS.sub("at an address", _without_kernel_files(text))
    for place in _temporary_folders():
        text = re.sub(rf"{re.escape(place)}(?:/[^\s'\"<>:,;)\]]*)?(?![\w-])", _TEMPORARY, text)
    text = text.replace(str(Path.home()), "~") if len(str(Path.home())) > 1 else text
    text = _HOMES.sub("~", text)
    for name, word in ((_user(), "user"), (socket.gethostname(), "host")):
        # A path or an address holds the name between separators; a word of prose does not.
        text = re.sub(rf"(?<=[/@]){re.escape(name)}\b|\b{re.escape(name)}(?=@)", word, text)
    return text


def scrub_all(content: Any, root: Path) -> Any:
    """As `scrub`, of every text inside plain values, whatever they are nested in."""
    if isinstance(content, str):
        return scrub(content, root)
    if isinstance(content, list):
        return [scrub_all(item, root) for item in content]
    if isinstance(content, dict):
        kind = type(content)
        return kind({scrub(key, root): scrub_all(item, root) for key, item in content.items()})
    return content


def _without_kernel_files(text: str) -> str:
    parts, done = [], 0
    for found in _KERNEL_FILE.finditer(text):
        before = text[max(done, found.start() - _LONGEST_FOLDER) : found.start()]
        folder = re.split(r"\s", before)[-1]
        parts += [text[done : found.start() - len(folder)], "cell"]
        done = found.end()
    return "".join([*parts, text[done:]])


def _temporary_folders() -> list[str]:
    """Where temporary files are made; a worker's own folder lies inside the machine's."""
    named = [os.environ.get("TMPDIR", ""), tempfile.gettempdir(), "/tmp", "/var/tmp"]
    known = {place.rstrip("/") for place in named if len(place.rstrip("/")) > 1}
    return sorted(known, key=len, reverse=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "user"

"""What a file is by its content, whatever its ending says."""

from __future__ import annotations

from analysis.data.problems import Problem

# First bytes of a file: what it is in plain words.
SIGNS = (
    (b"PK\x03\x04", "xlsx", "a spreadsheet (XLSX) or another zip archive"),
    (b"PAR1", "parquet", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "xls", "an old Excel file (XLS) or one that is locked by a password"),
    (b"\x1f\x8b", "gzip", "a gzip archive"),
    (b"%PDF", "pdf", "a PDF"),
    (b"$FL2", "sav", "an SPSS file"),
    (b"{\\rtf", "rtf", "a text document (RTF)"),
)
WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml")


def content_of(content: bytes) -> tuple[str, str]:
    """The kind of a file (csv for any text) and the same in plain words."""
    for sign, kind, words in SIGNS:
        if content.startswith(sign):
            return kind, words
    start = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(WEB_PAGE):
        return "html", "a web page, perhaps the log-in page of the place it was fetched from"
    if start.startswith(b"{"):
        return "json", "JSON"
    return "csv", "plain text"


def check_content(file: str, content: bytes) -> list[Problem]:
    """A problem where the file is empty or is not what its ending says."""
    if not content.strip():
        do = "fetch the file again, or remove it if the study has no such table"
        return [Problem(file, None, "", "the file is empty", do)]
    ending = file.rpartition(".")[2].lower()
    kind, words = content_of(content)
    if kind != ending:
        rule = f"the ending says {ending} but the content is {words}"
        do = f"save the table as {ending}, or give the file the ending that fits its content"
        return [Problem(file, None, "", rule, do)]
    if kind == "parquet" and not content.endswith(b"PAR1"):
        do = "fetch the file again: its end is missing"
        return [Problem(file, None, "", "the file is cut off", do)]
    return []

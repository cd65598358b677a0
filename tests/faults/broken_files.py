"""Raw folders whose files, text or columns are broken."""

from __future__ import annotations

from breaks import (
    EVENTS,
    PEOPLE,
    SESSIONS,
    SUMS,
    VISITS,
    add_line,
    as_parquet,
    as_utf16,
    as_windows,
    as_xlsx,
    both,
    case,
    remove,
    rename,
    replace,
    write,
)

LOG_COLUMNS = (
    "participant,day,attended,muscle_groups,sets,repetitions,load,load_unit,band,exertion,"
    "soreness,pain_before,pain_after"
)

FILES = [
    case(
        "a table that is missing",
        remove(VISITS),
        (VISITS, None, "", "the file is missing"),
    ),
    case("an empty file", write(EVENTS, b""), (EVENTS, None, "", "empty")),
    case(
        "a first line and nothing else",
        write(SESSIONS, f"{LOG_COLUMNS}\n".encode()),
        (SESSIONS, None, "", "no rows"),
    ),
    case(
        "a spreadsheet that is called CSV",
        both(as_xlsx(VISITS), rename("visits.xlsx", VISITS)),
        (VISITS, None, "", "the content is a spreadsheet"),
    ),
    case(
        "Parquet that is called XLSX",
        both(as_parquet(VISITS), rename("visits.parquet", "visits.xlsx")),
        ("visits.xlsx", None, "", "the content is a Parquet file"),
    ),
    case(
        "a log-in page in place of the table",
        write(SESSIONS, b"<!DOCTYPE html><html><body>Please log in</body></html>"),
        (SESSIONS, None, "", "the content is a web page"),
    ),
    case(
        "Parquet that is cut off",
        both(remove(EVENTS), write("events.parquet", b"PAR1" + bytes(40))),
        ("events.parquet", None, "", "cut off"),
    ),
    case(
        "two files of one table",
        write("visits.xlsx", b"PK\x03\x04"),
        ("visits.xlsx", None, "", "two files of one table"),
    ),
    case(
        "a format that is not read",
        rename(EVENTS, "events.sav"),
        ("events.sav", None, "", "a format that is not read"),
    ),
    case(
        "a file that changed after it was received",
        replace(VISITS, "P05,56,pain_vas,49", "P05,56,pain_vas,29"),
        (VISITS, None, "", "does not match line 6"),
        signed=False,
    ),
    case(
        "a file that no checksum lists",
        write("events_old.csv", b"participant,day\n"),
        ("events_old.csv", None, "", "not listed"),
        signed=False,
    ),
    case(
        "a listed file that is gone",
        remove(EVENTS),
        (SUMS, 2, "", "a listed file is not there"),
        signed=False,
    ),
    case(
        "a checksum of a file elsewhere",
        add_line(SUMS, "0" * 64 + "  ../other/visits.csv"),
        (SUMS, 7, "", "no checksum"),
        signed=False,
    ),
]

TEXT = [
    case(
        "UTF-16 as spreadsheets export it",
        as_utf16(PEOPLE),
        (PEOPLE, None, "", "UTF-16"),
    ),
    case(
        "Windows-1252",
        both(replace(EVENTS, "moved away", "déménagé"), as_windows(EVENTS)),
        (EVENTS, 6, "", "Windows-1252"),
    ),
    case(
        "mixed encodings",
        both(
            replace(EVENTS, "moved away", "MARK"),
            replace(EVENTS, "sore shoulder", "raideur après la séance"),
            write(EVENTS, b"d\xe9m\xe9nag\xe9", in_place_of=b"MARK"),
        ),
        (EVENTS, 6, "", "mixed encodings"),
    ),
    case(
        "letters that were encoded twice",
        replace(EVENTS, "moved away", "dÃ©mÃ©nagÃ©"),
        (EVENTS, 6, "", "encoded twice"),
    ),
    case(
        "a quotation mark that is not closed",
        replace(EVENTS, "moved away", '"moved away'),
        (EVENTS, 6, "", "quotation mark"),
    ),
    case(
        "a row with a cell too many",
        replace(VISITS, "P01,56,pain_vas,58.5", "P01,56,pain_vas,58,5"),
        (VISITS, 3, "", "the row has 5 cells, the first line has 4"),
    ),
    case(
        "a row that is cut short",
        replace(VISITS, "P05,112,pain_vas,52", "P05,112"),
        (VISITS, 16, "", "the row has 2 cells"),
    ),
]

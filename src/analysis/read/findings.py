"""What can be found in a file: what was expected there, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from analysis.problems import NEEDS_PERSON, SHOWN, STOPS_DOCUMENT, Fault, Faults

CLEAN, AGAIN, TABLE = "ask for a copy without it", "ask for the file again", "ask for the table only"
SEEN, LEAVE = "what one can see", "do not open it; ask the force for the table only"
ADVICE = {  # what was expected, and what to do where nothing else is said; the worst first
    "HIDDEN_SHEET": ("shown sheets only", CLEAN),
    "PERSONAL_DATA": ("none", "see whether it may be kept; only counts are copied"),
    "HIDDEN_ROW_COL": (SEEN, CLEAN),
    "COVERED_TEXT": (SEEN, CLEAN),
    "TRACKED_CHANGE": ("none", "ask for a copy with the changes accepted"),
    "INVISIBLE_TEXT": (SEEN, "compare it with the file on the screen; ask for a clean copy"),
    "HIDDEN_TEXT": (SEEN, CLEAN),
    "TOTAL_MISMATCH": ("a sum", "compare it with the file; ask the force which is right"),
    "CELL_ERROR": ("a value", "ask the force"),
    "AMBIGUOUS_NUMBER": ("1,234 or 1.2", "ask the force which is meant"),
    "SCANNED": ("text", "scanned: ask for the data or key it in"),
    "AMBIGUOUS_DATE": ("a date that proves its order", "ask the force"),
    "COMMENT": ("none", CLEAN),
    "CELL_TOO_LONG": ("at most 32,767 characters", TABLE),
    "CSV_QUOTE": ("quotes that close, doubled inside a field", "mend the line"),
    "DUPLICATE_COLUMN": ("each column once", "say in the transcript which is meant"),
    "EMBEDDED_FILE": ("one document", "save it in data/inbox and check it there"),
    "EMPTY_FILE": ("a table", AGAIN),
    "ENCODING": ("UTF-8", "see whether £, quotes and dashes read well, or save it as UTF-8"),
    "ENCRYPTED": ("an open file", "ask the force for an open copy"),
    "FORM_FIELD": ("text on the page", "open it in a PDF program, print it as a PDF, and check that"),
    "FORMULA_NO_VALUE": ("a value", "open it in a spreadsheet program, save it, and ask whether the numbers are right"),
    "INVISIBLE_CHARACTERS": ("characters one sees", AGAIN),
    "LOOK_ALIKE": ("one alphabet", "compare by sight and ask the force"),
    "MISSING_FILE": ("a file", "see how it is called"),
    "MOJIBAKE": ("letters", "ask for the file as UTF-8"),
    "NO_ROWS": ("a header and rows", AGAIN),
    "NUL_BYTE": ("text", "save the file as plain text"),
    "PICTURE": ("a table", "look whether it holds data"),
    "QUOTED_MAIL": ("none", "see that no answer stands there"),
    "RAGGED_ROW": ("as many fields as heads", "see what has shifted"),
    "SIGNATURE": ("none", "see that no answer stands there"),
    "STRUCK_OUT": ("none", CLEAN),
    "TOO_LARGE": ("at most 50 MB, read with 1 GB", "ask for the data without pictures"),
    "TOO_MANY_CELLS": ("at most 2,000,000", TABLE),
    "TOO_SLOW": ("at most 30 seconds", "ask for the table only, in another format"),
    "TRUNCATED": ("a whole file", "ask for it again, or in another format"),
    "UNREADABLE": ("a file that can be read", "ask for the table only, in another format"),
    "WRONG_TYPE": ("a spreadsheet, document, page or mail", "ask for another format"),
    "XML_DTD": ("plain XML or HTML", LEAVE),
    "ZIP_PATH": ("plain names, each once", LEAVE),
    "ZIP_RATIO": ("at most 200 MB, and 100 times the file", LEAVE),
}
CARRIED = ("none", "nothing of it is copied")
RANKS = {code: rank for rank, code in enumerate(ADVICE)}
SEVERITIES = (STOPS_DOCUMENT, NEEDS_PERSON, SHOWN)


def person(code: str, place: str, found: str, expected: str = "", do: str = "", severity: str = NEEDS_PERSON) -> Fault:
    """Return a finding that a person must look at."""
    usual = ADVICE.get(code, CARRIED)
    return Fault(code, place, found, expected or usual[0], do or usual[1], severity)


def noted(code: str, place: str, found: str, expected: str = "", do: str = "") -> Fault:
    """Return a finding that stops nothing."""
    return person(code, place, found, expected, do, SHOWN)


def refuse(code: str, place: str, found: str, expected: str = "", do: str = "") -> Faults:
    """Return the error that refuses a file."""
    return Faults([person(code, place, found, expected, do, STOPS_DOCUMENT)])


def rank(fault: Fault) -> tuple[int, int]:
    """Return how bad a finding is, the worst first: what refuses, what needs a person, what is only noted."""
    return SEVERITIES.index(fault.severity), RANKS.get(fault.code, len(RANKS))


@contextmanager
def followed() -> Iterator[None]:
    """Refuse what a library cannot follow, by the type of its error only: what that says may be what a file hides."""
    try:
        yield
    except (Faults, MemoryError):
        raise
    except Exception as error:
        words = f"a file cut, broken or not followed ({type(error).__name__})"
        raise refuse("TRUNCATED", "", words) from error

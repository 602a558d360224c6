"""How a drafted recipe spells its parts: what is open is `?`, with what it can be beside it."""

import json
import re

UNDECIDED = "?"
YEAR = re.compile(r"(19|20)\d{2}|(FY ?)?(19|20)\d{2} ?[-/–] ?(\d{2}|\d{4})", re.I)
MONTH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?([ -]\d{2,4})?", re.I)
NUMBERLIKE = re.compile(
    r"[<>]? ?\d[\d,]*( ?- ?\d+)?|nil|none|zero|[-–—*]|\[[a-z]\]|n/?a|not held|less than \w+|fewer than \w+", re.I
)
ASKED = {
    "period": "the words of the file or the request, such as 2018/19",
    "role": "officer, staff, all, unknown",
    "unit": "people, cases, allegations, incidents, offences",
    "misuse": "what was done or misused, in the words of the file or the request",
    "outcome": "how it ended, in the words of the file; empty where it does not say",
    "date_basis": "what dates a case: incident, recorded, finalised, not stated",
}


def fixed(given: set[str]) -> list[str]:
    """Return the columns a part of a recipe must still fix, all but those given."""
    given = given | ({"period"} if given & {"year", "month"} else set()) | ({"role"} if "rank" in given else set())
    return [f"{name} = {quoted(UNDECIDED)}  # {words}" for name, words in ASKED.items() if name not in given]


def quoted(value) -> str:
    """Return a text or list as TOML."""
    return json.dumps(value, ensure_ascii=False)

"""The words of the codebook: what every column of every table means."""

import re
from functools import cache

from analysis import subject

# longer because the words for every column stand in one place

# name, or table.name where one table narrows the meaning: kind of value, unit, example, description
_WORDS = """
figure_id | text | | ps2019-itpro:L3 | address of the number's cell: source, then line, field or cell
fact_id | text | | ps2019-itpro:L3 | figure_id of the preferred figure of the fact
source_id | text | | ps2019-itpro | the document
round_id | text | | parliament-street-2019 | the round of requests; single-force for a question of its own
force_ids | text | | surrey | forces it is about, space separated; several for a joint entry, empty for a place
force_id | text | | surrey | the force
place | text | | England and Wales | the area, where the number is not about named forces
ledger.place | text | | L3F2 | address of the cell inside its file
approvals.place | text | | L3 | address of the finding inside its file
period_start | date | | 2017-04-01 | first day of the period
period_end | date | | 2019-03-31 | last day of the period
period_basis | text | | printed | whether the dates were printed, inferred, or not stated
date_basis | text | | recorded | what the date of a case is: incident, recorded, finalised, or a snapshot of one day
role | text | | officer | whom it counts; `not stated` where the page does not say or uses staff for any employee
rank | text | | constable | category of rank, empty where no rank was printed
unit | text | | people | what one count is
conduct | text | | disclosure | category of conduct; several by `|` when not told apart, by `&` when both
system | text | | niche|e-mail | category of system; several by `|` when not told apart, by `&` when both
outcome | text | | dismissed | category of outcome; several by `|` when not told apart, by `&` when one person had both
force_as_written | text | | Surrey Police | the force as written
period_as_written | text | | last two financial years | the period as written
role_as_written | text | | officer | the role as written
unit_as_written | text | | people | the unit as written
misuse_as_written | text | | Niche or email misuse | the misuse as written
outcome_as_written | text | | sacked | the outcome as written
as_written | text | | at least 779 | the number as written, with the words beside it
low | count | unit of the row | 71 | least the number can be; empty where nothing is known
high | count | unit of the row | 869 | most the number can be; empty where it is open
status | text | | exact | how the number was given
share_low | share | share of the base | 0.2 | least share, where the number is a share
share_high | share | share of the base | 0.2 | greatest share, where the number is a share
where_printed | text | | headline | headline, text or table
locator | text | | parliament-street-2019/ps2019-itpro.csv:L3 | file below data/raw, and the place in it
read_by | text | | twice | whether one reader or two read the number
note | text | | seen in a digest | what a reader should know
hull_low | count | unit of the row | 70 | least value over all sources
hull_high | count | unit of the row | 71 | greatest value over all sources; empty where it is open
alternatives | text | | 16 [a:L3]; 13 [b:L4] | each distinct value and who printed it, where sources differ
agreement | text | | conflict | one source, agree, compatible or conflict
conflict_of | text | | value outcome | what the sources contradict each other about, space separated
disputed | text | | no | yes where the force disputes the number
n_sources | count | documents | 5 | documents that print the number
n_origins | count | origins | 1 | independent origins: papers that repeat one release are one
figure_ids | text | | a:L3 b:L4 | figures of this fact, space separated, the preferred first
facts.part_of | text | | ps2019-itpro:L9 | facts this one is part of, space separated
units_reported | text | | cases; incidents | units the sources print, where they differ or not
labels_reported | text | | sacked; dismissed | misuse and outcome as the sources print them
roles_reported | text | | officers; staff | roles as the sources print them
force_name | text | | Surrey Police | name of the force
region | text | | South East | region of the force
nation | text | | England | nation of the force
answer | text | | partial | how the force answered
sources.answer | text | | partial | how the force answered; replies only
exemptions | text | | s12 s40(2) | exemptions of the Act the answer names
source_ids | text | | ps2019-itpro | documents that show it, space separated
reason | text | | the page says so | why this was decided
ledger.reason | text | | number of forces: held in rounds.csv | why a cell was dropped
headcount | count | people | 4012 | workforce at the round's period, by the usual denominator; empty where unknown
headcount_from | date | | 2017-03-31 | first date of the workforce figures used
headcount_to | date | | 2019-03-31 | last date of the workforce figures used
ends_as | text | | value | value, label, note or dropped
kind | text | | press | reply, report or press
forces.kind | text | | territorial | territorial, special or legacy
places.kind | text | | region | nation, region, joint or unknown
claims.kind | text | | value | value, rank, share, comparison or attribution
derived_from | text | | parliament-street-2019-release | the document or unseen release it repeats, if any
publisher | text | | The Register | who published it
title | text | | 237 punished | short title
requester | text | | Parliament Street | who asked the forces
reference | text | | 11288 | the force's reference
url | text | | https://example.org/reply | address of the page
published_on | text | | 2019-11-11 | day or month of publication
published_basis | text | | printed | whether the date of publication was printed, inferred or not visible
asked | text | | discipline for computer misuse | what was asked, in our words
period_asked | text | | 2013 | period asked about, as written
figures_visible | text | | yes | whether the figures could be seen
seen_on | date | | 2026-11-22 | day the page was read
extent_seen | text | | opening | how much was read; opening: about the first 2,000 characters
public | text | | yes | whether it is public already
file | text | | parliament-street-2019/ps2019-itpro.csv | path below data/raw
sha256 | text | | 9f86d081884c… | checksum of the file
asked_by | text | | Parliament Street | who asked
question | text | | how many were disciplined | the question, in our words
counts | text | | one person disciplined | what one count means
forces_asked | count | forces | 45 | how many forces were asked
forces_asked_where | text | | ps2019-itpro:L2 | cells that print it, space separated
forces_replied | count | forces | 23 | how many forces replied
forces_replied_where | text | | ps2019-itpro:L2 | cells that print it, space separated
selected | text | | yes | yes where the forces named were picked by whoever published
comparable_with | text | | huntsman-2017 | rounds it may be compared with, space separated
comparable_reason | text | | subjects differ | why, or why not
claim_id | text | | ps2019-itpro-all-officers | the claim
statement | text | | Surrey recorded most | the claim or assumption in our own words
hedged | text | | no | whether the source hedges the claim
how_checked | text | | against the total | how the claim is checked
code | text | | TOTAL_MISMATCH | code of the finding
name | text | | Surrey Police | full name
short_name | text | | Surrey | short name
gss_code | text | | E23000031 | code of the Office for National Statistics
data_police_uk_id | text | | surrey | id at data.police.uk
tile_row | count | | 8 | row on the tile map
tile_col | count | | 6 | column on the tile map
exists_from | date | | 2013-04-01 | first day of the force; empty where older than every round
exists_until | date | | 2013-03-31 | last day of the force; empty where it exists
joined_into | text | | police-scotland | the force it became part of
alias | text | | The Met | another name
wording | text | | sacked | words as written
dimension | text | | outcome | conduct, system, outcome or rank
category | text | | dismissed | id of the category
parent | text | | left-the-force | the category that includes it; empty at a root
exclusive | text | | yes | yes where one case cannot be in it and in an exclusive sibling
label | text | | dismissed | words for readers
definition | text | | employment ended by the force | what counts
source | text | | our decision | where the definition comes from
field | text | | misuse | which column's wording it explains
relation_id | text | | r001 | the relation
relation | text | | same_number | same_number, part_of, joint_of, disputes, estimate_of or rank
figures | text | | a:L3 b:L4 | figures it says something about, space separated
of | text | | c:L5 | the figure they relate to
complete | text | | yes | yes where the parts are disjoint and make the whole
position | text | | 1 | position from the top
scope | text | | parliament-street-2019 | the round ranked
assumption_id | text | | one-case-one-person | the assumption
sources.parent | text | | surrey_1234 | the reply or e-mail this file came with, if it is one of several
supersedes | text | | surrey_1234 | the earlier document this one corrects and replaces
applies_to | text | | count | count, or rank where a number is about a rank
below | count | counts | 5 | counts below this are hidden
applies_where | text | | unit=cases | facts it rewrites
sets | text | | unit=people | what it rewrites them to
as_at | date | | 2018-03-31 | day counted
worker_type | text | | officer | officer, staff, pcso or special
basis | text | | headcount | headcount or full-time equivalent
value | number | people or full-time equivalents | 1932 | workforce
sent | date | | 2026-01-05 | day the request was sent; empty until then
due | date | | 2026-02-03 | last day the law allows for the answer; written by new-round, never typed
answered | date | | 2026-02-02 | day of the answer; empty where none came, or where sources.csv holds the reply
unanswered | text | | q2 q4 | questions an answer left open, space separated
review_sent | date | | 2026-02-04 | day an internal review was asked for
review_answered | date | | 2026-03-04 | day its outcome came
regulator | text | | Information Commissioner's Office | who decides a complaint about the request
regulator_sent | date | | 2026-03-10 | day the complaint was sent
regulator_answered | date | | 2026-06-10 | day of the decision
question_id | text | | q1 | the question's number in the request
questions.question | text | | how many were dismissed | the question, in our words
licence | text | | OGL v3 | licence of the source
roles.role | text | | pcso | the role
term | text | | body | the word that is asked for
one | text | | officer | how one is said
several | text | | officers | how several are said
everyone | text | | yes | yes for the roles that together are everybody
denominator | text | | workforce | what rates are made of; the usual one first
worker_types | text | | officer staff pcso | worker types counted, space separated
whom | text | | officers and staff | how they are said
among | text | | per officer | how a rate among them is told
"""

_KEY = """force_ids place period_start period_end"""
_LABELS = """date_basis role rank unit conduct system outcome"""

# table: folder, key, what one row is, columns
TABLES = {
    "figures": (
        "processed",
        "figure_id",
        "one number as printed in one document",
        f"""figure_id source_id round_id {_KEY} period_basis {_LABELS} force_as_written period_as_written
        role_as_written unit_as_written misuse_as_written outcome_as_written as_written low high status
        share_low share_high where_printed locator read_by note""",
    ),
    "facts": (
        "processed",
        "fact_id",
        "one number in the world, whoever printed it",
        f"""fact_id round_id {_KEY} {_LABELS} low high status share_low share_high hull_low hull_high alternatives
        agreement conflict_of disputed n_sources n_origins figure_ids part_of units_reported labels_reported
        roles_reported""",
    ),
    "coverage": (
        "processed",
        "round_id force_id",
        "one round and force: how it answered",
        """round_id force_id force_name nation region answer exemptions source_ids reason headcount headcount_from
        headcount_to""",
    ),
    "ledger": (
        "processed",
        "source_id place",
        "one non-empty cell of one document, and where it ended",
        "source_id place ends_as reason figure_id",
    ),
    "sources": (
        "raw",
        "source_id",
        "one document",
        """source_id round_id kind derived_from publisher title requester force_ids reference url published_on
        published_basis asked period_asked answer exemptions figures_visible seen_on extent_seen public file sha256
        note supersedes parent""",
    ),
    "rounds": (
        "raw",
        "round_id",
        "one round of requests",
        """round_id title asked_by question period_start period_end period_basis unit counts forces_asked
        forces_asked_where forces_replied forces_replied_where selected comparable_with comparable_reason note""",
    ),
    "coverage_decisions": (
        "raw",
        "round_id force_id",
        "one round and force, as decided",
        "round_id force_id answer exemptions source_ids reason",
    ),
    "claims": ("raw", "claim_id", "one published sentence", "claim_id source_id statement kind hedged how_checked"),
    "tracker": (
        "raw",
        "round_id force_id",
        "one request sent to one force, and where it stands",
        """round_id force_id sent due answered unanswered review_sent review_answered regulator regulator_sent
        regulator_answered note""",
    ),
    "questions": ("raw", "round_id question_id", "one question of a request", "round_id question_id question"),
    "approvals": ("raw", "sha256 code place", "one finding a person accepted", "sha256 code place reason"),
    "forces": (
        "lookups",
        "force_id",
        "one police force",
        """force_id name short_name nation region gss_code data_police_uk_id kind tile_row tile_col exists_from
        exists_until joined_into""",
    ),
    "aliases": ("lookups", "alias", "another name of a force", "alias force_id reason"),
    "subject": ("lookups", "term", "one word of the subject", "term one several reason"),
    "roles": ("lookups", "role", "one role and its noun", "role one several everyone reason"),
    "denominators": (
        "lookups",
        "denominator",
        "one number of people that rates can be made of",
        "denominator basis worker_types whom among reason",
    ),
    "places": ("lookups", "wording", "a name that is no single force", "wording kind force_ids place reason"),
    "categories": (
        "lookups",
        "dimension category",
        "one category of a tree",
        "dimension category parent exclusive label definition source",
    ),
    "wording": (
        "lookups",
        "field wording round_id",
        "one wording and what it means",
        "field wording round_id conduct system outcome role rank unit date_basis reason",
    ),
    "thresholds": (
        "lookups",
        "applies_to",
        "one kind of number, and from which count on it may be shown before the document is public",
        "applies_to below reason",
    ),
    "relations": (
        "lookups",
        "relation_id",
        "one thing the printing does not say",
        "relation_id relation figures of complete position scope reason",
    ),
    "assumptions": (
        "lookups",
        "assumption_id",
        "one assumption a statement may need",
        "assumption_id round_id statement applies_where sets reason",
    ),
    "workforce": (
        "lookups",
        "force_id as_at worker_type basis",
        "one workforce number",
        "force_id as_at worker_type basis value source_id",
    ),
    "workforce_sources": ("lookups", "source_id", "one source of workforce numbers", "source_id title url licence"),
}

# columns a table of decisions may leave out, and tables that may lack: then they are empty
OPTIONAL = {"sources": ["supersedes", "parent"], "thresholds": [], "tracker": [], "questions": []}

FILES = {"coverage_decisions": "coverage"}

# columns that may hold nothing but these; sets of them are joined by | or &
VALUES = {
    "period_basis": "printed,inferred,not stated",
    "date_basis": "incident,recorded,finalised,snapshot,not stated",
    "unit": "people,cases,allegations,incidents,offences",
    "status": "exact,zero,range,at least,at most,approximate,share,suppressed,not held,not applicable,missing",
    "where_printed": "headline,text,table,",
    "agreement": "one source,agree,compatible,conflict",
    "disputed": "yes,no",
    "answer": "full,partial,refused,not held,replied; named,replied; unnamed,no reply,reply unknown,not asked,"
    "did not exist",
    "ends_as": "value,label,note,dropped",
    "relation": "same_number,part_of,joint_of,disputes,estimate_of,rank",
    "basis": "headcount,fte",
    "sources.kind": "reply,report,press",
    "sources.answer": "full,partial,refused,not held,other,",
    "figures_visible": "yes,no",
    "public": "yes,no",
    "applies_to": "count,rank",
}


@cache
def words() -> dict[str, tuple[str, str, str, str]]:
    """Return for each column (or table.column) its kind of value, unit, example and description."""
    rows = (re.split(r" \|(?= )", line) for line in _WORDS.strip().splitlines())
    stripped = ([part.strip() for part in parts] for parts in rows)
    return {name: (kind, unit, example, text) for name, kind, unit, example, text in stripped}


def columns(table: str) -> list[str]:
    """Return the columns of a table, in order."""
    return TABLES[table][3].split()


def word(table: str, column: str) -> tuple[str, str, str, str]:
    """Return the kind of value, unit, example and description of one column of one table."""
    known = words()
    return known.get(f"{table}.{column}") or known[column]


def values(table: str, column: str) -> list[str] | None:
    """Return what a column may hold, or None where it may hold anything."""
    if (table, column) in {("wording", "role"), ("wording", "unit"), ("wording", "date_basis"), ("rounds", "unit")}:
        return None
    if column == "role" and table != "roles":
        return list(subject.roles())
    if column == "worker_type":
        return sorted({kind for one in subject.denominators().values() for kind in one.worker_types})
    allowed = VALUES.get(f"{table}.{column}") or VALUES.get(column)
    return [value.replace(";", ",") for value in allowed.split(",")] if allowed else None

"""The project's tables: read and written the one way, with types and words from `lookups/columns.csv`."""

import datetime as dt
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import categories, project
from analysis.codebook import KINDS, WrongWords, about, columns, keys, names

# how alternatives say what the parts of a whole add up to: the sum, whether it is open, and of which figures
SUM_OF_PARTS = re.compile(r"(\d+)(\+?) \[sum of ([^\]]+)\]")
HIDDEN = "not public yet: we hide small counts"
STAGES = ("counted", "followed", "left", "court")  # how far a case had come, the furthest last


@dataclass(frozen=True, repr=False)
class Tables:
    """Hold the tables of the project, whole or of one round or force.

    name: the round or force, "" for the whole. On top of their columns on disk, facts have `printed_by` (publishers),
    `strength` (own reply, and if not yet public; report; press, one origin; press, N origins; one unverified copy),
    `where` (short name of the forces, or the place), `when` (the period in words), `as_printed` (the label of the first
    document that prints it), `as_written` (its number, as it stands there), `ended` (the outcome in words) and `stage`
    (how far it had come: counted, followed, left, court); and, as they follow the number in a sentence, `who`
    (officers, one officer, cases), `what` (cases of data breach) and `during` (from 2007 to 2010).
    official: numbers of official tables, in the whole only.
    elsewhere: facts of other rounds that assumptions or claims of a round rest on.
    """

    figures: pd.DataFrame
    facts: pd.DataFrame
    coverage: pd.DataFrame
    rounds: pd.DataFrame
    sources: pd.DataFrame
    relations: pd.DataFrame
    categories: pd.DataFrame
    forces: pd.DataFrame
    workforce: pd.DataFrame
    assumptions: pd.DataFrame
    claims: pd.DataFrame
    denominators: pd.DataFrame
    roles: pd.DataFrame
    official: pd.DataFrame
    elsewhere: pd.DataFrame
    name: str = ""

    @property
    def round(self) -> pd.Series | None:
        """The row of rounds.csv, where these are the tables of one round."""
        return _row(self.rounds, "round_id", self.name)

    @property
    def force(self) -> pd.Series | None:
        """The row of forces.csv, where these are the tables of one force."""
        return _row(self.forces, "force_id", self.name)

    @property
    def period(self) -> str:
        """The period of the round in words, and whether its dates are inferred."""
        inferred = " (dates inferred)" if self.round["period_basis"] == "inferred" else ""
        return period_in_words(self.round["period_start"], self.round["period_end"]) + inferred

    @property
    def asked(self) -> pd.DataFrame:
        """How many forces were asked, as printed: one row with low, high, figure_ids, printed_by, strength; or none."""
        return self._forces("forces_asked")

    @property
    def replied(self) -> pd.DataFrame:
        """How many forces replied, as printed: one row as for asked, or none."""
        return self._forces("forces_replied")

    def _forces(self, column: str) -> pd.DataFrame:
        own = self.rounds[(self.rounds["round_id"] == self.name) & (self.rounds[f"{column}_where"] != "")]
        said = own.rename(columns={column: "low", f"{column}_where": "figure_ids"}).reset_index(drop=True)
        said = said.assign(high=said["low"], force_ids="", place="", n_origins=1)
        found = with_attribution(said, self.sources, self.forces, read("aliases"))
        return found[["low", "high", "figure_ids", "printed_by", "strength"]]

    @property
    def own(self) -> pd.DataFrame:
        """The facts that name the force."""
        return self._rows_with("facts", force_ids=[self.name]).reset_index(drop=True)

    @cached_property
    def _places(self) -> dict[tuple[str, str], dict[str, list[int]]]:
        return {}

    def _rows_with(self, table: str, **wanted: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table that hold, in one of some columns, one of the words given for it.

        Looked up, as a project of many rounds asks this of each of them.
        """
        frame, found = getattr(self, table), set()
        for column, words in wanted.items():
            if (table, column) not in self._places:
                places = self._places[table, column] = defaultdict(list)
                for place, text in enumerate(frame[column]):
                    for word in text.split():
                        places[word].append(place)
            found.update(*(self._places[table, column].get(word, ()) for word in words))
        return frame.iloc[sorted(found)]

    def printed(self, facts: pd.DataFrame) -> pd.DataFrame:
        """Return the cells that print some facts, one row each, a fact's preferred one first.

        Out: the columns of figures with fact_id, where and as_printed of the fact, publisher and kind of the document,
        label (what the cell counts, in our short words) and figure_ids.
        """
        cells = facts.assign(figure_id=facts["figure_ids"].str.split()).explode("figure_id")
        cells = cells[["fact_id", "where", "as_printed", "figure_id"]].merge(self.figures, on="figure_id")
        cells = cells.merge(self.sources[["source_id", "publisher", "kind"]], on="source_id")
        return cells.assign(label=_labels(cells), figure_ids=cells["figure_id"])

    def contradictions(self, facts: pd.DataFrame) -> pd.DataFrame:
        """Return what documents print of the facts on which they differ, one row for each number and label.

        Out: where, as_printed, as_written, status, label, low, high, by (the publishers) and figure_ids. A whole that
        its printed parts do not make has a row for what they do make, with no as_written.
        """
        differ = facts[facts["agreement"] == "conflict"]
        alike = self.printed(differ).groupby(["where", "as_printed", "as_written", "status", "label"], sort=False)
        ends = {"low": ("low", "first"), "high": ("high", "first")}
        printed = alike.agg(**ends, by=("publisher", ", ".join), figure_ids=("figure_id", " ".join)).reset_index()
        added = differ["alternatives"].str.extract(SUM_OF_PARTS).set_axis(["as_written", "more", "figure_ids"], axis=1)
        sums = differ[["where", "as_printed", "printed_by"]].join(added).dropna(subset="as_written")
        number = sums["as_written"].astype("Int64")
        sums = sums.assign(status="exact", label="its printed parts, added up", low=number, high=number, as_written="")
        return pd.concat([printed, sums.rename(columns={"printed_by": "by"})], ignore_index=True)

    def __repr__(self) -> str:
        held = (field.name for field in fields(self) if field.name in names())
        return "\n".join(f"{name:<12}{len(getattr(self, name)):>7,}  {about(name)['meaning']}" for name in held)


def load(name: str = "") -> Tables:
    """Return the project's tables, whole or the part of one round or one force.

    Raises ValueError, suggesting the nearest, when there is no such round or force, and in a run of a build whose
    parameter is another one: a run is made again when its own part changes, so it may rest on nothing else.

    >>> tables = load("parliament-street-2019")
    >>> tables.facts.loc[tables.facts["force_ids"] == "surrey", ["unit", "system", "low", "high", "status"]]
        unit        system  low  high status
    0  cases    not-stated   50    50  exact
    1  cases  niche|e-mail   35    35  exact
    >>> load("surry")
    Traceback (most recent call last):
    ValueError: no round or force is called 'surry'; nearest: surrey, strathclyde, sussex
    """
    own = os.environ.get("ANALYSIS_PART", "")
    if own not in ("", name):
        raise ValueError(f"this run is of {own!r} and may load nothing else: load({own!r})")
    frames = {name: read(name) for name in names() if name in Tables.__annotations__}
    official = frames["official"]
    value = pd.to_numeric(official["value"].where(official["value"].str.fullmatch(r"\d+"))).astype("Int64")
    addresses = [f"official:L{row + 2}" for row in range(len(official))]
    facts = with_attribution(frames["facts"], frames["sources"], frames["forces"], read("aliases"))
    facts = with_words(facts, frames["figures"], frames["roles"], frames["categories"])
    frames |= {"facts": facts, "official": official.assign(low=value, high=value, figure_ids=addresses)}
    return part(Tables(**frames, elsewhere=facts.iloc[:0]), name)


def with_attribution(
    facts: pd.DataFrame, sources: pd.DataFrame, forces: pd.DataFrame, aliases: pd.DataFrame
) -> pd.DataFrame:
    """Return facts with `printed_by`, `strength` and `where` in words."""
    known = {*forces["name"], *forces["short_name"], *aliases["alias"]}
    is_copy = (sources["kind"] == "reply") & ~sources["publisher"].isin(known)
    is_copy |= sources["publisher"].str.endswith("copy)")
    kind = sources["kind"].mask(is_copy, "copy").mask(sources["public"] == "no", HIDDEN)
    kinds = dict(zip(sources["source_id"], kind, strict=True))
    publishers = dict(zip(sources["source_id"], sources["publisher"], strict=True))
    short = dict(zip(forces["force_id"], forces["short_name"], strict=True))
    cited = [list(dict.fromkeys(one.partition(":")[0] for one in ids.split())) for ids in facts["figure_ids"]]
    places = zip(facts["force_ids"], facts["place"], strict=True)
    strengths = zip(cited, facts["n_origins"], strict=True)
    return facts.assign(
        printed_by=[_publishers([publishers[one] for one in ids]) for ids in cited],
        strength=[_strength([kinds[one] for one in ids], origins) for ids, origins in strengths],
        where=[", ".join(short[one] for one in ids.split()) or place for ids, place in places],
    )


def with_words(facts: pd.DataFrame, figures: pd.DataFrame, roles: pd.DataFrame, tree: pd.DataFrame) -> pd.DataFrame:
    """Return facts with `when` and all that Tables lists after it, in the words of their first figure."""
    first = figures.set_index("figure_id").reindex([ids.split()[0] for ids in facts["figure_ids"]])
    stages = tree[tree["dimension"] == "outcome"].set_index("category")["stage"].to_dict()
    reached = [{stages[one] for term in categories.terms(outcome) for one in term} for outcome in facts["outcome"]]
    ended = facts["outcome"].str.replace("|", " or ").str.replace("&", " and ").str.replace("-", " ")
    dates = list(zip(facts["period_start"], facts["period_end"], strict=True))
    is_one = facts["high"].eq(1).fillna(False)
    unit = facts["unit"].mask(is_one, facts["unit"].str.removesuffix("s").replace("people", "person"))
    of_all = roles["one"] == "person"
    one, several = (dict(zip(roles["role"], roles[form].mask(of_all, ""), strict=True)) for form in ("one", "several"))
    role = facts["role"].map(several).mask(is_one, facts["role"].map(one))
    labels = first[["misuse_as_written", "outcome_as_written"]].replace("all", "").to_numpy()
    said = [_noun_phrases(*words) for words in zip(unit, role, *labels.T, ended, strict=True)]
    return facts.assign(
        when=[period_in_words(*ends) for ends in dates],
        as_printed=_labels(first).tolist(),
        as_written=first["as_written"].tolist(),
        ended=ended,
        stage=[max(some, key=STAGES.index, default=STAGES[0]) for some in reached],
        who=[who for who, _ in said],
        what=[what for _, what in said],
        during=[_period_phrase(*ends) for ends in dates],
    )


def _noun_phrases(unit: str, role: str, misuse: str, outcome: str, ended: str) -> tuple[str, str]:
    """Say whom a number counts, and what, as both follow it: `officers` and `officers dismissed (data breach)`."""
    misuse, outcome = (re.sub(r" \((.*?)\)", r", \1", label) for label in (misuse, outcome))
    is_people = unit in ("people", "person")
    counted, of = (role or unit, "") if is_people else (unit, role)
    who = f"{counted} ({of})" if of else counted
    verb = outcome.removeprefix("internally ").partition(" ")[0].strip(",")
    if is_people and verb.endswith("ed") and verb in [outcome, *ended.split()]:
        return who, f"{counted} {outcome}" + (f" ({misuse})" if misuse else "")
    if not (is_people or of or outcome) and {*":;"}.isdisjoint(misuse):
        return who, f"{counted} of {misuse}"
    label = ": ".join(filter(None, (misuse, outcome)))
    return who, f"{counted} ({'; '.join(filter(None, (of, label)))})"


def _labels(figures: pd.DataFrame) -> pd.Series:
    """Say in our short words what figures count, such as `data breach: dismissed`."""
    pairs = zip(figures["misuse_as_written"], figures["outcome_as_written"], strict=True)
    labels = [": ".join(one for one in pair if one not in ("", "all")) for pair in pairs]
    return pd.Series(labels, figures.index, dtype="str")


@cache  # many rows share few periods
def period_in_words(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Say a period: 2013, 2017/18, 2007 to 2010, April 2017 to March 2019, since May 2012, period not printed."""
    if pd.isna(start) or pd.isna(end):
        return "period not printed" if pd.isna(start) else f"since {start:%B %Y}"
    after = end + pd.Timedelta(days=1)
    if (start.day, after.day) == (1, 1) and start + pd.DateOffset(years=1) == after and start.month in (1, 4):
        return f"{start.year}" if start.month == 1 else f"{start.year}/{end:%y}"
    if (start.day_of_year, after.day_of_year) == (1, 1):
        return f"{start.year} to {end.year}"
    if (start.day, after.day) == (1, 1):
        return f"{start:%B %Y}" if start + pd.DateOffset(months=1) == after else f"{start:%B %Y} to {end:%B %Y}"
    return f"{start.day} {start:%B %Y}" + ("" if start == end else f" to {end.day} {end:%B %Y}")


def _period_phrase(start: pd.Timestamp, end: pd.Timestamp) -> str:
    said = period_in_words(start, end)
    if pd.isna(start) or pd.isna(end):
        return "in a period not printed" if pd.isna(start) else said
    return f"{'from' if ' to ' in said else 'on' if start == end else 'in'} {said}"


def _publishers(printed: list[str]) -> str:
    names = dict.fromkeys(printed)
    return " and ".join(names) if len(names) < 3 else f"{printed[0]} and {len(printed) - 1} other pages"


def _strength(kinds: list[str], origins: int) -> str:
    if "reply" in kinds:
        return "own reply"
    if HIDDEN in kinds:
        return f"own reply, {HIDDEN}"
    if "report" in kinds:
        return "report"
    if kinds == ["copy"]:
        return "one unverified copy"
    return "press, one origin" if origins == 1 else f"press, {origins} origins"


def part(tables: Tables, name: str) -> Tables:
    """Return the part of one round or force: its facts and everything about them; small lookups stay whole.

    A force's part holds each round in which the force has a fact, and every fact that names the force.
    Raises ValueError when there is no such round or force.
    """
    if not name:
        return tables
    if name in set(tables.rounds["round_id"]):
        return _part(tables, name, {name})
    categories.one_of("round or force", name, {*tables.rounds["round_id"], *tables.forces["force_id"]})
    own = tables._rows_with("facts", force_ids=[name])
    return _part(tables, name, {*own["round_id"]} - {"single-force"})


def _part(tables: Tables, name: str, rounds: set[str]) -> Tables:
    facts = tables._rows_with("facts", force_ids=[name], round_id=rounds)
    claims = tables.claims[tables.claims["round_id"].isin(rounds)]
    assumptions = tables.assumptions[tables.assumptions["round_id"].isin(rounds)]
    elsewhere = tables.facts[_is_needed_by(tables.facts, claims, assumptions) & ~tables.facts.index.isin(facts.index)]
    cited = " ".join([*facts["figure_ids"], *elsewhere["figure_ids"]]).split()
    figures = tables._rows_with("figures", figure_id=cited, round_id=rounds)
    coverage = tables._rows_with("coverage", force_id=[name], round_id=rounds)
    relations, held = tables.relations, set(figures["figure_id"])
    documents = [*figures["source_id"], *claims["source_id"], *" ".join(coverage["source_ids"]).split()]
    documents += [one.partition(":")[0] for one in " ".join(claims["against"]).split()]
    about = relations["of"].isin(held) | relations["scope"].isin(rounds)
    about |= relations["figures"].map(lambda ids: not held.isdisjoint(ids.split())).astype("bool")
    chosen = {
        "facts": facts,
        "figures": figures,
        "coverage": coverage,
        "sources": tables._rows_with("sources", source_id=documents, round_id=rounds, force_ids=[name]),
        "relations": relations[about],
        "rounds": tables.rounds[tables.rounds["round_id"].isin({*rounds, *coverage["round_id"]})],
        "claims": claims,
        "assumptions": assumptions,
        "official": tables.official.iloc[:0],
        "elsewhere": elsewhere,
    }
    return replace(tables, name=name, **{key: frame.reset_index(drop=True) for key, frame in chosen.items()})


def _is_needed_by(facts: pd.DataFrame, claims: pd.DataFrame, assumptions: pd.DataFrame) -> pd.Series:
    """Mark the facts of documents an assumption names (source_id=a|b), and those a claim is checked against."""
    where = map(column_values, assumptions["applies_where"])
    documents = {one for told in where if "source_id" in told for one in told["source_id"].split("|")}
    figures = set(" ".join([*claims["figures"], *claims["against"]]).split())
    if not documents and not figures:  # as of most of many rounds
        return pd.Series(False, facts.index)
    wanted = [
        any(one in figures or one.partition(":")[0] in documents for one in ids.split()) for ids in facts["figure_ids"]
    ]
    return pd.Series(wanted, facts.index, dtype="bool")


def column_values(text: str) -> dict[str, str]:
    """Read what an assumption applies to, or sets: `column=value; column=value`, several values parted by `|`."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {column.strip(): value.strip() for column, _, value in pairs}


def _row(frame: pd.DataFrame, key: str, name: str) -> pd.Series | None:
    found = frame[frame[key] == name]
    return found.iloc[0] if len(found) else None


def location(name: str) -> Path:
    """Return where a table lies in the project."""
    below = Path(about(name)["kind"])
    return project.processed() / below.name if below.parts[0] == "processed" else project.raw().parent / below


def read(name: str, path: Path | None = None) -> pd.DataFrame:
    """Read a table from its place in the project, or another; an optional column it leaves out is empty.

    No word means missing, and an empty cell of text is an empty text.
    """
    found = pd.read_csv(path or location(name), dtype="str", keep_default_na=False, na_filter=False, encoding="utf-8")
    known = columns(name)
    optional = known.index[known["use"] == "optional"].difference(found.columns)
    return cast(found.assign(**dict.fromkeys(optional, "")), name)


def cast(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give every column of a table its type; empty cells become missing numbers and dates.

    Raises ValueError naming the column and the texts that are no number or date.
    """
    kinds = {column: kind for column, kind in columns(name)["kind"].items() if column in frame}
    other = [column for column, kind in kinds.items() if frame[column].dtype != KINDS[kind].dtype]
    return frame.assign(**{column: _cast(frame[column], kinds[column], name) for column in other})


def _cast(series: pd.Series, kind: str, name: str) -> pd.Series:
    dtype, is_text = KINDS[kind].dtype, pd.api.types.is_string_dtype(series.dtype)
    if kind == "text" or not is_text:
        return series.astype(dtype)
    filled = series.where(series != "")
    try:
        return (pd.to_datetime(filled, format="%Y-%m-%d") if kind == "date" else pd.to_numeric(filled)).astype(dtype)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}.{series.name}: {error}") from error


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows."""
    return cast(pd.DataFrame({column: pd.Series(dtype="str") for column in columns(name).index}), name)


def wrong_cells(frame: pd.DataFrame, name: str) -> list[tuple[int, str, str]]:
    """Return each cell of a table, still text, that may not hold what it holds: row's position, found, expected.

    A column with `values` holds only those, one of numbers none below zero, and a key stands there once.
    """
    found = []
    for column, known in columns(name).iterrows():
        strange = [text for text in frame[column].unique() if not _fits(text, known)]
        expected = f"one of: {known['values']}" if known["values"] else KINDS[known["kind"]].said
        rows = np.flatnonzero(frame[column].isin(strange)).tolist()
        found += [(row, f"{column} = {frame[column].iloc[row]!r}", expected) for row in rows]
    again = np.flatnonzero(frame[keys(name)].duplicated()).tolist()
    return found + [(row, f"{', '.join(keys(name))} a second time", "each row once") for row in again]


def _fits(text: str, known: pd.Series) -> bool:
    if known["values"]:
        return (text or "(empty)") in known["values"].split("; ")
    looks_right = text == "" or re.fullmatch(KINDS[known["kind"]].looks, text) is not None
    return looks_right and (known["kind"] != "date" or text == "" or _exists(text))


def _exists(day: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(day))
    except ValueError:
        return False


def arrange(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table with its columns in order and typed, its rows sorted by key so that L10 follows L9."""
    own = built_columns(frame, name)
    order = np.lexsort([natural_order(own[key]) for key in reversed(keys(name))])
    return cast(own.iloc[order].reset_index(drop=True), name)


def built_columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the columns of a built table; raises WrongWords where columns.csv names one that is not made."""
    wanted = columns(name).index
    if len(strange := wanted.difference(frame.columns)):
        said = f"{', '.join(strange)} of {name}, which analysis.clean does not make"
        raise WrongWords(f"data/raw/lookups/columns.csv has a row for {said}: take it out, or make the column there")
    return frame[list(wanted)]


def natural_order(texts: pd.Series) -> np.ndarray:
    """Return the place of each text among all, numbers within it by their size."""
    codes, known = pd.factorize(texts)
    padded = [re.sub(r"\d+", lambda number: number[0].zfill(9), one) for one in pd.Series(known).astype("str")]
    return np.unique(np.array(padded, dtype="str"), return_inverse=True)[1][codes] if padded else codes


def write(frame: pd.DataFrame, path: Path, name: str) -> None:
    """Write a table: rows sorted by key, ISO dates, shortest numbers, LF, so that equal tables are equal bytes."""
    plain = arrange(frame, name)
    plain = plain.astype(dict.fromkeys(plain.select_dtypes("Float64"), "float64"))  # which `float_format` is for
    path.parent.mkdir(parents=True, exist_ok=True)
    plain.to_csv(path, index=False, lineterminator="\n", float_format="%.10g", date_format="%Y-%m-%d", encoding="utf-8")

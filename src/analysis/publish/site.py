"""The site: pages written from the staged tables, findings and executed notebooks, then built by Sphinx, offline."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from analysis import paths, tables
from analysis.publish import (
    book,
    cache,
    download,
    download_page,
    evidence,
    extension,
    pages,
    places,
    sheets,
    staging,
    texts,
)

MADE, UNWANTED = "html", {".buildinfo", "objects.inv", "genindex.html", ".nojekyll", "_sources"}
NEEDLESS = ("*.map", "fontawesome.js", "webpack-macros.html", "sbt-webpack-macros.html", "logo_*", "locales")
LAST_LINES = 30
PLACES = {
    "data/raw/sources.csv": "/evidence/index.page",
    "data/raw/rounds.csv": "/rounds/index.page",
    "force-page": "/forces/index.page",
}


class NotBuilt(Exception):
    """Sphinx did not build the site; says its last words."""

    exit_status = 1


def build(site: Path, runs: list, work: Path) -> None:
    """Write the pages of a staged generation into it; without docs/conf.py in the project there are none.

    site: the staged generation with data/, notebooks/ and figures/; runs: the runs it holds; work: where Sphinx keeps
    what it need not do again. Raises NotBuilt with Sphinx's own words.
    """
    docs = paths.root() / "docs"
    if not (docs / "conf.py").is_file():
        return
    print("Building the pages of the site", flush=True)
    with staging.told(site / "data"):
        _documents(site)
        download.write(site, work.with_name("workbook"))
        written = _written(book.opened(site, docs), runs)
    drawn = work / "map"
    if not (drawn.is_file() and drawn.read_text("utf-8") == _map(written)):
        shutil.rmtree(work, ignore_errors=True)
    _store(written, work / "source")
    drawn.write_text(_map(written), encoding="utf-8")
    _sphinx(docs, work / "source", work)
    _collect(work / MADE, site)


def _documents(site: Path) -> None:
    """Lay out each public document that is plain text, and the recipe of any; no other file goes out as received."""
    sources = tables.read(None, "sources")
    for file in sources.loc[sources["public"] == "yes", "file"]:
        for name in (paths.raw() / file, (paths.raw() / file).with_suffix(".toml")):
            if file and name.is_file() and name.suffix in (".csv", ".toml"):
                target = site / "data" / "raw" / name.relative_to(paths.raw())
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(name, target)


def _written(held: book.Book, runs: list) -> dict[str, str]:
    """Return every page's source by its file name; evidence is written last, when all uses are known."""
    homes = _homes(runs)
    own = texts.pages(held.site / "data", ["method/definitions"])
    held.pages = dict.fromkeys(_docnames(held, homes, own))
    made = {f"{name}.ipynb": _sheet(held, run, name, _named(homes, run)) for name, run in homes.items()}
    made |= {f"{name}.md": text for name, text in own.items()}
    forces = [name for name in homes if name.startswith("forces/")]
    order = [
        "rounds/index",
        "forces/index",
        "contradictions",
        "regions/index",
        "evidence/index",
        "method/index",
        texts.GUIDES,
        "download",
    ]
    whole = [
        pages.front(held, [name for name in order if name in held.pages]),
        *pages.rounds(held, _questions(homes)),
        places.forces(held, forces),
        places.contradictions(held),
        *places.regions(held),
        pages.definitions(held),
        download_page.page(held),
    ]
    whole += evidence.pages(held)
    return made | {f"{page.docname}.page": pages.write(page) for page in whole}


def _homes(runs: list) -> dict:
    """Say which page each run becomes: below its round, one for each force, or beside the rounds."""
    homes: dict = {}
    for run in runs:
        if "force" in run.parameters:
            name = f"forces/{run.subject}"
        else:
            own = "" if run.subject == "all" else f"{run.subject}/"
            name = f"rounds/{own}{run.notebook.stem}"
        homes[name if name not in homes else f"{name}/{run.notebook.stem}"] = run
    return homes


def _docnames(held: book.Book, homes: dict, own: dict) -> list[str]:
    listed = [f"rounds/{round_id}/index" for round_id in held.rounds]
    fixed = [
        "index",
        "rounds/index",
        "forces/index",
        "contradictions",
        "regions/index",
        "method/definitions",
        "download",
    ]
    return [*fixed, *listed, *homes, *own, *evidence.docnames(held)]


def _questions(homes: dict) -> dict:
    """Return the notebook pages of each round as (docname, question); those about all rounds under an empty name."""
    found: dict = {}
    for name, run in homes.items():
        if not name.startswith("forces/"):
            own = run.subject if run.subject != "all" else ""
            found.setdefault(own, []).append((name, _question(run)))
    return found


def _question(run) -> str:
    cells = json.loads(run.notebook.read_text("utf-8"))["cells"]
    first = next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), run.notebook.stem)
    return first.splitlines()[0].removeprefix("# ").strip()


def _named(homes: dict, run) -> dict[str, str]:
    """Say to which page each name leads that a notebook's text mentions: notebooks of the same round, and files."""
    named = {other.notebook.stem: "/rounds/index.page" for other in homes.values()} | PLACES
    own = {} if "force" in run.parameters else {name: one for name, one in homes.items() if one.subject == run.subject}
    return named | {one.notebook.stem: f"/{name}.ipynb" for name, one in own.items()}


def _sheet(held: book.Book, run, docname: str, named: dict) -> str:
    notebook = held.site / "notebooks" / run.subject / f"{run.notebook.stem}.ipynb"
    figures = held.site / "figures" / run.place
    known = {one.finding_id: one for one in held.findings}
    if docname.startswith("forces/"):
        title, more = sheets.plain(held.forces[run.subject]["name"]), places.force_sections
        return sheets.page(notebook, docname, title, held.way, known, figures, named, more(held, run.subject, docname))
    name = held.rounds[run.subject]["title"] if run.subject in held.rounds else ""
    title = f"QUESTION – {sheets.plain(name)}" if name else ""
    return sheets.page(notebook, docname, title, held.way, known, figures, named, [])


def _map(written: dict[str, str]) -> str:
    """Return a fingerprint of what pages show of each other: their names and titles."""
    return cache.digest(*sorted(f"{name} {_title(name, text)}" for name, text in written.items()))


def _title(name: str, text: str) -> str:
    if name.endswith(".page"):
        page = json.loads(text)
        return json.dumps([page["title"], page["below"], [part["title"] for part in page["sections"]]])
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        return next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), "")
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith(("#", "/", "```{")))


def _store(written: dict[str, str], source: Path) -> None:
    """Write the pages whose text changed, so that Sphinx reads only those."""
    for name, text in written.items():
        place = source / name
        if not (place.is_file() and place.read_text("utf-8") == text):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")


def _sphinx(docs: Path, source: Path, work: Path) -> None:
    words = f"-b html -q -W --keep-going -D site_map={_look(docs)}".split()
    places = ["-c", docs, "-d", work / "doctrees", source, work / MADE]
    command = [sys.executable, "-m", "sphinx", *words, *map(str, places)]
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    fixed = {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONUTF8": "1"}
    package = str(Path(__file__).resolve().parents[2])
    environment = kept | fixed | {"PYTHONPATH": package, "HOME": str(work), "PYTHONNOUSERSITE": "1"}
    work.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=work)
    if ran.returncode:
        last = "\n".join(f"{ran.stdout}\n{ran.stderr}".strip().splitlines()[-LAST_LINES:])
        shutil.rmtree(work, ignore_errors=True)
        raise NotBuilt(f"the pages of the site were not built:\n{last}")


def _look(docs: Path) -> str:
    """Return a fingerprint of what gives every page its look: settings, style, scripts, our extension and libraries."""
    lock = paths.root() / "requirements.lock"
    more = (docs / "conf.py", Path(extension.__file__), *([lock] if lock.is_file() else []))
    return cache.digest(cache.of_folder(docs / "static"), *(file.read_bytes() for file in more))


def _collect(made: Path, site: Path) -> None:
    for entry in sorted(made.iterdir()):
        if entry.name not in UNWANTED:
            if entry.is_dir():
                shutil.copytree(entry, site / entry.name, ignore=shutil.ignore_patterns(*NEEDLESS))
            else:
                shutil.copyfile(entry, site / entry.name)

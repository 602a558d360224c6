"""What can be taken away: the tables, one workbook, each chart with its numbers, described, hashed and licensed."""

import hashlib
import json
import shutil
from pathlib import Path

from analysis import paths, tables
from analysis.codebook import datapackage
from analysis.publish import cache, workbook

DATA, FIGURES = "data", "figures"
PACKAGE, SUMS = "datapackage.json", "SHA256SUMS"
LICENCES = [
    {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License: tables, charts, words, code"},
    {
        "name": "OGL-UK-3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "title": "Open Government Licence v3.0: workforce figures",
    },
]
LICENCE = "; ".join(licence["title"] for licence in LICENCES)
MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(site: Path, kept: Path) -> None:
    """Add to a staged generation its workbook, its data package and the list of hashes.

    Reads site/data, site/figures and the tables that `analysis.load` reads; documents that are not public are left out.
    kept: a folder for the workbook of last time.
    """
    held = tables.load()
    public = held.sources[held.sources["public"] == "yes"]
    frames = {name: getattr(held, name) for name in workbook.SHEETS} | {"sources": public}
    _workbook(site / DATA / workbook.file(), frames, date(public), kept)
    package = describe(site, date(public), _documents(public))
    (site / PACKAGE).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in listing(site))
    (site / SUMS).write_text(sums, "utf-8", newline="\n")


def _workbook(place: Path, frames: dict, day: str, kept: Path) -> None:
    """Write the workbook, which takes a second, unless the last one was made from the same tables by the same code."""
    made_with = json.dumps(cache.machinery(paths.root()), sort_keys=True)
    words = cache.of_folder(paths.lookups())
    last = kept / cache.digest(*(frame.to_csv() for frame in frames.values()), day, made_with, words)
    if last.is_file():
        shutil.copyfile(last, place)
        return
    workbook.write(frames, place, day, LICENCE)
    shutil.rmtree(kept, ignore_errors=True)  # it may hold what is now withdrawn
    kept.mkdir(parents=True)
    shutil.copyfile(place, kept / "new")
    (kept / "new").rename(last)


def date(sources) -> str:
    """Return the last day on which a document was read, as an ISO date, or an empty text."""
    seen = sources["seen_on"].dropna()
    return "" if seen.empty else seen.max().strftime("%Y-%m-%d")


def files(site: Path) -> list[Path]:
    """Return what can be taken away, in one order on every system."""
    found = [file for folder in (DATA, FIGURES) for file in (site / folder).rglob("*") if file.is_file()]
    return sorted(found, key=lambda file: file.relative_to(site).as_posix())


def listing(site: Path) -> list[dict]:
    """Return path, size and sha256 of each file that can be taken away."""
    return [
        {"path": file.relative_to(site).as_posix(), "bytes": file.stat().st_size, "sha256": _sha256(file)}
        for file in files(site)
    ]


def describe(site: Path, day: str, documents: list[dict]) -> dict:
    """Return the Frictionless data package of everything that can be taken away."""
    stored = json.loads(datapackage())
    schemas = {f"{DATA}/{one['path']}": one for one in stored["resources"]}
    resources = [_resource(site, one, schemas.get(one["path"])) for one in listing(site) if _described(one["path"])]
    made = {"created": f"{day}T00:00:00Z"} if day else {}
    head = {name: stored[name] for name in ("name", "title")}
    return {**head, **made, "licenses": LICENCES, "sources": documents, "resources": resources}


def _described(path: str) -> bool:
    # Documents keep the layout they came in and belong to whoever published them: sources.csv describes them.
    return not path.startswith(f"{DATA}/raw/") and path != f"{DATA}/{PACKAGE}" and Path(path).suffix in MEDIA


def _resource(site: Path, one: dict, table: dict | None) -> dict:
    file = Path(one["path"])
    known = {"bytes": one["bytes"], "hash": f"sha256:{one['sha256']}"}
    if table is not None:
        return {**table, "path": one["path"], **known}
    name = "-".join([*file.parent.parts, file.stem, file.suffix.removeprefix(".")]).lower().replace("_", "-")
    told = (site / file).with_suffix(".txt")
    said = {"description": told.read_text("utf-8").strip()} if file.suffix == ".png" and told.is_file() else {}
    # Without a type, whoever checks the package opens the workbook as if it were one table.
    kind = {} if file.suffix == ".csv" else {"type": "file"}
    kind |= {"format": file.suffix.removeprefix("."), "mediatype": MEDIA[file.suffix]}
    return {"name": name, "path": one["path"], **said, **kind, **known}


def _documents(public) -> list[dict]:
    rows = public[["publisher", "title", "source_id", "url"]].itertuples(index=False)
    named = [(" – ".join(part for part in row[:2] if part) or row.source_id, row.url) for row in rows]
    return [{"title": title} | ({"path": url} if url else {}) for title, url in named]


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

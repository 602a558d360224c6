"""What a generation was made from and what it holds, so that anyone can recompute it and see what differs."""

import csv
import hashlib
import json
import subprocess
from pathlib import Path

from analysis import paths
from analysis.publish import cache

FILE = "provenance.json"


def write(site: Path) -> None:
    """Write provenance.json into a staged generation: commit, and the sha256 of the lock, each input and each output.

    No time and no path of a machine is in it. Documents that are not public are left out: a hash of a few small
    numbers gives them away to whoever tries them all.
    """
    made = {"commit": commit(paths.root()), **recomputed(site)}
    (site / FILE).write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def commit(root: Path) -> str:
    """Return the commit checked out, with `-dirty` when files differ from it; nothing where there is no git."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


def recomputed(site: Path) -> dict:
    """Return lock, inputs and outputs as they are now, each file with its sha256."""
    outputs = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    outputs.pop(FILE, None)
    inputs = {name: _sha256(file) for name, file in sorted(_inputs().items())}
    lock = inputs.pop("requirements.lock", "")
    return {"lock": lock, "inputs": inputs, "outputs": {name: _sha256(outputs[name]) for name in sorted(outputs)}}


def _inputs() -> dict[str, Path]:
    root, package = paths.root(), Path(__file__).resolve().parents[1]
    found = {f"src/analysis/{file.relative_to(package).as_posix()}": file for file in paths.below(package)}
    whole = [*paths.below(paths.raw()), *paths.below(paths.notebooks()), *paths.below(root / "docs")]
    whole += [root / name for name in ("CHANGELOG.md", "requirements.lock") if (root / name).is_file()]
    with (paths.raw() / "sources.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = [(row["file"], row["public"]) for row in csv.DictReader(lines)]
    withheld = tuple(f"data/raw/{file.rpartition('.')[0]}." for file, public in listed if file and public != "yes")
    named = {file.relative_to(root).as_posix(): file for file in whole}
    return found | {name: file for name, file in named.items() if not name.startswith(withheld)}


def _sha256(file: Path) -> str:
    """Return a file's sha256; a notebook's without outputs, which no generation is made from."""
    if file.suffix == ".ipynb" and file.parent == paths.notebooks():
        return cache.of_notebook(file)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def differences() -> list[str]:
    """Name each file of the project, site/ and data/processed that is not as site/provenance.json says.

    Raises FileNotFoundError when nothing has been built.
    """
    site, processed = paths.site(), paths.root() / "data" / "processed"
    if not (site / FILE).is_file():
        raise FileNotFoundError(f"{site / FILE}: no such file; build first")
    said, now = json.loads((site / FILE).read_text("utf-8")), recomputed(site)
    found = [] if said["lock"] == now["lock"] else ["requirements.lock: changed since the build"]
    found += _between(said["inputs"], now["inputs"], "", "since the build")
    found += _between(said["outputs"], now["outputs"], "site/", "after the build")
    built = {file.name: _sha256(file) for file in processed.glob("[!.]*")}
    shown = {name: said["outputs"].get(f"data/{name}", "") for name in built}
    return found + _between(shown, built, "data/processed/", "after the build")


def _between(said: dict[str, str], now: dict[str, str], below: str, when: str) -> list[str]:
    words = {(True, True): "changed", (True, False): "gone", (False, True): "added"}
    differing = [name for name in sorted(said.keys() | now.keys()) if said.get(name) != now.get(name)]
    return [f"{below}{name}: {words[name in said, name in now]} {when}" for name in differing]

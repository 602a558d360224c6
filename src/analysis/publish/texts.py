"""Pages that the project keeps as Markdown: the method, the changes, the codebook, and the guides below docs/."""

import posixpath
import re
from pathlib import Path

from analysis import paths

CODEBOOK, GUIDES = "method/codebook", "docs/index"
FILES = {
    "method/index": "docs/method.md",
    "method/changes": "CHANGELOG.md",
    "method/add-a-document": "data/raw/README.md",
    CODEBOOK: "data/processed/README.md",
}
NO_GUIDES = {"docs/method.md", "docs/README.md"}
OTHERS, KINDS = "how well it works", ("tutorial", "how-to", "explanation", "reference")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?![a-z]+:|[#/])([^)#\s]+)(#[^)\s]*)?\)")
TITLES = {"method/changes": "Changes and corrections", "method/add-a-document": "How to add a reply"}
FIRST_WORDS = "# Guides\n\nHow to use this project, how to add to it, and how its quality is measured.\n"


def pages(processed: Path, below_method: list[str]) -> dict[str, str]:
    """Return each page's text by its name, for Sphinx.

    A file docs/KIND/NAME.md, or docs/NAME.md, becomes a page of that name below "Guides"; docs/index.md, where there is
    one, opens them. processed: the staged tables, whose codebook is shown; below_method: other pages that stand there.
    """
    root = paths.root()
    files = FILES | {name.removesuffix(".md"): name for name in _guides(root)}
    places = {name: processed / "README.md" if name == CODEBOOK else root / file for name, file in files.items()}
    places = {name: place for name, place in places.items() if place.is_file()}
    known = {files[name]: name for name in places}
    made = {name: _linked(place.read_text("utf-8"), files[name], known) for name, place in places.items()}
    made |= {name: re.sub(r"\A# .*", f"# {title}", made[name]) for name, title in TITLES.items() if name in made}
    made["method/index"] += _tree(":hidden:", [*below_method, *(name for name in list(FILES)[1:] if name in made)])
    guides = [name for name in made if name.startswith("docs/") and name != GUIDES]
    return made | ({GUIDES: made.get(GUIDES, FIRST_WORDS) + _trees(guides)} if guides else {})


def _guides(root: Path) -> list[str]:
    found = (file.relative_to(root).as_posix() for file in sorted(paths.below(root / "docs")) if file.suffix == ".md")
    return [name for name in found if name not in NO_GUIDES]


def _linked(text: str, file: str, known: dict[str, str]) -> str:
    """Let links to files that are pages lead to those; of links to other files of the project only the words stay."""

    def again(found: re.Match) -> str:
        words, path, anchor = found[1], found[2], found[3] or ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        if target in known:
            return f"[{words}](/{known[target]}.md{anchor})"
        return words if (paths.root() / target).exists() else found[0]

    return LINK.sub(again, text)


def _trees(guides: list[str]) -> str:
    """List the guides by kind, the other ones last; a kind is a folder or one page."""
    groups: dict[str, list[str]] = {kind: [] for kind in (*KINDS, OTHERS)}
    for name in guides:
        kind = name.split("/")[1]
        groups[kind if kind in KINDS else OTHERS].append(name)
    return "".join(_tree(f":caption: {kind.capitalize()}", own) for kind, own in groups.items() if own)


def _tree(option: str, names: list[str]) -> str:
    lines = "\n".join(f"/{name}" for name in names)
    return f"\n```{{toctree}}\n{option}\n:maxdepth: 1\n\n{lines}\n```\n"

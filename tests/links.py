"""Where the links of built pages lead."""

import posixpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

ADDRESSES = ("href", "src", "srcset", "action")


def pages(site: Path) -> dict[str, html.HtmlElement]:
    """Return every page of a site as a tree, by its path."""
    files = sorted(site.rglob("*.html"))
    return {file.relative_to(site).as_posix(): html.document_fromstring(file.read_text("utf-8")) for file in files}


def broken(site: Path) -> list[str]:
    """Return each link of each page that leads to no file or no anchor, and each id that stands twice on a page."""
    site = site.resolve()
    held = pages(site)
    ids = {path: [element.get("id") for element in page.iter("*") if element.get("id")] for path, page in held.items()}
    found = [f"{path}: id {one} twice" for path, known in ids.items() for one in {*known} if known.count(one) > 1]
    for path, page in held.items():
        for element in page.iter("*"):
            for link in (element.get(name) for name in ADDRESSES if element.get(name)):
                parts = urlsplit(link)
                if parts.scheme in ("http", "https"):
                    continue
                away = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
                target = away if parts.path else path
                if not (site / target).is_file():
                    found.append(f"{path}: {link} leads to no file")
                elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
                    found.append(f"{path}: {link} leads to no anchor")
    return sorted(set(found))


def text(page: html.HtmlElement, path: str) -> list[str]:
    """Return the words of each element, or each attribute, that an XPath finds."""
    found = page.xpath(path)
    return [" ".join((one if isinstance(one, str) else one.text_content()).split()) for one in found]

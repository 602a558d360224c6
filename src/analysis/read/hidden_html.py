"""What a web page carries besides the words one sees."""

import re

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read.cell import person

PROGRAMS = re.compile(r"^on[a-z]+$")


def carried(root: etree._Element) -> list[Fault]:
    """Return what a page carries besides the words one sees."""
    comments = [e for e in root.iter(etree.Comment) if (e.text or "").strip() and not (e.text or "").startswith("[if")]
    scripts = list(root.iter("script")) + [e for e in root.iter() if any(PROGRAMS.match(k) for k in e.attrib)]
    remote = [e for e in root.iter("img", "iframe", "frame", "link", "object", "embed", "source") if _remote(e)]
    inside = [
        e for e in root.iter("img", "object", "embed", "a") if (e.get("src") or e.get("href") or "").startswith("data:")
    ]
    counted = [
        ("COMMENT", "comments in the page's code", len(comments)),
        ("DOC_PROPERTIES", "properties of the program that wrote it", len(_office(root))),
        ("MACRO", "programs", len(scripts)),
        ("EXTERNAL_LINK", "things fetched from elsewhere", len(remote)),
        ("EMBEDDED_FILE", "embedded files", len(inside)),
        ("HIDDEN_TEXT", "hidden parts", len([e for e in root.iter("template", "noscript", "datalist") if _said(e)])
         + len([e for e in root.iter("input") if e.get("type") == "hidden" and e.get("value")])),
        ("DOC_PROPERTIES", "properties", len([e for e in root.iter("meta") if _telling(e)])),
    ]  # fmt: skip
    found = [
        person(code, "page", f"{count} {words}", "none", "ask for a copy without them")
        for code, words, count in counted
        if count
    ]
    pictures = len(list(root.iter("img")))
    if pictures:
        found.append(Fault("PICTURE", "page", f"{pictures} pictures, not read", "tables", "look at them", SHOWN))
    return found


def _office(root: etree._Element) -> list[etree._Element]:
    """Return the comments in which a word processor keeps its author or its own data."""
    return [
        entry for entry in root.iter(etree.Comment) if re.search(r"<o:\w*(Author|Company|Manager)>", entry.text or "")
    ]


def _said(element: etree._Element) -> bool:
    return bool("".join(element.itertext()).strip())


def _remote(element: etree._Element) -> bool:
    target = element.get("src") or element.get("href") or element.get("data") or ""
    return bool(re.match(r"(?i)(https?:)?//|file:|ftp:", target))


def _telling(element: etree._Element) -> bool:
    name = (element.get("name") or "").lower()
    return name in ("author", "description", "keywords", "creator", "company", "manager") and bool(
        element.get("content")
    )

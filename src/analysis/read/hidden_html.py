"""What a web page carries besides the words one sees."""

import re

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read.cell import person
from analysis.read.personal import kinds_in

REMOTE = re.compile(r"(?i)\s*((https?:)?//|file:|ftp:)")
FETCHED = re.compile(r"(?i)(url\(|@import)\s*['\"]?\s*((https?:)?//|file:|ftp:)")
PROGRAMS = re.compile(r"^on[a-z]+$")


def carried(root: etree._Element) -> list[Fault]:
    """Return what a page carries besides the words one sees."""
    found = [
        person(code, "page", f"{count} {words}", "none", "ask for a copy without them")
        for code, words, count in [*_of_the_code(root), *_of_the_elements(root)]
        if count
    ]
    pictures = len(list(root.iter("img")))
    if pictures:
        found.append(Fault("PICTURE", "page", f"{pictures} pictures, not read", "tables", "look at them", SHOWN))
    return found


def _of_the_code(root: etree._Element) -> list[tuple[str, str, int]]:
    comments = [e for e in root.iter(etree.Comment) if _remark(e.text or "")]
    scripts = list(root.iter("script")) + [e for e in root.iter() if any(PROGRAMS.match(k) for k in e.attrib)]
    scripts += [e for e in root.iter("a", "form", "iframe") if "javascript:" in (e.get("action") or _target(e)).lower()]
    attributes = [name for e in root.iter() if isinstance(e.tag, str) for name in e.attrib if _holds(e, name)]
    return [
        ("COMMENT", "comments in the page's code", len(comments)),
        ("DOC_PROPERTIES", "properties of the program that wrote it", len(_office(root))),
        ("DOC_PROPERTIES", "properties", sum(1 for e in root.iter("meta") if _telling(e))),
        ("MACRO", "programs", len(scripts)),
        ("HIDDEN_TEXT", "attributes that hold a text", len(attributes)),
        ("HIDDEN_TEXT", "texts in the page's style", len(_written(root))),
    ]


def _of_the_elements(root: etree._Element) -> list[tuple[str, str, int]]:
    remote = [e for e in root.iter() if isinstance(e.tag, str) and _remote(e)]
    inside = [e for e in root.iter("img", "object", "embed", "a") if _target(e).startswith("data:")]
    unseen = [e for e in root.iter("template", "noscript", "datalist", "canvas") if _said(e)]
    unseen += [e for e in root.iter("input") if e.get("type") == "hidden" and e.get("value")]
    return [
        ("EXTERNAL_LINK", "things fetched from elsewhere", len(remote)),
        ("EXTERNAL_LINK", "links to files or people", sum(1 for e in root.iter("a") if kinds_in(e.get("href", "")))),
        ("EMBEDDED_FILE", "embedded files", len(inside) + sum(1 for e in root.iter("iframe") if e.get("srcdoc"))),
        ("HIDDEN_TEXT", "hidden parts", len(unseen)),
        ("TEXT_BOX", "drawings with a text, not read", sum(1 for e in root.iter("svg", "math") if _said(e))),
    ]


def _remark(text: str) -> bool:
    """Say whether a comment says anything besides what a word processor keeps for itself."""
    kept = re.sub(r"(?s)<(xml|style)\b.*?</\1>|<[^>]*>|\[if[^\]]*\]|\[endif\]", "", text)
    return bool(re.search(r"\w", kept if text.startswith("[if") else text))


def _office(root: etree._Element) -> list[etree._Element]:
    """Return the comments in which a word processor keeps its author or its own data."""
    return [
        entry for entry in root.iter(etree.Comment) if re.search(r"<o:\w*(Author|Company|Manager)>", entry.text or "")
    ]


def _holds(element: etree._Element, name: str) -> bool:
    said = name.startswith("data-") or name in ("title", "aria-label", "aria-description", "summary", "placeholder")
    return said and len(element.get(name, "").strip()) > 1


def _written(root: etree._Element) -> list[str]:
    """Return the texts that a page's style puts before or after an element."""
    said = [
        text for style in root.iter("style") for text in re.findall(r"content\s*:\s*[\"']([^\"']*)", style.text or "")
    ]
    return [text for text in said if re.search(r"\w{2}", re.sub(r"\\[0-9a-fA-F]+", "", text))]


def _said(element: etree._Element) -> bool:
    return bool("".join(element.itertext()).strip())


def _target(element: etree._Element) -> str:
    return element.get("src") or element.get("href") or element.get("data") or ""


def _remote(element: etree._Element) -> bool:
    """Say whether an element fetches something from elsewhere by itself; links and forms wait for somebody."""
    names = ("src", "srcset", "poster", "background", "data", *(("href",) if element.tag == "link" else ()))
    style = f"{element.get('style', '')} {element.text or '' if element.tag == 'style' else ''}"
    asked = element.get("content", "") if element.get("http-equiv", "").lower() == "refresh" else ""
    fetched = any(REMOTE.match(element.get(name, "")) for name in names)
    return fetched or bool(FETCHED.search(style) or re.search(r"(?i)url\s*=", asked))


def _telling(element: etree._Element) -> bool:
    name = (element.get("name") or "").lower()
    return name in ("author", "description", "keywords", "creator", "company", "manager") and bool(
        element.get("content")
    )

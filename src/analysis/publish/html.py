"""The few pieces of HTML that pages are made of; every text that is not Markup is escaped.

Cells and items stand apart by a space or a new line: a search shows a page as bare text, where two would be one word.
"""

from dataclasses import dataclass

from markupsafe import Markup

from analysis import subject
from analysis.publish import trail

LONG = 12


@dataclass(frozen=True)
class Page:
    """A page of the site: its name, title, first words, sections as (title, anchor, html), and the pages below it.

    Each of those is a name, or a name and how the menu calls it.
    A bare page has no list of its sections beside it, an orphan no place in the navigation.
    """

    docname: str
    title: str
    html: Markup
    sections: tuple = ()
    below: tuple = ()
    bare: bool = False
    orphan: bool = False

    def record(self) -> dict:
        """Return what Sphinx reads."""
        sections = [{"title": _ours(title), "anchor": name, "html": str(html)} for title, name, html in self.sections]
        return {
            "title": _ours(self.title),
            "html": str(self.html),
            "sections": sections,
            "below": list(self.below),
            "bare": self.bare,
            "orphan": self.orphan,
        }


def _ours(text):
    """Return a text of ours in the words of the subject; what is Markup was made so already."""
    return subject.spoken(str(text)) if "orce" in str(text) and not isinstance(text, Markup) else text


def joined(parts, between: str = "") -> Markup:
    """Join texts, those that are not Markup escaped."""
    return Markup(between).join(map(_ours, parts))


def said(text) -> Markup:
    """A paragraph."""
    return Markup("<p>{}</p>").format(_ours(text))


def link(href: str, text) -> Markup:
    """A link."""
    return Markup('<a href="{}">{}</a>').format(href, _ours(text))


def leads(here: str, docname: str, text, anchor: str = "") -> Markup:
    """A link from one page to another."""
    return link(trail.to(here, docname, anchor), text)


def outside(address: str) -> Markup:
    """A link to a page of somebody else; only web addresses become links."""
    if not address.startswith(("https://", "http://")):
        return Markup("{}").format(address)
    return Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address)


def listing(items, kind: str = "ul") -> Markup:
    """A list, or nothing."""
    inner = joined((Markup("<li>{}</li>").format(item) for item in items), "\n")
    return Markup(f"<{kind}>{{}}</{kind}>").format(inner) if inner else Markup("")


def about(pairs) -> Markup:
    """Names and values, empty values left out."""
    told = [(_ours(name), _ours(value)) for name, value in pairs if str(value)]
    inner = joined((Markup("<dt>{}</dt> <dd>{}</dd>").format(*pair) for pair in told), "\n")
    return Markup('<dl class="about">{}</dl>').format(inner)


def table(caption: str, heads: list[str], rows: list, anchor: str = "", numeric: tuple = ()) -> Markup:
    """A table with a caption, column heads and row heads; a long one can be sorted and filtered where script runs.

    rows: lists of cells, or (anchor of the row, cells); numeric: heads of columns set to the right.
    """
    caption, heads = subject.spoken(caption), [subject.spoken(head) for head in heads]
    if not rows:
        return Markup("<p{}>{}: none.</p>").format(_attribute("id", anchor), caption)
    looks = [' class="n"' if head in numeric else "" for head in heads]
    named = zip(heads, looks, strict=True)
    top = joined(Markup(f'<th scope="col"{look}>{{}}</th>').format(head) for head, look in named)
    body = joined(_row(row, looks) for row in rows)
    return Markup(
        '<div class="wide" role="region" aria-label="{caption}, table" tabindex="0"><table{name}{long}>'
        "<caption><span>{caption}</span></caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    ).format(
        caption=caption,
        top=top,
        body=body,
        name=_attribute("id", anchor),
        long=Markup(' class="long"') if len(rows) > LONG else "",
    )


def _row(row, looks: list[str]) -> Markup:
    anchor, cells = row if isinstance(row, tuple) else ("", row)
    first = Markup('<th scope="row">{}</th>').format(cells[0])
    rest = [Markup(f"<td{look}>{{}}</td>").format(cell) for cell, look in zip(cells[1:], looks[1:], strict=True)]
    return Markup("<tr{}>{}</tr>\n").format(_attribute("id", anchor), joined([first, *rest], " "))


def _attribute(name: str, value: str) -> Markup:
    return Markup(f' {name}="{{}}"').format(value) if value else Markup("")

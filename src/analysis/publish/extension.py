"""What Sphinx has to know about this site: pages written by `site`, and a built page without inline script or style."""

import hashlib
import json
import re
from pathlib import Path

from docutils import nodes
from markupsafe import escape
from sphinx import addnodes
from sphinx.parsers import Parser
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
INLINE = re.compile(r"<(script|style)(?![^>]*\bsrc=)([^>]*)>(.*?)</\1>", re.DOTALL)
# Icons come from a font; the script that draws them again writes style into the page. No page needs its own name.
NEEDLESS = re.compile(
    r"<script[^>]*fontawesome\.js[^>]*></script>|<script>DOCUMENTATION_OPTIONS\.pagename = [^<]*</script>"
    r'|<footer class="bd-footer">\s*</footer>'
)
# A style sheet whose name is its hash gets a version as well, but only where an earlier build left the file.
VERSION = re.compile(r"(mystnb\.\w+\.css)\?v=\w+")
ATTRIBUTE = re.compile(r"""(<[a-zA-Z][^<>]*?)\s(?:style|on[a-z]+)=("[^"]*"|'[^']*')""")
MOVED = "moved"
# What the theme leaves unnamed for those who hear a page; and its main part starts with buttons, which a search would
# show as words of the page.
NAMES = (
    ('<main id="main-content" class="bd-main" role="main">', '<div id="main-content" class="bd-main">'),
    ("</main>", "</div>"),
    ('<article class="bd-article">', '<article class="bd-article" role="main">'),
    ('<div class="bd-search-container">', '<div class="bd-search-container" role="main">'),
    ('<div class="bd-header-article d-print-none">', '<div class="bd-header-article d-print-none" role="banner">'),
    ('<div id="pst-secondary-sidebar" ', '<div id="pst-secondary-sidebar" role="complementary" aria-label="Page" '),
    ('<div id="pst-primary-sidebar" ', '<div id="pst-primary-sidebar" role="complementary" aria-label="Site" '),
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    ('<summary><span class="toctree-toggle"', '<summary aria-label="Pages below"><span class="toctree-toggle"'),
)


class Page(Parser):
    """Read a page of this site: JSON with title, sections (title, anchor, html) and the pages below it."""

    supported = ("page",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Build the page; titles are text, bodies are html that a template has escaped."""
        page = json.loads(inputstring)
        said = document.settings.env.metadata[document.settings.env.docname]
        said |= {"html_theme.sidebar_secondary.remove": ""} if page["bare"] else {}
        said |= {"orphan": ""} if page["orphan"] else {}
        top = _section(page["title"], page.get("anchor", "page"), page["html"])
        top.extend(_section(part["title"], part["anchor"], part["html"]) for part in page["sections"])
        if page["below"]:
            top.append(_below(page["below"], document.settings.env.docname))
        document.append(top)


def _section(title: str, anchor: str, html: str) -> nodes.section:
    found = nodes.section("", nodes.title("", "", nodes.Text(title)), ids=[anchor], names=[])
    if html:
        found.append(nodes.raw("", html, format="html"))
    return found


def _below(pages: list, parent: str) -> nodes.compound:
    entries = [(None, one) if isinstance(one, str) else (one[1], one[0]) for one in pages]
    tree = addnodes.toctree(
        parent=parent,
        entries=entries,
        includefiles=[name for _, name in entries],
        caption=None,
        maxdepth=-1,
        glob=False,
        hidden=True,
        includehidden=False,
        numbered=0,
        titlesonly=False,
    )
    return nodes.compound("", tree, classes=["toctree-wrapper"])


class Captions(SphinxTransform):
    """Give each table of a Markdown page a caption, the heading it stands under, and its rows a head."""

    default_priority = 500

    def apply(self, **_) -> None:
        """Change the document in place, as Sphinx wants it."""
        for number, table in enumerate(self.document.findall(nodes.table), 1):
            above = table.parent
            while not isinstance(above, nodes.section | nodes.document):
                above = above.parent
            heading = above.next_node(nodes.title)
            if heading and not table.next_node(nodes.title):
                table.insert(0, nodes.title("", heading.astext()))
                table["ids"].append(f"table-{number}")
            table.next_node(nodes.colspec)["stub"] = 1


class FindingsFirst(SphinxPostTransform):
    """Put what a cell of a notebook shows before its folded code, for the eye, the ear and the search alike."""

    default_priority = 250  # when MyST-NB has folded what is to be folded

    def run(self, **_) -> None:
        """Change the document in place, as Sphinx wants it."""
        for cell in self.document.findall(nodes.container):
            if "cell" in cell["classes"]:
                cell.children.sort(key=lambda part: "cell_output" not in part["classes"])


def strict(html: str, static: str, keep) -> str:
    """Return a built page that its own policy allows: inline script and style moved to files, handlers dropped.

    static: the address of the static folder from the page; keep: called with name and text of each file needed.
    """

    def moved(found: re.Match) -> str:
        kind, attributes, body = found.groups()
        if not body.strip() or "application/" in attributes:
            return ""
        name = f"{hashlib.sha256(body.encode()).hexdigest()[:12]}.{'js' if kind == 'script' else 'css'}"
        keep(name, body)
        if kind == "style":
            return f'<link rel="stylesheet" href="{static}/{MOVED}/{name}">'
        return f'<script src="{static}/{MOVED}/{name}"></script>'

    html = INLINE.sub(moved, NEEDLESS.sub("", VERSION.sub(r"\1", html)))
    for unnamed, named in NAMES:
        html = html.replace(unnamed, named)
    while ATTRIBUTE.search(html):
        html = ATTRIBUTE.sub(r"\1", html)
    return re.sub(r"(<head[^>]*>)", rf"\1\n    {META}", html, count=1)


def _escape_title(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Escape the title that the theme repeats for printing: it hands it to its template as bare text."""
    context["pagetitle"] = escape(context.get("pagetitle", ""))


def _finish(app, error) -> None:
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"

    def keep(name: str, text: str) -> None:
        (static / MOVED).mkdir(parents=True, exist_ok=True)
        (static / MOVED / name).write_text(text, encoding="utf-8", newline="\n")

    _forget_lost_words(Path(app.outdir) / "searchindex.js")
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        if META not in text and "<head" in text:
            up = "../" * (len(page.relative_to(app.outdir).parts) - 1)
            page.write_text(strict(text, f"{up}_static", keep), encoding="utf-8", newline="\n")


def _forget_lost_words(index: Path) -> None:
    """Drop the words that no page holds any more: Sphinx leaves them, with an empty list, when it builds in part."""
    head, brace, rest = index.read_text("utf-8").partition("{")
    held = json.loads(brace + rest.removesuffix(")"))
    for name in ("terms", "titleterms"):
        held[name] = {word: pages for word, pages in held[name].items() if pages != []}
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    index.write_text(f"{head}{text})", encoding="utf-8", newline="\n")


def setup(app) -> dict:
    """Tell Sphinx."""
    app.add_source_suffix(".page", "page")
    app.add_source_parser(Page)
    app.add_transform(Captions)
    app.add_post_transform(FindingsFirst)
    app.add_config_value("site_map", "", "env", [str])
    app.connect("html-page-context", _escape_title, priority=900)
    app.connect("build-finished", _finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Sphinx's settings for the site; the pages themselves are written by `analysis.publish.site`.

Every docs/tutorial/*.md, docs/how-to/*.md, docs/explanation/*.md, docs/reference/*.md and docs/*.md becomes a page
below "Guides" without being listed anywhere. Each starts with one `# Title`. A link to another file of the project is
written as the repository has it (`../../data/raw/README.md`): it leads to that file's page, where there is one.
"""

project = "Police computer misuse: what was answered"
author = "The contributors to police-misuse-foi"
language = "en"
root_doc = "index"
extensions = ["myst_nb", "analysis.publish.extension"]
myst_heading_anchors = 4  # a link may lead to a heading: page.md#the-heading
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("tables.js", {"defer": "defer"})]

# Nothing is run here: papermill ran the notebooks. Nothing comes from another host.
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
mathjax_path = "no-formulas-here.js"  # Sphinx wants a name; a page without a formula never asks for it

# The same input gives the same bytes: no dates, no copies of the sources, no random order.
html_last_updated_fmt = None
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks = False
html_use_index = False
html_domain_indices = False
add_module_names = False
suppress_warnings = ["myst.header", "config.cache"]
pygments_style = "a11y-high-contrast-light"

html_context = {"default_mode": "auto"}
html_theme_options = {
    "collapse_navbar": True,
    "max_navbar_depth": 3,
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_source_button": False,
    "use_repository_button": False,
    "use_issues_button": False,
    "use_edit_page_button": False,
    "launch_buttons": {},
    "show_toc_level": 2,
    "back_to_top_button": False,
    "show_prev_next": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "navbar_persistent": [],
}

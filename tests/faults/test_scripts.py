"""No script of a cell, a Markdown cell, a guide or the data runs in a page; a real browser is the judge."""

import shutil

import pytest

import vale

SCRIPTS = (
    "<script>alert(1)</script>\n\n<svg><script>alert(2)</script></svg>\n\n<img src=x onerror=alert(3)>\n\n"
    "<script type=module>alert(4)</script>\n\n<<script>alert(5)</script>\n\n[x](javascript:alert(6)) </textarea>"
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.mark.browser
def test_no_script_of_words_or_data_runs_in_any_page(tmp_path):
    from playwright.sync_api import sync_playwright

    path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip("THE SITE IS NOT TESTED IN A BROWSER: no chromium on the PATH")
    place = vale.project(tmp_path / "vale")
    line = SCRIPTS.replace("\n", " ")
    hostile = {"publisher": f"{line} Gazette", "title": line, "note": line, "url": "https://example.org/"}
    vale.sources(place, **{"vale-gazette": hostile})
    vale.notebook(place, "page", [("words", f"# What is known?\n\n{SCRIPTS}"), *vale.FORCE[1:]])
    (place / "docs" / "method.md").write_text(f"# Method\n\n{SCRIPTS}\n", "utf-8")
    status, said = vale.build(place)
    assert status == 0, said
    folder, faults = (place / "site").resolve(), []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (faults.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda told: faults.append(told.text) if told.type in ("error", "warning") else None)
        page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith("file:") else None)
        for file in sorted(folder.rglob("*.html")):
            page.goto(file.as_uri(), wait_until="load")
        browser.close()
    assert faults == []

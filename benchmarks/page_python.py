"""How long does a reader wait for the first output of Python in the page?

    python -m benchmarks.page_python .cache/site

Cold is a browser that has never been here, warm one that kept the files, next a page to
which a link led while Python was up. The seconds are those from the click on Run to the
output; the server is this machine, so that no line slows them. The megabytes are what
is fetched before that output, as hosts send it, compressed. The site has to be built
with an address and with Pyodide beside it, as `make tested-site` builds it.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from bookkit.server import served
from experiments._record import write_recorded

ROUNDS = 5
FIRST, NEXT = "loss/softmax/", "loss/cross-entropy/"
# The clock of the page itself, from the click to the first live output.
WAIT = """() => new Promise((resolve) => {
  const began = performance.now();
  const seen = () => document.querySelector(".nb-live.nb-output code")?.textContent;
  new MutationObserver((_, observer) => {
    if (!seen()) return;
    observer.disconnect();
    resolve((performance.now() - began) / 1000);
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
  const bar = document.querySelector("article > .nb-cell:has(+ .nb-output) .nb-bar");
  bar.lastChild.click();
})"""


def first_outputs(page: Page, root: str) -> dict[str, float]:
    """Seconds to the first output: cold, warm, and on the next page."""
    page.goto(root + FIRST, wait_until="networkidle")
    cold = page.evaluate(WAIT)
    page.goto(root + FIRST, wait_until="networkidle")
    warm = page.evaluate(WAIT)
    page.locator(f"a[href$='{NEXT.split('/')[1]}/']").first.click()
    page.wait_for_url(f"**/{NEXT}")
    page.wait_for_selector("article > .nb-cell .nb-bar")
    return {"cold": cold, "warm": warm, "next": page.evaluate(WAIT)}


def megabytes(paths: set[str], site: Path) -> float:
    """Of these files of the site, compressed."""
    files = [site / path for path in paths]
    return sum(len(gzip.compress(file.read_bytes())) for file in files) / 1e6


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    named = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    rounds, fetched = [], set[str]()
    with served(arguments.site) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=named, args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(arguments.rounds):
            context = browser.new_context()
            context.on(
                "request", lambda r: fetched.add(urlsplit(r.url).path.lstrip("/"))
            )
            page = context.new_page()
            page.set_default_timeout(120_000)
            rounds.append(first_outputs(page, root))
            context.close()
        browser.close()
    seconds = {
        name: [round(each[name], 3) for each in rounds]
        for name in ("cold", "warm", "next")
    }
    loaded = {path for path in fetched if path.startswith("assets/python/")}
    size = round(megabytes(loaded, arguments.site), 2)
    for name, all_rounds in seconds.items():
        print(f"{name}: {statistics.median(all_rounds):.2f} s of {all_rounds}")
    print(f"{size} MB, compressed by gzip, in {len(loaded)} files")
    write_recorded(
        "page_python",
        {"seconds": seconds, "megabytes": size},
        description="Seconds from a click on Run to the first output in the page, and "
        "what is fetched before it, compressed by gzip.",
        command="python -m benchmarks.page_python .cache/site",
    )


if __name__ == "__main__":
    main()

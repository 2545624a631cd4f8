"""How fast are the book's pages, by Lighthouse's scores of performance?

    NNBOOK_LIGHTHOUSE=.cache/lighthouse/node_modules/.bin/lighthouse \\
        python -m benchmarks.page_speed .cache/site

Loads the cover, the heaviest chapter and the heaviest reference page as a slow phone
and as a desktop would, three times each, and records the scores. They depend on what
else the machine does, so that no test asks for them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from bookkit.server import Zipped, served
from experiments._record import write_recorded

ROUNDS = 3
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"


def heaviest(site: Path, *, reference: bool) -> str:
    """The chapter or the reference page with most bytes, as a path of the site."""
    pages = list(site.glob("*/*/index.html"))
    kind = [page for page in pages if ("reference" in page.parts) == reference]
    most = max(kind, key=lambda page: page.stat().st_size)
    return f"{most.parent.relative_to(site).as_posix()}/"


def score(address: str, *, desktop: bool) -> float:
    """Lighthouse's score of performance, from 0 to 100."""
    lighthouse = os.environ.get("NNBOOK_LIGHTHOUSE") or shutil.which("lighthouse")
    chromium = os.environ.get("NNBOOK_CHROMIUM") or shutil.which("chromium")
    if not lighthouse or not chromium:
        raise SystemExit("This needs Lighthouse (NNBOOK_LIGHTHOUSE) and Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                *(lighthouse, address, "--quiet", "--output=json"),
                *(f"--output-path={report}", "--only-categories=performance"),
                *([] if not desktop else ["--preset=desktop"]),
                f"--chrome-flags={FLAGS}",
            ],
            env=os.environ | {"CHROME_PATH": chromium},
            check=True,
        )
        found = json.loads(report.read_text(encoding="utf-8"))
    return round(100 * found["categories"]["performance"]["score"])


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("site", type=Path)
    parser.add_argument("--note", default="", help="what else the machine was doing")
    arguments = parser.parse_args()
    site = arguments.site
    paths = ["", heaviest(site, reference=False), heaviest(site, reference=True)]
    scores: dict[str, dict[str, list[float]]] = {}
    with served(site, Zipped) as root:
        for path in paths:
            row = scores.setdefault(path or "cover", {})
            for name in ("mobile", "desktop"):
                row[name] = [
                    score(root + path, desktop=name == "desktop") for _ in range(ROUNDS)
                ]
                print(path or "cover", name, statistics.median(row[name]), row[name])
    write_recorded(
        "page_speed",
        {"scores": scores, "note": arguments.note},
        description="Lighthouse's scores of performance, three runs a page.",
        command="python -m benchmarks.page_speed .cache/site",
    )


if __name__ == "__main__":
    main()

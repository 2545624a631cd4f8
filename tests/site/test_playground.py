"""The playground: played with mouse, finger and keyboard."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, expect

import nnbook as nn

PATIENCE = 120_000  # milliseconds, for a busy machine
NUMBERS = ".nb-numbers"
SEEDS = itertools.count(1)

pytestmark = pytest.mark.usefixtures("python_there")


@pytest.fixture
def ground(reader: Page, follow: Callable[[Page, str], None]) -> Page:
    """A playground whose Python stays up from test to test."""
    follow(reader, "playground/")
    start = reader.get_by_role("button", name="Start", exact=True)
    play = reader.get_by_role("button", name="Play", exact=True)
    expect(start.or_(play)).to_be_visible()
    if start.is_visible():
        start.click()
        expect(play).to_be_focused(timeout=PATIENCE)
    return reader


def _set(page: Page, hash: str = "") -> int:
    """Go to other settings, as a link does, with a seed that no test had before."""
    seed = next(SEEDS)
    page.evaluate("hash => { location.hash = hash }", f"{hash}&seed={seed}")
    field = page.get_by_role("spinbutton", name="Seed")
    expect(field).to_have_value(str(seed))
    expect(page.locator(NUMBERS)).to_contain_text("Step 0 ")
    return seed


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _steps(page: Page) -> int:
    return int(page.locator(NUMBERS).inner_text().split()[1])


def _pixels(page: Page, canvas: str) -> str:
    return str(page.evaluate("c => document.querySelector(c).toDataURL()", canvas))


def test_nothing_of_python_is_loaded_before_start(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}playground/", wait_until="networkidle")
    assert [url for url in asked if re.search("python|worker.mjs", url)] == []
    expect(page.locator(".nb-said")).to_contain_text("17 MB")
    expect(page.locator("article .nb-figure svg")).to_be_visible()  # a still
    page.close()


def test_play_pause_step_and_reset(ground: Page) -> None:
    _set(ground)
    plane, graph = _pixels(ground, ".nb-plane"), _pixels(ground, ".nb-graph")
    _press(ground, "Step")
    expect(ground.locator(NUMBERS)).to_contain_text("Step 1 ")
    _press(ground, "Play")
    expect(ground.locator(NUMBERS)).not_to_contain_text("Step 1 ")
    _press(ground, "Pause")
    ground.wait_for_timeout(500)
    after = _steps(ground)
    ground.wait_for_timeout(500)
    assert _steps(ground) == after
    _press(ground, "Step")
    expect(ground.locator(NUMBERS)).to_contain_text(f"Step {after + 1} ")
    assert _pixels(ground, ".nb-plane") != plane
    assert _pixels(ground, ".nb-graph") != graph
    _press(ground, "Reset")
    expect(ground.locator(NUMBERS)).to_contain_text("Step 0 ")
    assert _pixels(ground, ".nb-plane") == plane


def test_the_page_trains_what_the_shown_code_trains(
    ground: Page, tmp_path: Path
) -> None:
    _set(ground, "data=moons&layers=5,4&optimizer=Momentum&rate=0.1&batch=32")
    for _ in range(3):
        _press(ground, "Step")
    expect(ground.locator(NUMBERS)).to_contain_text("Step 3 ")
    _press(ground, "Show the code")
    code = ground.get_by_role("group", name="Code of this run")
    expect(code).to_contain_text("range(3)")
    expect(code).to_be_focused()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code.inner_text(), names := {})
    said = ground.locator(".nb-listing-of-run p").inner_text()
    assert said == f"The run up to step 3. It prints: {out.getvalue().strip()}"
    loss = re.match(r"loss ([\d.]+)", out.getvalue())
    assert loss is not None
    expect(ground.locator(NUMBERS)).to_contain_text(f"loss {loss[1]}")
    with ground.expect_download() as download:
        _press(ground, "Save the network")
    path = tmp_path / "network.safetensors"
    download.value.save_as(path)
    network = nn.load(path)
    X = names["X"]
    assert (network.predict(X) == names["network"].predict(X)).all()


def test_a_control_begins_a_new_run_and_the_link_holds_it(ground: Page) -> None:
    seed = _set(ground)
    ground.get_by_role("combobox", name="Activation").select_option("relu")
    ground.get_by_role("button", name="Add a hidden layer").click()
    expect(ground.get_by_label("Units in layer 2")).to_have_value("8")
    rate = ground.get_by_role("spinbutton", name="Learning rate")
    rate.fill("0.3")
    rate.press("Enter")
    expect(ground).to_have_url(re.compile("rate=0.3"))
    _press(ground, "Copy link")
    expect(ground.locator(".nb-said")).to_contain_text("copied")
    link = ground.evaluate("navigator.clipboard.readText()")
    settings = f"layers=8,8&activation=relu&rate=0.3&seed={seed}"
    assert link.partition("#")[2] == settings
    rate.fill("-1")
    rate.press("Enter")
    expect(ground.locator(".nb-said")).to_contain_text("from 0 to 100")
    _set(ground, settings.partition("&seed")[0])
    expect(ground.get_by_role("combobox", name="Activation")).to_have_value("relu")


def test_points_are_painted_pasted_and_erased(ground: Page) -> None:
    _set(ground, "data=points")
    plane = ground.locator(".nb-plane")
    before = _pixels(ground, ".nb-plane")
    _press(ground, "Erase all")
    expect(ground.locator(".nb-said")).to_contain_text("two points at least")
    box = plane.bounding_box()
    assert box is not None
    mouse = ground.mouse
    for brush, x in (("0", 0.2), ("2", 0.7)):
        ground.get_by_role("combobox", name="Class or value").select_option(brush)
        mouse.move(box["x"] + x * box["width"], box["y"] + 60)
        mouse.down()
        mouse.move(box["x"] + x * box["width"], box["y"] + 160, steps=5)
        mouse.up()
    expect(ground).to_have_url(re.compile(r"points=(-?[\d.]+,-?[\d.]+,[02],?)+"))
    numbers = re.findall(r"[-\d.]+", ground.url.partition("points=")[2])
    assert set(numbers[2::3]) == {"0", "2"}
    assert len(numbers) > 12
    assert _pixels(ground, ".nb-plane") != before
    ground.locator(".nb-own summary").click()
    table = ground.get_by_role("textbox", name="Table of points")
    table.fill("height,width,kind\n150,1,cat\n190,2,dog\n180,1.5,dog")
    _press(ground, "Use this table")
    expect(ground.locator(".nb-said")).to_contain_text("“cat” is class 0")
    expect(plane).to_have_attribute("aria-label", re.compile("3 points"))
    table.fill("1,2")
    _press(ground, "Use this table")
    expect(ground.locator(".nb-said")).to_contain_text("no table of points")
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": b"0,0,0\n1,1,1"}
    ground.get_by_label("Open a table").set_input_files(file)  # type: ignore[arg-type]
    expect(plane).to_have_attribute("aria-label", re.compile("2 points"))
    ground.locator(".nb-own summary").click()


def test_a_curve_of_ones_own(ground: Page) -> None:
    _set(ground, "data=curve&noise=0")
    formula = ground.get_by_role("textbox", name="Formula")
    formula.fill("x^2 - 0.5")
    formula.press("Enter")
    expect(ground).to_have_url(re.compile(r"formula=x\^2"))
    formula.fill("import os")
    formula.press("Enter")
    expect(ground.locator(".nb-said")).to_contain_text("is not a formula")


def test_a_weight_is_explained_where_one_points(ground: Page) -> None:
    _set(ground, "optimizer=SGD&rate=0.1")
    told = ground.locator(".nb-told")
    ground.get_by_label("Weight: to").select_option("unit 3")
    expect(told).to_contain_text("not updated yet")
    _press(ground, "Step")
    expect(told).to_contain_text("w ← w − η · g")
    before = told.inner_text()
    ground.get_by_label("Weight: from").select_option("bias")
    expect(told).not_to_have_text(before)
    # At a unit of the first layer, a little to its left, ends a line.
    graph = ground.locator(".nb-graph")
    box = graph.bounding_box()
    assert box is not None
    spots = ground.evaluate(
        """async () => {
          const {placeUnits} = await import("/assets/js/picture.mjs");
          const {clientWidth, clientHeight} = document.querySelector(".nb-graph");
          const {units, size} = placeUnits([2, 8, 3], clientWidth, clientHeight);
          return [units[1][7], size];
        }"""
    )
    (x, y), size = spots
    graph.hover(position={"x": x - size / 2 - 6, "y": y})
    expect(ground.get_by_label("Weight: to")).to_have_value("unit 8")


@pytest.mark.parametrize(
    ("story", "numbers"),
    [
        ("zeros-as-a-start", r"loss 1\.099"),
        ("a-dead-relu-layer", r"loss 1\.099"),
        ("bias-switched-off", r"accuracy 0\.7"),
    ],
)
def test_a_story_is_played_from_its_link(
    ground: Page, story: str, numbers: str
) -> None:
    ground.evaluate("name => { location.hash = name }", story)
    expect(ground).to_have_url(re.compile("#[a-z]+="))
    _press(ground, "Play")
    ground.wait_for_timeout(1500)
    _press(ground, "Pause")
    expect(ground.locator(NUMBERS)).to_have_text(re.compile(numbers))
    if story != "bias-switched-off":
        expect(ground.locator(".nb-norms li").first).to_have_text("1: 0.00")


def test_the_keyboard_is_enough(ground: Page) -> None:
    _set(ground)
    ground.get_by_role("button", name="Play", exact=True).focus()
    ground.keyboard.press("Tab")
    ground.keyboard.press("Enter")  # Step
    expect(ground.locator(NUMBERS)).to_contain_text("Step 1 ")
    names = []
    for _ in range(40):
        ground.keyboard.press("Tab")
        names.append(
            ground.evaluate(
                """() => {
                  const e = document.activeElement;
                  return e.ariaLabel || e.labels?.[0]?.innerText || e.innerText;
                }"""
            )
        )
    assert "Learning rate" in names
    assert "Weight: layer" in names
    assert len(set(names)) > 20  # and on to the rest of the page
    assert "" not in names


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_tab_follows_what_is_seen(ground: Page, width: int) -> None:
    _set(ground, "data=points")  # whose controls stand below the plane
    before = ground.viewport_size
    ground.set_viewport_size({"width": width, "height": 844})
    parts = ground.evaluate(
        """() => [...document.querySelector(".nb-stage").children]
            .sort((a, b) => a.offsetTop - b.offsetTop || a.offsetLeft - b.offsetLeft)
            .map(part => part.className)"""
    )
    ground.get_by_role("button", name="Reset", exact=True).focus()
    passed: list[str] = []
    while len(passed) < 100:
        ground.keyboard.press("Tab")
        part = ground.evaluate(
            "document.activeElement.closest('.nb-stage > *')?.className"
        )
        if part is None and passed:
            break
        if part and part not in passed[-1:]:
            passed.append(part)
    assert passed == parts
    ground.set_viewport_size(before)


def test_controls_keep_the_focus_and_what_they_cause_is_seen(ground: Page) -> None:
    _set(ground, "noise=0.2")
    width = ground.get_by_label("Units in layer 1")
    width.press("ArrowUp")
    expect(ground).to_have_url(re.compile("layers=9"))
    expect(width).to_be_focused()
    more = ground.get_by_role("button", name="Add a hidden layer")
    for _ in range(6):
        more.press("Enter")
    expect(ground).to_have_url(re.compile("layers=9,9,9,9,9&"))
    expect(more).to_be_focused()
    for name, value in (("Noise", "0.25"), ("Learning rate", "0.03")):
        field = ground.get_by_role("spinbutton", name=name)
        field.press("ArrowUp")
        expect(field).to_have_value(value)
    # What is said stands at the top; the last control does not.
    ground.set_viewport_size({"width": 390, "height": 500})
    seed = ground.get_by_role("spinbutton", name="Seed")
    seed.fill("-1")
    seed.press("Enter")
    expect(ground.locator(".nb-said")).to_contain_text("Seed: from 0 to 9999")
    expect(ground.locator(".nb-said")).to_be_in_viewport(ratio=1)
    ground.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_it_is_accessible(scheme: str, ground: Page) -> None:
    _set(ground, "data=points")
    _press(ground, "Step")
    _press(ground, "Show the code")
    ground.locator(".nb-own details").evaluate("d => { d.open = true }")
    ground.evaluate("s => { document.body.dataset.mdColorScheme = s }", scheme)
    ground.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = ground.evaluate(
        """async () => {
          const {violations} = await axe.run(document.querySelector(".nb-playground"));
          return violations.map(v => [v.id, v.nodes[0].html]);
        }"""
    )
    assert found == []
    ground.evaluate("() => { document.body.dataset.mdColorScheme = 'default' }")


def test_pictures_follow_the_scheme(ground: Page) -> None:
    _set(ground)
    light = _pixels(ground, ".nb-graph")
    ground.evaluate("() => { document.body.dataset.mdColorScheme = 'slate' }")
    ground.wait_for_function(
        "light => document.querySelector('.nb-graph').toDataURL() != light", arg=light
    )
    ground.evaluate("() => { document.body.dataset.mdColorScheme = 'default' }")


def test_a_lost_line_is_said_and_tried_again(browser: Browser, address: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}playground/#xor-with-two-units")
    expect(page.locator(".nb-said")).to_contain_text("“XOR with two units” is set")
    context.route("**/pyodide.asm.wasm", lambda route: route.abort())
    page.get_by_role("button", name="Start", exact=True).tap()
    expect(page.locator(".nb-said")).to_contain_text("Is the line lost")
    context.unroute("**/pyodide.asm.wasm")
    page.get_by_role("button", name="Retry").tap()
    expect(page.locator(NUMBERS)).to_contain_text("Step 0 ", timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="Data")).to_have_value("xor")
    # On a phone all of it fits, and a finger paints.
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for control in page.locator(".nb-playground :is(button, select, input)").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 24
    page.get_by_role("combobox", name="Data").select_option("points")
    expect(page).to_have_url(re.compile("data=points"))
    page.locator(".nb-plane").tap(position={"x": 100, "y": 80})
    expect(page).to_have_url(re.compile(r"points=(-?[\d.]+,){14}0"))
    context.close()


def test_a_python_that_was_stopped_comes_back(ground: Page) -> None:
    _set(ground, "data=blobs")
    ground.evaluate("async () => (await import('/assets/js/python.mjs')).stop()")
    _press(ground, "Step")
    said = ground.locator(".nb-said")
    expect(said).to_contain_text("begins anew", timeout=PATIENCE)
    expect(ground.get_by_role("combobox", name="Data")).to_have_value("blobs")
    _press(ground, "Step")
    expect(ground.locator(NUMBERS)).to_contain_text("Step 1 ")


def test_a_chapters_link_leads_here_and_python_stays_up(
    reader: Page, site: Path, follow: Callable[[Page, str], None]
) -> None:
    if '"navigation.instant"' not in (site / "index.html").read_text(encoding="utf-8"):
        pytest.skip("the site was built without NNBOOK_SITE_URL; `make test` sets it")
    page = reader
    follow(page, "depth/symmetry/")
    page.evaluate("window.same = true")
    link = page.locator("article a[href*='playground/#zeros-as-a-start']")
    link.first.press("Enter")
    expect(page.locator(".nb-said")).to_contain_text("“Zeros as a start” is set")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_in_viewport()
    start.press("Enter")
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_focused(timeout=PATIENCE)
    play.press("Enter")
    expect(page.locator(NUMBERS)).to_have_text(re.compile(r"Step \d\d.*loss 1\.099"))
    # Back to the chapter, and here again: nothing is loaded a second time.
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.get_by_role("link", name="Why weights start at random").press("Enter")
    expect(page.locator("h1")).to_contain_text("Why weights start at random")
    link.first.press("Enter")
    page.get_by_role("button", name="Start", exact=True).press("Enter")
    expect(page.locator(NUMBERS)).to_contain_text("Step 0 ")
    _press(page, "Step")
    expect(page.locator(NUMBERS)).to_contain_text("Step 1 ")
    assert not [url for url in loaded if "/assets/python/" in url]
    assert page.evaluate("window.same"), "the page was loaded anew"

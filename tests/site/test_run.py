"""Python in the page: run, edit, stop, and what happens when it cannot be had."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)

# A page with snippets that print, some that draw, and one that opens it.
PAGE = "loss/softmax/"
PATIENCE = 120_000  # milliseconds, for a busy machine

pytestmark = pytest.mark.usefixtures("python_there")


@pytest.fixture
def shared(reader: Page, follow: Callable[[Page, str], None]) -> Page:
    """A page whose Python stays up from test to test."""
    if reader.locator(".nb-live").count():
        follow(reader, "")
    follow(reader, PAGE)
    expect(reader.locator(".nb-cell > .nb-bar").first).to_be_attached()
    reader.bring_to_front()  # for the keyboard
    return reader


def _cell(page: Page, index: int = 0) -> Locator:
    """A snippet that prints, outside of what is folded."""
    places = page.evaluate(
        """() => [...document.querySelectorAll(".nb-cell")].flatMap((cell, i) =>
          cell.matches("article > .nb-cell:has(+ .nb-output)") ? [i] : [])"""
    )
    return page.locator(".nb-cell").nth(places[index])


def _name(element: Locator, name: str) -> str:
    """Give an element an id, by which it is found whatever happens around it."""
    element.evaluate("(element, name) => (element.id = name)", name)
    return name


def _write(cell: Locator, code: str) -> None:
    cell.get_by_role("button", name="Edit").click(force=True)
    editor = cell.get_by_role("textbox")
    editor.press("ControlOrMeta+a")
    cell.page.keyboard.insert_text(code.rstrip()[:-1])
    cell.page.keyboard.type(code.rstrip()[-1])


def _run(cell: Locator) -> Locator:
    """Press Run, wait, and hand back what stands below the snippet."""
    cell.get_by_role("button", name=re.compile("Run|Retry")).click(force=True)
    expect(cell.locator(".nb-bar")).not_to_have_class(
        re.compile("nb-busy"), timeout=PATIENCE
    )
    return cell.locator("xpath=following-sibling::*[contains(@class, 'nb-live')]")


def _reset(cell: Locator) -> None:
    cell.get_by_role("button", name="Reset").click(force=True)


def test_nothing_of_python_is_loaded_before_the_click(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + PAGE, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(address)] == []
    assert [url for url in asked if re.search("python|worker.mjs|editor", url)] == []
    expect(_cell(page).get_by_role("button", name="Run")).to_have_attribute(
        "title", re.compile(r"\d+ MB")
    )
    page.close()


def test_run_shows_what_the_page_prints_in_its_place(shared: Page) -> None:
    cell = _cell(shared)
    printed = shared.locator("article > .nb-cell + .nb-output").first
    text = printed.locator("code").inner_text()
    live = _run(cell)
    assert live.first.locator("code").inner_text() == text
    expect(
        cell.locator("xpath=following-sibling::*[contains(@class, 'nb-output')]").nth(1)
    ).to_be_hidden()
    _reset(cell)
    expect(live).to_have_count(0)
    expect(printed).to_be_visible()


def test_a_figure_is_drawn_again_where_it_stands(shared: Page) -> None:
    opening = shared.locator("article > .nb-figure:has(+ .nb-made)").last
    figure = shared.locator(f"#{_name(opening, 'figure')}")
    made = shared.locator(
        f"#{_name(figure.locator('xpath=following-sibling::*[1]'), 'made')}"
    )
    made.locator("summary").click()
    cell = made.locator(".nb-cell")
    _run(cell)
    expect(figure.locator("svg.nb-drawn")).to_have_attribute(
        "aria-label", re.compile("your run")
    )
    assert "currentColor" in figure.locator("svg").inner_html()
    _reset(cell)
    expect(figure.locator("svg.nb-drawn")).to_have_count(0)


def test_an_edit_runs_stays_and_can_be_undone(
    shared: Page, page: Page, address: str
) -> None:
    cell = _cell(shared)
    _write(cell, "print(6 * 7)")
    expect(cell.locator(".token.number").first).to_have_text("6")
    cell.get_by_role("textbox").press("Control+Enter")
    live = shared.locator(".nb-live code").first
    expect(live).to_have_text("42\n", timeout=PATIENCE)
    # What the page prints stands beside it, since it differs.
    printed = shared.locator(".nb-output:not(.nb-live)").first
    expect(printed).to_be_visible()
    expect(printed.locator(".filename")).to_have_text("On the page")
    cell.get_by_role("textbox").press("Escape")
    expect(cell.get_by_role("button", name="Run")).to_be_focused()
    # A page that is loaded anew shows it, and Reset undoes it for good.
    page.goto(address + PAGE)
    expect(_cell(page).locator("pre > code")).to_have_text("print(6 * 7)\n")
    _reset(_cell(page))
    page.reload()
    expect(_cell(page).locator("pre > code")).not_to_have_text("print(6 * 7)\n")
    _reset(cell)


def test_the_answer_to_the_keys_is_seen(shared: Page) -> None:
    cell = _cell(shared)
    _write(cell, "1 / 0")
    # The last line of the window is the editor's.
    cell.evaluate("box => box.scrollIntoView({block: 'end'})")
    cell.get_by_role("textbox").press("Control+Enter")
    error = cell.locator("xpath=following-sibling::*[1]")
    expect(error).to_contain_text("ZeroDivisionError", timeout=PATIENCE)
    expect(error).to_be_in_viewport(ratio=0.9)
    expect(cell.locator(".nb-status")).to_be_in_viewport()
    _reset(cell)


def test_what_stands_below_does_not_move_while_a_run_prints(shared: Page) -> None:
    cell = _cell(shared)
    code = cell.locator("pre > code").inner_text()
    _write(cell, f"{code}\nimport time\ntime.sleep(2)\n")
    output = "xpath=following-sibling::*[contains(@class, 'nb-output')]"
    printed = cell.locator(output).first
    below = cell.locator(f"{output}/following-sibling::*[not(contains(@class, 'nb-'))]")
    _run(cell)  # with Python here
    before = printed.bounding_box()
    cell.get_by_role("button", name="Run").click(force=True)
    expect(cell.locator(".nb-status")).to_have_text("Running …")
    expect(cell.locator(output).first).to_have_class(re.compile("nb-live"))
    assert before == cell.locator(output).first.bounding_box()
    expect(cell.locator(output).nth(1)).to_be_hidden()
    place = below.first.bounding_box()
    expect(cell.locator(".nb-status")).to_have_text(re.compile(r"\d s$"))
    assert place == below.first.bounding_box()
    # Stopped: the printed one is there again, below what came.
    cell.get_by_role("button", name="Run").click(force=True)
    expect(cell.locator(output).first).to_have_class(re.compile("nb-live"))
    cell.get_by_role("button", name="Stop").click(force=True)
    expect(cell.locator(output).last).to_be_visible()
    expect(cell.locator(output).last).not_to_have_class(re.compile("nb-live"))
    _reset(cell)


ANSWERS: dict[str, tuple[str, str]] = {
    "error": (
        "a = 1\nb = a / 0\n",
        r'File "<snippet>", line 2(.|\n)*ZeroDivisionError',
    ),
    "input": ("input('Name?')\n", "has no keyboard for input"),
    "missing": ("import sklearn\n", "run it on your own machine"),
    "lines": ("for i in range(10_000): print(i)\n", "\n9999\n"),
    "flood": ("for i in range(10**6): print(i)\n", "and more: a page shows"),
    "large": ("import numpy as np\nprint(np.ones(10**8 // 8).nbytes)\n", "100000000"),
    "huge": (
        "import numpy as np\na = [np.empty(25 * 10**7) for _ in range(4)]\n",
        "MemoryError",
    ),
    "exit": ("raise SystemExit('over')\n", "SystemExit: over"),
    "file": ("open('a', 'w').write('x')\nprint(open('a').read())\n", "^x\n"),
    "mnist": (
        "import nnbook as nn\nprint(nn.datasets.mnist().X_test.shape)\n",
        "10000",
    ),
    "save": (
        "import nnbook as nn\nnn.save(nn.mlp([2, 3]), 'n.safetensors')\n"
        "print(nn.load('n.safetensors').n_weights)\n",
        "^6\n",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_snippet_gets_a_clear_answer(name: str, shared: Page) -> None:
    code, answer = ANSWERS[name]
    cell = _cell(shared, 1)
    _write(cell, code)
    live = _run(cell)
    texts = "".join(f"{text}\n" for text in live.locator("code").all_text_contents())
    assert re.search(answer, texts), texts[-2000:]
    _reset(cell)


def test_stop_ends_an_endless_loop_and_the_next_run_has_a_fresh_python(
    shared: Page,
) -> None:
    cell, other = _cell(shared, 0), _cell(shared, 1)
    _write(cell, "while True: pass")
    cell.get_by_role("button", name="Run").click(force=True)
    running = re.compile("^Running …")
    expect(cell.locator(".nb-status")).to_have_text(running, timeout=PATIENCE)
    # The second one waits, and says for what.
    other.get_by_role("button", name="Run").click(force=True)
    expect(other.locator(".nb-status")).to_contain_text("Stop")
    cell.get_by_role("button", name="Stop").click(force=True)
    expect(cell.locator("xpath=following-sibling::*[1]")).to_contain_text("stopped")
    printed = cell.locator("xpath=following-sibling::*[2]//*[@class='filename']")
    expect(printed).to_have_text("On the page")
    expect(other.locator(".nb-bar")).not_to_have_class(
        re.compile("nb-busy"), timeout=PATIENCE
    )
    expect(other.locator("xpath=following-sibling::*[1]")).to_have_class(
        re.compile("nb-live")
    )
    _reset(cell)
    _reset(other)


def test_reset_ends_a_run_and_leaves_nothing_of_it(shared: Page) -> None:
    cell, other = _cell(shared, 0), _cell(shared, 1)
    _write(cell, "print('begun')\nimport time\nwhile True: time.sleep(0.1)")
    cell.get_by_role("button", name="Run").click(force=True)
    expect(shared.locator(".nb-live")).to_contain_text("begun", timeout=PATIENCE)
    expect(cell.locator(".nb-status")).to_have_text(re.compile(r"^Running … \d+ s$"))
    # One that waits is only taken away.
    other.get_by_role("button", name="Run").click(force=True)
    _write(other, "print('too late')")
    _reset(other)
    expect(cell.locator(".nb-bar")).to_have_class(re.compile("nb-busy"))
    _reset(cell)
    for undone in (cell, other):
        bar = undone.locator(".nb-bar")
        expect(bar).not_to_have_class(re.compile("nb-busy"), timeout=PATIENCE)
    expect(shared.locator(".nb-live")).to_have_count(0)
    expect(cell.get_by_role("button", name="Reset")).to_be_hidden()
    assert _run(cell).count()
    _reset(cell)


def _abort(route: Route) -> None:
    route.abort()


def _falsify(route: Route) -> None:
    route.fulfill(body=b"something else", content_type="application/wasm")


def _lose(route: Route) -> None:
    route.fulfill(status=503)


TROUBLES: dict[str, tuple[str, Callable[[Route], None], str]] = {
    "lost line": ("**/pyodide.asm.wasm", _abort, "Is the line lost"),
    "other content": ("**/pyodide.asm.wasm", _falsify, "not the file that this book"),
    "no answer": ("**/numpy-*.whl", _lose, "answer 503"),
    "no python": ("**/config.json", _lose, "does not stand beside these pages"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_cannot_be_loaded_is_said_and_tried_again(
    name: str, browser: Browser, address: str
) -> None:
    pattern, spoil, sentence = TROUBLES[name]
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address + PAGE)
    context.route(pattern, spoil)
    cell = _cell(page)
    live = _run(cell)
    expect(live.first).to_contain_text(sentence)
    if name == "lost line":  # once is enough: a start takes its time
        context.unroute(pattern)
        expect(cell.get_by_role("button", name="Run")).to_have_text("Retry")
        live = _run(cell)
        expect(live.first.locator(".filename")).to_have_text("Output")
    context.close()


def test_a_browser_without_webassembly_is_told(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + PAGE)
    page.route(
        "**/worker.mjs",
        lambda route: route.fulfill(
            body="delete self.WebAssembly;\n" + route.fetch().text(),
            content_type="text/javascript",
        ),
    )
    expect(_run(_cell(page)).first).to_contain_text("no WebAssembly")
    page.close()


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_a_run_is_accessible(scheme: str, shared: Page) -> None:
    shared.evaluate(
        "name => document.body.setAttribute('data-md-color-scheme', name)", scheme
    )
    cell = _cell(shared)
    _write(cell, "print(1)\nraise ValueError('no')\n")
    _run(cell)
    shared.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = shared.evaluate(
        """async () => {
          const parts = document.querySelectorAll(".nb-bar, .nb-live, .nb-editing");
          const {violations} = await axe.run([...parts]);
          return violations.map(v => [v.id, v.nodes[0].html]);
        }"""
    )
    assert found == []
    _reset(cell)
    shared.evaluate(
        "() => document.body.setAttribute('data-md-color-scheme', 'default')"
    )


def test_on_a_phone_the_buttons_are_there_and_large_enough(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address + PAGE)
    bar = _cell(page).locator(".nb-bar")
    expect(bar).to_have_css("opacity", "1")
    for button in bar.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or (box["height"] >= 24 and box["x"] + box["width"] <= 390)
    context.close()


def test_a_long_line_of_a_run_has_a_shade_where_more_is_to_come(shared: Page) -> None:
    cell = _cell(shared)
    _write(cell, "print(0)\nprint(40 * 'long ')")
    _run(cell)
    code = shared.locator(".nb-live code").first
    expect(code).to_have_class(re.compile("nb-more-right"))
    code.evaluate("box => { box.scrollLeft = box.scrollWidth }")
    expect(code).not_to_have_class(re.compile("nb-more-right"))
    expect(code).to_have_class(re.compile("nb-more-left"))
    _reset(cell)


@pytest.mark.parametrize("page", ["depth/initialisation/", ""])
def test_a_finger_that_scrolls_turns_no_slider(
    page: str, phone: BrowserContext, address: str
) -> None:
    opened = phone.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(address + page)
    slider = opened.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    before = slider.input_value()
    box = slider.bounding_box()
    assert box is not None
    finger = phone.new_cdp_session(opened)
    x, y = box["x"] + box["width"] / 10, box["y"] + box["height"] / 2
    for i in range(13):
        finger.send(
            "Input.dispatchTouchEvent",
            {
                "type": "touchMove" if i else "touchStart",
                "touchPoints": [{"x": x, "y": y - 20 * i}],
            },
        )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    after = slider.bounding_box()
    assert after is not None
    assert after["y"] < box["y"] - 100
    assert slider.input_value() == before
    assert [url for url in asked if re.search("python|worker.mjs", url)] == []
    opened.close()


def test_the_keyboard_is_enough(shared: Page) -> None:
    cell = _cell(shared)
    edit = cell.get_by_role("button", name="Edit")
    edit.focus()
    edit.press("Enter")
    editor = cell.get_by_role("textbox")
    expect(editor).to_be_focused()
    status = cell.locator(".nb-status")
    expect(status).to_contain_text("Esc leaves")
    editor.press("Escape")
    expect(status).to_be_empty()
    editor.focus()
    shared.keyboard.press("Tab")  # leads on: the keyboard is not caught
    expect(editor).not_to_be_focused()
    run = cell.get_by_role("button", name="Run")
    run.focus()
    run.press("Enter")
    expect(cell.locator("xpath=following-sibling::*[1]")).to_have_class(
        re.compile("nb-live"), timeout=PATIENCE
    )
    _reset(cell)


def test_a_control_draws_its_figure_again(
    reader: Page, follow: Callable[[Page, str], None]
) -> None:
    follow(reader, "neuron/dot-product/")
    figure = reader.locator(".nb-figure:has(.nb-turn)").first
    slider = figure.get_by_role("slider").first
    name = slider.locator("xpath=..").inner_text()
    assert re.match(r"w1\s+−?\d", name)
    printed = _curves(figure)
    slider.press("ArrowRight")
    expect(figure.locator("svg.nb-drawn")).to_be_visible(timeout=PATIENCE)
    drawn = _curves(figure)
    assert drawn != printed
    # Dragged: what is drawn in the end belongs to the last value.
    for key in ["ArrowLeft"] * 5 + ["ArrowRight"] * 3:
        slider.press(key)
    reader.wait_for_timeout(1000)
    _wait_for(figure, drawn)
    assert (
        slider.get_attribute("aria-valuetext")
        in slider.locator("xpath=..").inner_text()
    )


CURVES = "svg => [...svg.querySelectorAll('path')].map(p => p.getAttribute('d')).join()"


def _curves(figure: Locator) -> str:
    return str(figure.locator("svg").evaluate(CURVES))


def _wait_for(figure: Locator, curves: str) -> None:
    """Until the figure shows them."""
    figure.page.wait_for_function(
        f"([figure, curves]) => ({CURVES})(figure.querySelector('svg')) == curves",
        arg=[figure.element_handle(), curves],
        timeout=PATIENCE,
    )


def test_where_values_are_few_a_figure_moves_without_python(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "optimizers/gradient-descent/", wait_until="networkidle")
    assert not [url for url in asked if "/frames/" in url]
    figure = page.locator(".nb-figure:has(.nb-turn)").first
    slider = figure.locator(".nb-turn").get_by_role("slider")
    first = _curves(figure)
    slider.press("ArrowLeft")
    drawn = figure.locator("svg.nb-drawn")
    expect(drawn).to_be_visible()
    assert _curves(figure) != first
    with page.expect_response("**/frames/**"):
        slider.press("ArrowRight")
    _wait_for(figure, first)
    assert not [url for url in asked if re.search("python|worker.mjs", url)]
    assert len([url for url in asked if "/frames/" in url]) == 2
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_does_not_move_when_controls_come(
    width: int, page: Page, address: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    heights = "[...document.querySelectorAll('.nb-turn')].map(e => e.offsetHeight)"
    for path in ("neuron/bias/", "optimizers/momentum/", "depth/normalisation/"):
        page.route("**/turn.mjs", lambda route: route.abort())
        page.goto(address + path)
        before = page.evaluate(heights)
        page.unroute("**/turn.mjs")
        page.goto(address + path)
        expect(page.locator(".nb-turn label").first).to_be_attached()
        assert page.evaluate(heights) == before

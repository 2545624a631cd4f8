import io
import itertools
import re
import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

import nnbook as nn

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

X, Y = nn.datasets.spiral()
WEEKS = nn.datasets.epidemic().weeks[:1]
DIGITS = nn.datasets.digits()


@pytest.fixture(autouse=True)
def figures():
    yield
    plt.close("all")


def halves(points):
    return (points[:, 0] > 0).astype(int)


def bowl(x, y):
    return 10 * x**2 + y**2


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def colors(ax):
    return [line.get_color() for line in ax.lines]


def test_curves_draws_each_line():
    x = np.linspace(0, 1, 5)
    ax = nn.plots.curves(x, {"a": x, "b": x**2}, "time", "size", title="Growth")
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.column_stack([x, x]))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), x**2)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time", "size")
    assert ax.get_title() == "Growth"
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "linear")
    assert colors(ax) == ["C0", "C1"]


def test_labels_stand_at_the_ends_if_there_is_room():
    x = np.linspace(0, 1, 5)
    ax = nn.plots.curves(x, {"up": x, "down": -x})
    assert texts(ax) == ["up", "down"]
    assert ax.get_legend() is None
    close = nn.plots.curves(x, {"up": x, "also up": x**2})
    assert legend(close) == ["up", "also up"]
    assert texts(close) == []


def test_curves_over_dates():
    weeks, groups, cases = nn.datasets.epidemic()
    ax = nn.plots.curves(weeks, {groups[0]: cases[:, 0]}, ylabel="cases a week")
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), weeks)
    plt.gcf().canvas.draw()
    assert "2022" in "".join(t.get_text() for t in ax.get_xticklabels())


def test_curves_on_logarithmic_axes():
    ax = nn.plots.curves([1, 10], {"a": [1, 100]}, xlog=True, ylog=True)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_colors_keep_their_meaning():
    lines = {"SGD": [1.0, 2.0], "Adam": [3.0, 4.0], "new": [5.0, 6.0]}
    ax = nn.plots.curves([0, 1], lines, colors={"SGD": "C1", "Adam": "C0"})
    assert colors(ax) == ["C1", "C0", "C2"]


def test_curves_draws_on_given_axes():
    _, axes = plt.subplots(1, 2)
    ax = nn.plots.curves([0, 1], {"a": [0, 1]}, ax=axes[1])
    assert ax is axes[1]
    assert len(plt.get_fignums()) == 1


def test_a_single_point_can_be_seen():
    assert nn.plots.curves([1], {"a": [1]}).lines[0].get_marker() == "o"


def test_history_has_a_panel_a_quantity():
    history = SimpleNamespace(
        loss=[1.0, 0.5], accuracy=[0.5, 0.8], val_loss=[1.1, 0.6], val_accuracy=[]
    )
    axes = nn.plots.history(history, title="Digits")
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    assert legend(axes[0]) == ["training", "validation"]
    assert legend(axes[1]) == ["training"]
    np.testing.assert_array_equal(axes[0].lines[1].get_xydata(), [[1, 1.1], [2, 0.6]])


def test_history_of_a_regression_has_one_panel():
    axes = nn.plots.history(SimpleNamespace(loss=[1.0], accuracy=None))
    assert axes.shape == (1,)


def test_history_draws_what_fit_returns():
    network = nn.mlp([2, 8, 3])
    history = nn.fit(
        network,
        X,
        Y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=nn.Adam(),
        epochs=2,
        validation=(X, Y),
    )
    axes = nn.plots.history(history)
    assert [len(ax.lines) for ax in axes] == [2, 2]


def test_depth_counts_layers_from_one():
    ax = nn.plots.signal_by_depth({"a": [1, 2, 3], "b": [1, 0]})
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [1, 2])
    assert ax.get_yscale() == "linear"
    assert nn.plots.gradient_by_depth({"a": [1, 2, 3]}).get_yscale() == "log"


def test_decision_boundary_colours_the_predicted_class():
    ax = nn.plots.decision_boundary(halves, X, Y > 0, labels=["left", "right"])
    image = ax.images[0].get_array()
    expected = mpl.colors.to_rgba("C0", 0.25), mpl.colors.to_rgba("C1", 0.25)
    np.testing.assert_allclose(image[:, 0], np.tile(expected[0], (200, 1)))
    np.testing.assert_allclose(image[:, -1], np.tile(expected[1], (200, 1)))
    drawn = [len(c.get_offsets()) for c in ax.collections]
    assert drawn == [100, 200]
    assert legend(ax) == ["left", "right"]


def test_decision_boundary_takes_scores_and_models():
    scores = nn.plots.decision_boundary(lambda p: np.column_stack([-p, p]), X, Y)
    assert len(np.unique(scores.images[0].get_array().reshape(-1, 4), axis=0)) == 4
    model = SimpleNamespace(predict=halves)
    assert isinstance(nn.plots.decision_boundary(model, X, Y), Axes)
    network = nn.mlp([2, 8, 3])
    assert isinstance(nn.plots.decision_boundary(network, X, Y), Axes)


def test_decision_boundary_draws_every_sample():
    many, classes = nn.datasets.moons(1000)
    _, axes = plt.subplots(1, 3)
    for ax in axes:
        nn.plots.decision_boundary(halves, many, classes, ax=ax)
        for j, dots in enumerate(ax.collections):
            np.testing.assert_array_equal(dots.get_offsets(), many[classes == j])


def test_paths_draws_contours_and_ways():
    way = np.array([[0.9, 0.9], [0.5, 0.2], [0.0, 0.1]])
    ax = nn.plots.paths(bowl, {"SGD": way}, (-1, 1), (-2, 2), minimum=(0, 0))
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), way)
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), way[-1:])
    np.testing.assert_array_equal(ax.lines[2].get_xydata(), [[0, 0]])
    assert len(ax.collections[0].levels) == 12
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_ylim() == (-2, 2)


@pytest.mark.parametrize("steps", [301, 450, 1000])
def test_a_long_way_is_drawn_alike_forwards_and_backwards(steps):
    # Of its points every so manieth is drawn, and its two ends.
    way = np.column_stack([np.linspace(-1, 1, steps), np.linspace(0, 1, steps)])
    there, back = (
        nn.plots.paths(bowl, {"SGD": points}, (-1, 1), (-2, 2)).lines[0].get_xydata()
        for points in (way, way[::-1])
    )
    np.testing.assert_array_equal(there[[0, -1]], way[[0, -1]])
    np.testing.assert_array_equal(there, back[::-1])
    assert len(there) == 300


def test_paths_over_a_constant_has_no_contours():
    ax = nn.plots.paths(lambda x, y: 0 * x, {"a": [[0, 0]]}, (-1, 1), (-1, 1))
    assert len(ax.collections) == 0


def test_images_are_placed_in_order():
    ax = nn.plots.images(DIGITS.X_train[:3], labels=DIGITS.y_train[:3], columns=2)
    mosaic = ax.images[0].get_array()
    for i, (top, left) in enumerate([(0, 0), (0, 9), (12, 0)]):
        np.testing.assert_array_equal(
            mosaic[top : top + 8, left : left + 8].ravel(), DIGITS.X_train[i]
        )
    assert mosaic.mask[12:20, 9:17].all()
    assert texts(ax) == [str(y) for y in DIGITS.y_train[:3]]
    assert ax.images[0].get_cmap().name == "gray"


def test_images_of_weights_are_centred_at_zero():
    image = nn.plots.images(np.array([[[-3.0, 1.0], [0.0, 2.0]]])).images[0]
    assert image.get_clim() == (-3, 3)
    assert image.get_cmap().name == "coolwarm"


def test_heatmap_writes_small_numbers_in():
    ax = nn.plots.heatmap([[1, -0.25]], rows=["q"], columns=["first", "second"])
    assert texts(ax) == ["1", "-0.25"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["first", "second"]
    assert len(ax.figure.axes) == 1


def test_heatmap_of_many_cells_has_a_colour_bar():
    ax = nn.plots.heatmap(np.eye(20))
    assert texts(ax) == []
    assert len(ax.figure.axes) == 2


def test_heatmap_numbers_can_be_read_on_their_cells():
    ax = nn.plots.heatmap([[0.0, 1.0]])  # viridis: dark at 0, yellow at 1
    assert [text.get_color() for text in ax.texts] == ["white", "black"]


def test_confusion_colours_errors_by_their_number():
    ax = nn.plots.confusion([[90, 1], [4, 80]], labels=["cat", "dog"])
    colors = ax.images[0].get_array()
    np.testing.assert_allclose(colors[..., 3], [[0.2, 0.175], [0.7, 0.2]])
    assert np.ptp(colors[0, 0, :3]) == 0 < np.ptp(colors[1, 0, :3])
    assert texts(ax) == ["90", "1", "4", "80"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["cat", "dog"]


def test_confusion_without_errors_is_empty_beside_its_diagonal():
    ax = nn.plots.confusion(5 * np.eye(3))
    assert texts(ax) == ["5", "5", "5"]
    np.testing.assert_allclose(ax.images[0].get_array()[..., 3], 0.2 * np.eye(3))


def weighted(*matrices, activation=nn.relu):
    """A network of dense layers with these weights."""
    shapes = [np.shape(W) for W in matrices]
    network = nn.Network(*[nn.Dense(*s, activation=activation) for s in shapes])
    for layer, W in zip(network.layers, matrices, strict=True):
        layer.W = W
    return network


def strokes(ax):
    """Colour, width and number of weights of each path that is drawn."""
    return {
        (line.get_color(), round(line.get_linewidth(), 2)): len(line.get_xdata()) // 3
        for line in ax.lines
        if line.get_marker() == "None"
    }


def fills(ax):
    """Colour and fill of each dot, column by column; the opacity is the fill."""
    return [
        [tuple(rgba.round(2)) for rgba in dots.get_facecolors()]
        for dots in ax.collections
    ]


def test_network_draws_the_numbers_of_its_weights():
    ax = nn.plots.network(weighted([[3.0, -1.5], [0.0, 0.5]]))
    # Half of the largest is half as wide, a sixth a sixth, zero is no line.
    assert strokes(ax) == {("C3", 2.4): 1, ("C0", 1.2): 1, ("C3", 0.4): 1}
    styles = {line.get_color(): line.get_linestyle() for line in ax.lines}
    assert styles == {"C3": "-", "C0": "--"}


def test_weights_lead_from_dot_to_dot():
    ax = nn.plots.network(weighted([[0.0], [2.0]]))
    (line,) = ax.lines
    before, after = (dots.get_offsets() for dots in ax.collections)
    x, y = line.get_xdata()[:2], line.get_ydata()[:2]
    # The second input stands below the first; the line ends at the dots' edges.
    assert before[1, 1] < before[0, 1]
    slope = np.subtract(after[0], before[1])
    np.testing.assert_allclose(np.diff(y) / np.diff(x), slope[1] / slope[0])
    for dot, end in ((before[1], (x[0], y[0])), (after[0], (x[1], y[1]))):
        assert np.hypot(*(dot - end)) == pytest.approx(0.33)


def test_network_fills_its_dots_with_the_activations_of_a_sample():
    network = weighted([[1.0, 1.0, -1.0]], [[1.0], [1.0], [1.0]], activation=nn.tanh)
    network.layers[0].b = [0.0, 100.0, 0.0]
    ax = nn.plots.network(network, [0.5])
    red, blue = mpl.colors.to_rgb("C3"), mpl.colors.to_rgb("C0")
    (x,), hidden, _ = fills(ax)
    assert x == pytest.approx((*red, 1), abs=0.01)
    half = np.tanh(0.5)  # beside the largest, which is 1
    for dot, expected in zip(
        hidden, [(*red, half), (*red, 1), (*blue, half)], strict=True
    ):
        assert dot == pytest.approx(expected, abs=0.01)
    empty = fills(nn.plots.network(network))
    assert {dot[3] for column in empty for dot in column} == {0}


def test_network_counts_the_units_that_it_leaves_out():
    network = nn.mlp([64, 12, 10])
    ax = nn.plots.network(network, DIGITS.X_test[0], labels=range(10))
    assert [len(dots.get_offsets()) for dots in ax.collections] == [12, 12, 10]
    assert texts(ax) == ["64 inputs", "12 relu", "10 outputs", *map(str, range(10))]
    (rest,) = (line for line in ax.lines if line.get_marker() == ".")
    np.testing.assert_array_equal(rest.get_ydata(), [-0.3, 0, 0.3])
    y = ax.collections[0].get_offsets()[:, 1]
    np.testing.assert_array_equal(y, -y[::-1])  # as many above as below
    # The last dot is the last input, not the twelfth.
    image = DIGITS.X_test[0].copy()
    image[[11, 63]] = 0, 1
    filled = fills(nn.plots.network(network, image))[0]
    assert filled[-1][3] == 1


def test_network_names_the_outputs_that_it_draws():
    ax = nn.plots.network(nn.mlp([2, 10]), labels=range(10), max_units=5)
    y = {text.get_text(): text.get_position()[1] for text in ax.texts[2:]}
    assert list(y) == ["0", "1", "2", "8", "9"]
    assert list(y.values()) == list(ax.collections[-1].get_offsets()[:, 1])


def test_network_with_layers_that_have_no_weights():
    network = nn.Network(
        nn.Dense(2, 3, activation=nn.relu), nn.LayerNorm(3), nn.Dropout(0.5),
        nn.Dense(3, 1),
    )  # fmt: skip
    ax = nn.plots.network(network, [[0.5, -1.0]])
    assert texts(ax) == ["2 inputs", "3 relu", "1 output"]
    assert {dot[3] for dot in fills(ax)[1]} != {0}


def test_weights_and_activations_of_zero():
    ax = nn.plots.network(weighted([[0.0]]), [0.0])
    assert strokes(ax) == {}
    assert [dot[3] for column in fills(ax) for dot in column] == [0, 0]


GRAPH = [
    ("w", "z", -0.5, -15),
    ("x", "z", 3),
    ("z", "a", 2.0, -5.0),
    ("a", "y", "a", "da"),
    ("a", "L", None, 0.12345),
    ("y", "L"),
    ("L", None, 8.5, 1),
]


def test_graph_writes_values_above_edges_and_gradients_below():
    ax = nn.plots.graph(GRAPH, nodes={"L": "loss"})
    assert texts(ax)[:6] == ["w", "z", "x", "a", "y", "loss"]
    assert texts(ax)[6:] == [
        *("−0.5", "−15", "3", "2", "−5", "a", "da", "0.123", "8.5", "1")
    ]
    at = {text.get_text(): text for text in ax.texts}
    assert at["8.5"].get_position()[1] > at["1"].get_position()[1]
    assert at["8.5"].get_verticalalignment() == "bottom"
    assert at["1"].get_verticalalignment() == "top"
    colors = {text.get_text(): text.get_color() for text in ax.texts}
    assert colors["1"] == "C3" != colors["8.5"]


def test_graph_places_each_node_before_those_that_use_it():
    ax = nn.plots.graph(GRAPH)
    x = {text.get_text(): text.get_position()[0] for text in ax.texts[:6]}
    assert x["w"] == x["x"] < x["z"] < x["a"] < x["y"] < x["L"]
    y = {text.get_text(): text.get_position()[1] for text in ax.texts[:6]}
    assert y["w"] > y["x"]
    assert len(ax.patches) == 6 + 7  # a circle for each node, an arrow for each edge


def test_graph_places_nodes_as_high_as_what_uses_them():
    edges = [("y1", "L"), ("y2", "L"), ("a", "y1"), ("a", "y2")]
    ax = nn.plots.graph([*edges, ("v2", "y2"), ("v1", "y1")])
    y = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert y["v1"] > y["a"] > y["v2"]
    assert y["L"] == y["a"] == (y["y1"] + y["y2"]) / 2


def test_graph_of_a_long_chain():
    # Longer than Python lets calls nest.
    names = [f"n{i}" for i in range(sys.getrecursionlimit() + 1)]
    ax = nn.plots.graph(list(itertools.pairwise(names)))
    assert len(ax.texts) == len(names)


RACE = {
    name: np.column_stack([np.cos(f * np.linspace(0, 9, 200)), np.linspace(1, 0, 200)])
    for name, f in [("SGD", 1), ("Momentum", 2), ("RMSProp", 3), ("Adam", 4)]
}
TYPICAL = {
    "curves": lambda: nn.plots.curves(
        np.arange(500),
        {f"run {i}": np.random.default_rng(i).normal(size=500) for i in range(3)},
    ),
    "decision_boundary": lambda: nn.plots.decision_boundary(
        lambda p: (np.hypot(*p.T) * 30 % 3).astype(int), X, Y
    ),
    "history": lambda: nn.plots.history(
        SimpleNamespace(
            loss=np.geomspace(1, 0.01, 200), accuracy=np.linspace(0, 1, 200)
        )
    ),
    "signal_by_depth": lambda: nn.plots.signal_by_depth(
        {"a": np.ones(50), "b": 0.5 ** np.arange(50)}
    ),
    "gradient_by_depth": lambda: nn.plots.gradient_by_depth(
        {"a": np.ones(50), "b": 0.5 ** np.arange(50)}
    ),
    "paths": lambda: nn.plots.paths(bowl, RACE, (-1, 1), (-1, 1)),
    "images": lambda: nn.plots.images(DIGITS.X_train[:50], DIGITS.y_train[:50]),
    "heatmap": lambda: nn.plots.heatmap(np.random.default_rng(0).normal(size=(8, 8))),
    "network": lambda: nn.plots.network(
        nn.mlp([64, 32, 10]), DIGITS.X_test[0], labels=range(10)
    ),
    "graph": lambda: nn.plots.graph(GRAPH),
    "confusion": lambda: nn.plots.confusion(np.arange(100).reshape(10, 10)),
}


def test_every_figure_is_tried():
    assert set(TYPICAL) == set(nn.plots.__all__), (
        f"TYPICAL differs from nn.plots in {set(TYPICAL) ^ set(nn.plots.__all__)}; "
        f"give each figure a call of the size that a page has."
    )


INK = dict.fromkeys(
    [
        "text.color",
        "axes.edgecolor",
        "axes.labelcolor",
        "axes.titlecolor",
        "xtick.color",
        "ytick.color",
        "legend.edgecolor",
    ],
    "#010203",
)


@pytest.mark.parametrize("name", TYPICAL)
def test_figures_are_light_and_take_the_settings(name):
    with mpl.rc_context(INK):
        TYPICAL[name]()
        svg = io.StringIO()
        plt.savefig(svg, format="svg", transparent=True)
    assert len(svg.getvalue()) < 80_000
    # Black would vanish on a dark page; only cells of a fixed colour carry it.
    if name != "heatmap":
        assert not re.search(r"(fill|stroke): #000000", svg.getvalue())
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: p.curves([1, 2], [1, 2]), TypeError, r'Use \{"label": y\}'),
        (lambda p: p.curves([1, 2], {}), ValueError, "y is empty"),
        (lambda p: p.curves([], {"a": []}), ValueError, "x is empty"),
        (lambda p: p.curves(WEEKS, {"a": [1]}, xlog=True), TypeError, "datetime64"),
        (
            lambda p: p.curves(np.array(["NaT"], "datetime64[D]"), {"a": [1]}),
            ValueError,
            "none of them NaT",
        ),
        (
            lambda p: p.curves([1, 2], {"a": [1]}),
            ValueError,
            "has 1 values and x has 2",
        ),
        (lambda p: p.curves([1], {"a": [np.nan]}), ValueError, r"y\['a'\] holds nan"),
        (lambda p: p.curves([1], {"a": ["b"]}), TypeError, "real numbers"),
        (lambda p: p.curves([1], {"a": [[1]]}), ValueError, "expected 1 dimension"),
        (lambda p: p.curves([0], {"a": [1]}, xlog=True), ValueError, "x holds 0"),
        (
            lambda p: p.curves([1], {"a": [-1]}, ylog=True),
            ValueError,
            "positive numbers",
        ),
        (
            lambda p: p.curves([1], {"a": [1]}, colors={"b": "C0"}),
            ValueError,
            "'b', which is not drawn",
        ),
        (
            lambda p: p.curves([1], {"a": [1]}, colors={"a": "reddish"}),
            ValueError,
            "expected a colour",
        ),
        (
            lambda p: p.curves([1], {"a": [1]}, colors="C0"),
            TypeError,
            "expected a dict",
        ),
        (lambda p: p.curves([1], {"a": [1]}, ax=3), TypeError, "matplotlib Axes"),
        (lambda p: p.history([1.0]), TypeError, "what nn.fit returns"),
        (lambda p: p.history(SimpleNamespace(loss=[])), ValueError, "loss is empty"),
        (lambda p: p.history(SimpleNamespace(loss=[np.inf])), ValueError, "holds inf"),
        (lambda p: p.signal_by_depth([1.0]), TypeError, "expected a dict"),
        (lambda p: p.signal_by_depth({"a": []}), ValueError, "is empty"),
        (
            lambda p: p.gradient_by_depth({"a": [0.0]}),
            ValueError,
            "holds 0.0 at index 0",
        ),
        (lambda p: p.decision_boundary(halves, X[:, :1], Y), ValueError, r"X\[:, :2\]"),
        (lambda p: p.decision_boundary(halves, X[0], Y), ValueError, "2 dimensions"),
        (lambda p: p.decision_boundary(halves, X, Y[:3]), ValueError, "y has 3 rows"),
        (lambda p: p.decision_boundary(halves, X, Y[:, None]), ValueError, "ravel"),
        (lambda p: p.decision_boundary(3, X, Y), TypeError, "network or a function"),
        (
            lambda p: p.decision_boundary(lambda q: q[:, 0], X, Y),
            TypeError,
            "score > 0",
        ),
        (lambda p: p.decision_boundary(lambda q: [0], X, Y), TypeError, "model gives"),
        (
            lambda p: p.decision_boundary(lambda q: [[1], [1, 2]], X, Y),
            ValueError,
            "different lengths",
        ),
        (
            lambda p: p.decision_boundary(halves, X, Y, labels=["a"]),
            ValueError,
            "labels has 1 entries; expected 3",
        ),
        (
            lambda p: p.decision_boundary(halves, X, Y, resolution=1),
            ValueError,
            "at least 2",
        ),
        (lambda p: p.paths(3, {"a": [[0, 0]]}, (0, 1), (0, 1)), TypeError, "function"),
        (lambda p: p.paths(bowl, [[0, 0]], (0, 1), (0, 1)), TypeError, "a dict"),
        (lambda p: p.paths(bowl, {}, (0, 1), (0, 1)), TypeError, "a dict"),
        (
            lambda p: p.paths(bowl, {"a": [[0, 0, 0]]}, (0, 1), (0, 1)),
            ValueError,
            r"expected \(t, 2\)",
        ),
        (
            lambda p: p.paths(bowl, {"a": [[0, np.nan]]}, (0, 1), (0, 1)),
            ValueError,
            "holds nan",
        ),
        (
            lambda p: p.paths(bowl, {"a": [[0, 0]]}, (1, 0), (0, 1)),
            ValueError,
            "low below high",
        ),
        (
            lambda p: p.paths(bowl, {"a": [[0, 0]]}, 3, (0, 1)),
            TypeError,
            "two numbers",
        ),
        (
            lambda p: p.paths(lambda x, y: 1.0, {"a": [[0, 0]]}, (0, 1), (0, 1)),
            ValueError,
            "element-wise",
        ),
        (
            lambda p: p.paths(bowl, {"a": [[0, 0]]}, (0, 1), (0, 1), minimum=[0]),
            ValueError,
            "expected a point",
        ),
        (
            lambda p: p.paths(bowl, {"a": [[0, 0]]}, (0, 1), (0, 1), levels=0),
            ValueError,
            "at least 1",
        ),
        (lambda p: p.images(np.zeros((2, 7))), ValueError, r"shape \(2, 7\)"),
        (lambda p: p.images(np.zeros(64)), ValueError, r"X\[None\]"),
        (lambda p: p.images(np.zeros((0, 64))), ValueError, r"shape \(0, 8, 8\)"),
        (lambda p: p.images(np.zeros((2, 4)), ["a"]), ValueError, "expected 2"),
        (lambda p: p.images(np.zeros((2, 4)), 7), TypeError, "expected a list"),
        (lambda p: p.images(np.zeros((2, 4)), "ab"), TypeError, "expected a list"),
        (lambda p: p.images(np.zeros((2, 4)), columns=0), ValueError, "at least 1"),
        (lambda p: p.images(np.full((2, 4), np.nan)), ValueError, "holds nan"),
        (lambda p: p.network([2, 3]), TypeError, "expected a network such as"),
        (
            lambda p: p.network(nn.Network(nn.Residual(nn.Dense(2, 2)))),
            ValueError,
            "4 weights, and not all of them belong to dense layers",
        ),
        (
            lambda p: p.network(
                nn.Network(nn.Dense(2, 2), nn.Residual(nn.Dense(2, 2)))
            ),
            ValueError,
            "8 weights, and not all of them belong to dense layers",
        ),
        (lambda p: p.network(nn.Network(nn.Dropout(0.5))), ValueError, "0 weights"),
        (lambda p: p.network(nn.mlp([2, 1]), X), ValueError, r"Choose one: X\[0\]"),
        (lambda p: p.network(nn.mlp([2, 1]), 3.0), ValueError, "expected one sample"),
        (lambda p: p.network(nn.mlp([2, 1]), [1.0]), ValueError, "expected 2 columns"),
        (lambda p: p.network(nn.mlp([2, 1]), [1, np.nan]), ValueError, "holds nan"),
        (
            lambda p: p.network(nn.mlp([2, 3]), labels=["a"]),
            ValueError,
            "labels has 1 entries; expected 3",
        ),
        (
            lambda p: p.network(nn.mlp([2, 1]), max_units=1),
            ValueError,
            "max_units is 1; expected at least 2",
        ),
        (lambda p: p.graph("xz"), TypeError, "expected a list of tuples"),
        (lambda p: p.graph(7), TypeError, "expected a list of tuples"),
        (lambda p: p.graph([]), ValueError, "edges is empty"),
        (lambda p: p.graph(["xz"]), TypeError, r"edges\[0\] is 'xz'"),
        (lambda p: p.graph([("x",)]), ValueError, "expected 2 to 4"),
        (lambda p: p.graph([("x", 3)]), TypeError, "expected names of nodes"),
        (lambda p: p.graph([(None, "x")]), TypeError, "expected names of nodes"),
        (
            lambda p: p.graph([("x", "z"), ("x", "z")]),
            ValueError,
            "as another edge does",
        ),
        (
            lambda p: p.graph([("x", "z", np.inf)]),
            ValueError,
            r"the value of edges\[0\] is inf",
        ),
        (
            lambda p: p.graph([("x", "z", 1, [2])]),
            TypeError,
            r"the gradient of edges\[0\] is \[2\]",
        ),
        (
            lambda p: p.graph([("x", "y"), ("y", "z"), ("z", "y")]),
            ValueError,
            "in a circle: (y → z → y|z → y → z)",
        ),
        (lambda p: p.graph([("x", "z")], nodes=["x"]), TypeError, "expected a dict"),
        (
            lambda p: p.graph([("x", "z")], nodes={"y": "Y"}),
            ValueError,
            "'y', which no edge leads to or from",
        ),
        (lambda p: p.heatmap([1.0, 2.0]), ValueError, "2 dimensions"),
        (lambda p: p.heatmap(np.zeros((0, 3))), ValueError, "at least a cell"),
        (lambda p: p.heatmap([[1], [1, 2]]), ValueError, "different lengths"),
        (lambda p: p.heatmap([["a"]]), TypeError, "real numbers"),
        (lambda p: p.heatmap([[1]], rows=["a", "b"]), ValueError, "rows has 2"),
        (lambda p: p.confusion([[1, 2]]), ValueError, r"expected \(k, k\)"),
        (lambda p: p.confusion([[1, -2], [0, 1]]), ValueError, "expected counts"),
        (lambda p: p.confusion([[1]], labels=["a", "b"]), ValueError, "labels has 2"),
    ],
)
def test_bad_input_draws_nothing(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.plots)
    assert plt.get_fignums() == []


def test_colours_may_be_lists_and_labels_numbers():
    lines = {0.1: [0, 1], 0.2: [1, 0]}
    ax = nn.plots.curves([0, 1], lines, colors={0.1: [1, 0, 0]})
    assert colors(ax) == [[1, 0, 0], "C0"]


def test_one_point_far_away():
    nn.plots.decision_boundary(lambda X: np.zeros(len(X), int), [[1e10, 1e10]], [0])

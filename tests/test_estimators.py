import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, ParameterGrid, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nnbook as nn

NetworkClassifier = nn.estimators.NetworkClassifier
NetworkRegressor = nn.estimators.NetworkRegressor
QUICK = {"hidden": (8,), "epochs": 3, "random_state": 0}
X, Y = nn.datasets.moons()


@parametrize_with_checks([NetworkClassifier(), NetworkRegressor()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_classifier_learns_and_keeps_its_classes():
    names = np.array(["lower", "upper"])[1 - Y]
    model = NetworkClassifier(learning_rate=0.01, random_state=0).fit(X, names)
    assert model.score(X, names) > 0.97
    assert list(model.classes_) == ["lower", "upper"]
    shares = model.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_array_equal(
        model.classes_[shares.argmax(axis=1)], model.predict(X)
    )


def test_the_history_is_that_of_fit():
    model = NetworkClassifier(**QUICK).fit(X, Y)
    assert len(model.history_.loss) == 3
    assert isinstance(model.network_, nn.Network)


def test_it_is_the_network_of_the_library():
    model = NetworkRegressor(**QUICK, l2=0.0, batch_size=10).fit(X, X[:, 0])
    seed = int(np.random.RandomState(0).randint(2**31))
    network = nn.mlp([2, 8, 1], seed=seed, dtype=np.float64)
    nn.fit(
        network,
        X,
        X[:, :1],
        loss=nn.MeanSquaredError(),
        optimizer=nn.Adam(1e-3),
        epochs=3,
        batch_size=10,
        seed=seed,
    )
    np.testing.assert_array_equal(network.params, model.network_.params)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adam", nn.Adam),
        ("momentum", nn.Momentum),
        ("rmsprop", nn.RMSProp),
        ("sgd", nn.SGD),
    ],
)
@pytest.mark.parametrize("l2", [0.0, 1.0])
def test_optimizer_and_penalty_are_those_of_the_library(name, kind, l2):
    model = NetworkClassifier(**QUICK, optimizer=name, l2=l2).fit(X, Y)
    seed = int(np.random.RandomState(0).randint(2**31))
    network = nn.mlp([2, 8, 2], seed=seed, dtype=np.float64)
    nn.fit(
        network,
        X,
        Y,
        loss=nn.SoftmaxCrossEntropy(),
        optimizer=kind(1e-3),
        regularizer=nn.L2(l2),
        epochs=3,
        seed=seed,
    )
    np.testing.assert_allclose(model.network_.params, network.params, rtol=1e-12)


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
@pytest.mark.parametrize(
    "change", [{"y": np.full(len(Y), np.nan)}, {"optimizer": "bogus"}]
)
def test_a_fit_that_fails_leaves_the_model_as_it_was(kind, change):
    model = kind(**QUICK).fit(X, Y)
    expected = model.predict(X)
    model.set_params(optimizer=change.get("optimizer", "adam"))
    with pytest.raises(ValueError, match=r"NaN|bogus"):
        model.fit(np.hstack([X, X]), change.get("y", Y > 0))
    np.testing.assert_array_equal(model.predict(X), expected)
    assert model.n_features_in_ == 2


def test_targets_too_large_for_float32():
    with pytest.raises(ValueError, match=r"y holds 1e\+39, too large for float32"):
        NetworkRegressor(**QUICK).fit(X.astype(np.float32), np.full(len(X), 1e39))


def test_float32_stays_float32():
    model = NetworkRegressor(**QUICK).fit(X.astype(np.float32), X[:, 0])
    assert model.network_.params.dtype == np.float32
    assert model.predict(X.astype(np.float32)).dtype == np.float32


def test_regressor_keeps_the_shape_of_its_targets():
    assert NetworkRegressor(**QUICK).fit(X, X[:, 0]).predict(X).shape == (200,)
    assert NetworkRegressor(**QUICK).fit(X, X[:, :1]).predict(X).shape == (200, 1)
    assert NetworkRegressor(**QUICK).fit(X, X).predict(X).shape == (200, 2)


def test_random_state_decides():
    first, second, other = (
        NetworkClassifier(**{**QUICK, "random_state": seed}).fit(X, Y).predict_proba(X)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


def test_pickle_and_clone():
    model = NetworkClassifier(**QUICK).fit(X, Y)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))
    copy.network_.params[:] = 0  # its layers still are views of this vector
    np.testing.assert_array_equal(copy.predict_proba(X), 0.5)
    fresh = clone(model)
    assert fresh.get_params() == model.get_params()
    assert not hasattr(fresh, "network_")


def test_pipeline_and_grid_search():
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier(**QUICK))
    search = GridSearchCV(
        pipeline, {"networkclassifier__learning_rate": [1e-6, 0.05]}, cv=2
    ).fit(X, Y)
    assert search.best_params_ == {"networkclassifier__learning_rate": 0.05}
    assert cross_val_score(pipeline, X, Y, cv=2).shape == (2,)


def test_several_processes_find_the_same():
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier(**QUICK))
    alone = cross_val_score(pipeline, X, Y, cv=2)
    np.testing.assert_array_equal(
        cross_val_score(pipeline, X, Y, cv=2, n_jobs=2), alone
    )
    grid = {"networkclassifier__hidden": [(4,), (8, 8)]}
    with joblib.parallel_backend("threading"):
        search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2).fit(X, Y)
    assert search.best_params_ in ParameterGrid(grid)
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()


@pytest.mark.parametrize(
    "parameters",
    [{"optimizer": name} for name in ("adam", "momentum", "rmsprop", "sgd")]
    + [{"activation": "tanh"}, {"hidden": ()}, {"hidden": [4, 4]}, {"batch_size": 999}],
)
def test_parameters(parameters):
    model = NetworkClassifier(**{**QUICK, **parameters}, learning_rate=0.01).fit(X, Y)
    assert model.history_.loss[-1] < model.history_.loss[0]


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"hidden": 100}, TypeError, "hidden is 100; expected a width for each"),
        ({"hidden": "relu"}, TypeError, "hidden is 'relu'"),
        ({"hidden": (0,)}, ValueError, "0"),
        ({"activation": "swosh"}, ValueError, "swosh.*relu"),
        ({"optimizer": "lbfgs"}, ValueError, "one of adam, momentum, rmsprop, sgd"),
        ({"learning_rate": -1.0}, ValueError, "-1"),
        ({"l2": -1.0}, ValueError, "l2 is -1"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": "auto"}, TypeError, "batch_size is 'auto'"),
    ],
)
@pytest.mark.parametrize("estimator", [NetworkClassifier, NetworkRegressor])
def test_bad_parameters(estimator, parameters, error, message):
    with pytest.raises(error, match=message):
        estimator(**{**QUICK, **parameters}).fit(X, Y)


def test_bad_data():
    with pytest.raises(ValueError, match="one class"):
        NetworkClassifier(**QUICK).fit(X, np.zeros(200))
    with pytest.raises(ValueError, match="NaN"):
        NetworkClassifier(**QUICK).fit(np.full((2, 2), np.nan), [0, 1])
    with pytest.raises(NotFittedError):
        NetworkClassifier(**QUICK).predict(X)
    with pytest.raises(ValueError, match="3 features"):
        NetworkClassifier(**QUICK).fit(X, Y).predict(np.zeros((1, 3)))


GRID_ON_DASK = """
import joblib
import nnbook as nn
from dask.distributed import Client
from sklearn.model_selection import GridSearchCV

if __name__ == "__main__":
    X, y = nn.datasets.moons()
    model = nn.estimators.NetworkClassifier((8,), epochs=9, random_state=0)
    search = GridSearchCV(model, {"learning_rate": [0.001, 0.01, 0.1]}, cv=2)
    here = search.fit(X, y).cv_results_["mean_test_score"].tolist()
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with Client(**options), joblib.parallel_backend("dask"):
        there = search.fit(X, y).cv_results_["mean_test_score"].tolist()
    print(here == there, len(set(here)) > 1)
"""


def test_a_grid_search_on_dask_finds_the_same(tmp_path):
    script = tmp_path / "grid.py"
    script.write_text(GRID_ON_DASK)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "True"], done.stderr


# Data that come in parts, samples held out, several labels ---------------------------


def test_partial_fit_learns_in_parts():
    model = NetworkClassifier(learning_rate=0.01, batch_size=20, random_state=0)
    names = np.array(["lower", "upper"])[1 - Y]
    parts = np.random.default_rng(0).permutation(len(X)).reshape(4, -1)
    for _ in range(60):
        for rows in parts:
            model.partial_fit(X[rows], names[rows], classes=["upper", "lower"])
    assert list(model.classes_) == ["lower", "upper"]
    assert model.score(X, names) > 0.97


def test_partial_fit_is_an_epoch_of_its_own_each_time():
    model = NetworkClassifier(hidden=(8,), random_state=0)
    model.partial_fit(X, Y, classes=[0, 1])
    network, steps = model.network_, model._optimizer.steps
    first = network.params.copy()
    model.partial_fit(X, Y)
    assert model.network_ is network
    assert model._optimizer.steps == 2 * steps
    assert not np.array_equal(network.params, first)
    again = NetworkClassifier(hidden=(8,), random_state=0)
    again.partial_fit(X, Y, classes=[0, 1]).partial_fit(X, Y)
    np.testing.assert_array_equal(again.network_.params, network.params)
    model.fit(X, Y)  # begins anew
    assert model.network_ is not network


def test_partial_fit_goes_on_after_fit_and_after_pickling():
    model = NetworkRegressor(**QUICK).fit(X, X[:, 0])
    twin = pickle.loads(pickle.dumps(model))
    for each in (model, twin):
        each.partial_fit(X, X[:, 0])
    np.testing.assert_array_equal(twin.network_.params, model.network_.params)


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        (Y, None, r"classes is None.*Give classes=np\.unique\(y\)"),
        (Y + 1, [0, 1], r"holds the class '2', which was not announced"),
        (Y, [1], "holds one class, '1'"),
    ],
)
def test_partial_fit_needs_all_classes_at_first(y, classes, message):
    model = NetworkClassifier(**QUICK)
    with pytest.raises(ValueError, match=message):
        model.partial_fit(X, y, classes=classes)
    assert not hasattr(model, "network_")
    model.partial_fit(X, Y, classes=np.unique(Y))  # as advised


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_early_stopping_holds_samples_out(kind):
    options = {"epochs": 400, "learning_rate": 0.1, "random_state": 0, "patience": 3}
    model = kind(early_stopping=True, validation_fraction=0.25, **options).fit(X, Y)
    history = model.history_
    assert len(history) < 400
    assert len(history.val_loss) == len(history)
    # The best parameters were put back.
    _, X_held, _, y_held = model._hold_out(X, Y)
    assert len(X_held) == len(X) // 4
    targets = y_held if kind is NetworkClassifier else y_held[:, None]
    assert model.network_.loss(model.network_(X_held), targets) == pytest.approx(
        min(history.val_loss)
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"early_stopping": 1}, "early_stopping is 1"),
        ({"early_stopping": True, "validation_fraction": 1.0}, "validation_fraction"),
        ({"early_stopping": True, "patience": -1}, "patience is -1"),
    ],
)
def test_bad_options_of_early_stopping(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        NetworkClassifier(**QUICK, **options).fit(X, Y)


def test_several_labels():
    both = np.column_stack([Y, X[:, 0] > 0.5]).astype(int)
    model = NetworkClassifier(learning_rate=0.03, epochs=200, random_state=0)
    model.fit(X, both)
    assert model.score(X, both) > 0.9  # both labels right
    probabilities = model.predict_proba(X)
    assert probabilities.shape == both.shape
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_array_equal(model.predict(X), probabilities > 0.5)
    assert list(model.classes_) == [0, 1]
    with pytest.raises(ValueError, match=r"y has shape \(200,\); expected \(n, k\)"):
        model.partial_fit(X, Y)
    with pytest.raises(ValueError, match="one class for each sample, or yes or no"):
        NetworkClassifier().fit(X, np.column_stack([Y, 2 * Y + 1]))

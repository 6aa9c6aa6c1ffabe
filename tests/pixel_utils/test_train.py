"""Training: the best epoch is kept, the same seed gives the same weights, a lost loss stops."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pixel_utils import train

ROOT = Path(__file__).parents[2]


@pytest.fixture
def problem():
    """A line to fit, as (dataset, validation, model maker)."""
    import keras
    import tensorflow as tf

    x = np.linspace(-1, 1, 64, dtype=np.float32)[:, None]
    batches = tf.data.Dataset.from_tensor_slices((x, 3 * x)).batch(16)

    def model(rate=0.1):
        train.seed_everything(5)
        net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD(rate), "mse")
        return net

    return batches, (x, 3 * x), model


def test_history_has_a_row_an_epoch(problem, capsys):
    batches, validation, model = problem
    history = train.fit(model(), batches, epochs=3, validation=validation, label="line")
    assert list(history.index) == [1, 2, 3]
    assert history["val_loss"].is_monotonic_decreasing
    assert history["seconds"].is_monotonic_increasing
    assert "line: 3/3, loss" in capsys.readouterr().err


def test_weights_of_the_best_epoch_are_kept(problem):
    batches, validation, model = problem
    net = model(rate=1.7)
    history = train.fit(net, batches, epochs=6, validation=validation)
    assert history["val_loss"].idxmin() < 6
    assert net.evaluate(*validation, verbose=0) == pytest.approx(history["val_loss"].min(), rel=1e-4)


def test_same_seed_same_weights(problem):
    batches, validation, model = problem
    nets = [model(), model()]
    for net in nets:
        train.fit(net, batches, epochs=2, validation=validation)
    for a, b in zip(*(net.get_weights() for net in nets), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_training_step_is_traced_once(problem):
    batches, validation, model = problem
    net, traced = model(), []
    net.compile("adam", "mse", metrics=["mae"])
    step = net.train_step
    net.train_step = lambda data: (traced.append(data), step(data))[1]
    train.fit(net, batches, epochs=2, validation=validation)
    assert len(traced) == 1


def test_a_loss_that_is_no_number_is_an_error(problem):
    batches, validation, model = problem
    with pytest.raises(ValueError, match="wild: expected a loss that is a number, found none in epoch"):
        train.fit(model(rate=1e30), batches, epochs=3, validation=validation, label="wild")


def test_patience_ends_a_training_that_no_longer_gains(problem):
    batches, validation, model = problem
    history = train.fit(model(rate=1.7), batches, epochs=20, validation=validation, patience=2)
    assert len(history) == history["val_loss"].idxmin() + 2 < 20


def test_the_beginning_of_a_longer_training_is_replayed(problem):
    batches, validation, model = problem
    whole, first = (
        train.fit(model(), lambda epoch: batches, epochs=4, validation=validation, last=last) for last in (None, 2)
    )
    pd.testing.assert_frame_equal(whole.drop(columns="seconds")[:2], first.drop(columns="seconds"))


def test_only_batches_that_follow_from_the_epoch_are_resumed(problem, tmp_path):
    batches, validation, model = problem
    with pytest.raises(ValueError, match="line: expected batches as a function of the epoch, to be resumed, found"):
        train.fit(model(), batches, epochs=2, validation=validation, state=tmp_path, label="line")


TRAINING = """
import os, signal, sys
import numpy as np, keras, tensorflow as tf
from pixel_utils import train
state, dies, out = sys.argv[1:]
train.SECONDS_BETWEEN_SAVES = 0
train.seed_everything(3)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(500, "relu"), keras.layers.Dropout(0.5)])
model.add(keras.layers.Dense(3000)); model.add(keras.layers.BatchNormalization()); model.add(keras.layers.Dense(1))
model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, 40)), "mse")

def batches(epoch):
    x = np.random.default_rng([3, epoch]).random((32, 4), dtype="float32")
    def one_by_one():
        for number in range(0, 32, 4):
            if dies == "in an epoch" and (epoch, number) == (2, 16):
                os.kill(os.getpid(), signal.SIGKILL)
            yield x[number : number + 4], x[number : number + 4].sum(1, keepdims=True)
    kind = tf.TensorSpec((4, 4)), tf.TensorSpec((4, 1))
    return tf.data.Dataset.from_generator(one_by_one, output_signature=kind)

validation = np.ones((8, 4), "float32"), np.full((8, 1), 4, "float32")
table = train.fit(model, batches, epochs=5, validation=validation, state=state)
np.savez(out, *model.get_weights(), losses=table["val_loss"].to_numpy())
"""


def start_training(state, dies, out):
    return subprocess.Popen([sys.executable, "-c", TRAINING, str(state), dies, str(out)], cwd=ROOT)


@pytest.mark.parametrize("dies", ["in an epoch", "in a write"])
def test_a_killed_training_goes_on_and_ends_with_the_same_weights(dies, tmp_path):
    straight = start_training(tmp_path / "straight", "never", tmp_path / "straight.npz")
    killed = start_training(tmp_path / "state", dies, tmp_path / "killed.npz")
    if dies == "in a write":
        # The third checkpoint is as large as all weights and both means of Adam; it is killed as soon as it begins.
        while killed.poll() is None and not list((tmp_path / "state").glob("ckpt-3*")):
            time.sleep(0.0005)
        killed.kill()
    assert killed.wait() == -signal.SIGKILL
    assert straight.wait() == 0
    assert start_training(tmp_path / "state", "never", tmp_path / "resumed.npz").wait() == 0
    expected, found = (dict(np.load(tmp_path / f"{name}.npz")) for name in ("straight", "resumed"))
    assert expected.keys() == found.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


def measure(width, seed, numbers):
    """Stands in for a training: draws, and adds what it was given."""
    return {"sum": float(numbers.sum()) + width, "draw": random.random()}


BASE = {"width": 4, "seed": 0}


GRID = {"width": [8, 4, 2], "seed": [0, 1]}


def test_a_sweep_varies_one_seeded_factor_at_a_time_and_measures_the_base_once(capsys):
    table = train.sweep(measure, BASE, GRID, numbers=np.ones(3))
    assert list(table.index) == [("width", "8"), ("width", "4"), ("width", "2"), ("seed", "0"), ("seed", "1")]
    assert list(table["sum"]) == [11, 7, 5, 7, 7]
    assert len(set(table.loc["width", "draw"])) == 1
    assert table["draw"]["seed", "1"] != table["draw"]["seed", "0"] == table["draw"]["width", "4"]
    assert "points: 4/4" in capsys.readouterr().err


def test_the_number_of_workers_changes_nothing(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 1)
    alone = train.sweep(measure, BASE, GRID, numbers=np.ones(3))
    monkeypatch.setattr("joblib.cpu_count", lambda: 3)
    assert alone.equals(train.sweep(measure, BASE, GRID, numbers=np.ones(3)))


def threads(seed):
    from tensorflow.config import threading

    return threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads()


@pytest.mark.parametrize("cores", [1, 4])
def test_a_worker_has_one_thread_whatever_the_number_of_cores(monkeypatch, cores):
    monkeypatch.setattr("joblib.cpu_count", lambda: cores)
    assert train.in_workers(threads, [{"seed": 0}, {"seed": 1}]) == [(1, 1), (1, 1)]


@pytest.mark.parametrize("grid", [{"depth": [1]}, {}])
def test_a_grid_that_varies_nothing_known_is_refused(grid):
    with pytest.raises(
        ValueError, match=r"(sweep|points): expected (a base with a seed and every factor|at least one point), f"
    ):
        train.sweep(measure, BASE, grid, numbers=np.ones(3))


def test_an_error_in_a_worker_is_not_lost():
    with pytest.raises(TypeError, match="numbers"):
        train.sweep(measure, BASE, {"width": [1, 2]})


def test_only_what_no_seed_reached_lies_outside():
    table = pd.DataFrame({"error": [0.9, 1.0, 1.1, 1.2, 1.3]})
    marked = train.compare_with_seeds(table, "error", np.array([1.2, 1.0, 1.1]))
    assert marked["outside the seeds' spread"].tolist() == ["yes", "no", "no", "no", "yes"]
    assert table.columns.tolist() == ["error"]

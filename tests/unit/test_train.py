"""Training: the best epoch is kept, the same seed gives the same weights, a lost loss stops."""

import numpy as np
import pytest

from pixel_utils import train


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
    assert "line: epoch 3/3, loss" in capsys.readouterr().err


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


def test_a_loss_that_is_no_number_is_an_error(problem):
    batches, validation, model = problem
    with pytest.raises(ValueError, match="wild: the loss stopped being a number in epoch"):
        train.fit(model(rate=1e30), batches, epochs=3, validation=validation, label="wild")

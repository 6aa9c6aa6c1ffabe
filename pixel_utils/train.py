"""Train a Keras model the same way in every chapter: seeded, with visible progress and a history."""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd


def seed_everything(seed):
    """Fix Python's, NumPy's and Keras' random state, and quiet TensorFlow's notes on its own workings.

    Parameters
    ----------
    seed : int

    Returns
    -------
    numpy.random.Generator
        For the chapter's own draws.
    """
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    keras.utils.set_random_seed(seed)
    return np.random.default_rng(seed)


def fit(model, data, *, epochs, validation, label="training"):
    """Train for a fixed number of epochs and keep the weights of the best one.

    "Best" is the lowest validation loss. A line an epoch goes to the standard error stream, where a
    terminal shows it and a page leaves it out.

    Parameters
    ----------
    model : keras.Model
        Compiled; its weights are changed in place.
    data : tf.data.Dataset
        Batches of (input, target).
    epochs : int
        How often the model sees the data.
    validation : tuple of ndarray
        Inputs and targets that are never trained on.
    label : str
        What the progress lines call this training.

    Returns
    -------
    DataFrame
        One row an epoch, indexed from 1: ``loss``, ``val_loss``, the compiled metrics, and ``seconds`` since
        the start.

    Raises
    ------
    ValueError
        If the loss stops being a finite number.
    """
    import keras

    started, seconds = time.perf_counter(), []

    class Progress(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            seconds.append(time.perf_counter() - started)
            print(
                f"{label}: epoch {epoch + 1}/{epochs}, loss {logs['loss']:.4f}, "
                f"validation {logs['val_loss']:.4f}, {seconds[-1]:.0f} s",
                file=sys.stderr,
                flush=True,
            )

    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        checkpoint = keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)
        history = model.fit(
            data,
            epochs=epochs,
            shuffle=False,
            validation_data=validation,
            validation_batch_size=500,
            callbacks=[Progress(), checkpoint],
            verbose=0,
        )
        table = pd.DataFrame(history.history, index=pd.RangeIndex(1, epochs + 1, name="epoch"))
        finite = np.isfinite(table).all(axis=1)
        if not finite.all():
            raise ValueError(f"{label}: the loss stopped being a number in epoch {finite.idxmin()}")
        model.load_weights(best)
    return table.assign(seconds=seconds)

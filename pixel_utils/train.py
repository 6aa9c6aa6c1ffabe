"""Train a Keras model the same way in every chapter: seeded, with visible progress and a history."""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from pixel_utils.checks import require


def seed_everything(seed):
    """Fix Python's, NumPy's and Keras' random state, and quiet TensorFlow's notes on its own workings.

    Returns a numpy.random.Generator for the chapter's own draws.
    """
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    keras.utils.set_random_seed(seed)
    return np.random.default_rng(seed)


def create_variables(model, x, y):
    """Create the variables of a compiled model's optimiser and metrics, as its first step would do otherwise.

    TensorFlow traces a step that creates variables a second time, which takes seconds. :func:`fit` calls this; before
    Keras' own ``fit`` it saves as much. No value changes. ``x`` and ``y`` are an input and its target, a batch of one.
    """
    model.optimizer.build(model.trainable_variables)
    model.compute_metrics(x, y, model(x, training=False))
    model.reset_metrics()


def fit(model, data, *, epochs, validation, label="training"):
    """Train for a fixed number of epochs and keep the weights of the one with the lowest validation loss.

    A line an epoch goes to the standard error stream, where a terminal shows it and a page leaves it out. A loss that
    stops being a finite number is a ValueError.

    Parameters
    ----------
    model : keras.Model
        Compiled; its weights are changed in place.
    data : tf.data.Dataset
        Batches of (input, target).
    validation : tuple of ndarray
        Inputs and targets that are never trained on.

    Returns
    -------
    DataFrame
        One row an epoch, from 1: ``loss``, ``val_loss``, the compiled metrics, and ``seconds`` since the start.
    """
    import keras

    started, seconds = time.perf_counter(), []

    def tell(epoch, logs):
        seconds.append(time.perf_counter() - started)
        losses = f"loss {logs['loss']:.4f}, validation {logs['val_loss']:.4f}"
        _progress(f"{label}: epoch {epoch + 1}/{epochs}, {losses}, {seconds[-1]:.0f} s")

    create_variables(model, *(part[:1] for part in validation))
    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        keep = keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)
        callbacks = [keras.callbacks.LambdaCallback(on_epoch_end=tell), keep]
        options = {"shuffle": False, "validation_data": validation, "validation_batch_size": 500, "verbose": 0}
        history = model.fit(data, epochs=epochs, callbacks=callbacks, **options)
        table = pd.DataFrame(history.history, index=pd.RangeIndex(1, epochs + 1, name="epoch"))
        finite = np.isfinite(table).all(axis=1)
        require(finite.all(), label, "a loss that is a number", f"none in epoch {finite.idxmin()}")
        model.load_weights(best)
    return table.assign(seconds=seconds)


def in_workers(train_one, points, *, label="points", **data):
    """Call a function for every point, each call seeded, in workers of one thread each; list what they returned.

    For networks too small to keep several threads busy. Nothing depends on the number of workers. Joblib's
    current backend runs them: another one, Dask's say, is chosen around the call by ``joblib.parallel_config``.

    Parameters
    ----------
    train_one : callable
        Called as ``train_one(**point, **data)`` in a worker, after :func:`seed_everything` with the point's ``seed``
        (0 if it has none). What it returns must be picklable: numbers, arrays, tables, weights rather than a model.
    points : sequence of dict
        Arguments of each call, at least one, a Keras model too. A ``seed`` among them is passed on as well.
    **data
        Arrays or other values that are the same for all points; large arrays are shared, not copied.
    """
    import cloudpickle
    from joblib import Parallel, cpu_count, delayed

    points = list(points)
    require(points, label, "at least one point", "none")
    started = time.perf_counter()
    # A worker waits now and then. A single one joblib would run in this process, with this process' threads.
    workers = max(2, min(len(points), cpu_count() + 1))
    parallel = Parallel(n_jobs=workers, return_as="generator")
    results = []
    # Packed, since a model starts TensorFlow where it is unpacked: that must be after its threads are set.
    packed = [cloudpickle.dumps((train_one, point)) for point in points]
    for result in parallel(delayed(_one_thread)(call, data) for call in packed):
        results.append(result)
        _progress(f"{label}: {len(results)}/{len(points)}, {time.perf_counter() - started:.0f} s")
    return results


def sweep(train_one, base, grid, *, label="sweep", **data):
    """Vary one factor at a time around a base and measure each point, by :func:`in_workers`.

    ``train_one`` is called as ``train_one(**point, **data)`` and returns a dict of measurements. ``base`` has a value
    for every factor, ``seed`` among them, and ``grid`` for each factor the values to try. Where one is the base's, the
    base's own measurement stands there; values of ``seed`` show how much chance alone moves it.

    Returns
    -------
    DataFrame
        One row a point in the grid's order, indexed by ``factor`` and ``value`` (as text), one column a measurement.
    """
    unknown = sorted(set(grid) - set(base))
    right = not unknown and "seed" in base
    require(right, label, "a base with a seed and every factor", f"{sorted(base)}, without {unknown}")
    index = [(factor, value) for factor, values in grid.items() for value in values]
    points = [{**base, factor: value} for factor, value in index]
    different = [point for i, point in enumerate(points) if point not in points[:i]]
    measured = in_workers(train_one, different, label=label, **data)
    rows = [measured[different.index(point)] for point in points]
    names = pd.MultiIndex.from_tuples([(factor, str(value)) for factor, value in index], names=["factor", "value"])
    return pd.DataFrame(rows, index=names)


def compare_with_seeds(table, column, seeds):
    """Say of each row of a table whether it lies outside what chance alone does.

    ``seeds`` holds what ``column`` measured for one point with several seeds. The table comes back with a column
    ``outside the seeds' spread``: ``yes`` below the lowest or above the highest of these, ``no`` otherwise.
    """
    inside = table[column].between(seeds.min(), seeds.max())
    return table.assign(**{"outside the seeds' spread": inside.map({True: "no", False: "yes"})})


def _progress(line):
    print(line, file=sys.stderr, flush=True)


def _one_thread(call, data):
    """Run one point in a worker: one thread, its own seed, so that no other point can change its result."""
    import cloudpickle
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    train_one, point = cloudpickle.loads(call)
    seed_everything(point.get("seed", 0))
    return train_one(**point, **data)

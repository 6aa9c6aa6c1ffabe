"""Train a Keras model the same way in every chapter: seeded, with visible progress and a history."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from pixel_utils.checks import require
from pixel_utils.files import write_whole

# What a killed training loses at most, apart from the part it was in.
SECONDS_BETWEEN_SAVES = 30


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


def fit(model, batches, *, epochs, validation, patience=None, label="training", **kept):
    """Train for a fixed number of epochs and keep the weights of the one with the lowest validation loss.

    A line an epoch goes to the standard error stream, where a terminal shows it and a page leaves it out. A loss that
    stops being a finite number is a ValueError.

    Parameters
    ----------
    model : keras.Model
        Compiled; its weights are changed in place.
    batches : tf.data.Dataset or callable
        Batches of (input, target). A function is given an epoch, from 0, and returns that epoch's; without one, a
        training that was killed cannot go on.
    validation : tuple of ndarray
        Inputs and targets that are never trained on.
    patience : int, optional
        End early after so many epochs without a lower validation loss.
    **kept
        ``state`` and ``last``, as :func:`in_parts` takes them.

    Returns
    -------
    DataFrame
        One row an epoch, from 1: ``loss``, ``val_loss``, the compiled metrics, and ``seconds`` since the start.
    """
    import tensorflow as tf

    right = callable(batches) or kept.get("state") is None
    require(right, label, "batches as a function of the epoch, to be resumed", "a data set with a state of its own")
    create_variables(model, *(part[:1] for part in validation))
    lowest, best = tf.Variable(np.inf, dtype="float64"), [tf.Variable(weights) for weights in model.get_weights()]

    def train_epoch(epoch):
        options = {"shuffle": False, "validation_data": validation, "validation_batch_size": 500, "verbose": 0}
        data = batches(epoch) if callable(batches) else batches
        history = model.fit(data, initial_epoch=epoch, epochs=epoch + 1, **options).history
        row = {name: values[-1] for name, values in history.items()}
        require(np.isfinite(list(row.values())).all(), label, "a loss that is a number", f"none in epoch {epoch + 1}")
        if row["val_loss"] < lowest:
            lowest.assign(row["val_loss"])
            for variable, weights in zip(best, model.get_weights(), strict=True):
                variable.assign(weights)
        return row

    def enough(rows):
        losses = [row["val_loss"] for row in rows]
        return bool(losses) and patience is not None and len(losses) - 1 - int(np.argmin(losses)) >= patience

    held = {"model": model, "optimizer": model.optimizer, "lowest": lowest, "best": best}
    table = in_parts(train_epoch, epochs, held, enough=enough, label=label, **kept)
    model.set_weights([variable.numpy() for variable in best])
    return table.rename_axis("epoch")


def in_parts(train_part, parts, held, *, enough=lambda rows: False, state=None, last=None, label="training"):
    """Train in parts, each from its number alone; a training that was killed goes on from its newest checkpoint.

    Parameters
    ----------
    train_part : callable
        Given a number from 0, it trains that part and returns what it measured by name; best in less than a minute.
    parts : int
    held : dict
        All that training changes, by name: Keras models and optimisers, tf.Variables, and lists of these.
    enough : callable
        Given the measurements so far, it says whether training ends before its last part.
    state : str or Path, optional
        A folder of its own for checkpoints, which are written twice a minute and at the end.
    last : int, optional
        Train the first parts only, so many: to replay the beginning of a longer training.

    Returns
    -------
    DataFrame
        One row a part, from 1, with ``seconds`` since the start.
    """
    import tensorflow as tf

    rows, saved, manager = [], time.perf_counter(), None
    if state is not None:
        Path(state).mkdir(parents=True, exist_ok=True)
        manager = tf.train.CheckpointManager(tf.train.Checkpoint(**_variables(held)), str(state), max_to_keep=1)
        if manager.latest_checkpoint:
            manager.checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
            done = int(manager.latest_checkpoint.rpartition("-")[2])
            rows = json.loads((Path(state) / "rows.json").read_text(encoding="utf-8"))[:done]
            # Two trainings that write into one folder would train parts twice without a word.
            require(len(rows) == done, f"{state}/rows.json", f"{done} parts, as in the checkpoint", len(rows))
    wanted = min(parts, last or parts)
    while len(rows) < wanted and not enough(rows):
        started, before = time.perf_counter(), rows[-1]["seconds"] if rows else 0
        row = {name: float(value) for name, value in train_part(len(rows)).items()}
        rows.append({**row, "seconds": before + time.perf_counter() - started})
        said = ", ".join(f"{name} {value:.4f}" for name, value in row.items())
        left = rows[-1]["seconds"] / len(rows) * (wanted - len(rows)) / 60
        _progress(f"{label}: {len(rows)}/{wanted}, {said}; at most {left:.0f} min left")
        ended = len(rows) == wanted or enough(rows)
        if manager and (ended or time.perf_counter() - saved > SECONDS_BETWEEN_SAVES):
            # The rows first: a checkpoint never stands for more of them than are there.
            write_whole(Path(state) / "rows.json", lambda part: part.write_text(json.dumps(rows), encoding="utf-8"))
            manager.save(checkpoint_number=len(rows))
            saved = time.perf_counter()
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="part"))


def _variables(held):
    """Return all variables of models and optimisers, the states of random layers too, which a checkpoint overlooks."""
    if isinstance(held, dict):
        return {name: _variables(part) for name, part in held.items()}
    if isinstance(held, list | tuple):
        return [_variables(part) for part in held]
    return [variable.value for variable in held.variables] if hasattr(held, "variables") else held


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
    # One more than cores, since a worker waits now and then. Always as many, so that the next call finds them started.
    parallel = Parallel(n_jobs=cpu_count() + 1, return_as="generator")
    results = []
    # Packed, since a model starts TensorFlow where it is unpacked: that must be after its threads are set.
    packed = [cloudpickle.dumps((train_one, point)) for point in points]
    for result in parallel(delayed(_one_thread)(call, data) for call in packed):
        results.append(result)
        _progress(f"{label}: {len(results)}/{len(points)}, {time.perf_counter() - started:.0f} s")
    return results


def sweep(train_one, base, grid, *, run=in_workers, **data):
    """Vary one factor at a time around a base and measure each point, by :func:`in_workers` or another ``run``.

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
    require(right, "sweep", "a base with a seed and every factor", f"{sorted(base)}, without {unknown}")
    index = [(factor, value) for factor, values in grid.items() for value in values]
    points = [{**base, factor: value} for factor, value in index]
    different = [point for i, point in enumerate(points) if point not in points[:i]]
    measured = run(train_one, different, **data)
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

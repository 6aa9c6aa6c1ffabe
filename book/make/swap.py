"""Put new files and folders into the places of older ones: all or none, even if killed midway."""

import shutil


def swap(new):
    """Put new files or folders into their places and remove the older ones.

    Parameters
    ----------
    new : dict of Path
        For each place the new file or folder, in the same file system.

    Raises
    ------
    OSError
        If that is not possible; then the older ones are still there.
    """
    places = list(new)
    undo(places)
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                place.rename(_older(place))
        for place, path in new.items():
            path.rename(place)
    except OSError:
        undo(places)
        raise
    _finish(places)


def undo(places):
    """Put the older ones back if a swap of these places, in the same order, did not come to its end."""
    # Of the first place the older one goes first and is removed first, so it tells whether all came to their places.
    if _older(places[0]).exists():
        for place in places:
            if _older(place).exists():
                _remove(place)
                _older(place).rename(place)
    _finish(places)


def _finish(places):
    for place in places:
        unwanted = place.with_name(f"{place.name}.unwanted")
        _remove(unwanted)
        if _older(place).exists():
            # At once: half of a folder must not be taken for the older one.
            _older(place).rename(unwanted)
            _remove(unwanted)


def _older(place):
    return place.with_name(f"{place.name}.older")


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

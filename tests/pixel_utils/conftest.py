"""What several tests write: pictures."""

import numpy as np
import PIL.Image
import pytest

from pixel_utils import foreign


@pytest.fixture
def save_picture():
    """Write a picture of one grey, or of random colours, and return its values as read back."""
    rng = np.random.default_rng(1)

    def save(path, *, size=(40, 30), grey=None):
        path.parent.mkdir(parents=True, exist_ok=True)
        values = rng.integers(0, 256, (*size[::-1], 3)) if grey is None else np.full((*size[::-1], 3), grey)
        PIL.Image.fromarray(values.astype(np.uint8)).save(path)
        return foreign.read_picture(path)

    return save

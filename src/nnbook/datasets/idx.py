"""Find, download and read the idx files of MNIST.

An idx file is two zero bytes, a code of the type (8: unsigned byte), the number of
dimensions, each dimension as a big-endian 32-bit integer, and then the bytes.
"""

from __future__ import annotations

import importlib.util
import os
import zlib
from pathlib import Path

import numpy as np

from nnbook import _checks
from nnbook._types import Array

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# Each file with its SHA-256 and its shape.
FILES: dict[str, tuple[str, tuple[int, ...]]] = {
    "train-images-idx3-ubyte.gz": (
        "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
        (60000, 28, 28),
    ),
    "train-labels-idx1-ubyte.gz": (
        "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203",
        (60000,),
    ),
    "t10k-images-idx3-ubyte.gz": (
        "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be",
        (10000, 28, 28),
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
        (10000,),
    ),
}
# In which a data folder may hold them, the first that does counts; torchvision writes
# MNIST/raw.
_SUBFOLDERS = ("", "mnist", "MNIST/raw", "raw")


def load_mnist() -> list[Array]:
    """The four arrays, uint8, in the order of `FILES`."""
    return [
        read_idx(_in_data_folder(name) or _from_cache(name, sha256), shape)
        for name, (sha256, shape) in FILES.items()
    ]


def read_idx(path: Path, shape: tuple[int, ...]) -> Array:
    """The array in an idx file of bytes, gzipped or not, of the given shape."""
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):  # the mark of gzip
        import gzip  # here, for it would slow down `import nnbook`

        try:
            content = gzip.decompress(content)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path} is damaged ({error}). {_AGAIN}") from None
    header = 4 + 4 * len(shape)
    expected = bytes([0, 0, 8, len(shape)])
    if content[:4] != expected or len(content) < header:
        raise ValueError(
            f"{path} starts with 0x{content[:header].hex()}; expected "
            f"0x{expected.hex()} and {len(shape)} sizes of 4 bytes, the header of an "
            f"idx file. {_AGAIN}"
        )
    found = tuple(np.frombuffer(content[4:header], ">u4").tolist())
    if found != shape:
        raise ValueError(f"{path} has shape {found}; expected {shape}. {_AGAIN}")
    size = len(content) - header
    if size != np.prod(shape):
        raise ValueError(
            f"{path} holds {size} bytes of data; expected {np.prod(shape)}. {_AGAIN}"
        )
    array = np.frombuffer(content, np.uint8, offset=header).reshape(shape)
    if array.ndim == 1 and array.max() > 9:
        raise ValueError(
            f"{path} holds the label {array.max()}; expected digits from 0 to 9. "
            f"{_AGAIN}"
        )
    return array


_AGAIN = "Delete the file, then call mnist() again to download a good copy."


def _in_data_folder(name: str) -> Path | None:
    """The file in `NNBOOK_DATA_DIR` or a usual subfolder, under one of its names."""
    if not os.environ.get("NNBOOK_DATA_DIR"):
        return None
    folder = _checks.path("NNBOOK_DATA_DIR", os.environ["NNBOOK_DATA_DIR"])
    unzipped = name.removesuffix(".gz")
    # Some archives write train-images.idx3-ubyte.
    names = (name, unzipped, unzipped.replace("-idx", ".idx"))
    candidates = (folder / sub / each for sub in _SUBFOLDERS for each in names)
    return next((path for path in candidates if path.is_file()), None)


def _from_cache(name: str, sha256: str) -> Path:
    pooch = _checks.require("pooch")
    folder = pooch.os_cache("nnbook") / "mnist"
    progress = importlib.util.find_spec("tqdm") is not None
    failures = []
    for mirror in MIRRORS:
        try:
            # Downloads only if the cache has no file with this SHA-256.
            return Path(
                pooch.retrieve(
                    mirror + name,
                    known_hash=f"sha256:{sha256}",
                    fname=name,
                    path=folder,
                    downloader=pooch.HTTPDownloader(progressbar=progress, timeout=30),
                )
            )
        except (OSError, ValueError) as error:
            failures.append(f"{mirror}: {type(error).__name__}")
    raise ConnectionError(
        f"{name} is neither in NNBOOK_DATA_DIR "
        f"({os.environ.get('NNBOOK_DATA_DIR') or 'not set'}) nor in {folder}, and "
        f"could not be downloaded ({'; '.join(failures)}). Put the four files of "
        f"MNIST into a folder and set NNBOOK_DATA_DIR to it, or use "
        f"nn.datasets.digits(), which needs no network."
    )

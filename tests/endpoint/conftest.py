"""Servers that tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serving import Server, serving


@pytest.fixture(scope="session")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our facts as it is without options; nothing can be changed."""
    with serving(store, tmp_path_factory.mktemp("reading") / "log") as server:
        yield server

"""A server that the hostile share: it waits for two seconds at most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serving import Server, serving


@pytest.fixture(scope="session")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our facts whose time-out is short; nothing can be changed."""
    with serving(store, tmp_path_factory.mktemp("hostile") / "log", "--timeout", "2") as server:
        yield server

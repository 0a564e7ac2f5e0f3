"""What tests share: a store of our facts, and the command as users run it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import kg

TESTS = Path(__file__).parent
ROOT = TESTS.parent

settings.register_profile(
    "kg", max_examples=60, deadline=None, derandomize=True, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # which goes by the clock
)  # fmt: skip
settings.load_profile("kg")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def hear_interrupts() -> None:
    """Undo, in a child process, that whatever runs the tests may ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def text_of(serialize: Callable[..., None], *arguments: object) -> str:
    """What a ``serialize`` method writes, as text."""
    buffer = io.BytesIO()
    serialize(buffer, *arguments)
    return buffer.getvalue().decode()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the facts that come with kg."""
    path = tmp_path_factory.mktemp("store") / "ours"
    kg.build(path=path)
    return path


@pytest.fixture(scope="session")
def dataset(store: Path) -> kg.Dataset:
    return kg.open(store)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    """The dataset of the small, made-up facts."""
    path = tmp_path_factory.mktemp("store") / "small"
    kg.build([TESTS / "small"], path)
    return kg.open(path)


@pytest.fixture(scope="session")
def run(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run ``kg`` in a process of its own, on the store of our facts."""
    folder = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: str | Path, stdin: str | None = None, **environment: str):
        return subprocess.run(
            [sys.executable, "-m", "kg", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, "KG_STORE": str(store), "PYTHONUTF8": "1", **environment},
            timeout=120,
        )

    return run

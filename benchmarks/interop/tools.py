"""What the scripts of this folder share: our dump, our endpoint, how tools are fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import kg

HERE = Path(__file__).parent
FETCHED = Path(os.environ.get("KG_INTEROP_CACHE", Path(tempfile.gettempdir()) / "kg-interop"))
"""Where tools are kept from one run to the next."""


def need(*programs: str) -> None:
    """End the script with a sentence where a program is missing: it is skipped, not failed."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} is not installed")
        sys.exit(0)


def run(command: Sequence[object], **options: object) -> str:
    """Run a command and return its output. Raises where it fails."""
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, stdout=-1, text=True, **options).stdout  # type: ignore[call-overload, no-any-return]


def maven(*artifacts: str) -> str:
    """Fetch artifacts of Maven Central, ``group:name:version``, with all that they need.

    Returns a class path of them.
    """
    need("java", "mvn")
    folder = FETCHED / sha256(" ".join(artifacts).encode()).hexdigest()[:16]
    classes = folder / "classpath"
    if not classes.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pom.xml").write_text(_POM.format("".join(map(_dependency, artifacts))))
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={classes}"]
        run(
            [
                "mvn",
                "--quiet",
                "--batch-mode",
                "-Dstyle.color=never",
                "--file",
                folder / "pom.xml",
                *goal,
            ]
        )
    return classes.read_text().strip()


_POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>interop</groupId><artifactId>interop</artifactId><version>1</version>
<dependencies>{}</dependencies></project>"""


def _dependency(artifact: str) -> str:
    parts = zip(("groupId", "artifactId", "version"), artifact.split(":"), strict=True)
    return f"<dependency>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in parts)}</dependency>"


def npm(*packages: str) -> Path:
    """Install packages of npm, ``name@version``, into a folder of ours; return the folder."""
    need("node", "npm")
    folder = FETCHED / "node"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run(["npm", "install", "--no-audit", "--no-fund", "--silent", *packages], cwd=folder)
    return folder


def java(classes: str, *arguments: object) -> str:
    """Run Java with a class path: a class, or a program of this folder, and its arguments."""
    return run(["java", "-cp", classes, *arguments])


def command(*arguments: object) -> str:
    """Run ``kg`` and return what it prints."""
    return run([sys.executable, "-m", "kg", *arguments])


@contextmanager
def facts() -> Iterator[Path]:
    """Give a folder with ``store``, and ``all.trig``, the whole dataset of it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        kg.build(path=folder / "store")
        kg.open(folder / "store").dump(folder / "all.trig", "trig")
        yield folder


@contextmanager
def endpoint(store: Path) -> Iterator[str]:
    """Run ``kg serve`` over a store; give its URL."""
    serve = ["kg", "serve", "--store", str(store), "--port", "0", "--no-log"]
    process = subprocess.Popen([sys.executable, "-m", *serve], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()

"""Where the dataset lies on disk, and the only place that opens it.

A store is a folder. Each build, and each change made over HTTP, makes a new *generation*, a
RocksDB folder that is never written again; the file ``current`` names the one in force and is
replaced in one step::

    DIR/current                     the name of the generation in force
    DIR/kg.lock                     held by the build under way; says of what facts it is
    DIR/generations/NAME/           a pyoxigraph store; manifest.json and readers beside its files
    DIR/generations/NAME/views/     datasets of those who believe more or less, if they are large

So a build that fails or is interrupted changes nothing, and whoever reads an older generation
keeps it: a generation is removed only when nobody holds its ``readers`` lock. Read ``folder``
first (which generation is in force, and what is wrong where none is), then ``generations``
(opened and made), ``locks`` and ``views``.
"""

from kg.store.folder import (
    CURRENT,
    ENVIRONMENT,
    building,
    changes,
    default_path,
    exists,
    generation_name,
    manifest,
    unfinished,
)
from kg.store.generations import (
    Generation,
    Source,
    is_sound,
    new_generation,
    open_current,
)
from kg.store.views import View, in_memory

__all__ = [
    "CURRENT", "ENVIRONMENT", "Generation", "Source", "View", "building", "changes", "default_path",
    "exists", "generation_name", "in_memory", "is_sound", "manifest", "new_generation",
    "open_current", "unfinished",
]  # fmt: skip

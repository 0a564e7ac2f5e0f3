"""Facts files as strict YAML: streamed, every key and value with its place.

YAML 1.2's core without its surprises: every scalar is text whatever it looks like, no key
occurs twice, and anchors, aliases, tags and second documents are refused. A file is read item
by item, so that its size does not matter to memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from kg.errors import Fault, Mark
from kg.facts.source import Stream, TooLongError
from kg.vocabulary.terms import not_in_xml

MAX_DEPTH = 8
MAX_SCALAR = 20_000
MAX_ITEMS = 10_000


class Scalar(NamedTuple):
    """Text at a place; ``comment`` is what stands behind it on its line, where YAML cut it off."""

    text: str
    mark: Mark
    comment: str = ""


class Sequence(NamedTuple):
    """A list at a place."""

    items: list[Value]
    mark: Mark


class Mapping(NamedTuple):
    """Keys and their values at a place; ``key_marks`` says where each key stands."""

    mark: Mark
    items: dict[str, Value]
    key_marks: dict[str, Mark]


Value: TypeAlias = Scalar | Sequence | Mapping


def items_of(value: Value | None) -> list[Value]:
    """Return the items of a list, or a single value as a list of one."""
    if value is None:
        return []
    return value.items if isinstance(value, Sequence) else [value]


def read(path: Path, faults: list[Fault]) -> Iterator[tuple[Scalar, Value]]:
    """Yield the top-level keys of a file with their values, one by one.

    A list at the top level is yielded item by item, its key repeated. What is not strict YAML is
    added to ``faults``; reading ends there if the rest of the file cannot be understood.
    """
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "a pipe or a device"
            fault = Fault(Mark(name, 1, 1), f"cannot be read: it is {what}", code="unreadable")
            raise _UnreadableError(fault)
        with path.open("rb") as file:
            yield from _Reader(name, Stream(file), faults).entries()
    except _UnreadableError as error:
        faults.append(error.fault)
    except TooLongError as error:
        faults.append(Fault(Mark(name, error.line, 1), str(error), code="text-too-long"))
    except yaml.MarkedYAMLError as error:
        from kg.facts.syntax_errors import explain

        said = explain(path, error)
        mark = Mark(name, said.line, said.column)
        faults.append(Fault(mark, f"not YAML: {said.message}", said.remedy, code="not-yaml"))
    except yaml.reader.ReaderError as error:
        before = path.read_bytes()[: error.position].decode("utf-8", "ignore")
        mark = Mark(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        faults.append(
            Fault(mark, f"not YAML: {error.reason}", "save the file as UTF-8 text", code="not-text")
        )
    except OSError as error:
        faults.append(
            Fault(Mark(name, 1, 1), f"cannot be read: {error.strerror}", code="unreadable")
        )


class _UnreadableError(Exception):
    """A fault after which the rest of the file cannot be understood."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _mark(name: str, place: Any) -> Mark:  # noqa: ANN401  of the C parser or of Python's
    return Mark(name, place.line + 1, place.column + 1) if place else Mark(name, 1, 1)


class _Reader:
    """Turns libyaml's events into values, by recursive descent to a limited depth."""

    def __init__(self, name: str, source: Stream, faults: list[Fault]) -> None:
        self.name = name
        self.source = source
        self.faults = faults
        self.get_event = yaml.CBaseLoader(source).get_event
        self.event: Any = self.next_event()  # its attributes depend on its class

    def next_event(self) -> Any:  # noqa: ANN401  an event, as above
        event = self.get_event()
        self.source.pending = 0  # what was read has made something
        return event

    def fail(self, message: str, remedy: str = "", *, code: str) -> _UnreadableError:
        mark = _mark(self.name, self.event.start_mark)
        return _UnreadableError(Fault(mark, message, remedy, code))

    def advance(self) -> Any:  # noqa: ANN401  an event, as above
        event, self.event = self.event, self.next_event()
        return event

    def entries(self) -> Iterator[tuple[Scalar, Value]]:
        self.advance()
        if isinstance(self.event, yaml.StreamEndEvent):
            return
        self.advance()
        self.check()
        if not isinstance(self.event, yaml.MappingStartEvent):
            raise self.fail(
                "the file is not a mapping",
                "start with “claims:” or “entities:”",
                code="not-a-mapping",
            )
        seen: dict[str, Mark] = {}
        for key in self.keys(seen):
            if isinstance(self.event, yaml.SequenceStartEvent):
                self.check()
                self.advance()
                while not isinstance(self.event, yaml.SequenceEndEvent):
                    yield key, self.value(2)
                self.advance()
            else:
                yield key, self.value(1)
        self.advance()
        if not isinstance(self.event, yaml.StreamEndEvent):
            raise self.fail(
                "a second document in the file",
                "one document a file; remove “---”",
                code="second-document",
            )

    def keys(self, seen: dict[str, Mark]) -> Iterator[Scalar]:
        """Yield each key of the mapping that starts here; its value is to be read in between."""
        self.advance()
        while not isinstance(self.event, yaml.MappingEndEvent):
            key = self.scalar()
            if key.text in seen:
                first = f"it stands on line {seen[key.text].line} already; keep one"
                self.faults.append(
                    Fault(
                        key.mark, f"the key “{key.text}” stands twice", first, code="duplicate-key"
                    )
                )
            seen[key.text] = key.mark
            yield key
        self.advance()

    def scalar(self) -> Scalar:
        event = self.event
        if event.anchor or event.tag:
            self.check()
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fail("plain text belongs here", code="key-not-text")
        text: str = event.value
        start: Any = event.start_mark
        if len(text) > MAX_SCALAR:
            raise self.fail(f"a text of more than {MAX_SCALAR} characters", code="text-too-long")
        mark = Mark(self.name, start.line + 1, start.column + 1)
        if character := not_in_xml(text):
            message = f"a text with the character {character}, which is none of a text"
            self.faults.append(Fault(mark, message, "leave it out", code="control-character"))
        comment = ""
        if self.source.lines and not event.style:
            end: Any = event.end_mark
            comment = self.source.comment(end.line, end.column)
        self.event = self.next_event()
        return Scalar(text, mark, comment)

    def check(self) -> None:
        """Refuse what stands for something written elsewhere, and a type of its own."""
        event = self.event
        if event.anchor:
            raise self.fail(
                "anchors and aliases are not allowed", "write the value out", code="anchor-or-alias"
            )
        if event.tag:
            raise self.fail(
                f"the tag {event.tag} is not allowed", "the context types values", code="tag"
            )

    def value(self, depth: int) -> Value:
        event = self.event
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar()
        self.check()
        if depth >= MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} deep", code="nested-too-deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(depth + 1)
        mapping = Mapping(_mark(self.name, event.start_mark), {}, {})
        for key in self.keys(mapping.key_marks):
            mapping.items[key.text] = self.value(depth + 1)
        return mapping

    def sequence(self, depth: int) -> Sequence:
        sequence = Sequence([], _mark(self.name, self.advance().start_mark))
        while not isinstance(self.event, yaml.SequenceEndEvent):
            if len(sequence.items) == MAX_ITEMS:
                raise self.fail(f"a list of more than {MAX_ITEMS} items", code="list-too-long")
            sequence.items.append(self.value(depth))
        self.advance()
        return sequence

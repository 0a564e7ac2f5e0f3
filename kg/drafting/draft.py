"""The draft of an article's facts: its record, and a stub for each sentence, to be decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from kg.drafting.date_phrases import date_phrases
from kg.drafting.entity_names import key_of, known, last_names, present, unknown
from kg.drafting.hints import hint
from kg.drafting.sentences import Sentence, sentences
from kg.errors import EntenteError
from kg.facts.locating import blocks, digest, flow
from kg.vocabulary.edtf import span

_HEAD = """\
# A draft. Decide every "?"; merge or remove stubs; list paragraphs without a claim under “omits”.
# Gists and labels are in your own words: no sentence of the article belongs here.
"""


class Headings(NamedTuple):
    """What a person says of an article: its key, its publisher and when it was published."""

    key: str
    publisher: str
    published: str
    publisher_label: str = ""

    @classmethod
    def checked(cls, key: str, publisher: str, published: str, keys: Mapping[str, str]) -> Headings:
        """Return them with keys for names. Raises ``EntenteError`` for what is no date."""
        form = r"(1[6-9]|2\d)\d\d(-\d\d(-\d\d)?)?"
        try:
            if not re.fullmatch(form, published, re.ASCII):
                raise ValueError
            span(published)
        except ValueError as error:
            message = f"“{published}” is no date of publication, such as 2026-03-04, 2026-03, 2026"
            raise EntenteError(message) from error
        own = key_of(key)
        if not own or own in keys.values():
            reason = "is the key of something else" if own else "makes no key"
            raise EntenteError(f"“{key}” {reason}; give the article’s with --key")
        known_key = keys.get(publisher) or key_of(publisher)
        if not known_key:
            raise EntenteError(f"“{publisher}” makes no key; give the publisher’s")
        return cls(own, known_key, published, publisher)

    @property
    def day(self) -> date | None:
        """The day of publication, if that is known."""
        return date.fromisoformat(self.published) if len(self.published) == 10 else None


def draft(
    text: str,
    headings: Headings,
    keys: Mapping[str, str],
    *,
    people: Mapping[str, str] = MappingProxyType({}),
    more: Sequence[str] = (),
    with_text: bool = False,
) -> str:
    """Return a facts file to be completed, as text, from an article.

    ``keys`` is from names of known entities to their keys, ``people`` that of persons, who may be
    called by their last name once the article has the whole; ``more`` are names of a tagger.
    Raises ``EntenteError`` where the article has no text.
    With ``with_text`` each stub has its sentence in a comment.
    """
    if not text.strip():
        raise EntenteError("the article has no text")
    found = [*sentences(text)]
    spans = [(each.start, each.end) for each in found]
    names = dict.fromkeys(
        [*unknown(text, spans, keys), *(name for name in more if name not in keys)]
    )
    to_make = {key_of(name): name for name in names if key_of(name)}
    everything = {
        **last_names(text, people, keys),
        **{name: key for key, name in to_make.items()},
        **present(text, keys),
    }
    lines = [_HEAD + f"article: {headings.key}", "", "entities:", *_record(text, headings)]
    if headings.publisher not in keys.values():
        lines += _entity(headings.publisher, headings.publisher_label)
    for key, name in to_make.items():
        lines += _entity(key, name) if key != headings.publisher else []
    lines += ["", "claims:" if found else "claims: []"]
    for sentence in found:
        if sentence.number == 1:
            lines += ["", f"  # ── paragraph {sentence.paragraph} {'─' * 50}"]
        lines += _stub(text, sentence, headings, everything, with_text=with_text)
    return "\n".join(lines).rstrip() + "\n"


def _record(text: str, headings: Headings) -> Iterator[str]:
    """Yield the lines of the article's own record."""
    paragraphs = blocks(text)
    headline = _quoted(text[slice(*paragraphs[0])])
    word = {10: "datePublished", 7: "monthPublished", 4: "yearPublished"}[len(headings.published)]
    yield f"  - key: {headings.key}"
    yield "    type: Article"
    yield f"    label: {headline}"
    yield f"    headline: {headline}"
    yield f"    publisher: {headings.publisher}"
    yield f"    {word}: {headings.published}"
    yield f"    sha256: {digest(text)}"
    yield f"    paragraphs: {len(paragraphs)}"
    yield f"    characters: {len(text)}"


def _line(text: str) -> str:
    """Return a text in one line, without characters that YAML has no room for."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _quoted(text: str) -> str:
    return json.dumps(_line(text), ensure_ascii=False)


def _entity(key: str, name: str) -> list[str]:
    """Return the lines of an entity that is to be made."""
    label = _quoted(name)
    return ["", f"  - key: {key}", '    type: "?"', f"    label: {label}"]


def _stub(
    text: str, sentence: Sentence, headings: Headings, keys: Mapping[str, str], *, with_text: bool
) -> Iterator[str]:
    """Yield the lines of a claim to be decided, with what there is to know of its sentence."""
    whole = _line(text[sentence.start : sentence.end])
    dates = [*date_phrases(whole, headings.day)]
    yield ""
    if with_text:
        yield f"  # {whole}"
    yield f"  - key: {headings.key}-{sentence.paragraph}-{sentence.number}"
    told = hint(whole)
    yield '    status: "?"' + (f"  # {told}" if told else "")
    yield '    gist: "?"'
    yield '    about: "?"'
    yield "    quoted:"
    yield f"      - {flow(sentence.quoted(text))}"
    yield "    facts:"
    yield '      - key: "?"'
    yield '        type: "?"'
    yield '        label: "?"'
    if named := known(whole, keys):
        yield f"        # named: {', '.join(named)}"
    readings = [each for each in dates if each.edtf]
    for each in dates:
        is_only = len(readings) == 1 and bool(each.edtf)
        reading = json.dumps(each.edtf) if "[" in each.edtf else each.edtf
        if is_only:
            yield f"        when: {reading}  # “{each.text}”"
        else:
            yield f"        # when: “{each.text}”{f' may be {reading}' if reading else ''}"

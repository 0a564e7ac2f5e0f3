"""What in a sentence bears on the status of a claim: a hint for the person who decides."""

from __future__ import annotations

import re

_HINTS = {
    "Denied?": "denied|denies|deny|denying|never|did not|rejected|refuted|cancell?ed",
    "Planned?": "plans? to|planned|intends?|will|hopes? to|expected to|due to|set to|means? to",
    "Attributed? (that it was said is Reported)": "said|says|saying|told|according to|claimed"
    "|claims|alleged(?:ly)?|reportedly|argued|announced",
}


def hint(sentence: str) -> str:
    """Return the words that bear on the status, and the statuses to think of; empty if none do.

    ``The ministry said that …`` → ``“said”: Attributed? (that it was said is Reported)``.
    """
    found = []
    for status, words in _HINTS.items():
        if match := re.search(rf"\b(?:{words})\b", sentence, re.IGNORECASE):
            found.append(f"“{match[0]}”: {status}")
    return "; ".join(found)

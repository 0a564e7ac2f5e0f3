"""From an answer to HTML: pages for people."""

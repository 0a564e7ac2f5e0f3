"""HTTP itself (RFC 9110 and 9112): bytes come in as requests, responses go out as bytes.

Read ``connection`` (heads, deadlines, how many connections), ``application`` (who handles a
request; refusals), ``messages`` (what requests and responses are), ``negotiation`` (which format)
and ``reply`` (writing a response); ``statuses`` has the status of each error.
"""

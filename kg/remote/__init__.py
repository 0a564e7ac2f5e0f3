"""A dataset on a server elsewhere: asked, copied, and sent there.

In comes a URL, out comes a ``RemoteDataset`` that is asked as one on disk. Read first ``client``
(HTTP, and what servers make of it), then ``dataset`` (what the server answers, and what is answered
here), ``replica`` (the copy that citing and believing need), and ``upload`` (``kg push``).
"""

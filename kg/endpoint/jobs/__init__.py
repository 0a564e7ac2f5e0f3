"""From a job to its answer: what readers and the writer do with the dataset.

In comes a job, a name with checked arguments; out come the frames of an answer. To be read in this
order: ``snapshot`` (the generation that is open), ``limits`` (how much an answer may hold),
``reading`` and ``pages`` (the jobs of readers), ``description`` (what the service says of itself),
``reader``, ``writer``.
"""

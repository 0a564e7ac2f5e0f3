"""The SPARQL 1.1 Protocol and the Graph Store Protocol: a request comes in, a job goes out.

Read ``operations`` (what there is at each path), ``parameters`` (what may be asked of it), then
``requests`` and ``graph_store`` (the job of a request); ``using`` puts the dataset of a request
into the text of an update.
"""

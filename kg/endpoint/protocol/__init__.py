"""From a request to a job: the SPARQL 1.1 Protocol and the Graph Store Protocol."""

"""From a job to its answer: what readers and the writer do with the dataset."""

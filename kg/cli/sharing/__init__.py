"""Commands that hand the dataset on: to a file, to a server elsewhere, over HTTP."""

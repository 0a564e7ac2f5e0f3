"""Commands for who curates: facts to a store, what is wrong with them, where a text stands."""

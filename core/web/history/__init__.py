"""The page of the whole history: filters, entries in words, the state of the chain, a file."""

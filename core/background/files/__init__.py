"""The contents of files, kept once each under the hash of what is in them."""

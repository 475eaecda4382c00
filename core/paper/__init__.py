"""Papers: sandboxed templates filled with plain data and made into PDF by a render server."""

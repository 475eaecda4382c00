"""Papers: sandboxed templates become HTML, and by a render server PDF."""

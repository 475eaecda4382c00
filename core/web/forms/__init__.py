"""Forms of one model: what is typed, how it is read, and what two versions differ in."""

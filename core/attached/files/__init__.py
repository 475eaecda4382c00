"""Files on a record: who put them there, what they are called, and when they went."""

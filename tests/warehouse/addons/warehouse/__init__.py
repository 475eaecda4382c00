"""A small warehouse: what lies where, and what comes and goes. The addon of the tutorial."""

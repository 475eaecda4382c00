"""Work that is done later: jobs in the database, who queues them, who runs them."""

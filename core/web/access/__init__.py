"""Pages that explain access: may somebody do this, why, and who else."""

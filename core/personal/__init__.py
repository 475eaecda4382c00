"""What is held of a person: handed out as one archive, erased while books stay whole."""

"""Records for whoever asks: lists, the shape that programs get, imports, the demo company."""

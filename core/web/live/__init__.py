"""The live stream: what others change is told to the pages that show it, within a moment."""

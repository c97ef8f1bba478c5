"""The demo: three communities that one would like to show, with pictures drawn by our own code."""

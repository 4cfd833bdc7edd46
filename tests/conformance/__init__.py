"""Random hospital stays before our checks and before another program's Medicare Code Editor, edit by edit."""

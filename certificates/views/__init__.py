"""Pages: they show, and run one operation each."""

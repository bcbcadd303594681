"""Forms: they read what was typed and decide nothing."""

"""The papers of the portal: what all of them are written with, and those about firms."""

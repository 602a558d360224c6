"""From rows as written to tidy, checked tables."""

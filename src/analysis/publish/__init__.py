"""Run the notebooks and put one complete generation in place."""

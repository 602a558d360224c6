"""Run the notebooks, write the pages, look through what goes out, and put it in place in one step."""

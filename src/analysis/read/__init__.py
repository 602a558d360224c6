"""From any file to cells with addresses, and from cells to rows as written."""

"""What may be added, what the printed numbers imply, and whether forces differ."""

from analysis import categories as categories

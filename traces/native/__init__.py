"""The native engine as the rest sees it: runs read and judged, in the words of the reference."""

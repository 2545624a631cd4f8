"""The bad pages are for these tests alone."""

collect_ignore_glob = ["bad_pages/*"]

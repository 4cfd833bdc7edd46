"""999, TA1 and 277: acknowledgments of files, and statuses of claims before payment."""

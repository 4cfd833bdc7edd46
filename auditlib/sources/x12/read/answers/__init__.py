"""999, TA1 and 277: what became of files and claims before they were paid."""

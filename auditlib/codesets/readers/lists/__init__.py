"""Lists of codes: HCPCS, places of service, classes, code editor lists and licensed titles."""

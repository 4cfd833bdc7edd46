"""Tables of users and publishers: CSV, Excel and Parquet, under our names or by a mapping."""

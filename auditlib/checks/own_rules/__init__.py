"""Rules of a workspace's own: tables of them and .sql files in its folder ``rules``, with their cases."""

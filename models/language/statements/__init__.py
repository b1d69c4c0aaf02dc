"""Kinds of statement, one a file: each binds `STATEMENT`, its rules of grammar and its reader."""

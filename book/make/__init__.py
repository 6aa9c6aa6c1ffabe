"""How the book is made, a stage or a part of one in each file: ``python -m book.make STAGE ...``."""

"""Tables as people have them: what a sheet means by the glossary's names, cell by cell, or why it is refused."""

"""The law as a book: pages that stand by themselves, and Akoma Ntoso."""

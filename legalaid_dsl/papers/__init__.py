"""Papers: forms that people fill in and that are read back exactly; what is paid, as signed sheets; leaflets (extra ``papers``)."""

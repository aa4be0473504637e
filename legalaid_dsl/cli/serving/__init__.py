"""Commands around decisions that are kept: receipts, the service and its log."""

"""What is done to the steps once they are made: constant tables, and the order in which they are done."""

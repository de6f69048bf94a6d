"""What the scenarios stand on: a cluster, clients, the program, and stand-ins for what is missing."""

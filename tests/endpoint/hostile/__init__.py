"""What strangers send to a server that runs: whatever it is, others are answered all the while."""

"""What runs in the child process. The engines are imported here and nowhere else; Django is not."""

"""What is secret and what is personal: rules that the kernel and its twin both compile."""

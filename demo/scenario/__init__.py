"""What happens in the demo municipality today, made by the product's own verbs."""

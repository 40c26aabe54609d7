"""How a deviation is reported by staff: its form, what is begun, and the code of whoever asks for an answer."""

"""What we do about it: reviews, disputes, and every act that spans apps."""

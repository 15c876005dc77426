"""Who is let in where: every address, asked as everybody."""

"""What changes firms, their people, money, addresses and papers: the only writers."""
